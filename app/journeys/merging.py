"""What two contacts that become one did, and what falls due because of it."""

from datetime import datetime

from sqlalchemy import Connection, select, tuple_

from app.contacts.moving import moves, repoint, repointed
from app.db import scoped
from app.journeys.models import CustomerEvent, DueItem

repoint(CustomerEvent)


@moves("due_items")
def _move(conn: Connection, workspace_id: str, merged_id: str, kept_id: str, now: datetime) -> list[str]:
    """A turn that both had is the kept contact's: the other stays where it is, and is skipped when its contact is gone."""
    turn = (DueItem.trigger_id, DueItem.occurrence)
    theirs = select(*turn).where(scoped(DueItem, workspace_id), DueItem.contact_id == kept_id)
    return repointed(conn, DueItem, workspace_id, merged_id, kept_id, tuple_(*turn).not_in(theirs))
