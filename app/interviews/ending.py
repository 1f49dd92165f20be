"""What is no answer: consent, a language, a session, declining, closing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app import engine
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.db import writing
from app.interviews import quotas, repository, saving
from app.interviews.repository import Interview, bucketed
from app.interviews.saving import DISPOSITIONS


def record(
    workspace_id: str, interview_id: str, facts: Sequence[engine.Fact], now: datetime, *, confirmed: str | None = None
) -> Interview:
    """Write down what is no answer: consent, language, a session, outside data; `confirmed`: the way (see `way`) on which
    the person said that they are the one asked. A finished interview stays as it is. LookupError: no such interview."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None:
            raise LookupError(f"no interview {interview_id}")
        if interview.finished:
            return interview
        study = catalog.study(workspace_id, interview.study_id)
        assert study is not None
        now = bucketed(study.basis, now)
        questionnaire = catalog.questionnaire(interview.version_id)
        state, events = interview.state, list[dict[str, Any]]()
        for fact in facts:
            state, made = engine.inform(questionnaire, state, fact, now)
            events.extend(made)
        columns: dict[str, Any] = {"language": state.language}
        if confirmed and confirmed not in interview.confirmed:
            columns["confirmed"] = [*interview.confirmed, confirmed]
            said = {"kind": "confirmed", "mode": confirmed, "at": now.isoformat()}
            state = engine.apply(questionnaire, state, said)
            events.append(said)
        return saving.save(conn, interview, state, events, now, columns)


def decline(workspace_id: str, interview_id: str, scope: str, mode: str, now: datetime) -> Interview:
    """The person declines this study ("study") or all of ours ("everything"): the interview ends, its answers stay, and they are
    not approached again, on any channel, for this study or for anything."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None:
            raise LookupError(f"no interview {interview_id}")
        if interview.finished:
            return interview
        questionnaire = catalog.questionnaire(interview.version_id)
        state, events = engine.inform(questionnaire, interview.state, engine.Declined(scope), now)
        columns = {
            "status": "declined",
            "disposition": DISPOSITIONS["declined"],
            "last_activity_at": now,
            "holder_expires_at": now,
        }
        saved = saving.save(conn, interview, state, list(events), now, columns)
        quotas.free(conn, interview)
        if interview.contact_id is not None and not interview.is_test:  # practice suppresses nobody
            contacts.suppress(
                workspace_id,
                channel="all",
                contact_id=interview.contact_id,
                study_id=interview.study_id if scope == "study" else None,
                reason="opt_out",
                now=now,
            )
        saving.tell(conn, saved, "interview.declined", now, {"scope": scope, "mode": mode})
        return saved


def close(workspace_id: str, interview_id: str, status: str, now: datetime) -> Interview | None:
    """End an interview without an answer: screened_out, quota_full or closed. A finished one stays as it is."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None or interview.finished:
            return interview
        return end(conn, interview, status, now)


def end(conn: Connection, interview: Interview, status: str, now: datetime) -> Interview:
    questionnaire = catalog.questionnaire(interview.version_id)
    state, events = engine.inform(questionnaire, interview.state, engine.Closed(status), now)
    columns = {
        "status": status,
        "disposition": DISPOSITIONS.get(status),
        "completed_at": now,
        "holder_expires_at": now,
    }
    saved = saving.save(conn, interview, state, list(events), now, columns)
    quotas.free(conn, interview)
    saving.tell(conn, saved, "interview.closed", now, {"status": status})
    return saved


def offered(workspace_id: str, interview_id: str, mode: str) -> None:
    """Note the mode that was offered to the person last."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is not None:
            repository.save(conn, interview, mode_offered=mode)
