"""Picks up what a crash or a broken connection left behind."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select, update

from app.db import reading, writing
from app.delivery.models import MessageRow
from app.delivery.outcome import Accepted, Found, retry_at
from app.delivery.providers import PROVIDERS, Provider
from app.delivery.service import tell
from app.delivery.settle import accepted, fail

log = logging.getLogger(__name__)

ASK_AGAIN = timedelta(minutes=5)
BATCH = 100
_EVERY = {"every_workspace": True}  # rows of every workspace; each names its own


def recover(now: datetime) -> int:
    """Return expired claims to the queue, turn expired `sending` into `unknown`, and ask providers' logs about those."""
    handled = _expired(now)
    for provider in PROVIDERS:
        if provider.keeps_log:
            handled += sum(_reconcile(provider, row, now) for row in _unknown(provider, now))
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
                values |= {"state": "unknown", "reason": "crashed"}
                tell(conn, row._mapping, "message.unknown", now)
            elif retry_at(row.attempts, now) is None:
                values |= {"state": "failed", "reason": "given_up", "settled_at": now}
            else:
                values |= {"state": "queued"}
            conn.execute(
                update(table).where(table.c.workspace_id == row.workspace_id, table.c.id == row.id).values(**values)
            )
    return len(rows)


def _unknown(provider: Provider, now: datetime) -> list[Mapping[str, Any]]:
    with reading() as conn:
        rows = conn.execute(
            select(MessageRow.__table__)
            .where(MessageRow.state == "unknown", MessageRow.provider == provider.name, MessageRow.due_at <= now)
            .order_by(MessageRow.due_at)
            .limit(BATCH)
            .execution_options(**_EVERY)
        ).all()
    return [dict(row._mapping) for row in rows]


def _reconcile(provider: Provider, row: Mapping[str, Any], now: datetime) -> int:
    """Found in the provider's log: it was sent. Not found: it was never accepted, so it may be sent again."""
    try:
        log_of_provider = provider.find(current_app.config, row["address"])
    except OSError as fault:
        log.warning("provider's log cannot be read", extra={"provider": provider.name, "fault": str(fault)})
        _put(row, due_at=now + ASK_AGAIN)
        return 0
    with writing() as conn:
        ours = _not_ours_already(
            conn, provider, [found for found in log_of_provider if found.body_hash == row["content_hash"]]
        )
        if ours:
            accepted(conn, row, Accepted(ours[0].provider_id, ours[0].segments), now, reason="reconciled")
        elif retry_at(row["attempts"], now) is None:
            fail(conn, row, "given_up", "", now)
        else:
            _put(row, state="queued", reason="never_accepted", detail=None, due_at=now)
    return 1


def _not_ours_already(conn: Any, provider: Provider, found: list[Found]) -> list[Found]:
    """Without those that another row of ours stands for: the same words may have been sent twice."""
    known = conn.execute(
        select(MessageRow.provider_id)
        .where(MessageRow.provider == provider.name, MessageRow.provider_id.in_([one.provider_id for one in found]))
        .execution_options(**_EVERY)
    ).scalars()
    taken = set(known)
    return [one for one in found if one.provider_id not in taken]


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
