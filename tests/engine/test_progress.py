"""Progress: the screens behind, of those and the ones expected ahead."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import engine
from app.engine.progress import remaining
from app.engine.routing import shots
from app.engine.walking import walk
from tests.engine.helpers import NOW, begin, compiled, take, typed

HEAD = {"questionnaire": "example", "title": "Example", "languages": ["en"], "basis": "confidential", "purpose": "to test",
        "minutes": 1}  # fmt: skip


def seen(q, state, channel="web"):
    """(index, progress, screens expected from here on) of the screen that is next."""
    screen = engine.next_screen(q, state, channel)
    assert isinstance(screen, engine.Screen)
    screens = shots(walk(q, state), state, channel)
    index = [shot.at for shot in screens].index(screen.at)
    return index, screen.progress, remaining(q, state, screens, index, channel)


PAGES = """
pages:
  - {name: one, questions: [{name: a, type: yes_no, label: A}]}
  - {name: two, relevant: "${a} = 'yes'", questions: [{name: b, type: yes_no, label: B}, {name: b2, type: text, label: B2}]}
  - {name: three, relevant: "${b} = 'yes'", questions: [{name: c, type: yes_no, label: C}]}
  - {name: four, questions: [{name: d, type: text, label: D}, {name: e, type: text, label: E, relevant: "${a} = 'no'"}]}
"""


@pytest.mark.parametrize(("channel", "expected"), [("web", 1 + 0.5 + 0.5 + 1), ("sms", 1 + 0.5 + 0.5 + 0.5 + 1 + 0.5)])
def test_what_may_come_counts_by_half(channel, expected):
    q = compiled(PAGES)
    assert seen(q, begin(q, channel), channel)[2] == expected


def test_what_is_known_counts_as_it_is():
    q = compiled(PAGES)
    no = take(q, begin(q), a="no")
    assert seen(q, no) == (1, 0.5, 1)
    yes = take(q, begin(q), a="yes")
    assert seen(q, yes) == (1, 1 / 3.5, 2.5)
    assert seen(q, take(q, yes, b="yes", b2="")) == (2, 0.5, 2)


def test_a_condition_that_stays_unknown_is_decided():
    q = compiled(
        PAGES.replace("${a} = 'yes'", "${n} > 1").replace("{name: a,", "{name: n, type: integer, label: N}, {name: a,")
    )
    assert seen(q, take(q, begin(q), n="", a="yes"))[2] == 1


def test_blocks_and_what_is_calculated_hang_on_what_is_open():
    q = compiled("""
pages:
  - {name: one, questions: [{name: n, type: integer, label: N}]}
  - {name: sum, questions: [{name: twice, type: computed, calculation: "${n} * 2"}]}
  - block: big
    relevant: ${twice} > 10
    pages:
      - {name: two, questions: [{name: b, type: yes_no, label: B}]}
      - {name: three, relevant: "${b} = 'yes'", questions: [{name: c, type: yes_no, label: C}]}
""")
    assert seen(q, begin(q))[2] == 1 + 0.5 + 0.25
    assert seen(q, take(q, begin(q), n="9"))[2] == 1.5
    assert engine.next_screen(q, take(q, begin(q), n="1"), "web") == engine.End("complete", "en")


def test_what_an_exit_or_a_jump_leaves_out_is_not_expected():
    q = compiled("""
pages:
  - {name: one, questions: [{name: a, type: yes_no, label: A}, {name: go, type: jump, relevant: "${a} = 'yes'", to: four}]}
  - {name: two, questions: [{name: b, type: yes_no, label: B}]}
  - {name: four, questions: [{name: d, type: text, label: D}]}
""")
    assert seen(q, take(q, begin(q), a="yes")) == (1, 0.5, 1)
    assert seen(q, take(q, begin(q), a="no")) == (1, 1 / 3, 2)


@st.composite
def definitions(draw):
    """Pages of yes-no questions, some of them under conditions on earlier ones."""
    pages, names = [], []
    for number in range(draw(st.integers(1, 7))):
        questions = []
        for _ in range(draw(st.integers(1, 2))):
            name = f"q{len(names)}"
            question = {"name": name, "type": "yes_no", "label": name}
            if names and draw(st.integers(0, 3)) == 0:
                question["relevant"] = f"${{{draw(st.sampled_from(names))}}} = 'yes'"
            questions.append(question)
            names.append(name)
        page = {"name": f"p{number}", "questions": questions}
        earlier = names[: -len(questions)]
        if earlier and draw(st.booleans()):
            page["relevant"] = f"${{{draw(st.sampled_from(earlier))}}} = '{draw(st.sampled_from(['yes', 'no']))}'"
        pages.append(page)
    q = engine.compile({**HEAD, "pages": pages})
    assert isinstance(q, engine.Questionnaire), q
    return q


@given(definitions(), st.sampled_from(["web", "sms"]), st.data())
def test_it_goes_back_only_where_more_is_left_than_was_expected(q, channel, data):
    state, steps = begin(q, channel), []
    while isinstance(screen := engine.next_screen(q, state, channel), engine.Screen):
        index, progress, expected = seen(q, state, channel)
        assert 0 <= progress < 1
        assert (progress == 0) == (index == 0)
        assert expected >= len(shots(walk(q, state), state, channel)) - index >= 1
        steps.append((index, progress, expected))
        raw = {item.name: data.draw(st.sampled_from(["yes", "no"])) for item in screen.items}
        outcome = engine.answer(q, state, screen.at, raw, channel, NOW)
        assert isinstance(outcome, engine.Accepted)
        state = outcome.state
    for (index, before, expected), (later, after, left) in pairwise(steps):
        assert after > before or (after == before and later == index) or left > expected


@given(st.integers(1, 9))
def test_without_conditions_each_page_is_worth_the_same(count):
    pages = [{"name": f"p{n}", "questions": [{"name": f"q{n}", "type": "text", "label": "?"}]} for n in range(count)]
    q = engine.compile({**HEAD, "pages": pages})
    state = begin(q)
    for number in range(count):
        assert engine.next_screen(q, state, "web").progress == number / count
        state = take(q, state, **{f"q{number}": "x"})


ROWS = """
pages:
  - {name: one, questions: [{name: a, type: yes_no, label: A}]}
  - repeat: trip
    relevant: ${a} = 'yes'
    count: 3
    pages:
      - {name: where, questions: [{name: town, type: text, label: T}, {name: abroad, type: yes_no, label: X}]}
      - {name: more, relevant: "${abroad} = 'yes'", questions: [{name: passport, type: yes_no, label: P}]}
  - {name: last, questions: [{name: z, type: text, label: Z}]}
"""


@pytest.mark.parametrize(("channel", "row"), [("web", 1 + 0.5), ("sms", 2 + 0.5)])
def test_rows_that_may_come_count_where_their_number_is_known(channel, row):
    q = compiled(ROWS)
    assert seen(q, begin(q, channel), channel)[2] == 1 + 0.5 * 3 * row + 1
    assert seen(q, typed(q, {"a": "yes"}, channel=channel), channel)[2] == 3 * row + 1
    open_ended = compiled(ROWS.replace("count: 3", "least: 2"))
    assert seen(open_ended, begin(open_ended, channel), channel)[2] == 1 + 0.5 * (2 * row + 1) + 1


def test_what_a_row_may_bring_is_settled_by_the_row():
    q = compiled(ROWS)
    state = typed(q, {"a": "yes"}, {"town[1]": "Rome", "abroad[1]": "no"}, {"town[2]": "Oslo", "abroad[2]": "yes"})
    assert seen(q, state)[2] == 1 + 1.5 + 1
