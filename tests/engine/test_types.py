"""What each question type makes of what is typed, on the web, by SMS and by an interviewer's keys."""

import json

import pytest

from app import engine
from app.core.problems import Problem
from app.engine.model import CHANNELS
from app.engine.question_type import DEGRADED, FULL, LINK, NONE, Column, spans
from app.engine.reading import read
from app.engine.types import TYPES
from tests.engine.helpers import HEAD, compiled

LANGUAGES = "[en, pl, ru, ro, it]"
FIVE = HEAD.replace("[en]", LANGUAGES)
for _key in ("title", "purpose"):
    FIVE = FIVE.replace(f"{_key}: {{en: ", f"{_key}: {{pl: P, ru: R, ro: O, it: I, en: ")


def question(text: str, head: str = HEAD) -> engine.Question:
    later = "{name: later, questions: [{type: computed, name: n, calculation: 1}]}"
    q = compiled(f"pages: [{{name: p, questions: [{{name: q, {text}}}]}}, {later}]", head)
    return next(iter(q.questions.values()))  # of a grid its first row


COLUMN_TYPES = ("number", "text", "date", "time", "datetime")
APPLES = "choices: [{name: a, label: Apple}, {name: b, label: Banana}]"
ROW = "rows: [{name: r, label: R}]"
SIMPLE = {
    "ranking": f"type: ranking, label: L, {APPLES}",
    "lookup": f"type: lookup, label: L, {APPLES}",
    "image_choice": "type: image_choice, label: L, choices: [{name: a, label: Apple, image: a.png}]",
    "single_choice": "type: single_choice, label: L, choices: [{name: a, label: Apple}, {name: b, label: Banana}]",
    "multiple_choice": "type: multiple_choice, label: L, choices: [{name: a, label: Apple}, {name: b, label: Banana}]",
    "jump": "type: jump, to: later",
    "matrix_single": f"type: matrix_single, label: L, {ROW}, {APPLES}",
    "matrix_multiple": f"type: matrix_multiple, label: L, {ROW}, {APPLES}",
    "matrix_number": f"type: matrix_number, label: L, {ROW}",
    "matrix_text": f"type: matrix_text, label: L, {ROW}",
    "constant_sum": f"type: constant_sum, label: L, total: 3, {ROW}",
    "computed": "type: computed, calculation: 1 + 1",
    "hidden": "type: hidden, source: link",
}
TYPED = {
    "date": "2026-01-02",
    "time": "14:30",
    "datetime": "2026-01-02T14:30",
    "integer": "3",
    "decimal": "3.25",
    "slider": "30",
    "phone_number": "+48601234567",
    "email": "anna@example.org",
    "file": "01234567-89ab-4def-8123-456789abcdef",
    "ranking": ["b", "a"],
    "multiple_choice": ["b"],
}


def of_type(name: str) -> engine.Question:
    return question(SIMPLE.get(name, f"type: {name}, label: L"))


FRUIT = (
    "type: single_choice, label: L, choices: [{name: apple, label: Green apple}, {name: banana, label: Banana},"
    " {name: apricot, label: Apricot}, {name: blue, label: Blueberry}]"
)
MANY = (
    "type: multiple_choice, label: L, choices: [{name: price, label: Price}, {name: speed, label: Speed},"
    " {name: staff, label: Staff}, {name: none, label: None of these, exclusive: true}]"
)
CODES = (
    "type: single_choice, label: L, choices: [{name: 0, label: None}, {name: 1, label: Some}, {name: 10, label: Lots}]"
)

