"""Test interviews of a draft: they count nowhere, so they go when the draft goes."""

from sqlalchemy import delete, select

from app.db import scoped, writing
from app.interviews.models import InterviewEvent, InterviewRow, Link, Place, RowDocument


def forget(workspace_id: str, study_id: str) -> None:
    """Delete the test interviews of a study with their answers and links; real ones stay."""
    mine = (scoped(InterviewRow, workspace_id), InterviewRow.study_id == study_id, InterviewRow.is_test)
    with writing() as conn:
        tests = select(InterviewRow.id).where(*mine)
        conn.execute(delete(Link).where(scoped(Link, workspace_id), Link.study_id == study_id, Link.is_test))
        for table in (Place, RowDocument, InterviewEvent):
            conn.execute(delete(table).where(scoped(table, workspace_id), table.interview_id.in_(tests)))
        conn.execute(delete(InterviewRow).where(*mine))
