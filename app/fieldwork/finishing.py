"""How a case ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from app.db import scoped
from app.fieldwork import store
from app.fieldwork.models import AppointmentRow, AttemptRow
from app.fieldwork.outcomes import final_code
from app.fieldwork.store import NO_LEASE, Case
from app.interviews import service as interviews


def finalise(conn: Connection, case: Case, now: datetime) -> str:
    """The interview is over: so is the case; returns its disposition. An attempt still uncoded brought the interview to its end, if
    it was answered in this mode."""
    interview = interviews.load(case.workspace_id, case.interview_id)
    status = interview.status if interview else "closed"
    if case.attempt_id and interview and status == "complete" and interview.mode_answered == case.channel:
        conn.execute(
            update(AttemptRow)
            .where(scoped(AttemptRow, case.workspace_id), AttemptRow.id == case.attempt_id)
            .values(outcome="complete", disposition="1.1", ended_at=now)
        )
    code = final_code(store.outcomes(store.attempts_on(case)), case.kind, status)
    close(conn, case, "FINAL", code, now)
    return code


def close(conn: Connection, case: Case, state: str, code: str, now: datetime, **columns: Any) -> None:
    """End a case as FINAL or EXHAUSTED: nothing of it is due any more. A visit stays on its interviewer's list."""
    store.save(
        conn, case, **NO_LEASE, state=state, disposition=code, appointment=None,
        keeper=case.keeper if case.kind == "visit" else None, kept_until=None,
        forced=False, reason=None, **columns,
    )  # fmt: skip
    store.free_number(conn, case)
    settle_appointments(conn, case, "cancelled")


def settle_appointments(conn: Connection, case: Case, state: str) -> None:
    """Mark the open appointments of a case as kept or cancelled."""
    conn.execute(
        update(AppointmentRow)
        .where(
            scoped(AppointmentRow, case.workspace_id), AppointmentRow.case_id == case.id, AppointmentRow.state == "open"
        )
        .values(state=state)
    )
