"""How far an interview is: the screens behind, of those and the ones that are expected ahead.

What is on the route counts as it stands. What is not yet, because its condition reads a question that is still open, counts
by half for each such condition; what is off the route for good counts for nothing. So progress goes back only where more
comes than was expected.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.engine.model import Env, Expression, Page, Part, Questionnaire, Repeat
from app.engine.route import Route
from app.engine.routing import PAGED, Shot
from app.engine.state import State
from app.engine.walking import walk

LIKELY = 0.5
"""Of what may come or not."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page that is not sure to come, or of which something is not. ``around``: the conditions it stands under. ``asks``: those of
    its questions. ``sure``: how many of them have none. ``names``: all its questions. ``reads``: what the value of a question
    that is conditional or calculated hangs on. Pages in repeats are left out: how many rows there will be is not known
    before they are there."""

    page: str
    around: tuple[Expression, ...]
    asks: tuple[Expression, ...]
    sure: int
    names: frozenset[str]
    reads: tuple[tuple[str, frozenset[str]], ...]


def progress(q: Questionnaire, state: State, screens: Sequence[Shot], index: int, channel: str) -> float:
    """From 0 at the first screen to less than 1 at the last."""
    return index / (index + remaining(q, state, screens, index, channel))


def remaining(q: Questionnaire, state: State, screens: Sequence[Shot], index: int, channel: str) -> float:
    """How many screens are expected from this one on, it included."""
    route, steps = walk(q, state), _steps(q)
    expected = float(len(screens) - index)
    if route.exit is not None or not steps:
        return expected
    return expected + _possible(steps, route, channel in PAGED)


def _possible(steps: Sequence[Step], route: Route, paged: bool) -> float:
    """The screens that open questions may still bring onto the route."""
    visited = {visit.name: visit for visit in route.visits}
    undecided = {name for visit in route.visits if visit.env is None for name in visit.faults}
    total = 0.0
    for step in steps:
        visit = visited.get(step.page)
        chance = 1.0 if visit else _chance(step.around, route.env, undecided)
        if chance and not (paged and visit and visit.shown):
            asked = [chance * each for ask in step.asks if (each := _chance((ask,), route.env, undecided))]
            if visit is None:  # with the page would come what is always asked on it
                asked += [chance] * step.sure
                undecided |= step.names
            total += max(asked, default=0.0) if paged else sum(asked)
        undecided.update(name for name, reads in step.reads if not reads.isdisjoint(undecided))
    return total


def _chance(conditions: Sequence[Expression], env: Env, undecided: set[str]) -> float:
    """How likely something comes that is not there now: 0 where no condition is open."""
    chance = 1.0
    for condition in conditions:
        value = condition.evaluate(env)
        if value is None and not condition.references.isdisjoint(undecided):
            chance *= LIKELY
        elif value is not True:
            return 0.0
    return chance if chance < 1 else 0.0


def _steps(q: Questionnaire) -> tuple[Step, ...]:
    """Worked out once."""
    steps: tuple[Step, ...] | None = q.items.get("progress")
    if steps is None:
        steps = q.items["progress"] = tuple(_of(q.parts, ()))
    return steps


def _of(parts: Sequence[Part], around: tuple[Expression, ...]) -> Iterator[Step]:
    for part in parts:
        conditions = (*around, part.relevant) if part.relevant else around
        if isinstance(part, Page):
            step = _step(part, conditions)
            if conditions or step.reads:
                yield step
        elif not isinstance(part, Repeat):
            yield from _of(part.parts, conditions)


def _step(page: Page, around: tuple[Expression, ...]) -> Step:
    asked = [question for question in page.questions if question.asked]
    asks = tuple(question.relevant for question in asked if question.relevant)
    given = [(q.name, each.references) for q in page.questions for each in (q.relevant, q.calculation) if each]
    names = frozenset(question.name for question in page.questions)
    return Step(page.name, around, asks, len(asked) - len(asks), names, tuple(given))
