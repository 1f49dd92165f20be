"""What an interviewer does with a case they hold: dial or knock, code the outcome, write a note."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, update

from app import engine
from app.contacts import service as contacts
from app.contacts.permission import Refused
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import scoped, writing
from app.events import publish
from app.fieldwork import planning, schedule, store
from app.fieldwork.admitting import permission
from app.fieldwork.finishing import close, finalise, settle_appointments
from app.fieldwork.leasing import leased
from app.fieldwork.models import AppointmentRow, AttemptRow, NoteRow
from app.fieldwork.outcomes import OUTCOMES, Outcome, final_code, interim_code, offered
from app.fieldwork.schedule import EARLY, GRACE, Window
from app.fieldwork.store import NO_LEASE, Case
from app.interviews import holder
from app.interviews import service as interviews

ENTRY = {"phone": "call", "visit": "visit"}
KEPT = timedelta(minutes=30)  # how long a break-off waits for its interviewer before colleagues may take it
AT_ONCE = timedelta(minutes=10)  # the same for a call that was cut off


@dataclass(frozen=True, slots=True)
class Lost:
    """Nothing was done: the lease ran out, or a newer tab holds it."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """The call (visit) is under way and counts."""

    attempt_id: str
    number: str | None


@dataclass(frozen=True, slots=True)
class Coded:
    """The case as it stands now; nobody holds it."""

    case: Case


def dial(workspace_id: str, case_id: str, interviewer_id: str, token: int, now: datetime) -> Dialled | Problem | Lost:
    """Begin a call (a visit), once more checked against consent and suppression. Again: the one under way."""
    with writing() as conn:
        case = leased(conn, workspace_id, case_id, interviewer_id, token, now)
        if case is None:
            return Lost()
        if case.attempt_id:
            return Dialled(case.attempt_id, case.number)
        number = permission(case, now)
        if isinstance(number, Problem):
            return number
        attempt_id = new_id()
        conn.execute(
            insert(AttemptRow).values(
                id=attempt_id,
                workspace_id=workspace_id,
                case_id=case_id,
                study_id=case.study_id,
                interview_id=case.interview_id,
                kind=case.kind,
                user_id=interviewer_id,
                number=number,
                slice=schedule.slice_of(now, store.zones_of(case)[0]),
                started_at=now,
                is_test=case.is_test,
            )
        )
        store.save(conn, case, state="IN_CALL", attempt_id=attempt_id, attempts=case.attempts + 1, number=number,
                   last_at=now, forced=False)  # fmt: skip
        settle_appointments(conn, case, "kept")
        return Dialled(attempt_id, number)


def begin(
    workspace_id: str, case_id: str, interviewer_id: str, token: int, consent: engine.Consent, now: datetime
) -> bool:
    """The person said who they are and agrees to go on; `consent` counts where none was recorded before. False: a stale token, or
    there is no call under way."""
    with writing() as conn:
        case = leased(conn, workspace_id, case_id, interviewer_id, token, now)
        interview = interviews.load(workspace_id, case.interview_id) if case else None
        if case is None or interview is None or interview.finished or case.attempt_id is None:
            return False
        facts: list[engine.Fact] = [engine.Session(case.channel, ENTRY[case.kind])]
        if interview.state.consent is None or not interview.state.consent.given:
            facts.append(consent)
        interviews.record(workspace_id, case.interview_id, facts, now, confirmed=case.channel)
        mine = (scoped(AttemptRow, workspace_id), AttemptRow.id == case.attempt_id)
        conn.execute(update(AttemptRow).where(*mine).values(begun_at=now))
        return True


def note(
    workspace_id: str, case_id: str, interviewer_id: str, token: int, text: str, now: datetime, question: str = ""
) -> bool:
    """Write something down for colleagues; False: a stale token."""
    with writing() as conn:
        if leased(conn, workspace_id, case_id, interviewer_id, token, now) is None:
            return False
        row = {"id": new_id(), "workspace_id": workspace_id, "case_id": case_id, "user_id": interviewer_id}
        conn.execute(insert(NoteRow).values(**row, question=question, text=text[:2000], at=now))
        return True


def code(
    workspace_id: str, case_id: str, interviewer_id: str, token: int, name: str, now: datetime, *, note: str = "",
    wall: str = "", zone: str = "",
) -> Coded | list[Problem] | Lost:  # fmt: skip
    """End the call under way with an outcome of outcomes.TABLE and give the case back.

    wall: the time of an appointment where the person is ("2026-11-05T18:30"), in `zone` or theirs."""
    with writing() as conn:
        case = leased(conn, workspace_id, case_id, interviewer_id, token, now)
        if case is None:
            return Lost()
        zone = zone or store.zones_of(case)[0]
        at = schedule.local_instant(wall, zone) if wall else None
        problems = _problems(case, name, note, wall, zone, at, now)
        if problems:
            return problems
        outcome = OUTCOMES[name]
        _close_attempt(conn, case, outcome, note, now)
        _effects(case, outcome, note, now)
        holder.release(workspace_id, case.interview_id, token)
        _settle(conn, case, outcome, at, wall, zone, now)
        store.free_number(conn, case)
        data = {"outcome": name, "kind": case.kind, "case": case_id, "is_test": case.is_test}
        publish(conn, workspace_id, f"{'call' if case.kind == 'phone' else 'visit'}.made", data, now,
                contact_id=case.contact_id, study_id=case.study_id, interview_id=case.interview_id)  # fmt: skip
        coded = store.get(conn, workspace_id, case_id)
        assert coded is not None
        return Coded(coded)


def _problems(
    case: Case, name: str, note: str, wall: str, zone: str, at: datetime | None, now: datetime
) -> list[Problem]:
    interview = interviews.load(case.workspace_id, case.interview_id)
    by_hand = name in {outcome.name for outcome in offered(case.kind)}
    if not by_hand and not (name == "complete" and interview and interview.status == "complete"):
        return [Problem("no_outcome", N_("Choose how it ended."), name="outcome")]
    if case.attempt_id is None:
        remedy = N_("Call first, or put the case back.")
        return [Problem("not_called", N_("There was no call to code."), name="outcome", remedy=remedy)]
    outcome, problems = OUTCOMES[name], []
    if outcome.asks == "note" and not note.strip():
        problems.append(Problem("no_note", N_("Write a note: what does the next person need to know?"), name="note"))
    if name == "message_left" and name in store.outcomes(store.attempts_on(case)):
        message = N_("A message was left before; one is the most.")
        remedy = N_("Choose “no message left”.")
        problems.append(Problem("message_left_before", message, name="outcome", remedy=remedy))
    if outcome.asks == "time" or (outcome.asks and wall):
        problems += _bad_time(case, outcome, wall, zone, at, now)
    return problems


def _bad_time(case: Case, outcome: Outcome, wall: str, zone: str, at: datetime | None, now: datetime) -> list[Problem]:
    if outcome.asks == "note":
        return []
    if at is None:
        message = N_("Give a day and a time that exist where the person is.") if wall else N_("Give a day and a time.")
        return [Problem("bad_time", message, name="wall")]
    if at <= now:
        return [Problem("past_time", N_("This time is over already where the person is."), name="wall")]
    if not schedule.lawful(at, (zone,)):
        return [
            Problem("outside_hours", N_("People may be called between 8:00 and 21:00 where they are."), name="wall")
        ]
    return []


def _close_attempt(conn: Connection, case: Case, outcome: Outcome, note: str, now: datetime) -> None:
    said = [*store.outcomes(store.attempts_on(case)), outcome.name]
    conn.execute(
        update(AttemptRow)
        .where(scoped(AttemptRow, case.workspace_id), AttemptRow.id == case.attempt_id)
        .values(
            outcome=outcome.name,
            disposition=interim_code(said, case.kind),
            note=note.strip()[:2000],
            ended_at=now,
        )
    )


def _effects(case: Case, outcome: Outcome, note: str, now: datetime) -> None:
    """What an outcome means beyond the case: suppression, bad numbers, the end of the interview. Practice suppresses nobody."""
    workspace_id, contact_id = case.workspace_id, case.contact_id
    if not case.is_test:
        if outcome.suppress == "wrong_number" and case.number:
            contacts.suppress(workspace_id, channel="phone", address=case.number, reason="wrong_number", now=now)
        elif outcome.suppress and outcome.suppress != "wrong_number":
            contacts.suppress(
                workspace_id, channel="all", contact_id=contact_id, reason=outcome.suppress, note=note, now=now
            )
        if outcome.name == "disconnected" and case.number:
            contacts.mark_endpoint(workspace_id, "phone", case.number, "failed", now)
    ends = outcome.ends
    if outcome.name == "soft_refusal" and _converted(case):
        ends = "study"
    if ends in ("study", "everything"):
        interviews.decline(workspace_id, case.interview_id, ends, case.channel, now)
    elif ends:
        interviews.close(workspace_id, case.interview_id, ends, now)


def _converted(case: Case) -> bool:
    """Whether one conversion was tried: this is the second soft refusal."""
    return store.outcomes(store.attempts_on(case)).count("soft_refusal") > 1


# --- what the case waits for now ------------------------------------------------------------------


def _settle(
    conn: Connection, case: Case, outcome: Outcome, at: datetime | None, wall: str, zone: str, now: datetime
) -> None:
    interview = interviews.load(case.workspace_id, case.interview_id)
    names = store.outcomes(store.attempts_on(case))
    said = {"last_outcome": outcome.name, "disposition": interim_code(names, case.kind)}
    status = interview.status if interview else "closed"
    if interview is None or interview.finished:
        finalise(conn, case, now)
        store.save(conn, case, last_outcome=outcome.name)
        return
    to = outcome.to
    if to == "FINAL" and outcome.number == "next" and _another_number(case):
        to = "RETRY"
    if to == "FINAL":
        close(conn, case, "FINAL", final_code(names, case.kind, status), now, last_outcome=outcome.name)
        return
    columns = _waiting(conn, case, outcome, at, wall, zone, now)
    if to in ("RETRY", "REFUSED_HOLD") and outcome.delay and planning.over(case, columns["next_at"]):
        code_ = final_code(names, case.kind, status)
        close(conn, case, "EXHAUSTED", code_, now, last_outcome=outcome.name)
        return
    reason = "referred" if to == "SUPERVISOR" else None
    keeper = case.keeper if case.kind == "visit" else None
    base = {**NO_LEASE, "appointment": None, "keeper": keeper, "kept_until": None, "reason": reason}
    store.save(conn, case, **{**base, **said, "state": to, **columns})


def _another_number(case: Case) -> bool:
    """Whether there is one to try next; nobody is called in practice."""
    verdict = contacts.may_contact(case.workspace_id, case.contact_id, "phone", case.study_id)
    return not case.is_test and not isinstance(verdict, Refused)


def _waiting(
    conn: Connection, case: Case, outcome: Outcome, at: datetime | None, wall: str, zone: str, now: datetime
) -> dict[str, Any]:
    """next_at, until, and who has it first."""
    if at is not None and outcome.to in ("APPOINTMENT", "PARTIAL"):
        return _appointment(conn, case, outcome, at, wall, zone, now)
    if outcome.delay == 0:
        mine = {"keeper": case.actor, "kept_until": now + AT_ONCE} if case.kind == "phone" else {}
        return {"next_at": now, "until": schedule.rest_of_day(now, store.zones_of(case)), **mine}
    if outcome.to == "SUPERVISOR":
        return {"next_at": now, "until": None}
    wait = timedelta(minutes=outcome.delay) if outcome.delay else timedelta(days=1)
    window = planning.next_window(case, now + wait)
    first = {"keeper": case.actor, "kept_until": window.at + KEPT} if outcome.to == "PARTIAL" else {}
    return {"next_at": window.at, "until": window.until, **first}


def _appointment(
    conn: Connection, case: Case, outcome: Outcome, at: datetime, wall: str, zone: str, now: datetime
) -> dict[str, Any]:
    """A hard one is its interviewer's, from 15 minutes early to 15 late; a soft one is anybody's."""
    kind = "hard" if outcome.name == "hard_appointment" else "soft"
    mine = case.actor if kind == "hard" or outcome.to == "PARTIAL" else None
    made = {"kind": kind, "at": at, "wall": wall[:16], "zone": zone, "user_id": mine, "state": "open", "made_at": now}
    conn.execute(insert(AppointmentRow).values(id=new_id(), workspace_id=case.workspace_id, case_id=case.id, **made))
    window = Window(at - EARLY if kind == "hard" else at, schedule.rest_of_day(at, (zone,)))
    columns: dict[str, Any] = {"next_at": window.at, "until": window.until}
    if outcome.to == "APPOINTMENT":
        columns["appointment"] = kind
    if mine and case.kind == "phone":
        columns |= {"keeper": mine, "kept_until": at + (GRACE if kind == "hard" else KEPT)}
    return columns


def complete(workspace_id: str, case_id: str, interviewer_id: str, token: int, now: datetime) -> Coded | Lost:
    """The interview was answered to its end: so ends the call."""
    done = code(workspace_id, case_id, interviewer_id, token, "complete", now)
    return done if isinstance(done, Coded) else Lost()
