"""News travels upward as rows: an event, and one delivery of it per registered subscriber, written in the transaction that made it.

A subscriber claims its deliveries with a lease, so that a slower transaction with a lower id is never missed. The customer's
timeline is a projection of `events`.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, ForeignKey, Index, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core.ids import new_id, new_ids
from app.core.wake import wake
from app.db import Id, Instant, Json, Scoped, after_commit, db, insert_many, reading, scoped, writing

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
ATTEMPTS = 6
# how long news waits for a subscriber that no process knows (a deployment under way) before it is dead
ORPHANED = timedelta(hours=1)


EVERYONE = "all"  # the audience of a decision for everybody; else group:<id> (an account or a household), segment:<id>


class Event(db.Model, Scoped):
    """Something that happened; append only. `audience`: whom a decision of the company concerns, where it is not one contact; it
    then stands on the timeline of each of them."""

    __tablename__ = "events"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime] = mapped_column(Instant)
    contact_id: Mapped[str | None] = mapped_column(Id)
    study_id: Mapped[str | None] = mapped_column(Id)
    interview_id: Mapped[str | None] = mapped_column(Id)
    audience: Mapped[str | None] = mapped_column(String(60))
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    __table_args__ = (
        Index(None, "workspace_id", "contact_id", "at"),
        Index(None, "workspace_id", "audience", "at"),
        Index(None, "workspace_id", "study_id", "at"),
        Index(None, "workspace_id", "kind", "at", "contact_id"),  # segments: who did something of late
    )


class EventDelivery(db.Model, Scoped):
    """One subscriber's copy. state: pending, done, dead (a person sees dead ones and may retry them)."""

    __tablename__ = "event_deliveries"
    event_id: Mapped[str] = mapped_column(Id, ForeignKey("events.id"), primary_key=True)
    subscriber: Mapped[str] = mapped_column(String(60), primary_key=True)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(Instant)
    error: Mapped[str | None] = mapped_column(Text)
    __table_args__ = (Index(None, "state", "due_at"),)


@dataclass(frozen=True, slots=True)
class News:
    """An event as a subscriber receives it."""

    id: str
    workspace_id: str
    kind: str
    at: datetime
    contact_id: str | None
    study_id: str | None
    interview_id: str | None
    data: dict[str, Any]
    audience: str | None = None


Handler = Callable[[News, datetime], None]
_subscribers: dict[str, tuple[frozenset[str], Handler]] = {}


def subscriber(name: str, *kinds: str) -> Callable[[Handler], Handler]:
    """Register a handler for some kinds of event. It runs later, in a transaction of its own, at least once a lease: it does
    database work only, and what it writes commits together with the mark that it is done. ValueError for a name already taken."""

    def register(handler: Handler) -> Handler:
        taken = _subscribers.get(name)
        if taken and taken[1].__qualname__ != handler.__qualname__:
            raise ValueError(f"two subscribers are called {name}")
        _subscribers[name] = (frozenset(kinds), handler)
        return handler

    return register


_PUBLISH, _DELIVER = insert(Event), insert(EventDelivery)


def publish(
    conn: Connection,
    workspace_id: str,
    kind: str,
    data: dict[str, Any],
    now: datetime,
    *,
    contact_id: str | None = None,
    study_id: str | None = None,
    interview_id: str | None = None,
    audience: str | None = None,
) -> str:
    """Write an event and its deliveries in the caller's transaction; returns the event's id."""
    event_id = new_id()
    row = {"id": event_id, "workspace_id": workspace_id, "kind": kind, "at": now, "data": data}
    about = {"contact_id": contact_id, "study_id": study_id, "interview_id": interview_id, "audience": audience}
    conn.execute(_PUBLISH, [row | about])
    copies = _deliveries(row)
    if copies:
        conn.execute(_DELIVER, copies)
        after_commit(lambda: wake("events"))
    return event_id


def publish_many(
    conn: Connection,
    workspace_id: str,
    news: Sequence[tuple[str, str, dict[str, Any]]],
    now: datetime,
    *,
    quiet: bool = False,
) -> None:
    """Write events of contacts, (kind, contact_id, data) each. quiet: for the timeline alone, no subscriber is told."""
    rows = [
        {"id": event_id, "workspace_id": workspace_id, "kind": kind, "at": now, "contact_id": contact_id, "data": data}
        for event_id, (kind, contact_id, data) in zip(new_ids(len(news)), news, strict=True)
    ]
    insert_many(conn, Event, rows)
    copies = [] if quiet else [copy for row in rows for copy in _deliveries(row)]
    if copies:
        insert_many(conn, EventDelivery, copies)
        after_commit(lambda: wake("events"))


