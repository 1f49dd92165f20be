"""What a supervisor does: give a case to somebody, put it first, reopen it; each with a reason, each in the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.accounts.service import audit
from app.core.problems import N_, Problem
from app.db import reading, scoped, upsert, writing
from app.fieldwork import store
from app.fieldwork.models import InterviewerRow
from app.fieldwork.store import Case
from app.interviews import service as interviews

REOPENED = ("FINAL", "EXHAUSTED", "BLOCKED", "SUPERVISOR")
"""States from which a case is put back into the queue."""


def assign(workspace_id: str, case_id: str, to: str | None, reason: str, actor: str, now: datetime) -> Case | Problem:
    """Keep a case for one interviewer, or (None) for anybody."""
    return _change(workspace_id, case_id, "assign", {"keeper": to, "kept_until": None}, reason, actor, now)


def force(workspace_id: str, case_id: str, to: str | None, reason: str, actor: str, now: datetime) -> Case | Problem:
    """Put a case before all others, now; for one interviewer, or (None) for the next."""
    columns = {"forced": True, "next_at": now, "until": None, "keeper": to, "kept_until": None}
    return _change(workspace_id, case_id, "force", columns, reason, actor, now)


def reopen(workspace_id: str, case_id: str, reason: str, actor: str, now: datetime) -> Case | Problem:
    """Put a case back into the queue that was final, at its cap, blocked or with the supervisor. One whose interview is over stays
    as it is."""
    columns = {"state": "READY", "next_at": now, "until": None, "reason": None}
    return _change(workspace_id, case_id, "reopen", columns, reason, actor, now)


def _change(
    workspace_id: str, case_id: str, action: str, columns: dict[str, Any], reason: str, actor: str, now: datetime
) -> Case | Problem:
    with writing() as conn:
        case = store.get(conn, workspace_id, case_id, lock=True)
        if case is None:
            return Problem("no_case", N_("There is no such case."))
        if not reason.strip():
            return Problem("no_reason", N_("Give a reason; it is kept in the audit trail."), name="reason")
        if case.leased_at(now):
            return Problem("taken", N_("An interviewer is working on this case."))
        interview = interviews.load(workspace_id, case.interview_id)
        if interview is None or interview.finished:
            return Problem("case_over", N_("The interview is over."))
        if action == "force" and (case.finished or case.state in ("BLOCKED", "SUPERVISOR", "WRAP")):
            return Problem("case_closed", N_("This case is not in the queue. Reopen it first."))
        if action == "reopen" and case.state not in REOPENED:
            return Problem("case_open", N_("This case is in the queue already."))
        if action == "reopen" and case.attempt_id:
            return Problem("uncoded", N_("A call of this case is not coded yet. Take it and say how the call ended."))
        store.save(conn, case, **columns)
        names = [name for name in columns if name != "until"]
        before = {name: _plain(getattr(case, name)) for name in names}
        after = {**{name: _plain(columns[name]) for name in names}, "reason": reason.strip()[:500]}
        audit(conn, workspace_id, actor, f"case.{action}", "case", case_id, before, after, now)
        changed = store.get(conn, workspace_id, case_id)
        assert changed is not None
        return changed


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def skills(workspace_id: str) -> dict[str, tuple[bool, tuple[str, ...]]]:
    """(converter, languages) by interviewer; who is not there speaks all and converts nobody."""
    with reading() as conn:
        rows = conn.execute(select(InterviewerRow.__table__).where(scoped(InterviewerRow, workspace_id)))
        return {row.user_id: (row.converter, tuple(row.languages)) for row in rows}


def set_skills(
    workspace_id: str, user_id: str, converter: bool, languages: tuple[str, ...], actor: str, now: datetime
) -> None:
    """Say whether an interviewer wins back refusals, and which languages they speak (none: all)."""
    columns = {"converter": converter, "languages": list(languages)}
    before = skills(workspace_id).get(user_id, (False, ()))
    with writing() as conn:
        fresh = {"workspace_id": workspace_id, "user_id": user_id, **columns}
        conn.execute(upsert(conn, InterviewerRow).values(fresh).on_conflict_do_nothing())
        mine = (scoped(InterviewerRow, workspace_id), InterviewerRow.user_id == user_id)
        conn.execute(update(InterviewerRow).where(*mine).values(**columns))
        was = {"converter": before[0], "languages": list(before[1])}
        audit(conn, workspace_id, actor, "interviewer.skills", "user", user_id, was, columns, now)
