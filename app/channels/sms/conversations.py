"""Conversations as rows: opened when a question is sent, found by the two numbers when a reply comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from app.catalog.texting import Texting
from app.channels.sms import models
from app.core.ids import new_id
from app.db import reading, scoped, upsert, writing
from app.interviews.repository import Interview

IDENTITY, WHICH = "identity?", "which?"  # no question's name has a question mark
OPEN = WAITING, QUEUED = ("waiting", "queued")


@dataclass(frozen=True, slots=True)
class Conversation:
    """A row of sms_conversations."""

    id: str
    workspace_id: str
    interview_id: str
    our_number: str
    their_number: str
    state: str
    asked: str
    revision: int
    tries: int
    told: int
    version: int
    opened_at: datetime
    reply_due_at: datetime | None
    expires_at: datetime


_TABLE = models.Conversation.__table__


def open_(interview: Interview, our_number: str, their_number: str, days: int, now: datetime) -> Conversation:
    """The interview's conversation, waiting; the newest of a number is the one that replies belong to."""
    again: dict[str, Any] = {
        "our_number": our_number,
        "their_number": their_number,
        "state": WAITING,
        "tries": 0,
        "told": 0,
        "opened_at": now,
        "reply_due_at": None,
        "expires_at": now + timedelta(days=days),
    }
    row = {
        "id": new_id(),
        "workspace_id": interview.workspace_id,
        "interview_id": interview.id,
        "asked": "",
        "revision": 0,
        "version": 0,
    }
    with writing() as conn:
        statement = upsert(conn, models.Conversation).values(**row, **again)
        conn.execute(statement.on_conflict_do_update(index_elements=["interview_id"], set_=again))
    found = of(interview)
    assert found is not None
    return found


def of(interview: Interview) -> Conversation | None:
    """The interview's conversation, whatever its state."""
    its = (scoped(models.Conversation, interview.workspace_id), models.Conversation.interview_id == interview.id)
    with reading() as conn:
        row = conn.execute(select(_TABLE).where(*its)).one_or_none()
    return Conversation(**row._mapping) if row else None


def locked(conn: Connection, workspace_id: str, conversation_id: str) -> Conversation | None:
    """A conversation as it stands, which nobody else changes until the transaction ends."""
    its = (scoped(models.Conversation, workspace_id), models.Conversation.id == conversation_id)
    row = conn.execute(select(_TABLE).where(*its).with_for_update()).one_or_none()
    return Conversation(**row._mapping) if row else None


def waiting(conn: Connection, our_number: str, their_number: str, now: datetime) -> Conversation | None:
    """The newest conversation of these two numbers that waits for a reply. One that a messaging service (MG…) has may be answered
    to any of its numbers."""
    row = conn.execute(
        select(_TABLE)
        .where(
            models.Conversation.their_number == their_number,
            or_(models.Conversation.our_number == our_number, models.Conversation.our_number.startswith("MG")),
            models.Conversation.state == WAITING,
            models.Conversation.expires_at > now,
        )
        .order_by(models.Conversation.opened_at.desc(), models.Conversation.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(every_workspace=True)  # the numbers say which workspace it is
    ).one_or_none()
    return Conversation(**row._mapping) if row else None


def others(conversation: Conversation, now: datetime) -> list[Conversation]:
    """The other open conversations of the same numbers and workspace: what waits for a reply, the newest first, then what is
    queued, the oldest first."""
    its = (
        scoped(models.Conversation, conversation.workspace_id),
        models.Conversation.their_number == conversation.their_number,
        models.Conversation.our_number == conversation.our_number,
        models.Conversation.state.in_(OPEN),
        models.Conversation.expires_at > now,
        models.Conversation.id != conversation.id,
    )
    with reading() as conn:
        rows = conn.execute(select(_TABLE).where(*its).order_by(models.Conversation.opened_at))
        found = [Conversation(**row._mapping) for row in rows]
    return [*(c for c in reversed(found) if c.state == WAITING), *(c for c in found if c.state == QUEUED)]


def due(now: datetime, limit: int) -> list[Conversation]:
    """Those with a timer that has run out, in every workspace."""
    conversation = models.Conversation
    over = and_(conversation.state.in_(OPEN), conversation.expires_at <= now)
    silent = and_(conversation.state == WAITING, conversation.reply_due_at <= now)
    ready = select(_TABLE).where(or_(over, silent)).limit(limit).execution_options(every_workspace=True)
    with reading() as conn:
        return [Conversation(**row._mapping) for row in conn.execute(ready)]


def queued(limit: int) -> list[Conversation]:
    """Those that wait for another one to be over, the oldest first, in every workspace."""
    its = select(_TABLE).where(models.Conversation.state == QUEUED).order_by(models.Conversation.opened_at)
    with reading() as conn:
        rows = conn.execute(its.limit(limit).execution_options(every_workspace=True))
        return [Conversation(**row._mapping) for row in rows]


def asked(
    conversation: Conversation, question: str, revision: int, now: datetime, ways: Texting, again: bool = False
) -> None:
    """The message just written asks this question, as of this revision; both timers begin anew. ``again``: because nobody
    replied, so that it is not asked a third time."""
    timers: dict[str, Any] = {"reply_due_at": None}
    if ways.reply_hours and not again:
        timers["reply_due_at"] = now + timedelta(hours=ways.reply_hours)
    if ways.session_hours:
        timers["expires_at"] = now + timedelta(hours=ways.session_hours)
    version = models.Conversation.version + 1
    change(conversation, asked=question, revision=revision, tries=0, version=version, **timers)


def tried(conversation: Conversation) -> None:
    """Another reply could not be read."""
    change(conversation, tries=conversation.tries + 1)


def told(conversation: Conversation, token: int) -> None:
    """They know that the holder with this token has the interview."""
    change(conversation, told=token)


def change(conversation: Conversation, **values: Any) -> None:
    """Write columns of a conversation."""
    with writing() as conn:
        conn.execute(
            update(models.Conversation)
            .where(scoped(models.Conversation, conversation.workspace_id), models.Conversation.id == conversation.id)
            .values(**values)
        )


def close(workspace_id: str, interview_id: str) -> None:
    """No reply belongs to this interview any more."""
    with writing() as conn:
        conn.execute(
            update(models.Conversation)
            .where(scoped(models.Conversation, workspace_id), models.Conversation.interview_id == interview_id)
            .values(state="closed")
        )


def close_number(workspace_id: str, their_number: str) -> None:
    """Whoever has this number wants no conversation."""
    with writing() as conn:
        conn.execute(
            update(models.Conversation)
            .where(scoped(models.Conversation, workspace_id), models.Conversation.their_number == their_number)
            .values(state="closed")
        )