def _deliveries(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    row = {
        "event_id": event["id"],
        "workspace_id": event["workspace_id"],
        "state": "pending",
        "attempts": 0,
        "due_at": event["at"],
    }
    return [{**row, "subscriber": name} for name, (kinds, _) in _subscribers.items() if event["kind"] in kinds]


def move(conn: Connection, workspace_id: str, merged_id: str, kept_id: str) -> list[str]:
    """Put one contact's events on another's timeline; returns their ids."""
    mine = (scoped(Event, workspace_id), Event.contact_id == merged_id)
    ids = list(conn.scalars(select(Event.id).where(*mine).order_by(Event.id)))
    conn.execute(update(Event).where(*mine).values(contact_id=kept_id))
    return ids


def forget(conn: Connection, workspace_id: str, contact_id: str) -> None:
    """Empty a contact's events: what happened and when stays, nothing of what was said or bought."""
    mine = (scoped(Event, workspace_id), Event.contact_id == contact_id)
    conn.execute(update(Event).where(*mine).values(data={}))


def deliver(now: datetime, limit: int = 100) -> int:
    """Run the deliveries that are due, each in a transaction of its own; returns how many were tried.

    A failure is tried again after 2, 4, 8 … minutes and is dead after `ATTEMPTS`.
    """
    claimed = _claim(now, limit)
    for event_id, name in claimed:
        try:
            _run(event_id, name, now)
        except Exception as error:  # any bug of a subscriber must not stop the others
            log.exception("event delivery failed", extra={"event_id": event_id, "subscriber": name})
            _failed(event_id, name, f"{type(error).__name__}: {error}"[:500], now)
    return len(claimed)


# The queue spans workspaces: each row names its own.
_EVERY = {"every_workspace": True}


def _claim(now: datetime, limit: int) -> list[tuple[str, str]]:
    known = list(_subscribers)
    due = (EventDelivery.state == "pending", EventDelivery.due_at <= now)
    with reading() as conn:  # an idle queue keeps no writer waiting
        if (
            conn.execute(select(EventDelivery.event_id).where(*due).limit(1).execution_options(**_EVERY)).first()
            is None
        ):
            return []
    with writing() as conn:
        _give_up(conn, EventDelivery.attempts >= ATTEMPTS, "its worker died each time", now)
        gone = EventDelivery.subscriber.not_in(known) & (EventDelivery.due_at <= now - ORPHANED)
        _give_up(conn, gone, "there is no such subscriber any more", now)
        rows = conn.execute(
            select(EventDelivery.event_id, EventDelivery.subscriber)
            .where(*due, EventDelivery.subscriber.in_(known))
            .order_by(EventDelivery.due_at, EventDelivery.event_id)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .execution_options(**_EVERY)
        ).all()
        for event_id, name in rows:
            conn.execute(
                update(EventDelivery)
                .where(EventDelivery.event_id == event_id, EventDelivery.subscriber == name)
                .values(attempts=EventDelivery.attempts + 1, due_at=now + LEASE)
                .execution_options(**_EVERY)
            )
    return [(row.event_id, row.subscriber) for row in rows]


def _give_up(conn: Connection, which: ColumnElement[bool], error: str, now: datetime) -> None:
    conn.execute(
        update(EventDelivery)
        .where(EventDelivery.state == "pending", EventDelivery.due_at <= now, which)
        .values(state="dead", error=EventDelivery.subscriber + ": " + error)
        .execution_options(**_EVERY)
    )


def _run(event_id: str, name: str, now: datetime) -> None:
    with writing() as conn:
        taken = conn.execute(
            update(EventDelivery)
            .where(
                EventDelivery.event_id == event_id, EventDelivery.subscriber == name, EventDelivery.state == "pending"
            )
            .values(state="done", error=None)
            .execution_options(**_EVERY)
        )
        if taken.rowcount != 1:
            return
        row = conn.execute(select(Event.__table__).where(Event.id == event_id).execution_options(**_EVERY)).one()
        _subscribers[name][1](News(**row._mapping), now)


def _failed(event_id: str, name: str, error: str, now: datetime) -> None:
    with writing() as conn:
        # another process may have done it meanwhile, when this one's lease ran out
        where = (EventDelivery.event_id == event_id, EventDelivery.subscriber == name, EventDelivery.state == "pending")
        attempts = conn.scalar(select(EventDelivery.attempts).where(*where).execution_options(**_EVERY)) or 0
        conn.execute(
            update(EventDelivery)
            .where(*where)
            .values(
                error=error,
                state="dead" if attempts >= ATTEMPTS else "pending",
                due_at=now + timedelta(minutes=2**attempts),
            )
            .execution_options(**_EVERY)
        )


def timeline(workspace_id: str, contact_id: str, limit: int = 200) -> list[News]:
    """A contact's events, newest first."""
    with reading() as conn:
        rows = conn.execute(
            select(Event.__table__)
            .where(scoped(Event, workspace_id), Event.contact_id == contact_id)
            .order_by(Event.at.desc(), Event.id.desc())
            .limit(limit)
        ).all()
    return [News(**row._mapping) for row in rows]


def dead_deliveries(workspace_id: str) -> list[Any]:
    """Deliveries that were given up, with the error, for a person to look at."""
    with reading() as conn:
        return list(
            conn.execute(
                select(EventDelivery.__table__, Event.kind, Event.at)
                .join(Event, (Event.id == EventDelivery.event_id) & (Event.workspace_id == EventDelivery.workspace_id))
                .where(scoped(EventDelivery, workspace_id), EventDelivery.state == "dead")
                .order_by(Event.at)
            )
        )


def revive(conn: Connection, workspace_id: str, event_id: str, name: str, now: datetime) -> None:
    """Try a dead delivery again, as often as a new one."""
    conn.execute(
        update(EventDelivery)
        .where(
            scoped(EventDelivery, workspace_id),
            EventDelivery.event_id == event_id,
            EventDelivery.subscriber == name,
            EventDelivery.state == "dead",
        )
        .values(state="pending", attempts=0, due_at=now)
    )
    after_commit(lambda: wake("events"))
