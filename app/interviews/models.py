"""One person, one study, one occasion is one row of `interviews`, from the moment they are sampled."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, db


def _belongs(column: str, target: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the workspace."""
    return ForeignKeyConstraint(["workspace_id", column], [f"{target}.workspace_id", f"{target}.id"])


class InterviewRow(db.Model, Scoped):
    """`document`: the engine's state, a snapshot of `interview_events`; `revision`: the seq of the last of them.

    `places`: how many rows of repeats have a document of their own (RowDocument). `confirmed`: the ways (service.way) on
    which the person has confirmed who they are. The holder's four columns say who may write.
    """

    __tablename__ = "interviews"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    study_id: Mapped[str] = mapped_column(Id)
    version_id: Mapped[str] = mapped_column(Id)
    contact_id: Mapped[str | None] = mapped_column(Id)
    occasion: Mapped[str] = mapped_column(String(80), default="")
    is_test: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(String(20), default="sampled")
    language: Mapped[str] = mapped_column(String(10))
    mode_assigned: Mapped[str | None] = mapped_column(String(10))
    mode_offered: Mapped[str | None] = mapped_column(String(10))
    mode_answered: Mapped[str | None] = mapped_column(String(10))
    entry: Mapped[str | None] = mapped_column(String(10))
    confirmed: Mapped[list[str]] = mapped_column(Json)
    disposition: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Instant)
    started_at: Mapped[datetime | None] = mapped_column(Instant)
    completed_at: Mapped[datetime | None] = mapped_column(Instant)
    last_activity_at: Mapped[datetime | None] = mapped_column(Instant)
    holder_channel: Mapped[str | None] = mapped_column(String(10))
    holder_actor: Mapped[str | None] = mapped_column(String(64))
    holder_token: Mapped[int] = mapped_column(default=0)
    holder_expires_at: Mapped[datetime | None] = mapped_column(Instant)
    revision: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    places: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        _belongs("study_id", "studies"),
        _belongs("version_id", "questionnaire_versions"),
        _belongs("contact_id", "contacts"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("study_id", "contact_id", "occasion"),
        Index(None, "workspace_id", "study_id", "status"),
        Index(None, "workspace_id", "contact_id"),
        Index(None, "status", "last_activity_at"),
    )


class RowDocument(db.Model, Scoped):
    """The answers of one row of a repeat: the part of the engine's state at a place (`[2]`, `[2][1]`)."""

    __tablename__ = "interview_rows"
    interview_id: Mapped[str] = mapped_column(Id, primary_key=True)
    place: Mapped[str] = mapped_column(String(30), primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    __table_args__ = (_belongs("interview_id", "interviews"),)


class InterviewEvent(db.Model, Scoped):
    """What happened in an interview, append only: replaying `data` in the order of `seq` gives the document."""

    __tablename__ = "interview_events"
    interview_id: Mapped[str] = mapped_column(Id, primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(Instant)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    __table_args__ = (_belongs("interview_id", "interviews"),)


class Link(db.Model, Scoped):
    """A token given to someone; only its SHA-256 is kept. Without an interview it opens the study to anybody who has it."""

    __tablename__ = "links"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    study_id: Mapped[str] = mapped_column(Id)
    interview_id: Mapped[str | None] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(20))
    is_test: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        _belongs("study_id", "studies"),
        _belongs("interview_id", "interviews"),
        Index(None, "workspace_id", "interview_id"),
    )


class Place(db.Model, Scoped):
    """A place in a cell of a quota (in the study's limit: quota and cell ""): reserved until it expires, taken at completion."""

    __tablename__ = "quota_places"
    interview_id: Mapped[str] = mapped_column(Id, primary_key=True)
    quota: Mapped[str] = mapped_column(String(60), primary_key=True)
    study_id: Mapped[str] = mapped_column(Id)
    cell: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    taken: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        _belongs("interview_id", "interviews"),
        Index(None, "workspace_id", "study_id", "quota", "cell"),
    )


class QuotaTarget(db.Model, Scoped):
    """How many are wanted of a cell, where a study's researcher changed what the definition says."""

    __tablename__ = "quota_targets"
    study_id: Mapped[str] = mapped_column(Id, primary_key=True)
    quota: Mapped[str] = mapped_column(String(60), primary_key=True)
    cell: Mapped[str] = mapped_column(Text, primary_key=True)
    target: Mapped[int]
    __table_args__ = (_belongs("study_id", "studies"),)
