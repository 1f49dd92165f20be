"""May this interviewer work on this case now? Asked of a case just taken, in the transaction that took it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_

from app.contacts import service as contacts
from app.contacts.permission import Refused
from app.core.problems import N_, Problem
from app.db import scoped, upsert
from app.fieldwork import planning, schedule, store
from app.fieldwork.finishing import finalise
from app.fieldwork.models import NumberLock
from app.fieldwork.schedule import Window
from app.fieldwork.store import LEASE, NO_LEASE, Case
from app.interviews import holder
from app.interviews import service as interviews
from app.interviews.repository import Holder

ASIDE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Leased:
    """The interviewer has it, by `token`."""

    case: Case
    token: int


def admit(conn: Connection, found: Case, user_id: str, now: datetime) -> Leased | Problem:
    """Give a case, just taken, to the interviewer; or put it aside and say why."""
    interview = interviews.load(found.workspace_id, found.interview_id)
    if interview is None or interview.finished:
        finalise(conn, found, now)
        return Problem("case_over", N_("The interview is over."))
    to_code = found.attempt_id is not None  # a call that a crash left uncoded
    number = found.number if to_code else permission(found, now)
    if isinstance(number, Problem):
        if number.code == "outside_hours":
            _aside(conn, found, planning.next_window(found, now))
        else:
            store.save(conn, found, **NO_LEASE, state="BLOCKED", reason=number.params["reason"])
        return number
    if number and not to_code and not _lock_number(conn, found, number, now):
        _aside(conn, found, Window(now + ASIDE, now + ASIDE + timedelta(hours=1)))
        return Problem("number_busy", N_("A colleague has this number before them for another study."))
    claimed = holder.claim(found.workspace_id, found.interview_id, found.channel, user_id, now)
    if not isinstance(claimed, Holder):
        store.free_number(conn, found)
        until = claimed.until if claimed else now
        _aside(conn, found, Window(until, max(found.until or until, until + timedelta(hours=1))))
        return Problem("active_elsewhere", N_("The person is answering by themselves right now."))
    columns: dict[str, Any] = {"token": claimed.token, "number": number, "expires_at": now + LEASE}
    if to_code:
        columns["state"] = "WRAP"
    store.save(conn, found, **columns)
    return Leased(replace(found, **columns), claimed.token)


def permission(found: Case, now: datetime) -> str | Problem | None:
    """The number to call (None: a visit, or practice, which calls nobody), or why the person may not be called (visited) for
    this study now."""
    if found.is_test:
        return None
    verdict = contacts.may_contact(found.workspace_id, found.contact_id, found.channel, found.study_id)
    if isinstance(verdict, Refused):
        message = N_("This person may not be contacted: {reason}.")
        return Problem("not_permitted", message, {"reason": verdict.reason})
    if found.kind == "visit":
        return None
    if not schedule.lawful(now, store.zones_of(found)):
        return Problem("outside_hours", N_("It is too early or too late to call where the person is."))
    return verdict.endpoint.address if verdict.endpoint else None


def _aside(conn: Connection, found: Case, window: Window) -> None:
    columns = {"state": found.before or "READY", "next_at": window.at, "until": window.until}
    store.save(conn, found, **{**NO_LEASE, **columns})


def _lock_number(conn: Connection, found: Case, number: str, now: datetime) -> bool:
    row = {
        "number": number,
        "workspace_id": found.workspace_id,
        "case_id": found.id,
        "expires_at": now + LEASE,
    }
    free = or_(NumberLock.expires_at <= now, NumberLock.case_id == found.id)
    got = conn.execute(
        upsert(conn, NumberLock)
        .values(row)
        .on_conflict_do_update(
            index_elements=["number", "workspace_id"],
            set_={"case_id": row["case_id"], "expires_at": row["expires_at"]},
            where=free & scoped(NumberLock, found.workspace_id),
        )
        .returning(NumberLock.case_id)
    ).first()
    return got is not None
