"""Walking repeats. A row is walked again only where its answers, or what it reads from outside, changed since the last time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.engine.model import Env, Page, Question, Questionnaire, Repeat
from app.engine.route import ABSENT, Route
from app.engine.state import Answer, State

if TYPE_CHECKING:
    from app.engine.walking import Walk

Documents = Sequence[Mapping[str, Answer]]


@dataclass(slots=True)
class Row:
    """A row as it was walked. ``documents``, ``outer``: what it was made from. ``listed``: its value of each listed name."""

    documents: Documents
    outer: Sequence[Any]
    route: Route
    listed: list[Any]


def walk_repeat(walk: "Walk", repeat: Repeat, env: Env, place: str, route: Route) -> None:
    """Row by row. What stands outside then sees the listed names as lists, and the repeat's own name as the number of rows."""
    outer = _outer(walk, repeat, env, place)
    under = _places(walk.state) if repeat.nested else None
    lists: dict[str, list[Any]] = {name: [] for name in repeat.listed}
    count = row_count(repeat, env)
    done = 0
    while done < repeat.most and route.exit is None and _goes_on(walk, repeat, env, place, route, count, done):
        done += 1
        here = f"{place}[{done}]"
        row = _row(
            walk, repeat, env, here, outer, [walk.state.answers.at(here)] if under is None else under.get(here, [])
        )
        route.visits += row.route.visits
        route.exit = row.route.exit
        for values, value in zip(lists.values(), row.listed, strict=True):
            values.extend(value) if isinstance(value, list) else values.append(value)
    env.update(lists)
    env[repeat.name] = done


def row_count(repeat: Repeat, env: Env) -> int | None:
    """How many rows there are; None: the person says it. An unknown count is none."""
    if repeat.count is None:
        return None
    count = repeat.count.evaluate(env)
    return max(repeat.least, min(int(count or 0), repeat.most))


def _goes_on(walk: "Walk", repeat: Repeat, env: Env, place: str, route: Route, count: int | None, done: int) -> bool:
    """Whether there is a row after ``done``: as the count says, or up to the least always and then as the person says."""
    if count is not None:
        return done < count
    if repeat.more is None or done < repeat.least:
        return True
    here = f"{place}[{done}]"
    asked = {**env, "position()": done}
    walk.page(repeat.more, placed(walk.q, repeat.more, here), asked, here, route)
    return asked.get(repeat.more.name) == "yes"


def _places(state: State) -> dict[str, list[Mapping[str, Answer]]]:
    """The documents at or under each place."""
    found: dict[str, list[Mapping[str, Answer]]] = {}
    for place, document in state.answers.rows.items():
        parts = place.split("]")[:-1]
        for depth in range(1, len(parts) + 1):
            found.setdefault("]".join(parts[:depth]) + "]", []).append(document)
    return found


def _outer(walk: "Walk", repeat: Repeat, env: Env, place: str) -> list[Any]:
    """What rows see of outside: the very same list as long as nothing in it changed, so that this is seen at once."""
    walked, key = _walked(walk), (repeat.name, f"{place}outside")
    outer = [env.get(name, ABSENT) for name in repeat.outer]
    kept: list[Any] | None = walked.get(key)
    if kept != outer:
        kept = walked[key] = outer
    return kept


def _row(walk: "Walk", repeat: Repeat, env: Env, place: str, outer: Sequence[Any], documents: Documents) -> Row:
    """The row at a place, walked or remembered."""
    walked, key = _walked(walk), (repeat.name, place)
    known: Row | None = walked.get(key)
    if known is not None and known.outer is outer and _same(known.documents, documents):
        return known
    inside = Route({**env, "position()": int(place[place.rindex("[") + 1 : -1])})
    walk.parts(repeat.parts, inside.env, place, inside)
    row = walked[key] = Row(documents, outer, inside, [inside.env.get(name) for name in repeat.listed])
    return row


def _walked(walk: "Walk") -> dict[tuple[str, str], Any]:
    """What is remembered of rows and of what is outside them, by repeat and place."""
    state = walk.state
    if state.walked is None or state.walked[0] is not walk.q:
        object.__setattr__(state, "walked", (walk.q, {}))
    found: dict[tuple[str, str], Any] = state.walked[1]
    return found


def _same(old: Documents, new: Documents) -> bool:
    """Whether they are the very same documents: those that did not change are never copied."""
    return len(old) == len(new) and all(a is b for a, b in zip(old, new, strict=True))


def placed(q: Questionnaire, page: Page, place: str) -> tuple[Question, ...]:
    """The page's questions for a row, made once."""
    key = ("placed", page.name, place)
    found: tuple[Question, ...] | None = q.items.get(key)
    if found is None:
        found = q.items[key] = tuple(replace(question, name=f"{question.name}{place}") for question in page.questions)
    return found
