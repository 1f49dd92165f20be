"""The tables of the catalog. A study is a questionnaire in the field."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, db


class Questionnaire(db.Model, Scoped):
    """A questionnaire by its name; what it asks stands in its versions."""

    __tablename__ = "questionnaires"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (UniqueConstraint("workspace_id", "name"), UniqueConstraint("workspace_id", "id"))


class QuestionnaireVersion(db.Model, Scoped):
    """status: draft (at most one, the only one that changes), published, unpublished, or trial (a draft as it stood when
    a test interview began). ``revision`` counts a draft's changes (optimistic lock). ``tree`` is None while the source
    of a draft cannot be read. ``number`` counts published versions from 1."""

    __tablename__ = "questionnaire_versions"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    questionnaire_id: Mapped[str] = mapped_column(Id)
    status: Mapped[str] = mapped_column(String(12))
    number: Mapped[int | None]
    source: Mapped[str] = mapped_column(Text)
    tree: Mapped[Any] = mapped_column(Json, nullable=True)
    content_hash: Mapped[str] = mapped_column(String(64))
    text_only_of: Mapped[str | None] = mapped_column(Id)
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    published_at: Mapped[datetime | None] = mapped_column(Instant)
    unpublished_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "questionnaire_id"], ["questionnaires.workspace_id", "questionnaires.id"]
        ),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("questionnaire_id", "number"),
        Index(
            "uq_questionnaire_versions_one_draft",
            "questionnaire_id",
            unique=True,
            sqlite_where=text("status = 'draft'"),
            postgresql_where=text("status = 'draft'"),
        ),
    )


class QuestionnaireEdit(db.Model, Scoped):
    """The source of a draft before each change, so that any change can be undone until the draft is published."""

    __tablename__ = "questionnaire_edits"
    version_id: Mapped[str] = mapped_column(Id, primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    before: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "version_id"], ["questionnaire_versions.workspace_id", "questionnaire_versions.id"]
        ),
    )


class Study(db.Model, Scoped):
    """status: draft, open, closed. ``trial``: holds the test interviews of a draft and is listed nowhere."""

    __tablename__ = "studies"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(10))
    questionnaire_id: Mapped[str] = mapped_column(Id)
    version_id: Mapped[str | None] = mapped_column(Id)
    channels: Mapped[list[str]] = mapped_column(Json)
    basis: Mapped[str] = mapped_column(String(12))
    practice: Mapped[bool] = mapped_column(default=False)
    trial: Mapped[bool] = mapped_column(default=False)
    organisation: Mapped[str] = mapped_column(Text)
    contact_line: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime | None] = mapped_column(Instant)
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    sites: Mapped[list[str]] = mapped_column(Json)
    sample_one_in: Mapped[int] = mapped_column(default=1)
    reshow_days: Mapped[int] = mapped_column(default=90)
    partial: Mapped[dict[str, Any]] = mapped_column(Json)
    senders: Mapped[dict[str, str]] = mapped_column(Json)
    wording: Mapped[dict[str, dict[str, str]]] = mapped_column(Json)
    call_script: Mapped[dict[str, str]] = mapped_column(Json)
    slot_limits: Mapped[dict[str, int]] = mapped_column(Json)
    manager_mail: Mapped[bool] = mapped_column(default=True)
    reminders: Mapped[list[int]] = mapped_column(Json)
    link_days: Mapped[int] = mapped_column(default=30)
    max_interviews: Mapped[int | None]
    panel: Mapped[dict[str, Any]] = mapped_column(Json)
    texting: Mapped[dict[str, Any]] = mapped_column(Json)
    protocol: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        ForeignKeyConstraint(
            ["workspace_id", "questionnaire_id"], ["questionnaires.workspace_id", "questionnaires.id"]
        ),
        ForeignKeyConstraint(
            ["workspace_id", "version_id"], ["questionnaire_versions.workspace_id", "questionnaire_versions.id"]
        ),
        UniqueConstraint("workspace_id", "name"),
        UniqueConstraint("workspace_id", "id"),
        Index(None, "status", "closes_at"),
    )
