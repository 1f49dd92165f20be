"""Looking at interviews: nothing here writes."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.db import reading, scoped
from app.interviews import repository
from app.interviews.models import InterviewRow
from app.interviews.repository import Interview


def load(workspace_id: str, interview_id: str) -> Interview | None:
    """One interview of a workspace."""
    with reading() as conn:
        return repository.get(conn, workspace_id, interview_id)


def find(workspace_id: str, study_id: str, contact_id: str, occasion: str) -> Interview | None:
    """The interview of this person, study and occasion."""
    with reading() as conn:
        row = conn.execute(
            select(InterviewRow.__table__).where(
                scoped(InterviewRow, workspace_id),
                InterviewRow.study_id == study_id,
                InterviewRow.contact_id == contact_id,
                InterviewRow.occasion == occasion,
            )
        ).one_or_none()
        return repository.interviews_from(conn, [row._mapping])[0] if row else None


def interviews_of(
    workspace_id: str,
    *,
    study_id: str | None = None,
    contact_id: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[Interview]:
    """The interviews of a study or a contact, oldest first, test ones too."""
    statement = select(InterviewRow.__table__).where(scoped(InterviewRow, workspace_id))
    if study_id is not None:
        statement = statement.where(InterviewRow.study_id == study_id)
    if contact_id is not None:
        statement = statement.where(InterviewRow.contact_id == contact_id)
    if statuses is not None:
        statement = statement.where(InterviewRow.status.in_(statuses))
    with reading() as conn:
        rows = conn.execute(statement.order_by(InterviewRow.created_at, InterviewRow.id)).all()
        return repository.interviews_from(conn, [row._mapping for row in rows])


def screen(interview: Interview, mode: str, at: str | None = None) -> engine.Screen | engine.End:
    """What to show in this mode; pure."""
    return engine.next_screen(catalog.questionnaire(interview.version_id), interview.state, mode, at)


def replayed(workspace_id: str, interview_id: str) -> engine.State | None:
    """The state as its events tell it: equal to the stored document, or there is a bug."""
    with reading() as conn:
        interview = repository.get(conn, workspace_id, interview_id)
        events = repository.events_of(conn, workspace_id, interview_id)
    if interview is None:
        return None
    questionnaire = catalog.questionnaire(interview.version_id)
    first, *rest = events
    state = engine.new_state(questionnaire, first["seed"], first["language"], first["outside"])
    for event in rest:
        state = engine.apply(questionnaire, state, event)
    return state


def way(mode: str, entry: str) -> str:
    """What somebody else may have got hold of: a mode, and on the web how one came in, since a link in a mail and a link in a
    text reach two devices."""
    return f"{mode}/{entry}" if mode == "web" and entry else mode


def needs_confirmation(interview: Interview, mode: str, entry: str = "") -> bool:
    """Whether the person must say who they are before this way shows or continues what was answered another way."""
    here = way(mode, entry)
    if interview.contact_id is None or here in interview.confirmed:
        return False
    return any(not a.blank and way(a.mode, a.entry if entry else "") != here for a in interview.state.answers.values())


def closed_reason(study: Study, interview: Interview | None, now: datetime) -> str | None:
    """Why nobody can answer now: draft, closed, not_open or the status of a finished interview; None: they can."""
    if interview is not None and interview.finished:
        return interview.status
    if interview is not None and interview.is_test:
        return None
    if study.status != "open":
        return "closed" if study.status == "closed" else "not_open"
    if study.closes_at is not None and study.closes_at <= now:
        return "closed"
    if study.opens_at is not None and study.opens_at > now:
        return "not_open"
    return None
