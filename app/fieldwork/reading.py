"""What the pages show: the day's work, a case with its history, the supervisor's lists."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from app.db import reading, scoped
from app.fieldwork import store, supervising
from app.fieldwork.models import AppointmentRow, AttemptRow, CaseRow, NoteRow
from app.fieldwork.queue import offered_to
from app.fieldwork.store import Attempt, Case


@dataclass(frozen=True, slots=True)
class Day:
    """An interviewer's day. ``under_way``: held, or to be coded. ``due``: own appointments and those of nobody, of the next 48 h.
    ``waiting``: cases that could be offered to them now. ``calls``, ``completes``, ``refusals``: today's, their own."""

    under_way: list[Case]
    due: list[Case]
    waiting: int
    calls: int
    completes: int
    refusals: int


def case(workspace_id: str, case_id: str) -> Case | None:
    with reading() as conn:
        return store.get(conn, workspace_id, case_id)


def days_work(workspace_id: str, user_id: str, studies: Sequence[str], now: datetime) -> Day:
    """What a telephone interviewer has before them, in these studies."""
    mine = or_(CaseRow.actor == user_id, (CaseRow.state == "WRAP") & (CaseRow.keeper == user_id))
    under_way = store.cases_where(workspace_id, CaseRow.kind == "phone", mine)
    due = store.cases_where(
        workspace_id, CaseRow.kind == "phone", CaseRow.appointment.is_not(None), CaseRow.state == "APPOINTMENT",
        or_(CaseRow.keeper.is_(None), CaseRow.keeper == user_id), CaseRow.next_at <= now + timedelta(hours=48), limit=50,
    )  # fmt: skip
    skills = supervising.skills(workspace_id).get(user_id, (False, ()))
    callable_now = offered_to(workspace_id, user_id, skills, studies, now)
    with reading() as conn:
        waiting = conn.scalar(select(func.count()).select_from(CaseRow).where(*callable_now)) or 0
    done = tally(workspace_id, now - timedelta(hours=12), user_id).get(user_id, {})
    refusals = sum(done.get(name, 0) for name in ("soft_refusal", "hard_refusal", "do_not_call"))
    return Day(under_way, due, waiting, sum(done.values()), done.get("complete", 0), refusals)


def tally(workspace_id: str, since: datetime, user_id: str | None = None) -> dict[str, dict[str, int]]:
    """Attempts by interviewer and outcome ("" for those not coded) since a moment, practice left out."""
    wanted = [scoped(AttemptRow, workspace_id), AttemptRow.started_at >= since, AttemptRow.is_test.is_(False)]
    if user_id:
        wanted.append(AttemptRow.user_id == user_id)
    statement = (
        select(AttemptRow.user_id, AttemptRow.outcome, func.count().label("n"))
        .where(*wanted)
        .group_by(AttemptRow.user_id, AttemptRow.outcome)
    )
    found: dict[str, dict[str, int]] = {}
    with reading() as conn:
        for row in conn.execute(statement):
            found.setdefault(row.user_id, {})[row.outcome or ""] = row.n
    return found


def visits_of(workspace_id: str, user_id: str | None) -> list[Case]:
    """The visits assigned to an interviewer (None: to nobody yet), those still to be made first."""
    return store.cases_where(
        workspace_id,
        CaseRow.kind == "visit",
        CaseRow.keeper == user_id,
        order=(CaseRow.state == "FINAL", CaseRow.next_at),
    )


def at_hand(workspace_id: str, contact_id: str, user_id: str, now: datetime) -> bool:
    """Whether an interviewer has the person before them: a call they took, or a visit that is theirs to make."""
    cases = store.cases_where(workspace_id, CaseRow.contact_id == contact_id)
    return any(
        (case.actor == user_id and case.leased_at(now))
        or (case.keeper == user_id and case.kind == "visit" and not case.finished)
        for case in cases
    )


def open_cases_of(workspace_id: str, contact_id: str) -> list[Case]:
    """The cases of a person that are not over."""
    return [case for case in store.cases_where(workspace_id, CaseRow.contact_id == contact_id) if not case.finished]


def cases_of_interview(workspace_id: str, interview_id: str) -> list[Case]:
    return store.cases_where(workspace_id, CaseRow.interview_id == interview_id)


def counts(workspace_id: str, study_id: str | None = None, kind: str | None = None) -> Mapping[str, int]:
    """Cases by state, practice left out unless its study is named."""
    which: Any = CaseRow.study_id == study_id if study_id else CaseRow.is_test.is_(False)
    wanted = [scoped(CaseRow, workspace_id), which]
    if kind:
        wanted.append(CaseRow.kind == kind)
    with reading() as conn:
        rows = conn.execute(select(CaseRow.state, func.count()).where(*wanted).group_by(CaseRow.state))
        return {row[0]: row[1] for row in rows}


def cases_in(workspace_id: str, states: Collection[str], study_id: str | None = None, limit: int = 200) -> list[Case]:
    """Cases in some states, the longest waiting first."""
    wanted: list[ColumnElement[bool]] = [CaseRow.state.in_(states)]
    if study_id:
        wanted.append(CaseRow.study_id == study_id)
    return store.cases_where(workspace_id, *wanted, limit=limit)


def appointment_of(case: Case) -> Any | None:
    """The appointment that is open: at, wall, zone, kind."""
    with reading() as conn:
        return conn.execute(
            select(AppointmentRow.__table__)
            .where(scoped(AppointmentRow, case.workspace_id), AppointmentRow.case_id == case.id,
                   AppointmentRow.state == "open")
            .order_by(AppointmentRow.made_at.desc())
            .limit(1)
        ).one_or_none()  # fmt: skip


def notes_on(case: Case) -> list[Any]:
    """What interviewers wrote, newest first."""
    with reading() as conn:
        return list(conn.execute(
            select(NoteRow.__table__)
            .where(scoped(NoteRow, case.workspace_id), NoteRow.case_id == case.id)
            .order_by(NoteRow.at.desc())
        ))  # fmt: skip


def attempts_of(workspace_id: str, interview_id: str) -> list[Attempt]:
    """The calls and visits of an interview, oldest first."""
    return store.attempts_where(workspace_id, AttemptRow.interview_id == interview_id)


def dispositions(workspace_id: str, study_id: str, kind: str = "phone") -> dict[str, str]:
    """The AAPOR disposition of each case of a study, by interview; interim where the case is open. Practice left out."""
    statement = select(CaseRow.interview_id, CaseRow.disposition).where(
        scoped(CaseRow, workspace_id), CaseRow.study_id == study_id, CaseRow.kind == kind, CaseRow.is_test.is_(False)
    )
    with reading() as conn:
        return {row[0]: row[1] for row in conn.execute(statement)}
