"""What an index over the columns of a long list of choices needs to know of a choice_filter."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.engine.expressions.evaluate import Closure, closure
from app.engine.model import Expression


@dataclass(frozen=True, slots=True)
class Lookup:
    """Only choices for which ``cell(text of column, type) == key(env)`` can fit; none where the key is None.

    ``key`` reads no column. So a list can be indexed once by ``cell(…)`` of the column, and the whole filter
    evaluated for the choices found there alone."""

    column: str
    type: str
    key: Closure


def lookups(choice_filter: Expression) -> tuple[Lookup, ...]:
    """The equalities that a choice_filter demands of columns, in its order; () where there is none to index by."""
    return tuple(_lookups(choice_filter.tree))


def _lookups(tree: Any) -> Iterator[Lookup]:
    op, *operands = tree
    if op == "and":
        for operand in operands:
            yield from _lookups(operand)
    elif op == "=":
        for column, other in (operands, reversed(operands)):
            if column[0] == "column" and not _reads_column(other):
                yield Lookup(column[1], column[2], closure(other))


def _reads_column(tree: Any) -> bool:
    return isinstance(tree, list) and (tree[:1] == ["column"] or any(map(_reads_column, tree)))
