"""What comes back of a mail after the server had taken it: a report that it did not arrive, or that it was unwanted."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from app.contacts import service as contacts
from app.db import reading, writing
from app.delivery.bad_addresses import came_back, weigh
from app.delivery.models import MessageRow
from app.delivery.service import tell
from app.delivery.settle import fail
from app.interviews import service as interviews

log = logging.getLogger(__name__)

REASONS = {"hard": "address_refused", "soft": "not_reached", "refused": "not_wanted"}


def sent_mail(message_id: str) -> Mapping[str, Any] | None:
    """The row of a mail of ours, whichever workspace sent it: what came in says no more than the message's id."""
    with reading() as conn:
        return _row(conn, message_id)


def _row(conn: Connection, message_id: str, lock: bool = False) -> Mapping[str, Any] | None:
    statement = select(MessageRow.__table__).where(MessageRow.id == message_id, MessageRow.channel == "email")
    statement = statement.with_for_update() if lock else statement
    found = conn.execute(statement.execution_options(every_workspace=True)).first()
    return dict(found._mapping) if found else None


def bounced(message_id: str, status: str, now: datetime) -> bool:
    """A mail did not arrive. `status`: the enhanced status code of the report, "" when it has none. False: no mail of ours, or
    that is known."""
    with writing() as conn:
        row, weight = _row(conn, message_id, lock=True), weigh(status)
        if row is None or not fail(conn, row, REASONS[weight], status, now):
            return False
        if row["contact_id"]:
            came_back(row["workspace_id"], row["address"], weight, now)
    log.info("a mail came back", extra={"message_id": message_id, "outcome": weight})
    return True


def complained(message_id: str, now: datetime) -> bool:
    """The person told their mail provider that the mail was unwanted: as good as asking us never to write again. False: no mail of
    ours to a contact."""
    with writing() as conn:
        row = _row(conn, message_id, lock=True)
        if row is None or row["contact_id"] is None:
            return False
        tell(conn, row, "message.complaint", now)
        never_again(row, "complaint", now)
    log.warning("a mail was reported as unwanted", extra={"message_id": message_id})
    return True


def never_again(row: Mapping[str, Any], reason: str, now: datetime) -> None:
    """No mail to this address any more, for any study; the interview it was about is declined."""
    with writing():
        contacts.suppress(row["workspace_id"], channel="email", address=row["address"], reason=reason, now=now)
        if row["interview_id"]:
            interviews.decline(row["workspace_id"], row["interview_id"], "study", "web", now)
