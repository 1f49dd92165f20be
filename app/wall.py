"""The wall between workspaces: a statement on a workspace's table that is not tied to one workspace is refused before it runs.

Loader criteria do not cover Core statements, so this reads the statement itself. Each table or alias must be tied where it stands,
by the conditions that every row must meet: `column == bound value`, or `column == column` of one that is tied. Each SELECT
inside (a branch of a union, a subquery, a CTE, EXISTS) answers for its own tables. What was checked is remembered with its
compiled form, which SQLAlchemy keeps, so the answer path pays for one look-up.
"""

import re
from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

from sqlalchemy import Delete, Engine, Insert, Select, Table, Update, event
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ColumnClause, Grouping, TextClause
from sqlalchemy.sql.expression import BooleanClauseList, FromClause, Join, SelectBase
from sqlalchemy.sql.selectable import AliasedReturnsRows, FromGrouping

COLUMN = "workspace_id"
EVERY = "every_workspace"
_READS_OR_WRITES = re.compile(r"\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE|REPLACE|MERGE|VALUES)\b", re.IGNORECASE)

Tie = tuple[str | None, str]
"""(a, b): b is tied to one workspace if a is; (None, b): b is, to a bound value."""


class UnscopedStatement(RuntimeError):
    """A statement could read or change rows of more than one workspace and does not say `every_workspace`."""


def guard(engine: Engine, tables: Any) -> None:
    """Check what this engine executes. tables: the name -> Table of the metadata, read when it is needed."""
    checked: WeakSet[Any] = WeakSet()

    @event.listens_for(engine, "before_cursor_execute")
    def check(conn: Any, cursor: Any, sql: str, parameters: Any, context: Any, executemany: bool) -> None:
        compiled = context.compiled if context else None
        if compiled in checked or (context and context.execution_options.get(EVERY)):
            return
        statement = compiled.statement if compiled is not None else None
        if isinstance(statement, (SelectBase, Insert, Update, Delete)):
            missing = unscoped(statement)
            if not missing and any(isinstance(element, TextClause) for element in _parts(statement)):
                missing = _named(sql, tables)
        else:
            missing = _named(sql, tables)
        if missing:
            raise UnscopedStatement(f"no {COLUMN} predicate for {', '.join(sorted(missing))} in: {sql}")
        if compiled is not None:
            checked.add(compiled)


def _named(sql: str, tables: Any) -> set[str]:
    """The workspaces' tables that SQL written as text names: nobody can see what it does with them."""
    if not _READS_OR_WRITES.match(sql):
        return set()
    words = set(re.findall(r"\w+", sql))
    return {name for name, table in tables.items() if name in words and COLUMN in table.c}


def unscoped(statement: Any, around: frozenset[str] = frozenset()) -> set[str]:
    """The workspaces' tables and aliases in a statement that are tied to no workspace. around: those of the enclosing one, which
    answers for them itself."""
    froms = _froms(statement, around)
    wanted = {_name(table) for one in froms for table in _tables(one) if COLUMN in table.c}
    missing = wanted - _tied(_ties(statement, froms), around - wanted)
    for inner, derived in _inner([statement, *froms]):
        missing |= unscoped(inner, frozenset() if derived else frozenset(wanted))
    return missing


def _froms(statement: Any, around: frozenset[str]) -> list[Any]:
    """What a statement reads or changes, without what SQLAlchemy correlates with the enclosing one. An INSERT adds rows only."""
    if isinstance(statement, (Update, Delete)):
        owners = {
            _name(owner): owner for part in _parts(statement) if (owner := getattr(part, "table", None)) is not None
        }
        return [*owners.values()] if _name(statement.table) in owners else [statement.table, *owners.values()]
    if not isinstance(statement, Select):
        return []
    found = list(statement.get_final_froms())
    if len(found) > 1 and statement._auto_correlate:
        found = [one for one in found if _name(one) not in around]
    return found


def _tables(one: Any) -> Iterator[Any]:
    """The tables and aliases of tables in an element of FROM."""
    if isinstance(one, Join):
        yield from _tables(one.left)
        yield from _tables(one.right)
    elif isinstance(one, FromGrouping):
        yield from _tables(one.element)
    elif isinstance(one, AliasedReturnsRows) and not isinstance(one.element, Table):
        if not isinstance(one.element, SelectBase):
            yield from _tables(one.element)
    elif isinstance(one, FromClause):
        yield one


def _ties(statement: Any, froms: list[Any]) -> Iterator[Tie]:
    yield from _conditions(getattr(statement, "whereclause", None))
    for one in froms:
        yield from _join_ties(one)


def _join_ties(one: Any) -> Iterator[Tie]:
    """An outer join's condition says nothing about the rows of its left side."""
    if isinstance(one, FromGrouping):
        yield from _join_ties(one.element)
    if not isinstance(one, Join):
        return
    yield from _join_ties(one.left)
    yield from _join_ties(one.right)
    right = {_name(table) for table in _tables(one.right)}
    ties = () if one.full else _conditions(one.onclause)
    yield from (tie for tie in ties if not one.isouter or tie[1] in right)


def _conditions(clause: Any) -> Iterator[Tie]:
    """The ties among the conditions that every row meets: those joined by AND."""
    if isinstance(clause, Grouping):
        yield from _conditions(clause.element)
    elif isinstance(clause, BooleanClauseList) and clause.operator is operators.and_:
        for part in clause.clauses:
            yield from _conditions(part)
    elif isinstance(clause, BinaryExpression) and clause.operator is operators.eq:
        left, right = _owner(clause.left), _owner(clause.right)
        if left and right:
            yield from ((left, right), (right, left))
        elif left and isinstance(clause.right, BindParameter):
            yield None, left
        elif right and isinstance(clause.left, BindParameter):
            yield None, right


def _tied(ties: Iterator[Tie], around: frozenset[str]) -> set[str]:
    known: set[str | None] = {None, *around}
    open_ties = list(ties)
    while fresh := {b for a, b in open_ties if a in known and b not in known}:
        known |= fresh
    return {name for name in known if name}


def _owner(side: Any) -> str | None:
    """The table or alias whose workspace_id this is."""
    if not isinstance(side, ColumnClause) or side.name != COLUMN or side.table is None:
        return None
    return _name(side.table)


def _name(one: Any) -> str:
    """A table's name; of an alias without one, what SQLAlchemy tells it by."""
    return str(getattr(one, "name", id(one)))


def _parts(element: Any) -> Iterator[Any]:
    """What a statement is made of, without the SELECTs in it."""
    for child in element.get_children():
        if not isinstance(child, SelectBase):
            yield child
            yield from _parts(child)


def _inner(elements: list[Any]) -> Iterator[tuple[Any, bool]]:
    """The SELECTs right inside, each once, and whether it is a table of its own (which sees nothing around it)."""
    seen: set[int] = set()

    def search(element: Any) -> Iterator[tuple[Any, bool]]:
        for child in element.get_children():
            if id(child) in seen:
                continue
            seen.add(id(child))
            if isinstance(child, SelectBase):
                yield child, isinstance(element, AliasedReturnsRows)
            else:
                yield from search(child)

    for element in elements:
        yield from search(element)
