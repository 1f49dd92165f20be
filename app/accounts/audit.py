"""The audit trail: who changed what, from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from app.accounts.models import AuditRow
from app.core.ids import new_id
from app.db import reading, scoped
from app.ui.paging import Page, paginate

SECRET = ("password", "token", "secret", "hash", "key")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the trail. `before` is None for what was made, `after` for what was deleted."""

    id: str
    at: datetime
    actor: str
    action: str
    subject_kind: str
    subject_id: str
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None

    def changes(self) -> list[tuple[str, Any, Any]]:
        """The fields that differ: (name, before, after), by name."""
        before, after = self.before or {}, self.after or {}
        names = sorted({*before, *after})
        return [(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)]


def audit(
    conn: Connection,
    workspace_id: str,
    actor: str,
    action: str,
    subject_kind: str,
    subject_id: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    now: datetime,
) -> None:
    """Write a row in the caller's transaction. actor: a user's id, "command", "system" or "api:<key id>".

    ValueError for a field that is named like a secret: those stay out of the trail.
    """
    leaked = sorted(name for fields in (before, after) for name in fields or {} if _secret(name))
    if leaked:
        raise ValueError(f"secrets do not belong in the audit trail: {', '.join(leaked)}")
    conn.execute(
        insert(AuditRow).values(
            id=new_id(),
            workspace_id=workspace_id,
            at=now,
            actor=actor,
            action=action,
            subject_kind=subject_kind,
            subject_id=subject_id,
            before=before,
            after=after,
        )
    )


def _secret(name: str) -> bool:
    return name.rpartition("_")[2] in SECRET


def trail(
    workspace_id: str,
    number: int = 1,
    *,
    actor: str = "",
    action: str = "",
    subject: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> Page:
    """A page of entries, newest first. `subject`: a kind ("user") or an id; `since` is included, `until` not."""
    wanted = [scoped(AuditRow, workspace_id)]
    if actor:
        wanted.append(AuditRow.actor == actor)
    if action:
        wanted.append(AuditRow.action == action)
    if subject:
        wanted.append((AuditRow.subject_kind == subject) | (AuditRow.subject_id == subject))
    if since:
        wanted.append(AuditRow.at >= since)
    if until:
        wanted.append(AuditRow.at < until)
    columns = [getattr(AuditRow, field.name) for field in fields(Entry)]
    with reading() as conn:
        page = paginate(conn, select(*columns).where(*wanted).order_by(AuditRow.at.desc(), AuditRow.id.desc()), number)
    return replace(page, items=[Entry(**row._mapping) for row in page.items])


def seen(workspace_id: str) -> tuple[list[str], list[str]]:
    """The actions and the kinds of subject in the trail, for its filters."""
    with reading() as conn:
        where = scoped(AuditRow, workspace_id)
        actions = conn.scalars(select(AuditRow.action).where(where).distinct().order_by(AuditRow.action)).all()
        kinds = conn.scalars(select(AuditRow.subject_kind).where(where).distinct().order_by(AuditRow.subject_kind))
        return list(actions), list(kinds)
