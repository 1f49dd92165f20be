"""Leading people through a study's protocol: enrolling them, and acting when somebody's turn comes.

The truth is in `messages` and `cases`: the planner reads what was sent and says what is next, so a step that a crash undid is
planned again, and one that was done cannot be done twice (each message is unique by interview, channel, purpose and wave, each case
by interview and kind). `protocol_turns` only says when to ask the planner.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select, update

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.protocol import MODE_OF, Protocol, protocol
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.problems import N_, Problem
from app.core.wake import wake
from app.db import after_commit, reading, scoped, upsert, writing
from app.delivery import service as delivery
from app.delivery.invitations import batches, interview_of
from app.events import News, subscriber
from app.fieldwork import service as fieldwork
from app.interviews import service as interviews
from app.interviews.repository import Interview
from app.protocols import facts, planner
from app.protocols.models import TurnRow
from app.protocols.planner import Next, Plan

log = logging.getLogger(__name__)

QUEUE = "protocols"
AGAIN = timedelta(days=1)  # what waits for something that brings no news is looked at again
NO_NEWS = ("on_its_way", "quota_full", "appointment")
LATER = timedelta(minutes=5)  # and what failed


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What one person would get. `enrolled`: their protocol runs."""

    contact: contacts.Contact
    plan: Plan
    enrolled: bool


# --- enrolling ------------------------------------------------------------------------------------


def start(
    study: Study,
    contact_ids: Sequence[str],
    now: datetime,
    actor: str,
    progress: Callable[[int], None] = lambda count: None,
) -> int | list[Problem]:
    """Let the protocol of an open study begin for contacts; returns for how many it did not run yet."""
    if not study.protocol:
        message, remedy = N_("The study {study} has no protocol."), N_("Declare one first.")
        return [Problem("no_protocol", message, {"study": study.name}, remedy=remedy)]
    if not study.accepts(now):
        message, remedy = N_("The study {study} is not open."), N_("Open it first.")
        return [Problem("study_not_open", message, {"study": study.name}, remedy=remedy)]
    count = 0
    for batch in batches(contact_ids):
        with writing() as conn:
            fresh = contacts.named(study.workspace_id, batch)
            for contact in fresh.values():
                interview = interview_of(study, contact, assigned_channel(study, contact), "", now)
                count += enrol(conn, study, interview, now)
        progress(len(batch))
    with writing() as conn:
        accounts.audit(
            conn, study.workspace_id, actor, "protocol.started", "study", study.id, None, {"people": count}, now
        )
    return count


def assigned_channel(study: Study, contact: contacts.Contact) -> str:
    """On which channel the protocol of a study begins with a contact; "" where on all at once."""
    made = protocol(study.protocol)
    return planner.assigned_channel(made, study.id, contact.id, facts.preferred(contact)) if made else ""


def enrol(conn: Connection, study: Study, interview: Interview, now: datetime) -> bool:
    """Let the protocol lead an interview; False: it does already."""
    row = {
        "interview_id": interview.id,
        "workspace_id": study.workspace_id,
        "study_id": study.id,
        "since": now,
        "due_at": now,
    }
    statement = upsert(conn, TurnRow).values(row).on_conflict_do_nothing().returning(TurnRow.interview_id)
    after_commit(lambda: wake(QUEUE))
    return conn.execute(statement).first() is not None


# --- turns ----------------------------------------------------------------------------------------


def tick(now: datetime, limit: int = 200) -> int:
    """Act for those whose turn has come, each in a transaction of its own; returns how many were looked at."""
    with reading() as conn:
        due = (
            select(TurnRow.workspace_id, TurnRow.interview_id)
            .where(TurnRow.due_at <= now)
            .order_by(TurnRow.due_at, TurnRow.interview_id)
            .limit(limit)
            .execution_options(every_workspace=True)  # each row names its own
        )
        rows = conn.execute(due).all()
    for row in rows:
        try:
            _settle(row.workspace_id, row.interview_id, now)
        except Exception:  # one that fails keeps no other back
            log.exception("a step failed", extra={"interview_id": row.interview_id})
            _look_again(row.workspace_id, row.interview_id, now + LATER)
    return len(rows)


