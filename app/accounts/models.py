"""Workspaces, the people who work in them, and what they may use: sessions, password links, API keys, the audit trail."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, db


def of_user() -> ForeignKeyConstraint:
    """The row's user is one of the row's workspace."""
    return ForeignKeyConstraint(["workspace_id", "user_id"], ["users.workspace_id", "users.id"])


class Workspace(db.Model):
    """A customer of Canvass: everything else belongs to one."""

    __tablename__ = "workspaces"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    organisation: Mapped[str] = mapped_column(String(200))  # as respondents read it: who asks
    contact_line: Mapped[str] = mapped_column(String(300))  # whom respondents ask
    default_language: Mapped[str] = mapped_column(String(10))
    time_zone: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)


class User(db.Model, Scoped):
    """A member of staff. An address is one user of one workspace, since people sign in by address alone."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))  # none until the invitation is followed
    roles: Mapped[list[str]] = mapped_column(Json)
    language: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),
    )


class SignInFailures(db.Model):
    """Failed sign-ins for an address since the last good one; also for addresses nobody has, so that a lock tells nothing."""

    __tablename__ = "sign_in_failures"
    email_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(Instant, index=True)
    locked_until: Mapped[datetime | None] = mapped_column(Instant)


class StaffSession(db.Model, Scoped):
    """A browser someone is signed in with. The cookie holds the token, the row its SHA-256; deleting the row signs out."""

    __tablename__ = "staff_sessions"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    browser: Mapped[str] = mapped_column(String(200))  # User-Agent, to tell one's sessions apart
    __table_args__ = (of_user(), Index(None, "workspace_id", "user_id"))


class PasswordLink(db.Model, Scoped):
    """A mailed link that sets a password once. purpose: invite or reset."""

    __tablename__ = "password_links"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[str] = mapped_column(Id)
    purpose: Mapped[str] = mapped_column(String(10))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    __table_args__ = (of_user(), Index(None, "workspace_id", "user_id"))


class ApiKey(db.Model, Scoped):
    """A key for programs. Only its SHA-256 is kept; `hint` is its beginning, to recognise it by."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hint: Mapped[str] = mapped_column(String(20))
    scopes: Mapped[list[str]] = mapped_column(Json)
    created_by: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    __table_args__ = (ForeignKeyConstraint(["workspace_id"], ["workspaces.id"]),)


class AuditRow(db.Model, Scoped):
    """Who changed what, from what to what; append only."""

    __tablename__ = "audit"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str] = mapped_column(String(60))  # a user's id, or system, command, api:<key id>
    action: Mapped[str] = mapped_column(String(60))
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(Json)
    after: Mapped[dict[str, Any] | None] = mapped_column(Json)
    __table_args__ = (
        Index(None, "workspace_id", "at"),
        Index(None, "workspace_id", "subject_kind", "subject_id"),
    )
