"""Don't know and refused: offered, probed or hidden, by the mode that asks."""

import pytest

from app import engine
from tests.engine.helpers import NOW, begin, compiled, problems, take

MODES = ("web", "sms", "phone", "field")
PAGES = """
pages:
  - name: one
    questions:
      - {name: age, type: integer, label: How old are you, required: yes, dont_know: yes, refused: Rather not say}
  - name: two
    questions:
      - {name: pets, type: integer, label: How many pets}
"""
LABELS = {"dk": "Don't know", "refused": "Rather not say"}
SAID = {"dk": {"web": {"age__special": "dk"}, "sms": {"age": "don't know"}},
        "refused": {"web": {"age__special": "refused"}, "sms": {"age": "rather not say"}}}  # fmt: skip
KEYS = {"dk": "d", "refused": "r"}


def definition(special, mode, policy):
    key = "dont_know" if special == "dk" else "refused"
    return compiled(f"\n{key}: {{{mode}: {policy}}}" + PAGES)


def label(screen, special):
    return screen.items[0].dk if special == "dk" else screen.items[0].refused


def say(q, state, special, mode):
    raw = SAID[special].get(mode) or {"age": KEYS[special]}
    return engine.answer(q, state, engine.next_screen(q, state, mode).at, raw, mode, NOW)


@pytest.mark.parametrize("special", ["dk", "refused"])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("policy", "shown_first", "shown_after", "taken"),
    [("offered", True, True, True), ("probed", False, True, True), ("hidden", False, False, False)],
)
def test_each_policy_on_each_mode(special, mode, policy, shown_first, shown_after, taken):
    q = definition(special, mode, policy)
    state = begin(q, mode)
    screen = engine.next_screen(q, state, mode)
    assert bool(label(screen, special)) == shown_first
    empty = engine.answer(q, state, screen.at, {"age": ""}, mode, NOW)
    assert isinstance(empty, engine.Invalid)
    again = engine.redisplay(screen, empty.problems, empty.raw)
    assert bool(label(again, special)) == shown_after
    said = say(q, state, special, mode)
    assert isinstance(said, engine.Accepted) == taken
    if taken:
        assert said.state.answers["age"].special == special
        back = engine.next_screen(q, said.state, mode, screen.at)
        assert label(back, special)
    else:
        sent = engine.answer(q, state, screen.at, {"age__special": special}, mode, NOW)
        assert isinstance(sent, engine.Invalid)


@pytest.mark.parametrize("special", ["dk", "refused"])
@pytest.mark.parametrize("mode", MODES)
def test_a_policy_is_for_its_mode_and_its_answer_alone(special, mode):
    q = definition(special, mode, "hidden")
    for other in MODES:
        screen = engine.next_screen(q, begin(q, other), other)
        assert bool(screen.items[0].dk) == (other != mode or special != "dk")
        assert bool(screen.items[0].refused) == (other != mode or special != "refused")


def test_an_optional_question_left_blank_offers_it_on_return():
    q = compiled("\ndont_know: {field: probed}" + PAGES)
    state = take(q, begin(q, "field"), "field", age="30")
    assert engine.next_screen(q, state, "field").items[0].dk == ""
    state = take(q, state, "field", pets="")
    assert engine.next_screen(q, state, "field", "two").items[0].dk
    state = take(q, state, "field", "two", pets="2")
    assert engine.next_screen(q, state, "field", "two").items[0].dk == ""


def test_respondents_are_offered_nothing_that_the_question_does_not_offer():
    q = compiled("\ndont_know: {web: offered, sms: probed}" + PAGES)
    for mode in ("web", "sms"):
        state = take(q, begin(q, mode), mode, age="30")
        assert engine.next_screen(q, state, mode).items[0].probes == {}
        outcome = engine.answer(q, state, engine.next_screen(q, state, mode).at, {"pets__special": "dk"}, mode, NOW)
        assert outcome.state.answers["pets"].special is None


def test_what_the_author_says_wrongly_is_found():
    assert problems("\ndont_know: {web: sometimes}" + PAGES) == ["not_allowed"]
    assert problems("\nrefused: {mail: hidden}" + PAGES) == ["unknown_key"]
