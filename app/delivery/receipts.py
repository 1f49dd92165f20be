"""Receipts: what Twilio says became of a text. They arrive late, unordered and repeated; only steps forward count.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from app.db import writing
from app.delivery.models import MessageRow
from app.delivery.outcome import Accepted, Fate, Refused
from app.delivery.providers.twilio import FATES
from app.delivery.settle import accepted, delivered, refuse

log = logging.getLogger(__name__)

TAKEN = ("accepted", "scheduled", "queued", "sending", "sent")
ARRIVED = ("delivered", "read")
FAILED = ("undelivered", "failed", "canceled")


def receive(message_id: str, attempt: int, sid: str, status: str, error_code: str, now: datetime) -> bool:
    """Apply a receipt for an attempt of ours; False when there is none such, or the attempt is known by another sid.

    The message id comes back in the callback's own address, so that a receipt also settles an attempt whose sid a crash lost.
    """
    with writing() as conn:
        row = conn.execute(
            select(MessageRow.__table__)
            .where(MessageRow.id == message_id, MessageRow.attempts == attempt)
            .with_for_update()
            .execution_options(every_workspace=True)  # a webhook knows no workspace: the row does
        ).first()
        if row is None or row.provider_id not in (None, sid):
            log.warning(
                "receipt for no message of ours", extra={"message_id": message_id[:36], "provider_id": sid[:40]}
            )
            return False
        apply(conn, dict(row._mapping), Accepted(sid, row.segments), status, error_code, now)
    return True


def apply(
    conn: Connection,
    row: Mapping[str, Any],
    outcome: Accepted,
    status: str,
    code: str,
    now: datetime,
    reason: str | None = None,
) -> None:
    """What Twilio's status means for an attempt, whether a receipt or the message log says it."""
    if status in TAKEN:
        accepted(conn, row, outcome, now, reason)
    elif status in ARRIVED:
        delivered(conn, row, outcome, now)
    elif status in FAILED:
        fate = FATES.get(int(code) if code.isdecimal() else 0, Fate.PERMANENT)
        refuse(conn, row, Refused(code or status, "", fate), now, was_accepted=True)
