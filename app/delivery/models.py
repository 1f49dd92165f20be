"""The table `messages`: outbox, attempt and outcome in one row; and what all workers share about the ways out."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Float, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, db
from app.delivery.states import STATES


class MessageRow(db.Model, Scoped):
    """One mail or SMS. Its id is minted before it is queued and is the left part of the mail's Message-ID.

    `wave` numbers the rounds of one purpose (reminder 1, 2, …); NULL where repeats are ordinary (a turn of a conversation).
    `priority`: 0 for what somebody waits for, 1 for the rest. `route` is what a rate limit counts: the receiving domain of a
    mail, the sender of an SMS. `text`, `html` and `subject` are set only when the caller composed the message; one that its
    channel composes keeps `content_hash` alone, since it carries a link whose token is stored nowhere. `verdicts`: what
    each gate said when the message was queued and when it was claimed. `over`: the interview has ended, so no reminder follows.
    `provider` is the gateway's name (gateways.py). `pinned`: it may be there already, so no other gateway ever gets it.
    `price`: what the provider takes for it, in millionths of `currency`.
    """

    __tablename__ = "messages"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(20))
    wave: Mapped[int | None]
    study_id: Mapped[str | None] = mapped_column(Id)
    interview_id: Mapped[str | None] = mapped_column(Id)
    contact_id: Mapped[str | None] = mapped_column(Id)
    address: Mapped[str | None] = mapped_column(String(320))
    route: Mapped[str | None] = mapped_column(String(255))
    subject: Mapped[str | None] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text)
    content_hash: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(40))
    detail: Mapped[str | None] = mapped_column(Text)
    verdicts: Mapped[dict[str, Any]] = mapped_column(Json)
    attempts: Mapped[int] = mapped_column(default=0)
    priority: Mapped[int]
    due_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    provider: Mapped[str | None] = mapped_column(String(40))
    provider_id: Mapped[str | None] = mapped_column(String(255))
    pinned: Mapped[bool] = mapped_column(default=False)
    segments: Mapped[int] = mapped_column(default=1)
    price: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(String(3))
    is_test: Mapped[bool] = mapped_column(default=False)
    over: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    sending_at: Mapped[datetime | None] = mapped_column(Instant)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        UniqueConstraint("interview_id", "channel", "purpose", "wave"),
        UniqueConstraint("provider", "provider_id"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index(None, "channel", "state", "priority", "due_at"),
        Index(None, "state", "lease_until"),
        Index(None, "workspace_id", "interview_id"),
        Index(None, "workspace_id", "study_id", "state"),
        Index(None, "workspace_id", "contact_id"),
    )


class GatewayRow(db.Model):
    """How a gateway does. `share`: percent of its weight that it gets now. `closed_until`: it is not tried before, because of
    `problem` (the provider's code), which a person has to mend."""

    __tablename__ = "gateways"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    share: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    closed_until: Mapped[datetime | None] = mapped_column(Instant)
    problem: Mapped[str | None] = mapped_column(String(80))


class BucketRow(db.Model):
    """The tokens of one gateway towards one route (buckets.py). `paid_until`: the instant up to which they are spent;
    `promised_until`: up to which messages were told to come back; `pace`: the part of the rate in force at `slowed_at`."""

    __tablename__ = "buckets"
    key: Mapped[str] = mapped_column(String(300), primary_key=True)
    paid_until: Mapped[datetime] = mapped_column(Instant)
    promised_until: Mapped[datetime] = mapped_column(Instant)
    pace: Mapped[float] = mapped_column(Float, default=1.0)
    slowed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_until: Mapped[datetime | None] = mapped_column(Instant)


class HoldRow(db.Model, Scoped):
    """A person has paused what goes out in a workspace: on a channel ("" for all), of a study ("" for all)."""

    __tablename__ = "holds"
    workspace_id: Mapped[str] = mapped_column(Id, primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    study_id: Mapped[str] = mapped_column(Id, primary_key=True)
    actor: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
