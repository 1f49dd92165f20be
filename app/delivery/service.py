"""Verbs of the outbox: queue, cancel, look at. What happens to a queued message is in worker.py."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, false, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts import service as accounts
from app.core.ids import new_id
from app.core.wake import wake
from app.db import after_commit, reading, scoped, writing
from app.delivery import facts
from app.delivery import merging as merging  # says how messages move when contacts merge
from app.delivery.gates import judge
from app.delivery.models import MessageRow
from app.delivery.purposes import PURPOSES
from app.delivery.states import AGAIN, DROP, WAITING
from app.events import publish
from app.interviews import service as interviews
from app.ui.paging import Page, paginate


@dataclass(frozen=True, slots=True)
class Attempt:
    """One mail or SMS with its outcome; the fields are the columns of the same name."""

    id: str
    channel: str
    purpose: str
    wave: int | None
    study_id: str | None
    interview_id: str | None
    contact_id: str | None
    address: str | None
    state: str
    reason: str | None
    detail: str | None
    verdicts: dict[str, Any]
    attempts: int
    due_at: datetime
    provider: str | None
    provider_id: str | None
    segments: int
    is_test: bool
    created_at: datetime
    sent_at: datetime | None
    settled_at: datetime | None


_COLUMNS = [getattr(MessageRow, name).label(name) for name in Attempt.__dataclass_fields__]


def enqueue(
    workspace_id: str,
    *,
    channel: str,
    purpose: str,
    now: datetime,
    interview_id: str | None = None,
    contact_id: str | None = None,
    study_id: str | None = None,
    due_at: datetime | None = None,
    message_id: str | None = None,
    to: str | None = None,
    subject: str | None = None,
    text: str | None = None,
    html: str | None = None,
    wave: int | None = None,
) -> str:
    """Queue a message in the caller's transaction and return its id. The same `message_id`, or the same interview, channel,
    purpose and wave, queues nothing more and returns the one there is.

    channel: email or sms. The text is composed when it is sent, by the channel, unless `text` is given (then `to` may name an
    address, otherwise contacts do). Contact and study are the interview's unless given. wave: 1, 2, … for reminders; an
    invitation is wave 0 unless told. A message that a gate blocks is kept as `blocked` with its reason. KeyError: no such purpose.
    LookupError: no such interview.
    """
    if channel not in ("email", "sms"):
        raise ValueError(f"nothing is sent by {channel}")
    with writing() as conn:
        row: dict[str, Any] = {
            "id": message_id or new_id(),
            "workspace_id": workspace_id,
            "channel": channel,
            "purpose": purpose,
            "wave": 0 if purpose == "invitation" and wave is None else wave,
            "priority": int(PURPOSES[purpose].unsolicited),
            **_subject(workspace_id, interview_id, contact_id, study_id),
            **{"address": to, "subject": subject, "text": text, "html": html},
            **{"attempts": 0, "segments": 1, "created_at": now, "due_at": due_at or now},
        }
        row |= _verdict(workspace_id, row, due_at or now, now)
        insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
        if not conn.execute(insert(MessageRow).values(row).on_conflict_do_nothing().returning(MessageRow.id)).first():
            return _existing(conn, row)
        if row["state"] == "blocked":
            tell(conn, row, "message.blocked", now, reason=row["reason"])
        after_commit(lambda: wake(f"delivery.{channel}"))
        return row["id"]


def _subject(
    workspace_id: str, interview_id: str | None, contact_id: str | None, study_id: str | None
) -> dict[str, Any]:
    found = {"interview_id": interview_id, "contact_id": contact_id, "study_id": study_id, "is_test": False}
    if interview_id is not None:
        interview = interviews.load(workspace_id, interview_id)
        if interview is None:
            raise LookupError(f"no interview {interview_id}")
        found["contact_id"] = contact_id or interview.contact_id
        found["study_id"] = study_id or interview.study_id
        found["is_test"] = interview.is_test
    return found


def _verdict(workspace_id: str, row: dict[str, Any], due_at: datetime, now: datetime) -> dict[str, Any]:
    """The state a message begins in, as the gates say for the moment when it is due."""
    at = max(due_at, now)
    judgement = judge(facts.facts(row, facts.subject(workspace_id, row), at), at)
    verdict = judgement.verdict
    columns: dict[str, Any] = {"verdicts": {"queued": judgement.verdicts}, "due_at": at, "state": "queued"}
    if verdict:
        columns |= {"reason": verdict.code, "detail": verdict.detail}
        columns |= {"due_at": verdict.until} if verdict.until else {"state": "blocked", "settled_at": now}
    return columns


def _existing(conn: Connection, row: dict[str, Any]) -> str:
    same = [getattr(MessageRow, name) == row[name] for name in ("interview_id", "channel", "purpose", "wave")]
    wave_taken = and_(*same) if row["interview_id"] and row["wave"] is not None else false()
    return conn.execute(
        select(MessageRow.id).where(scoped(MessageRow, row["workspace_id"]), (MessageRow.id == row["id"]) | wave_taken)
    ).scalar_one()


def cancel(workspace_id: str, interview_id: str, now: datetime, reason: str = "interview_over") -> int:
    """The interview is over: cancel what would still invite somebody to it; returns how many messages that were."""
    inviting = [name for name, purpose in PURPOSES.items() if purpose.invites]
    its = update(MessageRow).where(scoped(MessageRow, workspace_id), MessageRow.interview_id == interview_id)
    waiting = its.where(MessageRow.purpose.in_(inviting), MessageRow.state.in_(WAITING))
    with writing() as conn:
        conn.execute(its.values(over=True))
        return conn.execute(waiting.values(state="cancelled", reason=reason, settled_at=now, lease_until=None)).rowcount


def attempts_of(workspace_id: str, interview_id: str) -> list[Attempt]:
    """The mails and texts of an interview, oldest first."""
    return _attempts(scoped(MessageRow, workspace_id), MessageRow.interview_id == interview_id)


def attempt(workspace_id: str, message_id: str) -> Attempt | None:
    return next(iter(_attempts(scoped(MessageRow, workspace_id), MessageRow.id == message_id)), None)


def outbox(workspace_id: str, *, state: str | None = None, study_id: str | None = None, number: int = 1) -> Page:
    """A page of messages as Attempts, newest first."""
    statement = select(*_COLUMNS).where(scoped(MessageRow, workspace_id))
    if state:
        statement = statement.where(MessageRow.state == state)
    if study_id:
        statement = statement.where(MessageRow.study_id == study_id)
    with reading() as conn:
        page = paginate(conn, statement.order_by(MessageRow.created_at.desc(), MessageRow.id.desc()), number)
    return replace(page, items=[Attempt(**row._mapping) for row in page.items])  # type: ignore[arg-type]


def _attempts(*where: Any) -> list[Attempt]:
    statement = select(*_COLUMNS).where(*where).order_by(MessageRow.created_at, MessageRow.id)
    with reading() as conn:
        return [Attempt(**row._mapping) for row in conn.execute(statement)]


@dataclass(frozen=True, slots=True)
class Count:
    """How many messages of a study ended so. `interviews`: how many different people that were, per interview."""

    channel: str
    purpose: str
    state: str
    reason: str | None
    messages: int
    interviews: int


def attempts(workspace_id: str, study_id: str) -> list[Count]:
    """A study's messages counted by channel, purpose, state and reason, without those of test interviews."""
    columns = (MessageRow.channel, MessageRow.purpose, MessageRow.state, MessageRow.reason)
    statement = (
        select(*columns, func.count(), func.count(MessageRow.interview_id.distinct()))
        .where(scoped(MessageRow, workspace_id), MessageRow.study_id == study_id, MessageRow.is_test.is_(False))
        .group_by(*columns)
        .order_by(*columns)
    )
    with reading() as conn:
        return [Count(*row) for row in conn.execute(statement)]


