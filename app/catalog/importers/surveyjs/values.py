"""What ``{name}`` means in a SurveyJS form: where its value is kept with us."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.catalog.importers.names import Names

VARIABLE = re.compile(r"[^\W\d][\w-]{0,79}")
PATH = re.compile(r"[^.\[\]]+|\[\d+\]")


@dataclass(frozen=True, slots=True)
class Value:
    """``type``: number, text, date, code or set as in our expressions; "grid" (``parts`` are its rows), "rows" (of a repeat;
    ``parts`` are its questions), "note", or "lost" (of what is left out).

    ``name``: ours of the question that holds it; ``also``: the other questions of the form that share it. ``codes``: choice
    as in the form, in small letters -> ours; ``words``: the same -> as it is written. ``boolean``: the codes stand for true
    and false; ``ranked``: their order counts. ``at``: its place in the order of asking. ``repeats``: those it stands in.
    ``row``: of which row alone, from 1; 0 for this row."""

    type: str
    name: str
    at: int = 0
    codes: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    boolean: bool = False
    ranked: bool = False
    parts: Mapping[str, "Value"] = field(default_factory=dict)
    repeats: tuple[str, ...] = ()
    row: int = 0
    also: tuple["Value", ...] = ()

    def each(self) -> Iterator["Value"]:
        """It alone, then each that shares it."""
        yield replace(self, also=()) if self.also else self
        yield from self.also


def shared(values: Iterable[Value]) -> Value | None:
    """One value for those that share it; None where there is none."""
    found = [alone for value in values for alone in value.each()]
    return replace(found[0], also=tuple(found[1:])) if found else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands. ``at``: it may read what is asked before. ``around``: what ``panel``, ``row`` and so on
    stand for there. ``item``: the choice that it is about. ``own``: the value that it checks."""

    at: int
    around: Mapping[str, Mapping[str, Value]] = field(default_factory=dict)
    item: str | None = None
    own: Value | None = None
    repeats: tuple[str, ...] = ()


class Values:
    """All values of a form. ``outside``: variables that nobody is asked for -> our names; the page around the form sets them."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.known: dict[str, Value] = {}
        self.outside: dict[str, str] = {}

    def find(self, path: str, scope: Scope) -> Value | None:
        """The value at a path such as ``q``, ``panel.q``, ``matrix.row.column``, ``list[0].q``."""
        key = path.casefold()
        first, _, rest = key.partition(".")
        if first in scope.around and rest:
            return _within(scope.around[first], rest)
        return _within(self.known, key)

    def outsider(self, path: str) -> Value | None:
        """The variable of that name; None where it can be no name of one."""
        key = path.casefold()
        if not VARIABLE.fullmatch(path):
            return None
        if key not in self.outside:
            self.outside[key] = self.names.take(path)
        return Value("text", self.outside[key], -1)


def add(known: dict[str, Value], name: str, value: Value) -> None:
    """Make the value known by a name; questions that share a name share their value."""
    key = name.casefold()
    known[key] = shared((known[key], value)) or value if key in known else value


def _within(values: Mapping[str, Value], key: str) -> Value | None:
    """The longest name that the path begins with (names may have dots themselves), then its parts."""
    for head, tail in _cuts(key):
        value = values.get(head)
        found = shared(part for each in value.each() if (part := _part(each, tail))) if value else None
        if found:
            return found
    return None


def _part(value: Value, tail: str) -> Value | None:
    """What the rest of a path leads to."""
    row = re.match(r"\[(\d+)\]\.?", tail)
    if row:
        value, tail = replace(value, row=int(row[1]) + 1), tail[row.end() :]
    if not tail:
        return value
    part = _within(value.parts, tail.removeprefix("."))
    return shared(replace(each, row=value.row) for each in part.each()) if part and value.row else part


def _cuts(key: str) -> Iterator[tuple[str, str]]:
    """The path cut in two at every joint, the longest head first."""
    ends = [match.end() for match in PATH.finditer(key)]
    for end in reversed(ends):
        yield key[:end], key[end:]
