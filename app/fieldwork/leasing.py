"""Who has a case: taking one, renewing it, putting it back."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from app.core.problems import N_, Problem
from app.db import scoped, upsert, writing
from app.fieldwork import store
from app.fieldwork.admitting import ASIDE, Leased, admit
from app.fieldwork.models import CaseRow, InterviewerRow, NumberLock
from app.fieldwork.recovery import expire
from app.fieldwork.store import CASE_COLUMNS, LEASE, NO_LEASE, Case
from app.interviews import holder
from app.interviews.repository import Holder


@dataclass(frozen=True, slots=True)
class UnderWay:
    """The interviewer has this one already: one at a time."""

    case: Case


def interviewer(conn: Connection, workspace_id: str, user_id: str) -> Any:
    """The interviewer's row, locked: one who clicks twice waits for themselves."""
    fresh = {"workspace_id": workspace_id, "user_id": user_id, "converter": False, "languages": []}
    conn.execute(upsert(conn, InterviewerRow).values(fresh).on_conflict_do_nothing())
    return conn.execute(
        select(InterviewerRow.__table__)
        .where(scoped(InterviewerRow, workspace_id), InterviewerRow.user_id == user_id)
        .with_for_update()
    ).one()


def held(conn: Connection, workspace_id: str, user_id: str, now: datetime) -> Case | None:
    mine = (scoped(CaseRow, workspace_id), CaseRow.actor == user_id, CaseRow.expires_at > now)
    row = conn.execute(select(*CASE_COLUMNS).where(*mine).limit(1)).one_or_none()
    return Case(**row._mapping) if row else None


def take(
    workspace_id: str, case_id: str, interviewer_id: str, now: datetime, supervisor: bool = False
) -> Leased | UnderWay | Problem:
    """Take one case by name: an own appointment, an assigned visit, one to be coded; again what is held (then an older tab's token
    is worth nothing). A supervisor may take any that is open."""
    with writing() as conn:
        interviewer(conn, workspace_id, interviewer_id)
        expire(now, workspace_id)
        found = store.get(conn, workspace_id, case_id, lock=True)
        if found is None:
            return Problem("no_case", N_("There is no such case."))
        busy = held(conn, workspace_id, interviewer_id, now)
        if busy and busy.id != case_id:
            return UnderWay(busy)
        if busy:
            return _retake(conn, busy, interviewer_id, now)
        if found.leased_at(now):
            return Problem("taken", N_("A colleague is working on this case."))
        problem = not_takeable(found, interviewer_id, now, supervisor)
        if problem:
            return problem
        columns = {"before": found.state, "state": "LEASED", "actor": interviewer_id, "expires_at": now + LEASE}
        store.save(conn, found, **columns)
        return admit(conn, replace(found, **columns), interviewer_id, now)  # type: ignore[arg-type]


def not_takeable(found: Case, user_id: str, now: datetime, supervisor: bool) -> Problem | None:
    """Why this interviewer (a supervisor) may not take a case that nobody holds; None: they may."""
    if found.finished or found.state == "BLOCKED":
        return Problem("case_closed", N_("This case is closed. A supervisor can reopen it."))
    if supervisor:
        return None
    if found.state == "SUPERVISOR":
        return Problem("with_supervisor", N_("This case is with the supervisor."))
    kept = found.keeper == user_id
    if not kept and (found.kind == "visit" or (found.kept_until and found.kept_until > now) or not found.appointment):
        return Problem("not_yours", N_("This case is not yours. Take the next one instead."))
    return None


def _retake(conn: Connection, mine: Case, user_id: str, now: datetime) -> Leased:
    """A new token for a case the interviewer holds. Where the respondent has taken the interview over, the call is still to be
    coded: the case alone is held then."""
    claimed = holder.claim(mine.workspace_id, mine.interview_id, mine.channel, user_id, now)
    token = claimed.token if isinstance(claimed, Holder) else (mine.token or 0) + 1
    store.save(conn, mine, token=token, expires_at=now + LEASE)
    return Leased(replace(mine, token=token, expires_at=now + LEASE), token)


def leased(
    conn: Connection, workspace_id: str, case_id: str, interviewer_id: str, token: int | None, now: datetime
) -> Case | None:
    """The case, locked, if this interviewer holds it with this token; None: a stale token."""
    found = store.get(conn, workspace_id, case_id, lock=True)
    if found is None or not found.leased_at(now) or (found.actor, found.token) != (interviewer_id, token):
        return None
    return found


def renew(workspace_id: str, case_id: str, interviewer_id: str, token: int, now: datetime) -> tuple[bool, bool]:
    """The heartbeat: (the case is still held, the interview is still held). The second is lost when the respondent goes on by
    themselves; the call can still be coded then."""
    with writing() as conn:
        found = leased(conn, workspace_id, case_id, interviewer_id, token, now)
        if found is None:
            return False, False
        store.save(conn, found, expires_at=now + LEASE)
        own = (scoped(NumberLock, workspace_id), NumberLock.case_id == case_id)
        conn.execute(update(NumberLock).where(*own).values(expires_at=now + LEASE))
        return True, holder.renew(workspace_id, found.interview_id, token, now)


def put_back(workspace_id: str, case_id: str, interviewer_id: str, token: int, now: datetime) -> bool:
    """Give an uncalled case back to the queue; no attempt is counted. False: a stale token, or it was called already."""
    with writing() as conn:
        found = leased(conn, workspace_id, case_id, interviewer_id, token, now)
        if found is None or found.attempt_id:
            return False
        state = "READY" if found.before == "NEW" else found.before
        next_at = found.next_at if found.appointment else now + ASIDE
        store.save(conn, found, **{**NO_LEASE, "state": state or "READY", "next_at": next_at})
        store.free_number(conn, found)
        holder.release(workspace_id, found.interview_id, token)
        return True
