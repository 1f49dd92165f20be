"""Contacts that may be one person: who has the same address, the same id under two schemes, or the same name and birthday."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Text, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from app.contacts.models import ContactRow, EndpointRow, ExternalIdRow
from app.contacts.profiles import Contact, named
from app.core.problems import N_
from app.db import reading, scoped

REASONS = {
    "address": N_("the same address"),
    "id": N_("the same id"),
    "birthday": N_("the same name and date of birth"),
}
BIRTHDAY = "birth_date"  # the attribute
MOST = 200  # pairs that are looked at for each reason


@dataclass(frozen=True, slots=True)
class Pair:
    """Two contacts, the older first. reasons: keys of REASONS."""

    first: Contact
    second: Contact
    reasons: tuple[str, ...]


def attribute(conn: Connection, name: str) -> ColumnElement[str]:
    """An attribute's value as text, in a statement on contacts."""
    if conn.dialect.name == "sqlite":
        return cast(func.json_extract(ContactRow.attributes, f'$."{name}"'), Text)
    return cast(ContactRow.attributes, JSONB)[name].astext


def pairs(workspace_id: str, contact_id: str | None = None) -> list[Pair]:
    """Candidates for a merge, those of one contact or the workspace's first ones (MOST for each reason)."""
    reasons: dict[tuple[str, str], list[str]] = {}
    with reading() as conn:
        for reason, first, second in _found(conn, workspace_id, contact_id):
            key = (min(first, second), max(first, second))  # an id begins with the time
            if reason not in reasons.setdefault(key, []):
                reasons[key].append(reason)
        people = named(workspace_id, {each for key in reasons for each in key})
    return [
        Pair(people[first], people[second], tuple(why))
        for (first, second), why in reasons.items()
        if first in people and second in people
    ]


def _found(conn: Connection, workspace_id: str, contact_id: str | None) -> Iterator[tuple[str, str, str]]:
    one, other = aliased(EndpointRow), aliased(EndpointRow)
    same = (one.address == other.address, one.status != "former", other.status != "former")
    yield from _pairs(conn, workspace_id, contact_id, "address", one, other, one.contact_id, other.contact_id, *same)
    person, key = aliased(ContactRow), aliased(ExternalIdRow)
    yield from _pairs(
        conn, workspace_id, contact_id, "id", person, key, person.id, key.contact_id, person.external_id == key.value
    )
    left, right = aliased(ExternalIdRow), aliased(ExternalIdRow)
    yield from _pairs(
        conn, workspace_id, contact_id, "id", left, right, left.contact_id, right.contact_id, left.value == right.value
    )
    yield from _namesakes(conn, workspace_id, contact_id)


def _namesakes(conn: Connection, workspace_id: str, contact_id: str | None) -> Iterator[tuple[str, str, str]]:
    """The first and the last of those with one name and birthday; a join on what no index knows would take SQLite hours."""
    name, born = func.lower(ContactRow.name), attribute(conn, BIRTHDAY)
    alive = (scoped(ContactRow, workspace_id), ContactRow.erased_at.is_(None), ContactRow.name != "", born.is_not(None))
    same = select(func.min(ContactRow.id).label("first"), func.max(ContactRow.id).label("last")).where(*alive)
    if contact_id:
        who = conn.execute(
            select(name.label("name"), born.label("born")).where(*alive, ContactRow.id == contact_id)
        ).first()
        if who is None:
            return
        same = same.where(name == who.name, born == who.born)
    for row in conn.execute(same.group_by(name, born).having(func.count() > 1).limit(MOST)):
        yield "birthday", row.first, (row.last if contact_id in (None, row.first) else contact_id)


def _pairs(
    conn: Connection, workspace_id: str, contact_id: str | None, reason: str, one: type, other: type,
    first: Any, second: Any, *same: ColumnElement[bool],
) -> Iterator[tuple[str, str, str]]:  # fmt: skip
    which = (first != second, or_(first == contact_id, second == contact_id) if contact_id else true())
    rows = conn.execute(
        select(first.label("first"), second.label("second"))
        .where(scoped(one, workspace_id), scoped(other, workspace_id), *which, *same)
        .limit(2 * MOST)
    )
    yield from ((reason, row.first, row.second) for row in rows)
