"""Expressions to SQL: a checked tree becomes a condition of SQLAlchemy Core, on SQLite and PostgreSQL.

The semantics are the evaluator's (app/engine/expressions): the unknown is NULL, and SQL's AND, OR and NOT are Kleene's. What reads
no name is worked out by the evaluator itself and bound, as every literal is. tests/contacts/test_segment_sql.py holds both against
each other. A tree may use the functions of ``SEGMENT`` (history.py) and no ``%``; another one is a bug here (KeyError).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Boolean, Date, Double, Integer, Text, and_, case, cast, func, literal, not_, null, or_
from sqlalchemy.sql.elements import ColumnElement, Null

from app.engine.expressions.evaluate import ARITHMETIC, COMPARE, closure
from app.engine.expressions.history import HISTORY

Sql = ColumnElement[Any]
SMALLEST, LARGEST = 1e-150, 1e150
"""Factors and divisors outside are unknown in SQL: PostgreSQL fails where a double runs over or under."""
DAYS = 3_652_058
"""Of the calendar: from 0001-01-01, the first, to 9999-12-31."""


class Codes(Protocol):
    """A set of codes in SQL."""

    def has(self, code: Sql) -> Sql:
        """Whether the code is in it; NULL where the set is unknown."""

    def size(self) -> Sql:
        """How many there are; NULL where the set is unknown."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a tree may read. `values`: by name a column expression of type Double, Text (days and codes too) or Boolean, or a set.
    `history(function, *literals)`: what happened. `constants`: the env for what reads nothing of a row (`now()`).
    `dialect`: sqlite or postgresql."""

    values: Mapping[str, Sql | Codes]
    history: Callable[..., Sql]
    constants: Mapping[str, Any]
    dialect: str


def to_sql(tree: Any, names: Names) -> Sql:
    """The tree of an expression in SQL, of the type that the expression has."""
    op, *operands = tree
    if op == "name":
        found: Any = names.values[operands[0]]
        return found
    if op in HISTORY:
        return names.history(op, *(value for _, value in operands))
    if not _reads(tree):
        return _bound(closure(tree)(dict(names.constants)))
    if op in TREES:
        return TREES[op](names, *operands)
    values = [to_sql(operand, names) for operand in operands]
    return DIALECTS[op](names.dialect, *values) if op in DIALECTS else OPERATIONS[op](*values)


def _reads(tree: Any) -> bool:
    """Whether it reads a name or what happened."""
    return isinstance(tree, list) and (tree[:1] == ["name"] or tree[0] in HISTORY or any(map(_reads, tree[1:])))


def _bound(value: Any) -> Sql:
    if value is None:
        return null()
    if isinstance(value, bool):
        return literal(value, Boolean)
    return literal(value, Text) if isinstance(value, str) else literal(float(value), Double)


# --- what needs more than its operands' values ----------------------------------------------------


def _answered(names: Names, reference: Any) -> Sql:
    _, name, type_ = reference
    found: Any = names.values[name]
    return (found.size() if type_ == "set" else found).is_not(None)


def _count_non_empty(names: Names, *references: Any) -> Sql:
    first, *others = (cast(cast(_answered(names, each), Integer), Double) for each in references)
    return sum(others, first)


def _selected(names: Names, subject: Any, code: Any) -> Sql:
    wanted = to_sql(code, names)
    if not _is_set(subject):
        return to_sql(subject, names) == wanted
    return _of_set(names, subject, lambda codes: codes.has(wanted))


def _count_selected(names: Names, subject: Any) -> Sql:
    return _of_set(names, subject, lambda codes: codes.size())


def _is_set(tree: Any) -> bool:
    return tree[2] == "set" if tree[0] == "name" else tree[0] in ("if", "coalesce", "once") and _is_set(tree[-1])


def _of_set(names: Names, tree: Any, reading: Callable[[Codes], Sql]) -> Sql:
    """What is read of a set, which may be chosen among others."""
    op, *operands = tree
    if op == "once":
        return _of_set(names, operands[0], reading)
    if op == "if":
        return _if(to_sql(operands[0], names), *(_of_set(names, each, reading) for each in operands[1:]))
    if op == "coalesce":
        known = [_count_selected(names, each).is_not(None) for each in operands]
        return case(*zip(known, (_of_set(names, each, reading) for each in operands), strict=True))
    found: Any = names.values[operands[0]]
    return reading(found)


TREES: dict[str, Callable[..., Sql]] = {
    "answered": _answered,
    "count-non-empty": _count_non_empty,
    "selected": _selected,
    "count-selected": _count_selected,
}

# --- what is alike on both databases --------------------------------------------------------------


def _if(condition: Sql, then: Sql, otherwise: Sql) -> Sql:
    return case((condition, then), (not_(condition), otherwise))


def _coalesce(*values: Sql) -> Sql:
    known = [value for value in values if not isinstance(value, Null)]
    return func.coalesce(*known, type_=known[0].type)


def _in_range(*values: Sql) -> Sql:
    return and_(*(func.abs(value).between(SMALLEST, LARGEST) for value in values))


def _times(left: Sql, right: Sql) -> Sql:
    nothing = and_(or_(left == 0, right == 0), left.is_not(None), right.is_not(None))
    return case((nothing, literal(0.0, Double)), (_in_range(left, right), left * right))


def _divide(left: Sql, right: Sql) -> Sql:
    nothing = and_(left == 0, right != 0)
    return case((nothing, literal(0.0, Double)), (_in_range(left, right), left / right))


def _ends(text: Sql, part: Sql) -> Sql:
    size = func.length(text, type_=Integer) - func.length(part, type_=Integer)
    return and_(size >= 0, func.substr(text, size + 1, type_=Text) == part)


def _part(start: int, length: int) -> Callable[[Sql], Sql]:
    return lambda day: cast(func.substr(day, start, length, type_=Text), Double)


OPERATIONS: dict[str, Callable[..., Sql]] = {
    "and": and_,
    "or": or_,
    "not": not_,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "+": ARITHMETIC["+"],
    "-": ARITHMETIC["-"],
    "*": _times,
    "/": _divide,
    "minus": lambda value: -value,
    "abs": lambda value: func.abs(value, type_=Double),
    "if": _if,
    "coalesce": _coalesce,
    "once": lambda value: value,
    "string-length": lambda text: cast(func.length(text), Double),
    "starts-with": lambda text, part: func.substr(text, 1, func.length(part), type_=Text) == part,
    "ends-with": _ends,
    "year-of": _part(1, 4),
    "month-of": _part(6, 2),
    "day-of": _part(9, 2),
}

# --- what differs ---------------------------------------------------------------------------------


def floor(dialect: str, value: Sql) -> Sql:
    """The whole number below; of numbers that a 64-bit integer holds. SQLite may be built without floor()."""
    if dialect == "postgresql":
        return func.floor(value, type_=Double)
    whole = cast(value, Integer)
    return cast(case((value < whole, whole - 1), else_=whole), Double)


def _ordered(op: str) -> Callable[[str, Sql, Sql], Sql]:
    """Text compares by code point, whatever the database's locale; SQLite does so unless told."""

    def compare(dialect: str, left: Sql, right: Sql) -> Sql:
        if dialect == "postgresql" and isinstance(left.type, Text):
            left = left.collate("C")
        compared: Any = COMPARE[op](left, right)
        return compared

    return compare


