"""Tables of samples: draws, and who was drawn."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, db


class DrawRow(db.Model, Scoped):
    """A sample as it was drawn; never changed. universe: whom it is to speak for, in words. source: the segment's expression, ""
    for all contacts. frame_count: people of the source; exclusions: reason -> how many of them; eligible: the rest, which was
    drawn from, and frame_hash theirs. plan: drawing.Plan and what it was chosen by. strata: [stratum, eligible units, drawn]."""

    __tablename__ = "sample_draws"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    universe: Mapped[str] = mapped_column(Text)
    segment: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(String(10))
    plan: Mapped[dict[str, Any]] = mapped_column(Json)
    seed: Mapped[str] = mapped_column(String(60))
    frame_count: Mapped[int]
    exclusions: Mapped[dict[str, int]] = mapped_column(Json)
    eligible: Mapped[int]
    frame_hash: Mapped[str] = mapped_column(String(64))
    strata: Mapped[list[list[Any]]] = mapped_column(Json)
    drawn: Mapped[int]
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (UniqueConstraint("workspace_id", "id"), UniqueConstraint("workspace_id", "name"))


class MemberRow(db.Model, Scoped):
    """Somebody who was drawn. Their replicate is released to a study (study_id, released_at); interview_id: None before, and for
    who had no interview made then."""

    __tablename__ = "sample_members"
    draw_id: Mapped[str] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Id, primary_key=True)
    stratum: Mapped[str] = mapped_column(Text)
    probability: Mapped[float]
    replicate: Mapped[int]
    study_id: Mapped[str | None] = mapped_column(Id)
    interview_id: Mapped[str | None] = mapped_column(Id)
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "draw_id"], ["sample_draws.workspace_id", "sample_draws.id"]),
        ForeignKeyConstraint(["workspace_id", "contact_id"], ["contacts.workspace_id", "contacts.id"]),
        ForeignKeyConstraint(["workspace_id", "study_id"], ["studies.workspace_id", "studies.id"]),
        ForeignKeyConstraint(["workspace_id", "interview_id"], ["interviews.workspace_id", "interviews.id"]),
        Index(None, "workspace_id", "contact_id"),
        Index(None, "workspace_id", "study_id"),
        Index(None, "workspace_id", "interview_id"),
    )
