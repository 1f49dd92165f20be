"""Functions over what happened to a contact, for segments alone: ``parse(…, functions=SEGMENT)``.

``env["history()"]`` holds the contact's Happenings in any order; only those up to ``now()`` count.
app/filters/history.py says the same in SQL.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.engine.expressions.functions import FUNCTIONS, LOGIC, Function
from app.engine.model import Env

LARGEST = 1e14
"""Numbers in the data of events count below this, on either side of zero; in FRACTIONs a 64-bit integer still holds them."""
FRACTION = 10_000
"""Sums count in this part of one: whole numbers add up alike in any order and in any database."""
KEY = re.compile(r"[\w.-]{1,60}")


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of a contact: ``data`` is a JSON object."""

    kind: str
    at: datetime
    data: Mapping[str, Any]


def kinds(kind: str) -> tuple[str, str]:
    """What an event called so in an expression is called on the timeline: ours, or a program's."""
    return kind, f"customer.{kind}"


def since(now: datetime, days: float | None) -> datetime | None:
    """The instant after which events count; None: all do."""
    try:
        return None if days is None else now - timedelta(days=days)
    except OverflowError:
        return None


def number_in(data: Mapping[str, Any], key: str) -> float | None:
    value = data.get(key)
    fits = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST
    return value if fits else None


def fractions(value: float) -> int:
    """How many FRACTIONs a number is, to the nearest, halves upwards."""
    return math.floor(value * FRACTION + 0.5)


def _matching(env: Env, kind: str, days: float | None = None) -> Iterator[Happening]:
    now = datetime.fromisoformat(env["now()"])
    after = since(now, days)
    happened: Sequence[Happening] = env["history()"]
    return (one for one in happened if one.kind in kinds(kind) and one.at <= now and (after is None or one.at > after))


def _count(env: Env, kind: str, days: float | None = None, key: str = "", value: str | None = None) -> int:
    happened = _matching(env, kind, days)
    return sum(not key or (key in one.data if value is None else one.data.get(key) == value) for one in happened)


def _sum(env: Env, kind: str, key: str, days: float | None = None) -> float:
    numbers = (number_in(one.data, key) for one in _matching(env, kind, days))
    return sum(fractions(each) for each in numbers if each is not None) / FRACTION


def _last(env: Env, kind: str) -> str | None:
    return max((one.at.date().isoformat() for one in _matching(env, kind)), default=None)


def _last_value(env: Env, kind: str, key: str) -> float | None:
    known = [(one.at, value) for one in _matching(env, kind) if (value := number_in(one.data, key)) is not None]
    return max(known)[1] if known else None


HISTORY: dict[str, tuple[Function, Callable[..., Any]]] = {
    "count-events": (Function(("word", "days", "key", "word"), "number", 1), _count),
    "events-sum": (Function(("word", "key", "days"), "number", 2), _sum),
    "last-event": (Function(("word",), "date", 1), _last),
    "last-value": (Function(("word", "key"), "number", 2), _last_value),
}
"""Each with what it means: ``(env, literals…)``. Of several values at the very same instant the last is the greatest."""

_PLAIN = (
    *(name for name in LOGIC if name not in ("asked", "dont-know", "refused")), "selected", "count-selected", "abs", "min", "max",
    *("string-length", "contains", "starts-with", "ends-with"), "today", "year-of", "month-of", "day-of",
)  # fmt: skip
SEGMENT: dict[str, Function] = {name: FUNCTIONS[name] for name in _PLAIN} | {
    name: function for name, (function, _) in HISTORY.items()
}
"""What an expression over contacts may call: all that means the very same in SQL on every database."""