def _extreme(on_postgresql: str, on_sqlite: str) -> Callable[..., Sql]:
    """Unknown where one of them is; PostgreSQL would leave that one out."""

    def build(dialect: str, *values: Sql) -> Sql:
        if len(values) == 1:
            return values[0]
        name = on_postgresql if dialect == "postgresql" else on_sqlite
        return case((and_(*(value.is_not(None) for value in values)), getattr(func, name)(*values, type_=Double)))

    return build


def _contains(dialect: str, text: Sql, part: Sql) -> Sql:
    return (func.strpos if dialect == "postgresql" else func.instr)(text, part) > 0


def _since(dialect: str, late: Sql, early: Sql) -> Sql:
    if dialect == "postgresql":
        return cast(cast(late, Date) - cast(early, Date), Double)
    return func.julianday(late, type_=Double) - func.julianday(early, type_=Double)


def _shift(dialect: str, day: Sql, days: Sql) -> Sql:
    """Outside years 1 to 9999 it is unknown."""
    near = func.abs(days, type_=Double) <= DAYS
    if dialect == "postgresql":
        first = literal(date.min, Date)
        place = cast(day, Date) - first + cast(floor(dialect, days), Integer)
        moved = func.to_char(first + cast(place, Integer), "YYYY-MM-DD", type_=Text)
        return case((near, case((place.between(0, DAYS), moved))))
    moved = func.date(day, cast(cast(floor(dialect, days), Integer), Text) + literal(" days", Text), type_=Text)
    return case((near, case((moved >= date.min.isoformat(), moved))))


DIALECTS: dict[str, Callable[..., Sql]] = {
    **{op: _ordered(op) for op in ("<", "<=", ">", ">=")},
    "min": _extreme("least", "min"),
    "max": _extreme("greatest", "max"),
    "contains": _contains,
    "since": _since,
    "shift": _shift,
}
