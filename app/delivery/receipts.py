"""Receipts: what Twilio says became of a text. They arrive late, unordered and repeated; only steps forward count.

https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
"""

import logging
from datetime import datetime

from sqlalchemy import select

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
        known = dict(row._mapping)
        if status in TAKEN:
            accepted(conn, known, Accepted(sid, row.segments), now)
        elif status in ARRIVED:
            delivered(conn, known, sid, now)
        elif status in FAILED:
            code = int(error_code) if error_code.isdecimal() else 0
            refuse(conn, known, Refused(error_code or status, "", FATES.get(code, Fate.PERMANENT)), now)
    return True
