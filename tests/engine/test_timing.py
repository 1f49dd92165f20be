"""A page whose time is over is taken as it is."""

import pytest

from app import engine
from tests.engine.helpers import NOW, begin, compiled, problems, take

DEFINITION = """
pages:
  - name: quick
    time_limit: 60
    questions:
      - {name: a, type: integer, label: A, required: yes, min: 1, max: 9}
      - {name: b, type: integer, label: B, required: yes, constraint: . != 5, warning: . < 7}
      - name: c
        type: constant_sum
        label: C
        total: 10
        required: yes
        rows: [{name: x, label: X}, {name: y, label: Y}]
  - {name: next, questions: [{name: d, type: integer, label: D, relevant: "not(answered(${a}))"}, {name: e, type: text, label: E}]}
"""
Q = compiled(DEFINITION)
ALL = {"a": "3", "b": "4", "c__x": "4", "c__y": "6"}


def late(raw, state=None, at="quick"):
    outcome = engine.answer_late(Q, state or begin(Q), at, raw, "web", NOW)
    assert isinstance(outcome, engine.Accepted), outcome
    return outcome.state


def values(state):
    return {name: state.answers[name].value for name in ALL}


def test_the_limit_is_read():
    page = Q.page("quick")
    assert (page.time_limit, page.more_time) == (60, True)
    assert compiled(DEFINITION.replace("60", "60\n    more_time: no")).page("quick").more_time is False
    assert problems(DEFINITION.replace("60", "1")) == ["bad_range"]


@pytest.mark.parametrize(
    ("wrong", "left_empty"),
    [
        ({}, ()),
        ({"a": ""}, ("a",)),
        ({"a": "many"}, ("a",)),
        ({"a": "99"}, ("a",)),
        ({"b": "5"}, ("b",)),
        ({"a": "", "b": "five"}, ("a", "b")),
        (dict.fromkeys(ALL, ""), tuple(ALL)),
    ],
)
def test_what_cannot_be_taken_is_left_empty_and_the_rest_kept(wrong, left_empty):
    state = late({**ALL, **wrong})
    good = {"a": 3, "b": 4, "c__x": 4, "c__y": 6}
    assert values(state) == {name: None if name in left_empty else value for name, value in good.items()}
    assert {name for name in ALL if state.answers[name].override == engine.LATE} == set(left_empty)
    assert engine.next_screen(Q, state, "web").at == "next"


def test_a_sum_that_does_not_add_up_is_not_required_to():
    state = late({**ALL, "c__y": "1"})
    assert engine.next_screen(Q, state, "web").at == "next"
    assert values(state)["c__x"] == 4


def test_a_warning_holds_nobody_up():
    assert late({**ALL, "b": "8"}).answers["b"].value == 8


def test_what_was_left_empty_counts_as_no_answer():
    assert [item.name for item in engine.next_screen(Q, late({**ALL, "a": ""}), "web").items] == ["d", "e"]
    assert [item.name for item in engine.next_screen(Q, late(ALL), "web").items] == ["e"]


def test_the_interview_can_be_completed_and_read_back():
    state = take(Q, late(dict.fromkeys(ALL, "")), d="1", e="")
    assert engine.next_screen(Q, state, "web").status == "complete"
    assert engine.from_json(engine.to_json(state)) == state


def test_in_time_it_is_required_as_ever():
    assert isinstance(engine.answer(Q, begin(Q), "quick", {**ALL, "a": ""}, "web", NOW), engine.Invalid)
