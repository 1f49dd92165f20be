"""Suppressing people and addresses, and lifting it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.contacts import addresses
from app.contacts.models import ContactRow, EndpointRow, SuppressionRow
from app.contacts.permission import CLOSES, REASONS, Suppression
from app.contacts.profiles import contacts_where, endpoints_of
from app.core.ids import new_id
from app.db import reading, scoped, writing
from app.events import publish


def suppressions(workspace_id: str, contact_id: str, *, lifted: bool = False) -> list[Suppression]:
    """The suppressions that name the contact or an address it has or had, oldest first; with `lifted` also past ones."""
    with reading() as conn:
        endpoints = endpoints_of(conn, workspace_id, [contact_id]).get(contact_id, [])
        by_hash = {addresses.address_hash(workspace_id, e.address): e.address for e in endpoints}
        named = or_(SuppressionRow.contact_id == contact_id, SuppressionRow.address_hash.in_(by_hash))
        return [suppression_of(row, by_hash) for row in _suppression_rows(conn, workspace_id, named, lifted)]


def suppression_of(row: Any, addresses_by_hash: Mapping[str, str]) -> Suppression:
    """A row as a value, with the contact's address that it names."""
    return Suppression(
        row.id, row.channel, addresses_by_hash.get(row.address_hash, row.address or ""), row.study_id, row.reason,
        row.note, row.at, row.lifted_at, row.lifted_note,
    )  # fmt: skip


def _suppression_rows(conn: Connection, workspace_id: str, which: Any, lifted: bool = False) -> list[Any]:
    where = [scoped(SuppressionRow, workspace_id), which]
    if not lifted:
        where.append(SuppressionRow.lifted_at.is_(None))
    order = (SuppressionRow.at, SuppressionRow.id)
    return list(conn.execute(select(SuppressionRow.__table__).where(*where).order_by(*order)))


def suppress(
    workspace_id: str,
    *,
    channel: str,
    address: str | None = None,
    contact_id: str | None = None,
    study_id: str | None = None,
    reason: str,
    note: str = "",
    now: datetime,
) -> list[str]:
    """Never contact an address, or (without one) a contact at any address, until lifted; returns the ids of the rows in force.

    channel: email, phone (texts and calls), sms, call, or all. reason: a key of permission.REASONS. study_id: for that study
    alone. Suppressing twice changes nothing. ValueError for an unknown channel or reason, for an address that is none, or
    for neither address nor contact.
    """
    if channel not in CLOSES or reason not in REASONS:
        raise ValueError(
            f"channel {channel} is one of {', '.join(CLOSES)}; reason {reason} one of {', '.join(REASONS)}"
        )
    with writing() as conn:
        targets, named = _targets(conn, workspace_id, channel, address, contact_id)
        row = {"channel": channel, "study_id": study_id, "reason": reason, "note": note[:500], "at": now}
        ids = [_suppress_one(conn, workspace_id, {**row, **target}) for target in targets]
        if any(new for _, new in ids):
            data = {"channel": channel, "reason": reason}
            for each in named:
                publish(conn, workspace_id, "contact.suppressed", data, now, contact_id=each, study_id=study_id)
    return [id_ for id_, _ in ids]


def _targets(
    conn: Connection, workspace_id: str, channel: str, address: str | None, contact_id: str | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """What is suppressed, as (address_hash, address, contact_id) of rows, and the contacts it concerns.

    A contact is suppressed as such (for addresses it will have) and by each address (should the contact be imported anew).
    """
    if address is not None:
        normal = addresses.normal_any(address)
        if normal is None:
            raise ValueError("suppress() and lift() need an email address or an E.164 number")
        holders = contacts_where(workspace_id, ContactRow.id.in_(
            select(EndpointRow.contact_id).where(scoped(EndpointRow, workspace_id), EndpointRow.address == normal)))  # fmt: skip
        return [_by_address(workspace_id, normal, None)], [holder.id for holder in holders]
    if contact_id is None:
        raise ValueError("suppress() and lift() need an address or a contact")
    kinds = {"email"} if channel == "email" else {"email", "phone"} if channel == "all" else {"phone"}
    endpoints = endpoints_of(conn, workspace_id, [contact_id]).get(contact_id, [])
    as_such = {"address_hash": None, "address": None, "contact_id": contact_id}
    each = [_by_address(workspace_id, e.address, contact_id) for e in endpoints if e.channel in kinds]
    return [as_such, *each], [contact_id]


def _by_address(workspace_id: str, address: str, contact_id: str | None) -> dict[str, Any]:
    hashed = addresses.address_hash(workspace_id, address)
    return {"address_hash": hashed, "address": address, "contact_id": contact_id}


def _same(row: Mapping[str, Any]) -> ColumnElement[bool]:
    """Suppressions of the same address, or of the same contact as such, on the same channel for the same study."""
    who = (
        SuppressionRow.address_hash == row["address_hash"]
        if row["address_hash"]
        else SuppressionRow.address_hash.is_(None) & (SuppressionRow.contact_id == row["contact_id"])
    )
    return (
        who & (SuppressionRow.channel == row["channel"]) & SuppressionRow.study_id.is_not_distinct_from(row["study_id"])
    )


def _suppress_one(conn: Connection, workspace_id: str, row: dict[str, Any]) -> tuple[str, bool]:
    for there in _suppression_rows(conn, workspace_id, _same(row)):
        if there.reason == row["reason"]:
            return there.id, False
    id_ = new_id()
    conn.execute(insert(SuppressionRow), [{**row, "id": id_, "workspace_id": workspace_id}])
    return id_, True


def lift(
    workspace_id: str,
    *,
    channel: str,
    address: str | None = None,
    contact_id: str | None = None,
    study_id: str | None = None,
    reasons: Collection[str] = tuple(REASONS),
    note: str = "",
    now: datetime,
) -> int:
    """Lift what suppress() with the same words put in force, of the given reasons (START lifts opt_out alone); returns how many."""
    with writing() as conn:
        targets, named = _targets(conn, workspace_id, channel, address, contact_id)
        rows = [
            row.id
            for target in targets
            for row in _suppression_rows(
                conn, workspace_id, _same({**target, "channel": channel, "study_id": study_id})
            )
            if row.reason in reasons
        ]
        return _lift(conn, workspace_id, rows, named, {"channel": channel}, study_id, note, now)


def lift_one(workspace_id: str, contact_id: str, suppression_id: str, note: str, now: datetime) -> bool:
    """Lift one active suppression of a contact, as listed by suppressions(); False when there is no such."""
    with writing() as conn:
        for each in suppressions(workspace_id, contact_id):
            if each.id == suppression_id:
                data = {"channel": each.channel}
                return bool(_lift(conn, workspace_id, [each.id], [contact_id], data, each.study_id, note, now))
    return False


def _lift(
    conn: Connection, workspace_id: str, ids: list[str], named: list[str], data: dict[str, Any], study_id: str | None,
    note: str, now: datetime,
) -> int:  # fmt: skip
    if ids:
        rows = (scoped(SuppressionRow, workspace_id), SuppressionRow.id.in_(ids))
        conn.execute(update(SuppressionRow).where(*rows).values(lifted_at=now, lifted_note=note[:500]))
        for each in named:
            publish(conn, workspace_id, "contact.unsuppressed", data, now, contact_id=each, study_id=study_id)
    return len(ids)
