"""Picks up what a crash or a broken connection left behind, and settles what is `unknown` by the policy of its gateway.

A provider that keeps a log is asked, again and again until WINDOW has passed: a text of ours there was accepted. What is not there
by then, and a mail, of which nobody keeps a log, goes by the policy: `ask` leaves it to a person, `resend` sends it again. Through
the same gateway, either way: it may be there already.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Connection, select, update

from app.db import reading, writing
from app.delivery.gateways import RESEND, Gateway, gateways
from app.delivery.models import MessageRow
from app.delivery.outcome import Found, retry_at
from app.delivery.providers import PROVIDERS
from app.delivery.receipts import apply
from app.delivery.service import tell
from app.delivery.settle import fail

log = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=5)
WINDOW = timedelta(minutes=15)  # after the attempt; a text of ours is in the log by then, or never
MARGIN = timedelta(hours=1)  # between our clock and the provider's, more than generously
BATCH = 100
_EVERY = {"every_workspace": True}  # rows of every workspace; each names its own


def recover(now: datetime) -> int:
    """Return expired claims to the queue, turn expired `sending` into `unknown`, and settle those; returns how many changed."""
    handled = _expired(now)
    for gateway in gateways(current_app.config):
        handled += sum(_reconcile(gateway, row, now) for row in _unknown(gateway, now))
    return handled


def _expired(now: datetime) -> int:
    table = MessageRow.__table__
    with writing() as conn:
        rows = conn.execute(
            select(table)
            .where(MessageRow.state.in_(("claimed", "sending")), MessageRow.lease_until < now)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
            .execution_options(**_EVERY)
        ).all()
        for row in rows:
            values: dict[str, Any] = {"lease_until": None, "due_at": now}
            if row.state == "sending":
                values |= {"state": "unknown", "reason": "crashed", "pinned": True}
                tell(conn, row._mapping, "message.unknown", now)
            elif retry_at(row.attempts, now) is None:
                values |= {"state": "failed", "reason": "given_up", "settled_at": now}
            else:
                values |= {"state": "queued"}
            conn.execute(
                update(table).where(table.c.workspace_id == row.workspace_id, table.c.id == row.id).values(**values)
            )
    return len(rows)


def _unknown(gateway: Gateway, now: datetime) -> list[Mapping[str, Any]]:
    """Those that do not wait for a person yet."""
    with reading() as conn:
        rows = conn.execute(
            select(MessageRow.__table__)
            .where(
                MessageRow.state == "unknown", MessageRow.provider == gateway.name, MessageRow.due_at <= now,
                MessageRow.settled_at.is_(None),
            )
            .order_by(MessageRow.due_at)
            .limit(BATCH)
            .execution_options(**_EVERY)
        ).all()  # fmt: skip
    return [dict(row._mapping) for row in rows]


def _reconcile(gateway: Gateway, row: Mapping[str, Any], now: datetime) -> int:
    """Settle one; 1 when that was possible."""
    provider = PROVIDERS[gateway.provider]
    attempted = row["sending_at"] or row["created_at"]
    found: list[Found] = []
    if provider.keeps_log:
        try:
            found = provider.find(gateway, row["address"], attempted - MARGIN)
        except OSError as fault:
            log.warning("provider's log cannot be read", extra={"provider": gateway.name, "fault": str(fault)})
            _put(row, due_at=now + ASK_AGAIN)
            return 0
    with writing() as conn:
        ours = _not_ours_already(conn, gateway, [one for one in found if one.body_hash == row["content_hash"]])
        if ours:
            apply(conn, row, ours[0].accepted, ours[0].status, ours[0].code, now, reason="reconciled")
        elif now < attempted + WINDOW:
            _put(row, due_at=min(now + ASK_AGAIN, attempted + WINDOW))
            return 0
        else:
            _by_policy(conn, gateway, row, "not_found" if provider.keeps_log else row["reason"], now)
    return 1


def _by_policy(conn: Connection, gateway: Gateway, row: Mapping[str, Any], reason: str, now: datetime) -> None:
    if gateway.unknown != RESEND:
        _put(row, reason=reason, settled_at=now)
    elif retry_at(row["attempts"], now) is None:
        fail(conn, row, "given_up", "", now)
    else:
        _put(row, state="queued", reason="resent", detail=None, due_at=now)


def _not_ours_already(conn: Connection, gateway: Gateway, found: list[Found]) -> list[Found]:
    """Without those that another row of ours stands for: the same words may have been sent twice."""
    ids = [one.accepted.provider_id for one in found]
    known = conn.execute(
        select(MessageRow.provider_id)
        .where(MessageRow.provider == gateway.name, MessageRow.provider_id.in_(ids))
        .execution_options(**_EVERY)
    ).scalars()
    taken = set(known)
    return [one for one in found if one.accepted.provider_id not in taken]


def _put(row: Mapping[str, Any], **values: Any) -> None:
    table = MessageRow.__table__
    with writing() as conn:
        conn.execute(
            update(table)
            .where(
                table.c.workspace_id == row["workspace_id"], table.c.id == row["id"],
                table.c.state == "unknown", table.c.attempts == row["attempts"],
            )
            .values(**values)
        )  # fmt: skip
