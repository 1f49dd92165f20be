"""What the question types that came with the whole language make of what is typed."""

import pytest

from app import engine
from app.core.problems import Problem
from app.engine.reading import read
from tests.engine.helpers import NOW, begin, compiled, problems, refused, take
from tests.engine.test_types import question

TOWNS = ("Aachen", "Łódź", "Bad Aibling", "Saint-Denis", "St. Pölten", "Warsaw", "Warsaw West")
LOOKUP = "type: lookup, label: L, choices: [{}]".format(
    ", ".join(f"{{name: t{n}, label: {town}}}" for n, town in enumerate(TOWNS))
)
MANY = "type: lookup, label: L, choices: [{}]".format(
    ", ".join(f"{{name: {n}, label: Town {n}}}" for n in range(1, 40))
)
RANK = (
    "type: ranking, label: L, choices: [{name: price, label: Price}, {name: speed, label: Speed},"
    " {name: staff, label: Staff}]"
)
SLIDER = "type: slider, label: L, min: -10, max: 10, step: 2.5"
PHONE = 'type: phone_number, label: L, country: "+48"'
PICTURES = "type: image_choice, label: L, choices: [{name: a, label: A cat, image: cat.png}]"
FILE = "type: file, label: L, accept: [image/*]"

ROWS = [
    (SLIDER, "web", "-7.5", -7.5),
    (SLIDER, "web", "2,5", 2.5),
    (SLIDER, "web", "10", 10),
    (SLIDER, "web", "1", "off_step"),
    (SLIDER, "web", "12.5", "out_of_range"),
    (SLIDER, "web", "nan", "not_a_number"),
    (SLIDER, "web", "inf", "not_a_number"),
    (SLIDER, "web", "1e1", "not_a_number"),
    (SLIDER, "sms", "zero", 0),
    (SLIDER, "phone", "5", 5),
    ("type: time, label: L", "web", "9:05", "09:05"),
    ("type: time, label: L", "web", "24:00", "not_a_time"),
    ("type: time, label: L", "sms", "2:30 pm", "14:30"),
    ("type: time, label: L", "sms", "12 a.m.", "00:00"),
    ("type: time, label: L", "sms", "13 pm", "not_a_time"),
    ("type: time, label: L", "sms", "١٤:٣٠", "14:30"),
    ("type: time, label: L", "phone", "0930", "09:30"),
    ("type: time, label: L", "phone", "9", "not_a_time"),
    ('type: time, label: L, min: "08:00"', "web", "07:59", "out_of_range"),
    ("type: datetime, label: L", "web", "2026-2-3T14:30", "2026-02-03T14:30"),
    ("type: datetime, label: L", "sms", "3.2.2026 14.30", "2026-02-03T14:30"),
    ("type: datetime, label: L", "sms", "3.2.2026, 2 pm", "2026-02-03T14:00"),
    ("type: datetime, label: L", "sms", "3.2.2026", "not_a_datetime"),
    ("type: datetime, label: L", "web", "2026-02-30T10:00", "not_a_datetime"),
    ('type: datetime, label: L, max: "2026-01-01T12:00"', "web", "2026-01-01T12:01", "out_of_range"),
    (PHONE, "web", "601 234-567", "+48601234567"),
    (PHONE, "web", "0601 234 567", "+48601234567"),
    (PHONE, "web", "+44 20 7946 0958", "+442079460958"),
    (PHONE, "web", "0044 (20) 7946.0958", "+442079460958"),
    (PHONE, "web", "12", "not_a_number"),
    (PHONE, "web", "+48 601 abc", "not_a_number"),
    (PHONE, "sms", "٦٠١٢٣٤٥٦٧", "+48601234567"),
    ("type: phone_number, label: L", "web", "601234567", "not_a_number"),
    ('type: phone_number, label: L, country: "+39"', "web", "06 1234567", "+39061234567"),
    ('type: phone_number, label: L, country: "+7"', "web", "8 912 345-67-89", "+79123456789"),
    ("type: email, label: L", "web", " Anna@Example.ORG ", "Anna@example.org"),
    ("type: email, label: L", "web", "anna@żółw.pl", "anna@żółw.pl"),
    ("type: email, label: L", "sms", "anna+x@a.b.example", "anna+x@a.b.example"),
    ("type: email, label: L", "web", "anna@example", "not_an_address"),
    ("type: email, label: L", "web", "anna", "not_an_address"),
    ("type: email, label: L", "web", "a b@example.org", "not_an_address"),
    ("type: email, label: L", "web", "a@-example.org", "not_an_address"),
    ("type: consent, label: L", "web", "yes", "yes"),
    ("type: consent, label: L", "sms", "YES", "yes"),
    ("type: consent, label: L", "sms", "nie", "no"),
    ("type: consent, label: L", "phone", "2", "no"),
    (RANK, "web", ["staff", "", "price"], ("staff", "price")),
    (RANK, "web", ["staff", "staff"], "ranked_twice"),
    (RANK, "web", ["other"], "not_an_option"),
    (RANK, "web", ["", ""], None),
    (RANK, "sms", "3 1 2", ("staff", "price", "speed")),
    (RANK, "sms", "staff, price", ("staff", "price")),
    (RANK, "sms", "2", ("speed",)),
    (RANK, "sms", "2 2", "ranked_twice"),
    (RANK, "sms", "2 9", "not_an_option"),
    (f"{RANK}, most: 1", "sms", "2 1", "ranked_too_many"),
    (RANK, "phone", "2 1", ("speed", "price")),
    (PICTURES, "web", "a", "a"),
    (PICTURES, "phone", "1", "a"),
    (PICTURES, "sms", "1", "needs_screen"),
    (FILE, "web", "01234567-89ab-4def-8123-456789abcdef", "01234567-89ab-4def-8123-456789abcdef"),
    (FILE, "web", "too_large", "file_refused"),
    (FILE, "web", "wrong_media", "file_refused"),
    (FILE, "web", "../../etc/passwd", "not_a_file"),
    (FILE, "sms", "here", "needs_screen"),
    (LOOKUP, "web", "t0", "t0"),
    (LOOKUP, "web", "aachen", "t0"),
    (LOOKUP, "web", "lodz", "t1"),
    (LOOKUP, "web", "denis", "t3"),
    (LOOKUP, "web", "Warsaw", "t5"),
    (LOOKUP, "web", "warsaw w", "t6"),
    (LOOKUP, "web", "a", "t0"),
    (LOOKUP, "web", "war", "several_found"),
    (LOOKUP, "web", "berlin", "not_found"),
    (LOOKUP, "web", "?!", "not_found"),
    (LOOKUP, "sms", "st polten", "t4"),
    (LOOKUP, "phone", "aib", "t2"),
    (MANY, "web", "town", "several_found"),
    (MANY, "web", "Town 3", "3"),
]


