"""People become cases: from contacts, or because they ask to be called."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, update

from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.core.ids import new_id
from app.core.problems import Problem
from app.db import scoped, upsert, writing
from app.fieldwork import planning, schedule, store
from app.fieldwork.admitting import permission
from app.fieldwork.models import AppointmentRow, CaseRow
from app.fieldwork.store import CHANNEL, Case
from app.interviews import service as interviews
from app.interviews.repository import Interview

BATCH = 200


@dataclass(frozen=True, slots=True)
class Added:
    """How many cases were made, were there before, and how many of the new ones may not be contacted (BLOCKED, with the reason)."""

    new: int
    known: int
    blocked: int


def everybody(workspace_id: str) -> Iterator[Contact]:
    """Every contact of a workspace."""
    number = 1
    while True:
        page = contacts.page(workspace_id, number=number, size=BATCH)
        yield from page.items
        if number >= page.last:
            return
        number += 1


def add_cases(
    workspace_id: str,
    study: Study,
    kind: str,
    people: Iterable[Contact],
    now: datetime,
    *,
    assigned_to: str | None = None,
    progress: Callable[[int], Any] = lambda n: None,
) -> Added:
    """Make a case of each person for calls (kind "phone") or visits ("visit", of the interviewer `assigned_to`). Again: no more."""
    new = known = blocked = 0
    for batch in _batches(people):
        with writing() as conn:
            for person in batch:
                interview, _ = interviews.create(
                    workspace_id, study, now=now, contact_id=person.id, is_test=study.practice,
                    language=person.language or None, assigned_mode=CHANNEL[kind],
                )  # fmt: skip
                case = _add(conn, study, interview, kind, assigned_to, now)
                new, known = new + bool(case), known + (case is None)
                blocked += bool(case and case.state == "BLOCKED")
        progress(len(batch))
    return Added(new, known, blocked)


def _batches(people: Iterable[Contact]) -> Iterator[list[Contact]]:
    batch: list[Contact] = []
    for person in people:
        batch.append(person)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _add(
    conn: Connection, study: Study, interview: Interview, kind: str, keeper: str | None, now: datetime
) -> Case | None:
    """The new case; None: there is one already."""
    row = {
        "id": new_id(),
        "workspace_id": study.workspace_id,
        "study_id": study.id,
        "interview_id": interview.id,
        "contact_id": interview.contact_id,
        "kind": kind,
        "language": interview.language,
        "is_test": interview.is_test,
        "state": "NEW",
        "priority": 50,
        "shuffle": shuffle(study.id, interview.id),
        "next_at": now,
        "forced": False,
        "keeper": keeper,
        "attempts": 0,
        "disposition": "3.11",
        "created_at": now,
    }
    if not conn.execute(upsert(conn, CaseRow).values(row).on_conflict_do_nothing().returning(CaseRow.id)).first():
        return None
    case = store.get(conn, study.workspace_id, str(row["id"]))
    assert case is not None
    window = planning.first_window(case, now)
    columns: dict[str, Any] = {"next_at": window.at, "until": window.until}
    problem = permission(case, window.at)
    if isinstance(problem, Problem):
        columns |= {"state": "BLOCKED", "reason": problem.params.get("reason", problem.code)}
    store.save(conn, case, **columns)
    return store.get(conn, study.workspace_id, case.id)


def shuffle(study_id: str, interview_id: str) -> int:
    """A place in a random order that a study's id seeds: the same again, and nobody's choice."""
    digest = hashlib.sha256(f"{study_id}:{interview_id}".encode()).digest()
    return int.from_bytes(digest[:4]) >> 1


def add_case(workspace_id: str, study: Study, interview: Interview, kind: str, now: datetime) -> None:
    """Make the case of an interview that there is; again: no more."""
    with writing() as conn:
        _add(conn, study, interview, kind, None, now)


def call_me(workspace_id: str, interview_id: str, kind: str, now: datetime) -> None:
    """The person asks to go on with an interviewer: their case (made if there is none) is due now, or when calls are allowed."""
    with writing() as conn:
        interview = interviews.load(workspace_id, interview_id)
        study = catalog.study(workspace_id, interview.study_id) if interview else None
        if interview is None or study is None or interview.finished or interview.contact_id is None:
            return
        _add(conn, study, interview, kind, None, now)
        (case,) = store.cases_where(workspace_id, CaseRow.interview_id == interview_id, CaseRow.kind == kind, lock=True)
        if case.leased_at(now):
            return
        zones = store.zones_of(case)
        at = now if schedule.lawful(now, zones) else planning.next_window(case, now).at
        local = at.astimezone(ZoneInfo(zones[0]))
        made = {"kind": "transfer", "at": at, "wall": f"{local:%Y-%m-%dT%H:%M}", "zone": zones[0], "state": "open"}
        conn.execute(
            update(AppointmentRow)
            .where(
                scoped(AppointmentRow, workspace_id), AppointmentRow.case_id == case.id, AppointmentRow.state == "open"
            )
            .values(state="cancelled")
        )
        conn.execute(insert(AppointmentRow).values(
            id=new_id(), workspace_id=workspace_id, case_id=case.id, made_at=now, **made))  # fmt: skip
        store.save(
            conn, case, state="APPOINTMENT", appointment="transfer", next_at=at,
            until=schedule.rest_of_day(at, zones), keeper=case.keeper if kind == "visit" else None, kept_until=None,
            reason=None,
        )  # fmt: skip


def went_elsewhere(workspace_id: str, interview_id: str, kind: str, now: datetime) -> None:
    """The person goes on by themselves: a call they had asked for is called off, and the case rests for a day."""
    with writing() as conn:
        for case in store.cases_where(
            workspace_id, CaseRow.interview_id == interview_id, CaseRow.kind == kind, lock=True
        ):
            if case.appointment == "transfer" and not case.leased_at(now):
                window = planning.next_window(case, now + timedelta(days=1))
                store.save(conn, case, state="RETRY" if case.attempts else "READY", appointment=None,
                           next_at=window.at, until=window.until)  # fmt: skip
