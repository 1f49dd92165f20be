"""Takes messages that are due, a batch in one transaction: asks the gates again, finds a gateway with tokens to spend, composes."""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Connection, bindparam, select, update

from app.core.segments import segments
from app.db import reading, writing
from app.delivery import buckets, facts, holds, senders
from app.delivery.buckets import Bucket
from app.delivery.composing import outgoing
from app.delivery.content import content_hash
from app.delivery.gates import GATES, Facts, Verdict, judge
from app.delivery.gateways import Gateway, Health, choose, gateways
from app.delivery.health import health
from app.delivery.models import MessageRow
from app.delivery.outcome import Outgoing
from app.delivery.service import tell
from app.delivery.settle import try_later

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a provider's time-outs together
COMPOSING = 0.05  # seconds that one transaction composes at most: on SQLite nobody else writes meanwhile

_EVERY = {"every_workspace": True}  # the queue spans workspaces: each row names its own


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that is ours to hand over."""

    row: dict[str, Any]
    message: Outgoing
    gateway: Gateway


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A row that the gates let through. `columns`: what is to be written with it."""

    row: dict[str, Any]
    about: facts.Subject
    known: Facts
    gateway: Gateway
    sender: str
    route: str
    columns: dict[str, Any]

    @property
    def key(self) -> str:
        return buckets.key(self.gateway.name, self.route)


def waiting(channel: str, now: datetime) -> bool:
    """Whether anything is due; a read, so that an idle queue keeps no writer waiting."""
    due = select(MessageRow.id).where(
        MessageRow.channel == channel,
        MessageRow.state == "queued",
        MessageRow.priority.in_((0, 1)),
        MessageRow.due_at <= now,
    )
    with reading() as conn:
        return conn.execute(due.limit(1).execution_options(**_EVERY)).first() is not None


def claim(channel: str, now: datetime, limit: int = 1) -> tuple[int, list[Claimed]]:
    """Take up to `limit` messages; returns how many rows were looked at (0: nothing is due) and those to hand over. The
    others were blocked, postponed, or have nothing to say."""
    with writing() as conn:
        rows = _due(conn, channel, now, limit)
        seen, admitted = len(rows), _admit_all(conn, rows, now)
        opened = buckets.load(conn, {one.key for one in admitted}, now) if admitted else {}
        claimed, ends = [], time.monotonic() + COMPOSING
        for number, one in enumerate(admitted):
            if number and time.monotonic() > ends:
                seen -= len(admitted) - number  # these stay as they are, for the next batch
                break
            if (message := _compose(conn, one, opened[one.key], now)) is not None:
                claimed.append(message)
        buckets.save(conn, opened.values())
        _put_claimed(conn, claimed)
    return seen, claimed


def _due(conn: Connection, channel: str, now: datetime, limit: int) -> list[dict[str, Any]]:
    """What is due, locked; what somebody waits for first. A query for each priority reads no more of the index than it must."""
    found: list[dict[str, Any]] = []
    for priority in (0, 1):
        rows = conn.execute(
            select(MessageRow.__table__)
            .where(
                MessageRow.channel == channel, MessageRow.state == "queued", MessageRow.priority == priority,
                MessageRow.due_at <= now,
            )
            .order_by(MessageRow.due_at, MessageRow.id)
            .limit(limit - len(found))
            .with_for_update(skip_locked=True)
            .execution_options(**_EVERY)
        )  # fmt: skip
        found += [dict(row._mapping) for row in rows]
        if len(found) == limit:
            break
    return found


def _admit_all(conn: Connection, rows: list[dict[str, Any]], now: datetime) -> list[_Candidate]:
    if not rows:
        return []
    ways, state, paused = gateways(current_app.config), health(conn), holds.all_holds(conn)
    admitted: list[_Candidate] = []
    for row, about in zip(rows, facts.subjects(rows), strict=True):
        if holds.covered(paused, row):
            put(conn, row, state="held", reason="held", detail=None)
            continue
        if (one := _admit(conn, row, about, ways, state, now)) is not None:
            admitted.append(one)
    return admitted


