"""An interview begins to exist: once for a person, a study and an occasion."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.core.ids import new_id
from app.db import scoped, writing
from app.interviews import repository, saving
from app.interviews.models import InterviewEvent, InterviewRow
from app.interviews.repository import Interview, bucketed


def create(
    workspace_id: str,
    study: Study,
    *,
    now: datetime,
    contact_id: str | None = None,
    occasion: str = "",
    is_test: bool = False,
    outside: Mapping[str, engine.Value] | None = None,
    language: str | None = None,
    assigned_mode: str | None = None,
    interview_id: str | None = None,
) -> tuple[Interview, bool]:
    """The interview of this person, study and occasion, and whether it was made now. Calling again changes nothing.

    `interview_id`: minted by the caller where there is no contact (an anonymous start, tried again, is the same interview).
    ValueError for a named contact in an anonymous study: it keeps no key to a person."""
    if study.basis == "anonymous" and contact_id is not None:
        raise ValueError("an anonymous study has no named contacts")
    questionnaire = catalog.questionnaire(study.version_id)
    now = bucketed(study.basis, now)
    interview_id = interview_id or new_id()
    state = engine.new_state(questionnaire, uuid.uuid4().hex, language or questionnaire.languages[0], outside or {})
    created = {
        "kind": "created",
        "at": now.isoformat(),
        "seed": state.seed,
        "language": state.language,
        "outside": dict(state.outside),
    }
    row: dict[str, Any] = {
        "id": interview_id,
        "workspace_id": workspace_id,
        "study_id": study.id,
        "version_id": study.version_id,
        "contact_id": contact_id,
        "occasion": occasion,
        "is_test": is_test,
        "status": "sampled",
        "language": state.language,
        "mode_assigned": assigned_mode,
        "confirmed": [],
        "holder_token": 0,
        "created_at": now,
        "revision": 1,
        "document": engine.main_document(state),
        "places": 0,
    }
    with writing() as conn:
        insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
        made = conn.execute(
            insert(InterviewRow).values(row).on_conflict_do_nothing().returning(InterviewRow.id)
        ).first()
        if not made:
            return _existing(conn, workspace_id, study.id, contact_id, occasion, interview_id), False
        conn.execute(
            plain_insert(InterviewEvent).values(
                interview_id=interview_id, workspace_id=workspace_id, seq=1, kind="created", at=now, data=created
            )
        )
        interview = repository.get(conn, workspace_id, interview_id)
        assert interview is not None
        saving.tell(conn, interview, "interview.created", now, {"occasion": occasion})
    return interview, True


def _existing(
    conn: Connection, workspace_id: str, study_id: str, contact_id: str | None, occasion: str, interview_id: str
) -> Interview:
    same = (
        InterviewRow.id == interview_id
        if contact_id is None
        else (InterviewRow.contact_id == contact_id) & (InterviewRow.occasion == occasion)
    )
    row = conn.execute(
        select(InterviewRow.__table__).where(
            scoped(InterviewRow, workspace_id), InterviewRow.study_id == study_id, same
        )
    ).one()
    return repository.interviews_from(conn, [row._mapping])[0]
