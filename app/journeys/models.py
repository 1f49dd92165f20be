"""What customers did (client-given event ids), the triggers that listen, and what falls due because of both."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, db


class CustomerEvent(db.Model, Scoped):
    """`event_id` is the sender's, unique per `source`: the same event sent twice is one. `contact_id` None: a decision about many,
    whose audience is in `events`."""

    __tablename__ = "customer_events"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    source: Mapped[str] = mapped_column(String(60))
    event_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    contact_id: Mapped[str | None] = mapped_column(Id)
    at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"]),
        UniqueConstraint("workspace_id", "source", "event_id"),
        Index(None, "workspace_id", "contact_id", "at"),
    )


class Trigger(db.Model, Scoped):
    """`source`: the file as given. `settings`: what the kind read from it. A change makes the next `version`."""

    __tablename__ = "triggers"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    study_id: Mapped[str] = mapped_column(Id)
    source: Mapped[str] = mapped_column(Text)
    settings: Mapped[dict[str, Any]] = mapped_column(Json)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "study_id"], ["studies.workspace_id", "studies.id"]),
        UniqueConstraint("workspace_id", "name"),
        UniqueConstraint("workspace_id", "id"),
    )


class DueItem(db.Model, Scoped):
    """One person's turn. state: waiting, invited, skipped or failed (`reason` says why). `occurrence`: what makes it theirs once.
    `study_id`, `settings`: the trigger's when the turn was made, so that a later version changes nothing for who waits."""

    __tablename__ = "due_items"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    trigger_id: Mapped[str] = mapped_column(Id)
    trigger_version: Mapped[int]
    contact_id: Mapped[str] = mapped_column(Id)
    customer_event_id: Mapped[str | None] = mapped_column(Id)
    study_id: Mapped[str] = mapped_column(Id)
    settings: Mapped[dict[str, Any]] = mapped_column(Json)
    occurrence: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(Text)
    interview_id: Mapped[str | None] = mapped_column(Id)
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "trigger_id"], ["triggers.workspace_id", "triggers.id"]),
        ForeignKeyConstraint(["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"]),
        ForeignKeyConstraint(["workspace_id", "study_id"], ["studies.workspace_id", "studies.id"]),
        UniqueConstraint("trigger_id", "contact_id", "occurrence"),
        Index(None, "state", "due_at"),
        Index(None, "workspace_id", "trigger_id", "state"),
    )
