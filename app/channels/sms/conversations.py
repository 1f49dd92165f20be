"""Conversations as rows: opened when a question is sent, found by the two numbers when a reply comes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.channels.sms import models
from app.channels.sms.models import Inbound
from app.core.ids import new_id
from app.db import scoped, writing
from app.interviews.repository import Interview

IDENTITY = "identity?"  # no question's name has a question mark


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
    opened_at: datetime
    expires_at: datetime


_TABLE = models.Conversation.__table__


def open_(interview: Interview, our_number: str, their_number: str, days: int, now: datetime) -> Conversation:
    """The interview's conversation, waiting; the newest of a number is the one that replies belong to."""
    row: dict[str, Any] = {
        "id": new_id(),
        "workspace_id": interview.workspace_id,
        "interview_id": interview.id,
        "our_number": our_number,
        "their_number": their_number,
        "state": "waiting",
        "asked": "",
        "revision": 0,
        "tries": 0,
        "told": 0,
        "opened_at": now,
        "expires_at": now + timedelta(days=days),
    }
    again = {
        key: row[key] for key in ("our_number", "their_number", "state", "tries", "told", "opened_at", "expires_at")
    }
    with writing() as conn:
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(models.Conversation).values(row)
        conn.execute(statement.on_conflict_do_update(index_elements=["interview_id"], set_=again))
        found = conn.execute(
            select(_TABLE).where(
                scoped(models.Conversation, interview.workspace_id), models.Conversation.interview_id == interview.id
            )
        ).one()
    return Conversation(**found._mapping)


def waiting(conn: Connection, our_number: str, their_number: str, now: datetime) -> Conversation | None:
    """The newest conversation of these two numbers that waits for a reply, locked against a second reply."""
    row = conn.execute(
        select(_TABLE)
        .where(
            models.Conversation.their_number == their_number,
            models.Conversation.our_number == our_number,
            models.Conversation.state == "waiting",
            models.Conversation.expires_at > now,
        )
        .order_by(models.Conversation.opened_at.desc(), models.Conversation.id.desc())
        .limit(1)
        .with_for_update()
        .execution_options(every_workspace=True)  # the numbers say which workspace it is
    ).one_or_none()
    return Conversation(**row._mapping) if row else None


def asked(conversation: Conversation, question: str, revision: int) -> None:
    """The message just written asks this question, as of this revision."""
    _change(conversation, asked=question, revision=revision, tries=0)


def tried(conversation: Conversation) -> None:
    """Another reply could not be read."""
    _change(conversation, tries=conversation.tries + 1)


def told(conversation: Conversation, token: int) -> None:
    """They know that the holder with this token has the interview."""
    _change(conversation, told=token)


def _change(conversation: Conversation, **values: Any) -> None:
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


def store(conn: Connection, row: dict[str, Any]) -> bool:
    """Keep a message as it came; False when its MessageSid is known."""
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    made = conn.execute(dialect.insert(Inbound).values(row).on_conflict_do_nothing().returning(Inbound.message_sid))
    return made.first() is not None


def untaken(conn: Connection, account_sid: str, message_sid: str) -> Any:
    """A message that was stored and not taken yet, locked against a second taker; None when there is none."""
    mine = (Inbound.account_sid == account_sid, Inbound.message_sid == message_sid, Inbound.outcome == "stored")
    return conn.execute(select(Inbound.__table__).where(*mine).with_for_update()).one_or_none()


def left_over(conn: Connection, before: datetime, limit: int) -> list[Any]:
    """What was stored before then and not taken: its process died."""
    waiting = select(Inbound.__table__).where(Inbound.outcome == "stored", Inbound.at <= before)
    return list(conn.execute(waiting.order_by(Inbound.at).limit(limit)))


def settled(conn: Connection, account_sid: str, message_sid: str, interview_id: str | None, outcome: str) -> None:
    """Note what a message was taken for."""
    mine = (Inbound.account_sid == account_sid, Inbound.message_sid == message_sid)
    conn.execute(update(Inbound).where(*mine).values(interview_id=interview_id, outcome=outcome))
