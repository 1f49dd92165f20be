"""Sends what is due: one message at a time and channel, with no database connection held while a provider is talked to.

Each message takes three short transactions: (1) claim it, ask the gates again, compose it; (2) right before the bytes that make the
provider accept, commit `sending`; (3) record what came of it. A crash before (2) is harmless, a crash after it
leaves `sending`, which recovery.py turns into `unknown` when the lease runs out, never into a second message.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Connection, select, update

from app.db import reading, writing
from app.delivery import facts, return_path
from app.delivery.content import content_hash
from app.delivery.gates import judge
from app.delivery.models import MessageRow
from app.delivery.outcome import Commit, Lost, Outgoing, Withdrawn
from app.delivery.providers import Provider, Session, provider_for
from app.delivery.purposes import PURPOSES
from app.delivery.service import tell
from app.delivery.settle import settle, try_later
from app.interviews import channel as channels
from app.ui.edge import signer

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)  # longer than a provider's time-outs together
SPELL = 20.0  # seconds that one tick works at most; the next goes on

Moment = Callable[[], datetime]


def tick(channel: str, now: datetime) -> int:
    """Send what is due on a channel; returns how many messages were handled."""
    if not waiting(channel, now):
        return 0
    provider = provider_for(channel)
    began = time.monotonic()

    def moment() -> datetime:
        """The present: `now` and what has passed since, so that a slow provider does not spoil the leases."""
        return now + timedelta(seconds=time.monotonic() - began)

    handled = 0
    with provider.session(current_app.config) as session:
        while time.monotonic() - began < SPELL and (claimed := claim(provider, moment())) is not None:
            handled += 1
            if claimed.message is not None:
                hand_over(session, provider, claimed.row, claimed.message, moment)
    return handled


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that was due. `message` is None when there is nothing to send now: blocked, postponed, nothing to say."""

    row: Mapping[str, Any]
    message: Outgoing | None


# The queue spans workspaces: each row names its own.
_EVERY = {"every_workspace": True}


def waiting(channel: str, now: datetime) -> bool:
    """Whether anything is due; a read, so that an idle queue keeps no writer waiting."""
    due = select(MessageRow.id).where(
        MessageRow.channel == channel, MessageRow.state == "queued", MessageRow.due_at <= now
    )
    with reading() as conn:
        return conn.execute(due.limit(1).execution_options(**_EVERY)).first() is not None


