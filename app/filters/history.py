"""What happened to contacts, in SQL: the functions of app/engine/expressions/history.py over the timeline."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Double, Text, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import Select, Subquery

from app.db import reading, scoped
from app.engine.expressions.history import FRACTION, Happening, kinds, since
from app.events import Event
from app.filters.documents import Document
from app.filters.trees import Sql, floor


class History:
    """Names.history: each call with its literals is one table, a row a contact, in ``tables``; the caller joins it (an outer join,
    `contact_id` to the contact's). A subquery for each contact would be looked up a million times."""

    def __init__(self, workspace_id: str, now: datetime, dialect: str) -> None:
        self.workspace_id, self.now, self.dialect = workspace_id, now, dialect
        self.data = Document(cast(Event.data, JSONB) if dialect == "postgresql" else cast(Event.data, Text), dialect)
        self._made: dict[tuple[Any, ...], Subquery] = {}

    @property
    def tables(self) -> list[Subquery]:
        return list(self._made.values())

    def __call__(self, function: str, *literals: Any) -> Sql:
        key = (function, *literals)
        if key not in self._made:
            self._made[key] = FUNCTIONS[function](self, *literals).subquery(f"history_{len(self._made)}")
        value: Sql = self._made[key].c.value
        return func.coalesce(value, literal(0.0, Double), type_=Double) if function in COUNTING else value

    def happened(self, kind: str, days: float | None, value: Sql) -> Any:
        """A SELECT of a row a contact with the `value` of what it did."""
        after = since(self.now, days)
        rows = select(Event.contact_id, value.label("value")).where(
            scoped(Event, self.workspace_id),
            Event.kind.in_(kinds(kind)),
            Event.at <= self.now,
            Event.contact_id.is_not(None),
        )
        return rows if after is None else rows.where(Event.at > after)


def _count(run: History, kind: str, days: float | None = None, key: str = "", value: str | None = None) -> Any:
    rows = run.happened(kind, days, cast(func.count(), Double)).group_by(Event.contact_id)
    return rows.where(run.data.has(key) if value is None else run.data.says(key, value)) if key else rows


def _sum(run: History, kind: str, key: str, days: float | None = None) -> Select[Any]:
    fractions = floor(run.dialect, run.data.small_number(key) * literal(float(FRACTION), Double) + literal(0.5, Double))
    return run.happened(kind, days, func.sum(fractions, type_=Double) / literal(float(FRACTION), Double)).group_by(
        Event.contact_id
    )


def _last(run: History, kind: str) -> Select[Any]:
    latest = func.max(Event.at)
    if run.dialect == "postgresql":
        day = func.to_char(func.timezone("UTC", latest), "YYYY-MM-DD", type_=Text)
    else:
        day = func.date(latest, type_=Text)
    return run.happened(kind, None, day).group_by(Event.contact_id)


def _last_value(run: History, kind: str, key: str) -> Select[Any]:
    number = run.data.small_number(key)
    newest_first = func.row_number().over(partition_by=Event.contact_id, order_by=(Event.at.desc(), number.desc()))
    ranked = (
        run.happened(kind, None, number).add_columns(newest_first.label("place")).where(number.is_not(None)).subquery()
    )
    return select(ranked.c.contact_id, ranked.c.value).where(ranked.c.place == 1)


def happened(workspace_id: str, contact_ids: Collection[str]) -> dict[str, list[Happening]]:
    """What happened to some contacts, for the evaluator; who has no event is missing."""
    columns = (Event.contact_id, Event.kind, Event.at, Event.data)
    found: dict[str, list[Happening]] = {}
    with reading() as conn:
        rows = conn.execute(select(*columns).where(scoped(Event, workspace_id), Event.contact_id.in_(contact_ids)))
        for contact_id, *event in rows:
            found.setdefault(str(contact_id), []).append(Happening(*event))
    return found


FUNCTIONS: dict[str, Callable[..., Select[Any]]] = {
    "count-events": _count,
    "events-sum": _sum,
    "last-event": _last,
    "last-value": _last_value,
}
COUNTING = ("count-events", "events-sum")
