"""How far an interview is: the screens behind, of those and the ones that are expected ahead.

What is on the route counts as it stands. What is not yet, because its condition reads a question that is still open, counts
by half for each such condition; what is off the route for good counts for nothing. So progress goes back only where more
comes than was expected.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.model import Env, Expression, Page, Part, Question, Questionnaire, Repeat
from app.engine.route import Route
from app.engine.routing import PAGED, Shot
from app.engine.state import State
from app.engine.walking import walk

LIKELY = 0.5
"""Of what may come or not."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page that is not sure to come, or of which something is not: the conditions around it, its own last, and those of its
    questions that have one or are calculated. ``rest``: how many others are asked. Pages in repeats are left out: how many
    rows there will be is not known before they are there."""

    page: Page
    conditions: tuple[Expression, ...]
    questions: tuple[Question, ...]
    rest: int


def progress(q: Questionnaire, state: State, screens: Sequence[Shot], index: int, channel: str) -> float:
    """From 0 at the first screen to less than 1 at the last."""
    return index / (index + remaining(q, state, screens, index, channel))


def remaining(q: Questionnaire, state: State, screens: Sequence[Shot], index: int, channel: str) -> float:
    """How many screens are expected from this one on, it included."""
    route = walk(q, state)
    expected = float(len(screens) - index)
    if route.exit is not None or not _steps(q):
        return expected
    return expected + _possible(q, route, channel in PAGED)


def _possible(q: Questionnaire, route: Route, paged: bool) -> float:
    """The screens that open questions may still bring onto the route."""
    visited = {visit.name: visit for visit in route.visits}
    undecided = {name for visit in route.visits if visit.env is None for name in visit.faults}
    total = 0.0
    for step in _steps(q):
        visit = visited.get(step.page.name)
        chance = 1.0 if visit else _chance(step.conditions, route.env, undecided)
        if not chance:
            continue
        conditions = [question.relevant for question in step.questions if question.asked and question.relevant]
        asked = [_chance((condition,), route.env, undecided) for condition in conditions]
        if visit is None:  # with the page would come what is always asked on it
            asked = [chance * each for each in asked] + [chance] * step.rest
            undecided |= {question.name for question in step.page.questions}
        if not paged:
            total += sum(asked)
        elif visit is None or not visit.shown:
            total += max(asked, default=0.0)
        undecided |= {question.name for question in step.questions if _waits(question, undecided)}
    return total


def _chance(conditions: Sequence[Expression], env: Env, undecided: set[str]) -> float:
    """How likely something comes that is not there now: 0 where no condition is open."""
    chance = 1.0
    for condition in conditions:
        value = condition.evaluate(env)
        if value is None and condition.references & undecided:
            chance *= LIKELY
        elif value is not True:
            return 0.0
    return chance if chance < 1 else 0.0


def _waits(question: Question, undecided: set[str]) -> bool:
    """Whether a question's value hangs on what is open."""
    reads = [condition.references for condition in (question.relevant, question.calculation) if condition]
    return any(references & undecided for references in reads)


def _steps(q: Questionnaire) -> tuple[Step, ...]:
    """Worked out once."""
    steps: tuple[Step, ...] | None = q.items.get("progress")
    if steps is None:
        steps = q.items["progress"] = tuple(_of(q.parts, ()))
    return steps


def _of(parts: Sequence[Part], around: tuple[Expression, ...]) -> list[Step]:
    steps: list[Step] = []
    for part in parts:
        conditions = (*around, part.relevant) if part.relevant else around
        if isinstance(part, Repeat):
            continue
        if not isinstance(part, Page):
            steps += _of(part.parts, conditions)
            continue
        varying = tuple(question for question in part.questions if question.relevant or question.calculation)
        if conditions or varying:
            rest = sum(question.asked and question.relevant is None for question in part.questions)
            steps.append(Step(part, conditions, varying, rest))
    return steps