def _settle(workspace_id: str, interview_id: str, now: datetime) -> None:
    """Do what is due for one person, and note when to look again."""
    with writing() as conn:
        mine = (scoped(TurnRow, workspace_id), TurnRow.interview_id == interview_id)
        turn = conn.execute(select(TurnRow.__table__).where(*mine).with_for_update(skip_locked=True)).one_or_none()
        interview = interviews.load(workspace_id, interview_id) if turn else None
        study = catalog.study(workspace_id, turn.study_id) if turn else None
        made = protocol(study.protocol) if study else None
        if turn is None or study is None or interview is None or interview.contact_id is None or made is None:
            conn.execute(update(TurnRow).where(*mine).values(due_at=None, reason="no_protocol"))
            return
        following = _following(study, made, interview, turn.since, now)
        for _each in made.steps:  # all at once is a step each
            if following.next is None or following.next.due_at > now:
                break
            _act(study, interview, following.next, now)
            following = _following(study, made, interview, turn.since, now)
        waits = now + AGAIN if following.why in NO_NEWS else None
        due_at = max(following.next.due_at, now) if following.next else waits
        conn.execute(update(TurnRow).where(*mine).values(due_at=due_at, reason=following.why or None))


def _following(study: Study, made: Protocol, interview: Interview, since: datetime, now: datetime) -> Plan:
    contact_id = interview.contact_id or ""
    (person,) = facts.people(study, [contact_id], {contact_id: (interview, since)}, now).values()
    return planner.plan(made, person, now)


def _act(study: Study, interview: Interview, step: Next, now: datetime) -> None:
    interviews.offered(study.workspace_id, interview.id, MODE_OF[step.channel])
    if step.channel == "phone":
        fieldwork.add_case(study.workspace_id, study, interview, "phone", now)
    else:
        delivery.enqueue(
            study.workspace_id, channel=step.channel, purpose=step.purpose, wave=step.wave, interview_id=interview.id,
            due_at=step.due_at, now=now,
        )  # fmt: skip


@subscriber("protocols", "interview.started", "message.failed", "message.blocked")
def something_happened(news: News, now: datetime) -> None:
    """The plan of this person is another one now. The rest of what happens (it was sent, they said no) is seen when their turn
    comes."""
    if news.interview_id:
        _look_again(news.workspace_id, news.interview_id, now)


@subscriber("protocols_opened", "study.opened")
def opened_again(news: News, now: datetime) -> None:
    """Whoever was on the way when the study closed goes on."""
    if news.study_id:
        replan(news.workspace_id, news.study_id, now)


def replan(workspace_id: str, study_id: str, now: datetime) -> None:
    """Everybody's plan may be another one: the protocol has changed, or the study has opened again."""
    with writing() as conn:
        mine = (scoped(TurnRow, workspace_id), TurnRow.study_id == study_id)
        conn.execute(update(TurnRow).where(*mine).values(due_at=now))


def _look_again(workspace_id: str, interview_id: str, at: datetime) -> None:
    with writing() as conn:
        mine = (scoped(TurnRow, workspace_id), TurnRow.interview_id == interview_id)
        conn.execute(update(TurnRow).where(*mine).values(due_at=at))


# --- the dry run ----------------------------------------------------------------------------------


def read_moment(text: str, zone: str) -> datetime | Problem:
    """A moment as somebody types it, on the wall of a zone (IANA name) unless it names its own."""
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        message, remedy = N_("{text} is no moment."), N_("Write it as 2026-12-01T09:00.")
        return Problem("no_moment", message, {"text": text}, remedy=remedy)
    return (typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def foresee(study: Study, people: Sequence[contacts.Contact], now: datetime) -> Iterator[Foreseen]:
    """What each of some contacts would get next if it were `now`, and why not more; nothing is written."""
    made = protocol(study.protocol)
    if made is None:
        return
    for batch in batches(people):
        began = _began(study, [each.id for each in batch])
        known = facts.people(study, [each.id for each in batch], began, now)
        for contact in batch:
            yield Foreseen(contact, planner.plan(made, known[contact.id], now), contact.id in began)


def _began(study: Study, contact_ids: Sequence[str]) -> dict[str, tuple[Interview, datetime]]:
    """The newest interview of each that the protocol leads, and since when."""
    each_of = (interviews.interviews_of(study.workspace_id, study_id=study.id, contact_id=key) for key in contact_ids)
    theirs = {interview.id: interview for found in each_of for interview in found}
    mine = (scoped(TurnRow, study.workspace_id), TurnRow.interview_id.in_(theirs))
    with reading() as conn:
        rows = conn.execute(select(TurnRow.interview_id, TurnRow.since).where(*mine).order_by(TurnRow.since)).all()
    return {theirs[row.interview_id].contact_id or "": (theirs[row.interview_id], row.since) for row in rows}


TICKS = [(QUEUE, 5, tick)]
