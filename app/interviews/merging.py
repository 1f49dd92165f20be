"""Interviews of two contacts that become one: none is lost, and nobody is asked twice."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from app.contacts.moving import moves, repointed
from app.db import scoped
from app.interviews import ending, repository
from app.interviews.models import InterviewRow
from app.interviews.repository import Interview


@moves("interviews")
def _move(conn: Connection, workspace_id: str, merged_id: str, kept_id: str, now: datetime) -> list[str]:
    """Where both were asked on one occasion, the one that got further keeps it; the other's gets an occasion of its own."""
    theirs = {(each.study_id, each.occasion): each for each in _of(conn, workspace_id, kept_id)}
    for mine in _of(conn, workspace_id, merged_id):
        same = theirs.get((mine.study_id, mine.occasion))
        if same:
            aside = same if _progress(mine) > _progress(same) else mine
            _set_aside(conn, aside, now)
    return repointed(conn, InterviewRow, workspace_id, merged_id, kept_id)


def _of(conn: Connection, workspace_id: str, contact_id: str) -> list[Interview]:
    mine = (scoped(InterviewRow, workspace_id), InterviewRow.contact_id == contact_id)
    rows = conn.execute(select(InterviewRow.__table__).where(*mine).with_for_update())
    return repository.interviews_from(conn, [row._mapping for row in rows])


def _progress(interview: Interview) -> tuple[bool, bool, int]:
    return (interview.status == "complete", interview.finished, interview.revision)


def _set_aside(conn: Connection, interview: Interview, now: datetime) -> None:
    if not interview.finished:
        ending.end(conn, interview, "closed", now)
    mine = (scoped(InterviewRow, interview.workspace_id), InterviewRow.id == interview.id)
    conn.execute(update(InterviewRow).where(*mine).values(occasion=f"merged:{interview.id}"))
