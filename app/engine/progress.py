"""How far an interview is: the screens behind, of those and the ones that are expected ahead.

What is on the route counts as it stands. What is not yet, because its condition reads a question that is still open, counts
by half for each such condition; what is off the route for good counts for nothing. Of a repeat that may come, the rows count
that are known: its count where it reads no open question, else the least. So progress goes back only where more comes than was
expected.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.engine.model import Env, Expression, Page, Part, Questionnaire, Repeat
from app.engine.repeats import row_count
from app.engine.route import Route, Visit
from app.engine.routing import PAGED, Shot
from app.engine.state import State, place_of
from app.engine.walking import walk

LIKELY = 0.5
"""Of what may come or not."""


@dataclass(frozen=True, slots=True)
class Step:
    """A page. ``around``: the conditions it stands under, those around its repeat left out. ``asks``: those of
    its questions. ``sure``: how many of them have none. ``names``: all its questions. ``reads``: what the value of a question
    that is conditional or calculated hangs on."""

    page: str
    around: tuple[Expression, ...]
    asks: tuple[Expression, ...]
    sure: int
    names: frozenset[str]
    reads: tuple[tuple[str, frozenset[str]], ...]

    @property
    def open(self) -> bool:
        """Whether it is not sure to come, or something of it is not."""
        return bool(self.around or self.reads)


@dataclass(frozen=True, slots=True)
class Rows:
    """A repeat. ``around``: as of a page. ``steps``: those of a row. ``open``: whether a row may bring more than it has."""

    repeat: Repeat
    around: tuple[Expression, ...]
    steps: "Steps"
    open: bool


Steps = tuple[Step | Rows, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where steps are looked at: outside repeats or in a row. ``at``: ``""`` or ``[2]``. ``sure``: it is there; else nothing in it
    has been walked. ``undecided``: the bare names that may still change what comes."""

    at: str
    env: Env
    undecided: set[str]
    sure: bool = True


def progress(q: Questionnaire, state: State, screens: Sequence[Shot], index: int, channel: str) -> float:
    """From 0 at the first screen to less than 1 at the last."""
    return index / (index + remaining(q, state, screens, index, channel))


def remaining(q: Questionnaire, state: State, screens: Sequence[Shot], index: int, channel: str) -> float:
    """How many screens are expected from this one on, it included."""
    route, steps = walk(q, state), _steps(q)
    expected = float(len(screens) - index)
    if route.exit is not None or not any(step.open or isinstance(step, Rows) for step in steps):
        return expected
    return expected + Ahead(route, state.walked[1] if state.walked else {}, channel in PAGED).of(steps)


class Ahead:
    """The screens that open questions may still bring onto a route. ``rows``: by repeat and place, as they were walked."""

    def __init__(self, route: Route, rows: Mapping[tuple[str, str], Any], paged: bool) -> None:
        self.route, self.rows, self.paged = route, rows, paged
        self.visited: Mapping[str, Visit] = {visit.name: visit for visit in route.visits}
        self.waiting: dict[str, set[str]] = {}
        for visit in route.visits:
            if visit.faults:
                names = {name.partition("[")[0] for name in visit.faults}
                self.waiting.setdefault(place_of(visit.name), set()).update(names)

    def of(self, steps: Steps) -> float:
        return self._all(steps, Place("", self.route.env, set(self.waiting.get("", ()))))

    def _all(self, steps: Steps, place: Place) -> float:
        return sum(self._rows(step, place) if isinstance(step, Rows) else self._page(step, place) for step in steps)

    def _page(self, step: Step, place: Place) -> float:
        visit = self.visited.get(f"{step.page}{place.at}") if place.sure else None
        chance = 1.0 if visit else _chance(step.around, place)
        screens = 0.0
        if chance and not (self.paged and visit and visit.shown):
            asked = [chance * each for ask in step.asks if (each := _chance((ask,), place))]
            if visit is None:  # with the page would come what is always asked on it
                asked += [chance] * step.sure
                place.undecided.update(step.names)
            screens = max(asked, default=0.0) if self.paged else sum(asked)
        place.undecided.update(name for name, reads in step.reads if not reads.isdisjoint(place.undecided))
        return screens

    def _rows(self, rows: Rows, place: Place) -> float:
        there = place.env.get(rows.repeat.name) if place.sure else None
        if there is None:
            return self._rows_to_come(rows, place)
        total = 0.0
        for number in range(1, there + 1) if rows.open else ():
            at = f"{place.at}[{number}]"
            waiting = place.undecided | self.waiting.get(at, set())
            if waiting:
                total += self._all(rows.steps, Place(at, self._env(rows.repeat, at, place.env), waiting))
        return total

    def _rows_to_come(self, rows: Rows, place: Place) -> float:
        chance = _chance(rows.around, place)
        if not chance:
            return 0.0
        repeat, unknown = (
            rows.repeat,
            rows.repeat.count is None or not rows.repeat.count.references.isdisjoint(place.undecided),
        )
        many = repeat.least if unknown else row_count(repeat, place.env) or 0
        inside = Place("", place.env, set(place.undecided), sure=False)
        return chance * (many * self._all(rows.steps, inside) + (repeat.more is not None))

    def _env(self, repeat: Repeat, at: str, outer: Env) -> Env:
        """What a row sees; where it was not walked, nothing is known of what stands outside as lists."""
        row = self.rows.get((repeat.name, at))
        return row.route.env if row else {**outer, **dict.fromkeys(repeat.listed)}


def _chance(conditions: Sequence[Expression], place: Place) -> float:
    """How likely something comes that is not there now; where its place is there, what is sure has come: 0 where no condition is
    open."""
    chance = 1.0
    for condition in conditions:
        value = condition.evaluate(place.env)
        if value is None and not condition.references.isdisjoint(place.undecided):
            chance *= LIKELY
        elif value is not True:
            return 0.0
    return 0.0 if place.sure and chance == 1 else chance


def _steps(q: Questionnaire) -> Steps:
    """Worked out once."""
    steps: Steps | None = q.items.get("progress")
    if steps is None:
        steps = q.items["progress"] = tuple(_of(q.parts, ()))
    return steps


def _of(parts: Sequence[Part], around: tuple[Expression, ...]) -> Iterator[Step | Rows]:
    for part in parts:
        conditions = (*around, part.relevant) if part.relevant else around
        if isinstance(part, Page):
            yield _step(part, conditions)
        elif isinstance(part, Repeat):
            steps = tuple(_of(part.parts, ()))
            yield Rows(part, conditions, steps, any(step.open for step in steps))
        else:
            yield from _of(part.parts, conditions)


def _step(page: Page, around: tuple[Expression, ...]) -> Step:
    asked = [question for question in page.questions if question.asked]
    asks = tuple(question.relevant for question in asked if question.relevant)
    given = [(q.name, each.references) for q in page.questions for each in (q.relevant, q.calculation) if each]
    names = frozenset(question.name for question in page.questions)
    return Step(page.name, around, asks, len(asked) - len(asks), names, tuple(given))