ROWS = [
    # definition, channel, typed, value or problem code
    ("type: nps, label: L", "web", "0", 0),
    ("type: nps, label: L", "web", "10", 10),
    ("type: nps, label: L", "web", "11", "out_of_range"),
    ("type: nps, label: L", "web", "-1", "out_of_range"),
    ("type: nps, label: L", "web", "x", "out_of_range"),
    ("type: nps, label: L", "web", "7.0", "out_of_range"),
    ("type: nps, label: L", "sms", "9", 9),
    ("type: nps, label: L", "sms", " 9. ", 9),
    ("type: nps, label: L", "sms", "٩", 9),
    ("type: nps, label: L", "sms", "۹", 9),
    ("type: nps, label: L", "sms", "৯", 9),
    ("type: nps, label: L", "sms", "девять", 9),
    ("type: nps, label: L", "sms", "Dziewięć!", 9),
    ("type: nps, label: L", "sms", "zece", 10),
    ("type: nps, label: L", "sms", "nove", 9),
    ("type: nps, label: L", "sms", "ten", 10),
    ("type: nps, label: L", "sms", "99", "out_of_range"),
    ("type: nps, label: L", "sms", "8 or 9", "out_of_range"),
    ("type: nps, label: L", "sms", "abc", "out_of_range"),
    ("type: nps, label: L", "phone", "8", 8),
    ("type: csat_5, label: L", "sms", "very satisfied", 5),
    ("type: csat_5, label: L", "sms", "satisfied", 4),
    ("type: csat_5, label: L", "sms", "very", "out_of_range"),
    ("type: csat_5, label: L", "sms", "6", "out_of_range"),
    ("type: ces_7, label: L", "web", "7", 7),
    ("type: rating, label: L, max: 3", "web", "4", "out_of_range"),
    ("type: csat_binary, label: L", "web", "satisfied", "satisfied"),
    ("type: csat_binary, label: L", "sms", "2", "dissatisfied"),
    ("type: yes_no, label: L", "web", "yes", "yes"),
    ("type: yes_no, label: L", "web", "Yes", "not_an_option"),
    ("type: yes_no, label: L", "sms", "YES", "yes"),
    ("type: yes_no, label: L", "sms", "y", "yes"),
    ("type: yes_no, label: L", "sms", "Tak", "yes"),
    ("type: yes_no, label: L", "sms", "nie", "no"),
    ("type: yes_no, label: L", "sms", "да", "yes"),
    ("type: yes_no, label: L", "sms", "Нет.", "no"),
    ("type: yes_no, label: L", "sms", "sì", "yes"),
    ("type: yes_no, label: L", "sms", "si", "yes"),
    ("type: yes_no, label: L", "sms", "nu", "no"),
    ("type: yes_no, label: L", "sms", "da", "yes"),
    ("type: yes_no, label: L", "sms", "1", "yes"),
    ("type: yes_no, label: L", "sms", "2", "no"),
    ("type: yes_no, label: L", "sms", "maybe", "not_an_option"),
    ("type: yes_no, label: L", "phone", "2", "no"),
    (FRUIT, "web", "banana", "banana"),
    (FRUIT, "web", "Banana", "not_an_option"),
    (FRUIT, "phone", "3", "apricot"),
    (FRUIT, "sms", "2", "banana"),
    (FRUIT, "sms", "2)", "banana"),
    (FRUIT, "sms", "green APPLE", "apple"),
    (FRUIT, "sms", "b", "not_an_option"),
    (FRUIT, "sms", "ba", "banana"),
    (FRUIT, "sms", "ap", "apricot"),
    (FRUIT, "sms", "green", "apple"),
    (FRUIT, "sms", "bananna", "banana"),
    (FRUIT, "sms", "bnaana", "banana"),
    (FRUIT, "sms", "apricott", "apricot"),
    (FRUIT, "sms", "5", "not_an_option"),
    (FRUIT, "sms", "12", "not_an_option"),
    (FRUIT, "sms", "two", "banana"),
    (FRUIT, "sms", "cherry", "not_an_option"),
    (FRUIT, "sms", "?", "not_an_option"),
    (CODES, "sms", "0", "0"),
    (CODES, "sms", "10", "10"),
    (CODES, "sms", "2", "not_an_option"),
    (CODES, "web", "1", "1"),
    (MANY, "web", ["price", "staff"], ("price", "staff")),
    (MANY, "web", ["staff", "price"], ("price", "staff")),
    (MANY, "web", ["price", "price"], ("price",)),
    (MANY, "web", [], None),
    (MANY, "web", ["x"], "not_an_option"),
    (MANY, "web", ["price", "none"], "exclusive_choice"),
    (MANY, "web", ["none"], ("none",)),
    (MANY, "sms", "1,3", ("price", "staff")),
    (MANY, "sms", "1 3", ("price", "staff")),
    (MANY, "sms", "1 and 3", ("price", "staff")),
    (MANY, "sms", "3 i 1", ("price", "staff")),
    (MANY, "sms", "1. 2.", ("price", "speed")),
    (MANY, "sms", "١ ٣", ("price", "staff")),
    (MANY, "sms", "price, staff", ("price", "staff")),
    (MANY, "sms", "price and speed", ("price", "speed")),
    (MANY, "sms", "none of these", ("none",)),
    (MANY, "sms", "1 4", "exclusive_choice"),
    (MANY, "sms", "13", "not_an_option"),
    (MANY, "sms", "1 9", "not_an_option"),
    (MANY, "phone", "1 3", ("price", "staff")),
    ("type: integer, label: L, min: 18, max: 99", "web", "42", 42),
    ("type: integer, label: L", "web", "-3", -3),
    ("type: integer, label: L", "web", "1 000", 1000),
    ("type: integer, label: L", "web", "3.5", "not_whole"),
    ("type: integer, label: L", "web", "1e3", "not_whole"),
    ("type: integer, label: L", "web", "9" * 40, "not_whole"),
    ("type: integer, label: L, min: 18", "web", "17", "out_of_range"),
    ("type: integer, label: L, max: 9", "web", "10", "out_of_range"),
    ("type: integer, label: L", "sms", "٤٢", 42),
    ("type: integer, label: L", "sms", "cinque", 5),
    ("type: integer, label: L", "web", "−3", -3),
    ("type: decimal, label: L", "web", "3.5", 3.5),
    ("type: decimal, label: L", "web", "3,5", 3.5),
    ("type: decimal, label: L", "web", "3", 3),
    ("type: decimal, label: L", "web", "3.555", "too_many_decimals"),
    ("type: decimal, label: L", "web", "nan", "not_a_number"),
    ("type: decimal, label: L", "web", "1.5.2", "not_a_number"),
    ("type: text, label: L", "web", "  hello ", "hello"),
    ("type: text, label: L, max_length: 3", "web", "four", "too_long"),
    ("type: text, label: L", "web", "a\0", "bad_character"),
    ("type: text, label: L", "web", "\ud800", "bad_character"),
    ("type: text, label: L", "phone", "d", "d"),
    ("type: text, label: L", "sms", "e\u0301", "é"),
    ("type: text, label: L", "web", "   ", None),
    ("type: long_text, label: L", "web", "a\nb", "a\nb"),
    ("type: date, label: L", "web", "2026-02-28", "2026-02-28"),
    ("type: date, label: L", "web", "3.4.2026", "2026-04-03"),
    ("type: date, label: L", "sms", "3/4/2026", "2026-04-03"),
    ("type: date, label: L", "web", "2026-02-30", "not_a_date"),
    ("type: date, label: L", "web", "tomorrow", "not_a_date"),
    ("type: date, label: L, min: 2026-01-01", "web", "2025-12-31", "out_of_range"),
]


