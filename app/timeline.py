"""A contact's timeline, page by page: what they did and what was done to them, and the company's decisions that concern them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Numeric, String, and_, case, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.db import reading, scoped
from app.entries import kinds_in, readings
from app.events import Event, News

CUSTOMER = "customer."  # how the kind of an event begins that came from outside
TRANSACTION = f"{CUSTOMER}transaction"


@dataclass(frozen=True, slots=True)
class Whose:
    """A contact, and the audiences (events.Event) of the decisions that concern them."""

    workspace_id: str
    contact_id: str
    audiences: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see. groups: keys of entries.GROUPS, kinds: of events, none for all. until: not included."""

    groups: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None
    product: str = ""
    study_id: str = ""


@dataclass(frozen=True, slots=True)
class Cursor:
    """The place after an event, newest first."""

    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.id}"


def cursor(text: str) -> Cursor | None:
    """A cursor as its text gives it; None for anything else."""
    at, tilde, id_ = text.partition("~")
    try:
        read = datetime.fromisoformat(at)
    except ValueError:
        return None
    return Cursor(read, id_) if tilde and read.tzinfo else None


def read(whose: Whose, wanted: Wanted, after: Cursor | None, limit: int) -> list[News]:
    """Up to `limit` events that come after a place, newest first. However many there are, only so many are read (by index), unless
    a filter passes many over."""
    with reading() as conn:
        wishes = _wishes(conn, wanted, after)
        own = _newest(conn, whose, Event.contact_id == whose.contact_id, wishes, limit)
        common = _newest(conn, whose, Event.audience.in_(whose.audiences), wishes, limit) if whose.audiences else []
    return sorted([*own, *common], key=lambda news: (news.at, news.id), reverse=True)[:limit]


def _newest(
    conn: Connection, whose: Whose, which: ColumnElement[bool], wishes: Sequence[ColumnElement[bool]], limit: int
) -> list[News]:
    order = (Event.at.desc(), Event.id.desc())
    mine = (scoped(Event, whose.workspace_id), which, *wishes)
    rows = conn.execute(select(Event.__table__).where(*mine).order_by(*order).limit(limit))
    return [News(**row._mapping) for row in rows]


def _wishes(conn: Connection, wanted: Wanted, after: Cursor | None) -> list[ColumnElement[bool]]:
    wishes: list[ColumnElement[bool]] = []
    if after:
        wishes += [Event.at <= after.at, or_(Event.at < after.at, Event.id < after.id)]
    if wanted.since:
        wishes.append(Event.at >= wanted.since)
    if wanted.until:
        wishes.append(Event.at < wanted.until)
    if wanted.study_id:
        wishes.append(Event.study_id == wanted.study_id)
    if wanted.product:
        wishes.append(_text(conn, "product") == wanted.product)
    if wanted.kinds:
        wishes.append(Event.kind.in_(wanted.kinds))
    if wanted.groups:
        named, rest = kinds_in(set(wanted.groups))
        of_these = Event.kind.in_(named)
        wishes.append(or_(of_these, Event.kind.not_in(readings())) if rest else of_these)
    return wishes


def addressed(workspace_id: str, audiences: Collection[str]) -> list[str]:
    """Those of some audiences about whom something was decided."""
    with reading() as conn:
        mine = (scoped(Event, workspace_id), Event.audience.in_(audiences))
        return list(conn.scalars(select(Event.audience).where(*mine).distinct()))


@dataclass(frozen=True, slots=True)
class Money:
    """Of one currency: how many transactions, their sum, the profit from those that say it (None: none does)."""

    currency: str
    count: int
    amount: float
    profit: float | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Of everything a contact did: how many events of each kind, their products, the money."""

    kinds: dict[str, int]
    products: list[str]
    money: list[Money]


def totals(workspace_id: str, contact_id: str) -> Totals:
    """What a contact's own events add up to."""
    with reading() as conn:
        texts = [_text(conn, name).label(name) for name in ("product", "currency")]
        numbers = [_number(conn, name).label(name) for name in ("amount", "profit")]
        mine = (scoped(Event, workspace_id), Event.contact_id == contact_id)
        own = select(Event.kind, *texts, *numbers).where(*mine).subquery().c
        sums = (func.count().label("n"), func.sum(own.amount).label("amount"), func.sum(own.profit).label("profit"))
        by = (own.kind, own.product, own.currency)
        rows = conn.execute(select(*by, *sums).group_by(*by)).all()
    kinds: dict[str, int] = {}
    money: dict[str, Money] = {}
    for row in rows:
        kinds[row.kind] = kinds.get(row.kind, 0) + row.n
        if row.kind == TRANSACTION and row.currency and row.amount is not None:
            was = money.get(row.currency, Money(row.currency, 0, 0.0, None))
            profit = was.profit if row.profit is None else (was.profit or 0.0) + float(row.profit)
            money[row.currency] = Money(row.currency, was.count + row.n, was.amount + float(row.amount), profit)
    products = sorted({str(row.product) for row in rows if row.product})
    return Totals(kinds, products, sorted(money.values(), key=lambda each: -each.count))


# --- what is in the data of an event, on either database --------------------------------------------


def _text(conn: Connection, name: str) -> ColumnElement[Any]:
    """A value of the data; NULL for events that did not come from outside."""
    if conn.dialect.name == "sqlite":
        value: ColumnElement[Any] = func.json_extract(Event.data, f"$.{name}", type_=String)
    else:
        value = cast(Event.data, JSONB)[name].astext
    return case((Event.kind.startswith(CUSTOMER), value))


def _number(conn: Connection, name: str) -> ColumnElement[Any]:
    """A number of a transaction's data; NULL for anything else."""
    if conn.dialect.name == "sqlite":
        typed: ColumnElement[bool] = func.json_type(Event.data, f"$.{name}").in_(("integer", "real"))
        value: ColumnElement[Any] = func.json_extract(Event.data, f"$.{name}")
    else:
        found = cast(Event.data, JSONB)[name]
        typed, value = func.jsonb_typeof(found) == "number", cast(found.astext, Numeric)
    return case((and_(Event.kind == TRANSACTION, typed), value))
