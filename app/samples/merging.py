"""Members of samples when two contacts become one."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from app.contacts.moving import moves
from app.db import scoped
from app.samples.models import MemberRow


@moves("sample_members")
def _move(conn: Connection, workspace_id: str, merged_id: str, kept_id: str, now: datetime) -> list[str]:
    """The draws that now hold the kept contact instead; where both were drawn, the other's place stays, of nobody any more."""
    both = select(MemberRow.draw_id).where(scoped(MemberRow, workspace_id), MemberRow.contact_id == kept_id)
    mine = (scoped(MemberRow, workspace_id), MemberRow.contact_id == merged_id, MemberRow.draw_id.not_in(both))
    ids = list(conn.scalars(select(MemberRow.draw_id).where(*mine)))
    conn.execute(
        update(MemberRow)
        .where(scoped(MemberRow, workspace_id), MemberRow.contact_id == merged_id, MemberRow.draw_id.in_(ids))
        .values(contact_id=kept_id)
    )
    return ids
