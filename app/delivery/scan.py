"""Bulk reading of messages for insights."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.db import reading, scoped
from app.delivery.models import MessageRow
from app.delivery.purposes import PURPOSES


@dataclass(frozen=True, slots=True)
class Approach:
    """A mail or text that asked somebody to take part, and what became of it (states and reasons of the outbox)."""

    channel: str
    state: str
    reason: str | None


def approaches(workspace_id: str, interview_ids: Collection[str]) -> dict[str, list[Approach]]:
    """The invitations and reminders of some interviews (a batch), by interview, oldest first."""
    inviting = [name for name, purpose in PURPOSES.items() if purpose.invites]
    table = MessageRow
    statement = (
        select(table.interview_id, table.channel, table.state, table.reason)
        .where(scoped(table, workspace_id), table.interview_id.in_(interview_ids), table.purpose.in_(inviting))
        .order_by(table.created_at, table.id)
    )
    found: dict[str, list[Approach]] = {}
    with reading() as conn:
        for row in conn.execute(statement):
            found.setdefault(str(row.interview_id), []).append(Approach(row.channel, row.state, row.reason))
    return found
