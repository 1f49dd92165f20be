"""Somebody with an answer to every question, who gives it on any channel: for the properties of test_properties.py."""

from random import Random
from typing import Any

from app import engine
from app.engine.model import Grid
from tests.engine.helpers import NOW

MOST = 400
"""Screens after which an interview does not end."""


class Person:
    """What is said follows from the person, the question and what is offered; where it was refused, from how often."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def says(self, q: engine.Questionnaire, item: engine.Item, channel: str, tried: int = 0) -> dict[str, Any]:
        """The form's fields of one item; {} of a note."""
        question = q.question(item.name)
        assert question is not None or item.type == "note"
        if question is None or not question.asked:
            return {}
        if question.grid and question.grid.total is not None:
            return {item.name: self.share(question.grid, question.bare)}
        offered = sorted(choice.name for choice in item.choices)
        chance = Random(f"{self.seed}:{item.name}:{offered}:{tried}")
        mood = chance.random()
        if question.dont_know and (mood < 0.1 or tried > 9):
            return {f"{item.name}__special": "dk"}
        if question.required is False and mood < 0.25:
            return {item.name: ""}
        said = question.kind.sample(question, offered, chance)
        return {item.name: as_reply(item, said) if channel == "sms" else said}

    def share(self, grid: Grid, row: str) -> str:
        """Of a constant sum: the rows but the last have the same, which has the rest."""
        assert grid.total is not None
        each = Random(f"{self.seed}:{grid.name}").randint(0, int(grid.total) // len(grid.rows))
        return str(each if row != grid.rows[-1] else grid.total - each * (len(grid.rows) - 1))


def as_reply(item: engine.Item, said: Any) -> str:
    """As typed in a text message: options by their numbers, but what is found by its name."""
    numbers = {} if item.type == "lookup" else {choice.name: str(choice.number) for choice in item.choices}
    return " ".join(numbers.get(part, part) for part in ([said] if isinstance(said, str) else said))


def submit(
    q: engine.Questionnaire, state: engine.State, screen: engine.Screen, who: Person, channel: str
) -> engine.Accepted:
    """Answer a screen until it is taken; what was refused is said otherwise."""
    raw: dict[str, Any] = {}
    for item in screen.items:
        raw |= who.says(q, item, channel)
    for tried in range(1, 30):
        outcome = engine.answer(q, state, screen.at, raw, channel, NOW)
        if isinstance(outcome, engine.Accepted):
            return outcome
        for item in screen.items:
            if any(problem.name == item.name for problem in outcome.problems):
                raw.pop(item.name, None)
                raw |= who.says(q, item, channel, tried)
    raise AssertionError((screen.at, raw, outcome))


def finish(q: engine.Questionnaire, state: engine.State, who: Person, channel: str) -> engine.State:
    """Answer every screen that is left."""
    for _ in range(MOST):
        screen = engine.next_screen(q, state, channel)
        if isinstance(screen, engine.End):
            return state
        after = submit(q, state, screen, who, channel).state
        assert after is not state, ("nothing changed", screen)
        state = after
    raise AssertionError("the interview does not end")


def say_all_again(q: engine.Questionnaire, state: engine.State, who: Person, channel: str) -> engine.State:
    """Go through the whole interview from its beginning, saying everything anew, also what only then comes onto the route."""
    told: set[str] = set()
    while left := [node.name for node in engine.path(q, state) if node.asked and node.name not in told]:
        screen = engine.next_screen(q, state, channel, left[0])
        assert isinstance(screen, engine.Screen)
        state = submit(q, state, screen, who, channel).state
        told.add(left[0])
    return finish(q, state, who, channel)