# --- by hand --------------------------------------------------------------------------------------


def again(workspace_id: str, message_id: str, actor: str, now: datetime) -> bool:
    """Queue a message once more that failed, was blocked or is unknown; the gates judge it again. False: its state forbids it."""
    columns = {"state": "queued", "reason": "again", "due_at": now, "settled_at": None, "provider_id": None}
    return _by_hand(workspace_id, message_id, AGAIN, columns, actor, now)


def drop(workspace_id: str, message_id: str, actor: str, now: datetime) -> bool:
    """Cancel a message that was not sent yet. False: its state forbids it."""
    columns = {"state": "cancelled", "reason": "cancelled", "settled_at": now, "lease_until": None}
    return _by_hand(workspace_id, message_id, DROP, columns, actor, now)


def arrived(workspace_id: str, message_id: str, actor: str, now: datetime) -> bool:
    """A person found out that an unknown message arrived. False: it is not unknown."""
    columns = {"state": "sent", "reason": "taken", "sent_at": now, "settled_at": None}
    return _by_hand(workspace_id, message_id, ("unknown",), columns, actor, now)


def _by_hand(
    workspace_id: str, message_id: str, states: tuple[str, ...], columns: dict[str, Any], actor: str, now: datetime
) -> bool:
    with writing() as conn:
        before = attempt(workspace_id, message_id)
        changed = conn.execute(
            update(MessageRow)
            .where(scoped(MessageRow, workspace_id), MessageRow.id == message_id, MessageRow.state.in_(states))
            .values(**columns, detail=None)
        )
        if before is None or changed.rowcount != 1:
            return False
        was, will = (
            {"state": before.state, "reason": before.reason},
            {"state": columns["state"], "reason": columns["reason"]},
        )
        accounts.audit(conn, workspace_id, actor, f"message.{columns['reason']}", "message", message_id, was, will, now)
        after_commit(lambda: wake(f"delivery.{before.channel}"))
        return True


def tell(conn: Connection, row: Any, kind: str, now: datetime, **data: Any) -> None:
    """Put what became of a message on the customer's timeline."""
    about = {name: row[name] for name in ("contact_id", "study_id", "interview_id")}
    publish(
        conn,
        row["workspace_id"],
        kind,
        {"message": row["id"], "channel": row["channel"], "purpose": row["purpose"], **data},
        now,
        **about,
    )