@pytest.mark.parametrize(
    ("definition", "channel", "typed", "expected"), ROWS, ids=[f"{r[0][6:20]}-{r[1]}-{r[2]!r}" for r in ROWS]
)
def test_reading(definition, channel, typed, expected):
    result = read(question(definition), {"q": typed}, channel, "en")
    if isinstance(result, Problem):
        assert result.code == expected
        assert "{" not in result.text()
    else:
        assert result == (expected, None)


def test_several_candidates_are_named_at_most_ten():
    assert read(question(LOOKUP), {"q": "war"}, "web", "en").text() == "Which one: Warsaw, Warsaw West?"
    assert read(question(MANY), {"q": "town"}, "web", "en").text() == "town fits 39 entries. Write more of it."


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ("type: slider, label: L, step: 0", "bad_range"),
        ("type: slider, label: L, min: 5, max: 1", "bad_range"),
        ('type: time, label: L, min: "8:00"', "bad_date"),
        ('type: time, label: L, min: "12:00", max: "08:00"', "bad_range"),
        ("type: datetime, label: L, min: 2026-01-01", "bad_date"),
        ("type: phone_number, label: L, country: PL", "bad_name"),
        ("type: image_choice, label: L, choices: [{name: a, label: A}]", "missing_key"),
        ("type: single_choice, label: L, choices: [{name: a, label: A, image: a.png}]", "not_allowed"),
        ("type: file, label: L, max_size: 50", "bad_range"),
    ],
)
def test_parameters_that_make_no_sense(definition, code):
    assert problems(f"pages: [{{name: p, questions: [{{name: q, {definition}}}]}}]") == [code]


def test_a_ranking_exports_the_rank_of_each_choice():
    rank = question(RANK)
    columns = rank.kind.columns(rank)
    assert [column.name for column in columns] == ["q__price", "q__speed", "q__staff"]
    assert [rank.kind.cell(rank, ("staff", "price"), column) for column in columns] == [2, 0, 1]
    assert rank.format(("staff", "price"), "en") == "1. Staff, 2. Price"


DEVICES = """
pages:
  - name: first
    questions:
      - {name: before, type: note, label: Look here.}
      - {name: picture, type: photo, label: Take a photo., required: true}
      - {name: age, type: integer, label: How old}
  - name: only
    questions: [{name: where, type: location, label: Where, required: true}]
"""


@pytest.mark.parametrize("channel", engine.CHANNELS)
def test_what_no_channel_can_ask_is_left_out_and_blocks_nothing(channel):
    q = compiled(DEVICES)
    state = begin(q, channel)
    screen = engine.next_screen(q, state, channel)
    assert [item.name for item in screen.items] == ["before", "age"]
    state = take(q, state, channel, age="30")
    assert isinstance(engine.next_screen(q, state, channel), engine.End)
    assert "picture" not in state.answers


def test_what_one_channel_leaves_out_is_asked_on_the_next():
    q = compiled(
        "pages: [{name: p, questions: [{name: doc, type: file, label: Send it}, {name: n, type: integer, label: N}]}]"
    )
    state = take(q, begin(q, "phone"), "phone", n="1")
    assert isinstance(engine.next_screen(q, state, "phone"), engine.End)
    assert engine.next_screen(q, state, "web").at == "p"
    assert engine.next_screen(q, state, "sms").at == "doc"
    skipped = engine.answer(q, state, "doc", {"doc": "skip"}, "sms", NOW)
    assert isinstance(skipped, engine.Accepted)


SPECIFY = """
pages:
  - name: p
    questions:
      - name: where
        type: single_choice
        label: Where from
        required: true
        choices: [{name: tv, label: Television}, {name: other, label: Elsewhere, specify: Where exactly}]
      - {name: n, type: integer, label: N}
"""


def test_a_page_shows_the_text_of_a_choice_before_it_is_picked():
    q = compiled(SPECIFY)
    state = begin(q)
    names = [item.name for item in engine.next_screen(q, state, "web").items]
    assert names == ["where", "where__other__text", "n"]
    assert [item.name for item in engine.next_screen(q, begin(q, "sms"), "sms").items] == ["where"]
    assert "where__other__text" not in take(q, state, where="tv").answers
    assert refused(q, state, where="other") == {"where__other__text": "required"}
    done = take(q, state, where="other", where__other__text="A friend")
    assert done.answers["where__other__text"].value == "A friend"
    assert isinstance(engine.next_screen(q, done, "web"), engine.End)