def _admit(
    conn: Connection,
    row: dict[str, Any],
    about: facts.Subject,
    ways: list[Gateway],
    state: Mapping[str, Health],
    now: datetime,
) -> _Candidate | None:
    """What the gates say, and which gateway takes it."""
    known = facts.facts(row, about, now)
    judgement = judge(known, now)
    columns: dict[str, Any] = {"verdicts": {**row["verdicts"], "claimed": judgement.verdicts}}
    if judgement.verdict:
        _turn_away(conn, row, columns, judgement.verdict, now)
        return None
    sender = senders.of(row["channel"], about.study, about.address)
    if not sender:
        put(conn, row, **columns, state="failed", reason="no_sender", settled_at=now)
        return None
    gateway = choose(ways, state, row, sender, now)
    if isinstance(gateway, datetime):
        put(conn, row, **columns, due_at=gateway, reason="configuration")
    elif gateway is None:
        put(conn, row, **columns, state="failed", reason="no_gateway", settled_at=now)
    else:
        route = facts.route_of(row["channel"], about.address, sender)
        return _Candidate(row, about, known, gateway, sender, route, columns)
    return None


def _turn_away(conn: Connection, row: dict[str, Any], columns: dict[str, Any], verdict: Verdict, now: datetime) -> None:
    if verdict.until:
        put(conn, row, **columns, due_at=verdict.until, reason=verdict.code, detail=verdict.detail)
    else:
        put(conn, row, **columns, state="blocked", reason=verdict.code, detail=verdict.detail, settled_at=now)
        tell(conn, row, "message.blocked", now, reason=verdict.code)


def _compose(conn: Connection, one: _Candidate, bucket: Bucket, now: datetime) -> Claimed | None:
    """Spend a token, then write the message."""
    row, columns, rate = one.row, one.columns, one.gateway.rate(now)
    room_at = bucket.take(rate, now, urgent=row["priority"] == 0)
    judgement = judge(replace(one.known, room_at=room_at), now, [GATES["rate"]])
    columns["verdicts"]["claimed"] |= judgement.verdicts
    if judgement.verdict:
        _turn_away(conn, row, columns, judgement.verdict, now)
        return None
    try:
        with conn.begin_nested():
            message = outgoing(row, one.about, one.sender, now)
    except Exception:  # a bug in one message must not stop the queue
        log.exception("a message could not be composed", extra={"message_id": row["id"]})
        try_later(conn, row, row["attempts"] + 1, "not_composed", "", now)
        return None
    if message is None:
        put(conn, row, **columns, state="cancelled", reason="nothing_to_say", settled_at=now)
        return None
    taken = {
        "attempts": row["attempts"] + 1, "address": message.to, "provider": one.gateway.name, "route": one.route,
        "segments": segments(message.text) if row["channel"] == "sms" else 1,
        "content_hash": content_hash(message.text), "lease_until": now + LEASE,
    }  # fmt: skip
    bucket.charge(taken["segments"] - 1, rate, now)
    return Claimed({**row, **columns, **taken}, message, one.gateway)


_NEW = ("attempts", "address", "provider", "route", "segments", "verdicts", "content_hash", "lease_until")
_table = MessageRow.__table__
_CLAIM = (
    update(_table)
    .where(_table.c.workspace_id == bindparam("its_workspace"), _table.c.id == bindparam("its_id"))
    .values(state="claimed", reason=None, detail=None, **{name: bindparam(f"new_{name}") for name in _NEW})
)


def _put_claimed(conn: Connection, claimed: list[Claimed]) -> None:
    """All at once: a statement of its own for each took longer than everything else here."""
    rows = [
        {
            "its_workspace": one.row["workspace_id"],
            "its_id": one.row["id"],
            **{f"new_{name}": one.row[name] for name in _NEW},
        }
        for one in claimed
    ]
    if rows:
        conn.execute(_CLAIM, rows)


def put(conn: Connection, row: Mapping[str, Any], **columns: Any) -> None:
    """Write columns of one message."""
    table = MessageRow.__table__
    conn.execute(
        update(table).where(table.c.workspace_id == row["workspace_id"], table.c.id == row["id"]).values(**columns)
    )
