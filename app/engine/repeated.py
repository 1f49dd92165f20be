"""The rows of repeats, as exports and results read them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from app.engine.model import Block, Env, Part, Questionnaire, Repeat, Value
from app.engine.route import Visit
from app.engine.state import State, place_of
from app.engine.walking import walk

Visits = Mapping[tuple[tuple[str, ...], str], Sequence[Visit]]


@dataclass(frozen=True, slots=True)
class Row:
    """A row on the route. ``repeats``: those it stands in, its own the last; ``numbers``: which row of each. ``values``: as
    ``engine.values`` has those outside repeats; empty where the row asks nothing. ``inner``: the repeats in it that are on the
    route -> how many rows they have."""

    repeats: tuple[str, ...]
    numbers: tuple[int, ...]
    values: Mapping[str, Value | None]
    inner: Mapping[str, int] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """``[2][1]``, as in the names of its answers."""
        return "".join(f"[{number}]" for number in self.numbers)


def rows(q: Questionnaire, state: State) -> Iterator[Row]:
    """Every row of every repeat on the route, an outer one before those in it. The question whether there is another is in none."""
    route = walk(q, state)
    visits: dict[tuple[tuple[str, ...], str], list[Visit]] = {}
    for visit in route.visits:
        repeats = visit.page.repeats
        if repeats and visit.page.name != f"{repeats[-1]}__more":
            visits.setdefault((repeats, place_of(visit.name)), []).append(visit)
    yield from _rows(q.parts, route.env, Row((), (), {}), visits)


def row_counts(q: Questionnaire, state: State) -> Mapping[str, int]:
    """The repeats on the route that stand in no other -> how many rows they have."""
    return _counts(q.parts, walk(q, state).env)


def _counts(parts: Sequence[Part], env: Env) -> Mapping[str, int]:
    return {repeat.name: env[repeat.name] for repeat in _repeats(parts) if repeat.name in env}


def _rows(parts: Sequence[Part], env: Env | None, outer: Row, visits: Visits) -> Iterator[Row]:
    """``env``: what is seen at the end of the outer row; None where nothing is asked in it directly."""
    for repeat in _repeats(parts):
        repeats = (*outer.repeats, repeat.name)
        for number in count(1):
            place = f"{outer.place}[{number}]"
            if number > env.get(repeat.name, 0) if env else not _visited(repeats, place, visits):
                break
            seen = visits.get((repeats, place), ())
            values = {
                node.bare: None if f"{node.bare}?" in inside else inside.get(node.bare)
                for visit in seen
                if (inside := visit.env) is not None
                for node in visit.nodes
            }
            end = seen[-1].env if seen else None
            row = Row(repeats, (*outer.numbers, number), values, _counts(repeat.parts, end or {}))
            yield row
            yield from _rows(repeat.parts, end, row, visits)


def _repeats(parts: Sequence[Part]) -> Iterator[Repeat]:
    """Those of one level; blocks are looked into."""
    for part in parts:
        if isinstance(part, Repeat):
            yield part
        elif isinstance(part, Block):
            yield from _repeats(part.parts)


def _visited(repeats: tuple[str, ...], place: str, visits: Visits) -> bool:
    """Whether anything was asked in a row, or in one inside it."""
    return any(known[: len(repeats)] == repeats and at.startswith(place) for known, at in visits)
