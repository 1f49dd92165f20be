"""Conversations by text message, and every message that came in."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Scoped, db


class Conversation(db.Model, Scoped):
    """An interview by SMS between one of our numbers and theirs. state: waiting for a reply; queued until another one of these
    numbers is over; expired; or closed.

    `asked`: the question the last message put, or `identity` when it asked who they are; `revision`: the interview's when it
    did, so that a late reply is told from a good one. `tries`: replies to it that could not be read. `told`: the holder's
    token whose presence they have been told of. `version` counts the questions put, so that a timer of an earlier one is told from
    the present one's: `reply_due_at`, when it is asked once more, and `expires_at`."""

    __tablename__ = "sms_conversations"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    interview_id: Mapped[str] = mapped_column(Id)
    our_number: Mapped[str] = mapped_column(String(40))
    their_number: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(10))
    asked: Mapped[str] = mapped_column(String(80), default="")
    revision: Mapped[int] = mapped_column(default=0)
    tries: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    reply_due_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "interview_id"], ["interviews.workspace_id", "interviews.id"]),
        UniqueConstraint("interview_id"),
        Index(None, "their_number", "our_number", "state"),
        Index(None, "state", "reply_due_at"),
        Index(None, "state", "expires_at"),
    )


class Inbound(db.Model):
    """A message as it came, written before anything is done with it; the same MessageSid again changes nothing.

    It belongs to a workspace once a conversation or a contact is known. `outcome`: what it was taken for; `stored` before that,
    `failed` when it cannot be taken. `opt_out_type`: STOP, START or HELP where Twilio has answered it already."""

    __tablename__ = "sms_inbound"
    account_sid: Mapped[str] = mapped_column(String(40), primary_key=True)
    message_sid: Mapped[str] = mapped_column(String(40), primary_key=True)
    our_number: Mapped[str] = mapped_column(String(40))
    their_number: Mapped[str] = mapped_column(String(20))
    body: Mapped[str] = mapped_column(Text)
    opt_out_type: Mapped[str] = mapped_column(String(10), default="")
    at: Mapped[datetime] = mapped_column(Instant)
    interview_id: Mapped[str | None] = mapped_column(Id, index=True)
    outcome: Mapped[str] = mapped_column(String(20), default="stored")
    __table_args__ = (Index(None, "outcome", "at"), Index(None, "their_number", "at"))