@pytest.mark.parametrize(
    ("definition", "channel", "typed", "expected"), ROWS, ids=[f"{r[0][6:20]}-{r[1]}-{r[2]!r}" for r in ROWS]
)
def test_reading(definition, channel, typed, expected):
    asked = question(definition)
    result = read(asked, {"q": typed}, channel, "en")
    if isinstance(result, Problem):
        assert result.code == expected
        assert "{" not in result.text()
    else:
        assert result == (expected, None)


@pytest.mark.parametrize(
    ("flags", "channel", "raw", "expected"),
    [
        ("dont_know: true", "web", {"q__special": "dk"}, "dk"),
        ("", "web", {"q__special": "dk"}, None),
        ("refused: yes", "web", {"q__special": "refused"}, "refused"),
        ("", "web", {"q__special": "other"}, None),
        ("", "phone", {"q__special": "dk"}, "dk"),
        ("", "field", {"q": "R"}, "refused"),
        ("", "phone", {"q": "d"}, "dk"),
        ("dont_know: true", "sms", {"q": "Nie wiem"}, "dk"),
        ("dont_know: true", "sms", {"q": "I don’t know"}, "problem"),
        ("dont_know: true", "sms", {"q": "don’t know"}, "dk"),
        ("", "sms", {"q": "don't know"}, "problem"),
        ("refused: true", "sms", {"q": "rifiuto"}, "refused"),
        ("", "sms", {"q": "Skip"}, None),
        ("", "sms", {"q": "pomiń"}, None),
        ("required: true", "sms", {"q": "skip"}, "problem"),
    ],
)
def test_special_answers(flags, channel, raw, expected):
    asked = question(f"type: integer, label: L, {flags}" if flags else "type: integer, label: L")
    result = read(asked, raw, channel, "en")
    assert isinstance(result, Problem) if expected == "problem" else result == (None, expected)