def claim(provider: Provider, now: datetime) -> Claimed | None:
    """One transaction: take the next row that is due, ask the gates again, compose. None when nothing is due."""
    with writing() as conn:
        row = conn.execute(
            select(MessageRow.__table__)
            .where(MessageRow.channel == provider.channel, MessageRow.state == "queued", MessageRow.due_at <= now)
            .order_by(MessageRow.priority, MessageRow.due_at, MessageRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
            .execution_options(**_EVERY)
        ).first()
        return None if row is None else _claim(conn, provider, dict(row._mapping), now)


def _claim(conn: Connection, provider: Provider, row: dict[str, Any], now: datetime) -> Claimed:
    about = facts.subject(row["workspace_id"], row)
    route = facts.route_of(row["channel"], about.address, about.study)
    known = facts.facts(row, about, now)
    judgement = judge(replace(known, **facts.traffic(conn, row["channel"], route, now)), now)
    verdict = judgement.verdict
    columns: dict[str, Any] = {"verdicts": {**row["verdicts"], "claimed": judgement.verdicts}}
    if verdict and verdict.until:
        _put(conn, row, columns, due_at=verdict.until, reason=verdict.code, detail=verdict.detail)
    elif verdict:
        _put(conn, row, columns, state="blocked", reason=verdict.code, detail=verdict.detail, settled_at=now)
        tell(conn, row, "message.blocked", now, reason=verdict.code)
    else:
        return _compose(conn, provider, row, about, route, columns, now)
    return Claimed(row, None)


def _compose(
    conn: Connection,
    provider: Provider,
    row: dict[str, Any],
    about: facts.Subject,
    route: str,
    columns: dict[str, Any],
    now: datetime,
) -> Claimed:
    try:
        with conn.begin_nested():
            message = _outgoing(row, about, now)
    except Exception:  # a bug in one message must not stop the queue
        log.exception("a message could not be composed", extra={"message_id": row["id"]})
        try_later(conn, row, row["attempts"] + 1, "not_composed", "", now)
        return Claimed(row, None)
    if message is None:
        _put(conn, row, columns, state="cancelled", reason="nothing_to_say", settled_at=now)
        return Claimed(row, None)
    if not message.sender:
        _put(conn, row, columns, state="failed", reason="no_sender", settled_at=now)
        return Claimed(row, None)
    attempt = row["attempts"] + 1
    _put(
        conn, row, columns, state="claimed", reason=None, detail=None, attempts=attempt, lease_until=now + LEASE,
        address=message.to, route=route, content_hash=content_hash(message.text), provider=provider.name,
    )  # fmt: skip
    return Claimed({**row, "attempts": attempt, "address": message.to}, message)


def _outgoing(row: Mapping[str, Any], about: facts.Subject, now: datetime) -> Outgoing | None:
    """The message as it goes out: the caller's words, or the channel's; None when there is nothing to say any more."""
    sender = facts.sender_of(row["channel"], about.study)
    unsolicited = PURPOSES[row["purpose"]].unsolicited
    valid_for = facts.awake_for(about.contact, now) if about.contact and unsolicited else None
    receipts = f"{current_app.config['PUBLIC_URL']}/webhooks/twilio/status/{row['id']}/{row['attempts'] + 1}"
    rest: dict[str, Any] = {"at": now, "valid_for": valid_for, "receipts": receipts, **_ways_back(row)}
    if row["text"] is not None:
        return Outgoing(
            row["id"], sender, about.address or "", row["subject"] or "", row["text"], html=row["html"], **rest
        )
    made = channels.get(row["channel"]).compose(row["workspace_id"], row["interview_id"], row["purpose"], now)
    if made is None:
        return None
    to = about.address or made.to  # contacts know which of a person's addresses is suppressed
    return Outgoing(
        row["id"], sender, to, made.subject, made.text, html=made.html or None, headers=made.headers, **rest
    )


def _ways_back(row: Mapping[str, Any]) -> dict[str, str]:
    """Where a mail's bounces and replies go, so that they tell which mail they are about."""
    box = current_app.config["MAIL_BOX"]
    if row["channel"] != "email" or not box:
        return {}
    replies = {"replies_to": return_path.address("reply", row["id"], box, signer())} if row["interview_id"] else {}
    return {"returns_to": return_path.address("bounce", row["id"], box, signer()), **replies}


def _put(conn: Connection, row: Mapping[str, Any], columns: dict[str, Any], **more: Any) -> None:
    conn.execute(_same(row).values(**columns, **more))


def _same(row: Mapping[str, Any]) -> Any:
    table = MessageRow.__table__
    return update(table).where(table.c.workspace_id == row["workspace_id"], table.c.id == row["id"])


def hand_over(session: Session, provider: Provider, row: Mapping[str, Any], message: Outgoing, moment: Moment) -> None:
    """Talk to the provider and record what came of it. A bug of a provider is an unknown outcome, not a second message."""
    try:
        outcome = session.send(message, _committing(row, moment))
    except Withdrawn:
        log.info("message withdrawn", extra={"message_id": row["id"]})
        return
    except Exception as error:
        log.exception("a provider failed", extra={"message_id": row["id"], "provider": provider.name})
        outcome = Lost(type(error).__name__)
    settle(row, outcome, moment())


def _committing(row: Mapping[str, Any], moment: Moment) -> Commit:
    """Marks the point of no return, unless the claim was lost meanwhile (the lease ran out, or somebody cancelled)."""

    def commit() -> None:
        now = moment()
        mine = _same(row).where(MessageRow.state == "claimed", MessageRow.attempts == row["attempts"])
        with writing() as conn:
            marked = conn.execute(mine.values(state="sending", sending_at=now, lease_until=now + LEASE))
        if marked.rowcount != 1:
            raise Withdrawn

    return commit
