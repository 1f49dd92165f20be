"""Tables of what joins contacts: the accounts and households they belong to, and merges of two into one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.contacts.models import of_contact
from app.db import Id, Instant, Json, Scoped, db


class GroupRow(db.Model, Scoped):
    """An account (a company) or a household. key: of an account its name in lower case, so that a company is there once; a
    household has none, since many share a name. owner_id: the member of staff who looks after them (the success manager)."""

    __tablename__ = "contact_groups"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str | None] = mapped_column(String(200))
    owner_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("workspace_id", "key"),
    )


class MemberRow(db.Model, Scoped):
    """A contact in a group. role: in the group's own words, such as buyer or mother; "" when not said."""

    __tablename__ = "contact_group_members"
    group_id: Mapped[str] = mapped_column(Id, primary_key=True)
    contact_id: Mapped[str] = mapped_column(Id, primary_key=True)
    role: Mapped[str] = mapped_column(String(60), default="")
    since: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        of_contact(),
        ForeignKeyConstraint(["workspace_id", "group_id"], ["contact_groups.workspace_id", "contact_groups.id"]),
        Index(None, "workspace_id", "contact_id"),
    )


class MergeRow(db.Model, Scoped):
    """Two contacts became one. kept, merged: everything about each before it (service.person); moved: part -> the ids of the rows
    that now point at the kept contact. Enough to take it apart again by hand; emptied when the person is erased."""

    __tablename__ = "contact_merges"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    kept_id: Mapped[str] = mapped_column(Id)
    merged_id: Mapped[str] = mapped_column(Id)
    actor: Mapped[str] = mapped_column(String(64))
    kept: Mapped[dict[str, Any]] = mapped_column(Json)
    merged: Mapped[dict[str, Any]] = mapped_column(Json)
    moved: Mapped[dict[str, list[str]]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "kept_id"], ["contacts.workspace_id", "contacts.id"]),
        Index(None, "workspace_id", "kept_id"),
    )