@pytest.mark.parametrize("name", TYPES.names())
def test_contract(name):
    """What every type must keep to: a value typed back is the same value, columns hold it, parameters are JSON Schema."""
    kind = TYPES[name]
    asked = of_type(name)
    assert kind.value_type in ("number", "text", "date", "time", "datetime", "code", "set")
    assert kind.choices in ("none", "own", "standard")
    json.dumps({key: dict(schema) for key, schema in kind.parameters.items()})
    name, kind = asked.type, asked.kind  # of a grid, its rows'
    columns = kind.columns(asked)
    assert all(isinstance(column, Column) and column.type in COLUMN_TYPES for column in columns), columns
    if not kind.asked:
        return
    if set(kind.channels.values()) == {NONE}:
        assert isinstance(read(asked, {asked.name: "anything"}, "web", "en"), Problem)
        return
    typed = TYPED.get(name) or (asked.choices[0].name if asked.choices else "some words")
    value, special = read(asked, {asked.name: typed}, "web", "en")
    assert special is None
    assert value is not None
    assert read(asked, {asked.name: kind.typed(value)}, "web", "en") == (value, None)
    assert kind.format(asked, value, "en")
    cells = [kind.cell(asked, value, column) for column in columns]
    assert all(cell in column.labels for cell, column in zip(cells, columns, strict=True) if column.labels)
    assert all(
        isinstance(cell, int | float) for cell, column in zip(cells, columns, strict=True) if column.type == "number"
    )
    assert kind.from_cells(asked, [str(cell) for cell in cells]) == value


@pytest.mark.parametrize("name", TYPES.names())
def test_every_channel_is_declared_and_every_loss_is_said(name):
    kind = TYPES[name]
    assert set(kind.channels) == set(CHANNELS)
    assert set(kind.channels.values()) <= {FULL, DEGRADED, LINK, NONE}
    assert {channel for channel, level in kind.channels.items() if level != FULL} == set(kind.degradations)
    assert LINK not in (kind.channels["web"], kind.channels["phone"], kind.channels["field"])


@pytest.mark.parametrize("name", ["yes_no", "consent", "csat_binary", "nps", "csat_5", "ces_7"])
def test_standard_labels_exist_in_every_language(name):
    asked = question(f"type: {name}, label: {{en: L, pl: L, ru: L, ro: L, it: L}}", FIVE)
    texts = [choice.label for choice in asked.choices] + list(asked.parameters.values())
    assert all(text.source(language) for text in texts for language in engine.LANGUAGES)
    assert len({asked.choices[0].label.source(language) for language in engine.LANGUAGES}) > 1 or name in (
        "nps",
        "ces_7",
    )


def test_labels_of_a_code_book():
    (column,) = question(CODES).kind.columns(question(CODES))
    assert column.type == "number"
    assert [(cell, choice.label.source("en")) for cell, choice in column.labels.items()] == [
        (0, "None"),
        (1, "Some"),
        (10, "Lots"),
    ]
    many = question(MANY)
    assert [column.name for column in many.kind.columns(many)] == ["q__price", "q__speed", "q__staff", "q__none"]
    assert [many.kind.cell(many, ("price", "staff"), column) for column in many.kind.columns(many)] == [1, 0, 1, 0]
    assert many.format(("price", "staff"), "en") == "Price, Staff"


def test_spans():
    assert spans([1, 2, 3, 7]) == "1-3, 7"
    assert spans([0]) == "0"
