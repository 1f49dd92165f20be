"""What a crash and the night leave behind: leases that ran out, and hours that passed unused."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, or_, select

from app.db import scoped, writing
from app.fieldwork import planning, store
from app.fieldwork.finishing import finalise
from app.fieldwork.models import CaseRow
from app.fieldwork.outcomes import WAITING
from app.fieldwork.store import CASE_COLUMNS, NO_LEASE, Case
from app.interviews import service as interviews

TO_CODE = timedelta(minutes=10)
"""How long a call that a crash left uncoded waits for its interviewer before it goes to the supervisor."""


def expire(now: datetime, workspace_id: str | None = None) -> int:
    """Settle leases that ran out; returns how many. Not called: back to where it was. Called and not coded: to be coded by the same
    interviewer for ten minutes, then by the supervisor."""
    over = [
        or_(
            and_(CaseRow.actor.is_not(None), CaseRow.expires_at <= now),
            and_(CaseRow.state == "WRAP", CaseRow.actor.is_(None), CaseRow.kept_until <= now),
        )
    ]
    if workspace_id:
        over.append(scoped(CaseRow, workspace_id))
    with writing() as conn:
        # the scheduler's sweep spans workspaces; each row names its own
        rows = conn.execute(
            select(*CASE_COLUMNS)
            .where(*over)
            .limit(500)
            .with_for_update(skip_locked=True)
            .execution_options(every_workspace=workspace_id is None)
        ).all()
        for row in rows:
            _expire(conn, Case(**row._mapping), now)
    return len(rows)


def _expire(conn: Connection, lost: Case, now: datetime) -> None:
    store.free_number(conn, lost)
    interview = interviews.load(lost.workspace_id, lost.interview_id)
    if interview is None or interview.finished:
        finalise(conn, lost, now)
    elif lost.state == "WRAP" and lost.kept_until and lost.kept_until <= now:
        store.save(conn, lost, actor=None, token=None, expires_at=None, state="SUPERVISOR", reason="uncoded",
                   keeper=None, kept_until=None)  # fmt: skip
    elif lost.attempt_id:
        kept_until = (lost.expires_at or now) + TO_CODE
        store.save(conn, lost, actor=None, token=None, expires_at=None, state="WRAP", keeper=lost.actor,
                   kept_until=kept_until)  # fmt: skip
    else:
        state = "READY" if lost.before in ("NEW", None) else lost.before
        store.save(conn, lost, **NO_LEASE, state=state)


def roll(now: datetime, limit: int = 500) -> int:
    """Find new hours for cases whose hours passed without anybody taking them; returns how many."""
    with writing() as conn:
        rows = conn.execute(
            select(*CASE_COLUMNS)
            .where(CaseRow.state.in_(WAITING), CaseRow.until <= now)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .execution_options(every_workspace=True)  # each row names its workspace
        ).all()
        for row in rows:
            late = Case(**row._mapping)
            window = (planning.next_window if late.attempts or late.appointment else planning.first_window)(late, now)
            missed = {"appointment": "soft", "keeper": None, "kept_until": None} if late.appointment else {}
            store.save(conn, late, next_at=window.at, until=window.until, **missed)
    return len(rows)


TICKS: list[tuple[str, float, Callable[[datetime], int]]] = [("case leases", 15.0, expire), ("case hours", 60.0, roll)]
