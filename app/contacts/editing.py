"""Changing one contact by hand, or by what they answered: profile, attributes with where they come from, addresses, other ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import IntegrityError

from app.accounts.service import audit
from app.contacts import addresses, matching, store
from app.contacts.attributes import attribute_name, read, read_undeclared
from app.contacts.batch import Batch
from app.contacts.cleaning import clean
from app.contacts.definitions import declared
from app.contacts.models import ExternalIdRow, OriginRow
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import reading, scoped, upsert, writing

PLAIN = ("name", "language", "time_zone")
STATUSES = ("good", "failed", "landline", "former")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an attribute's value comes from. by: staff (then `actor`, a user's id) or interview (then the rest)."""

    name: str
    by: str
    at: datetime
    actor: str | None = None
    interview_id: str | None = None
    version_id: str | None = None
    question: str | None = None


def origins(workspace_id: str, contact_id: str) -> dict[str, Origin]:
    """By attribute; values from files and programs have none."""
    columns = [getattr(OriginRow, name) for name in Origin.__slots__]
    with reading() as conn:
        mine = (scoped(OriginRow, workspace_id), OriginRow.contact_id == contact_id)
        return {row.name: Origin(**row._mapping) for row in conn.execute(select(*columns).where(*mine))}


def edit(
    workspace_id: str,
    contact_id: str,
    fields: Mapping[str, str],
    attributes: Mapping[str, Any],
    actor: str,
    now: datetime,
) -> list[Problem]:
    """Store what staff typed: `name`, `language`, `time_zone`, `kind`, `customer_since` (a day) and attributes, each "" for none.

    Every problem, and then nothing was changed. LookupError: there is no such contact.
    """
    person, problems = clean({**fields, "external_id": contact_id})
    values, wrong = _values(workspace_id, attributes)
    problems += wrong
    if problems:
        return problems
    with writing() as conn:
        contact = _known(conn, workspace_id, contact_id)
        changed = [name for name in PLAIN if name in fields and getattr(contact, name) != getattr(person, name)]
        for name in changed:
            setattr(contact, name, getattr(person, name))
        if "kind" in fields and (person.kind or "customer", person.customer_since) != (
            contact.kind,
            contact.customer_since,
        ):
            became = contact.kind == "prospect" and person.kind == "customer"
            contact.kind = person.kind or contact.kind
            contact.customer_since = person.customer_since or (now if became else None)
            changed.append("kind")
        written = _write_attributes(contact, values)
        if changed or written:
            _keep(conn, workspace_id, contact, [*changed, *written], "staff", now, actor=actor)
            _remember(
                conn,
                workspace_id,
                contact_id,
                [Origin(name, "staff", now, actor) for name in written if values[name] is not None],
            )
            audit(
                conn,
                workspace_id,
                actor,
                "contact.changed",
                "contact",
                contact_id,
                None,
                {"fields": [*changed, *written]},
                now,
            )
    return []


def write(
    workspace_id: str, contact_id: str, values: Mapping[str, Any], origin_of: Mapping[str, Origin], now: datetime
) -> list[Problem]:
    """Store attributes that an interview gave; those that do not fit their declaration are left out and told. LookupError: there
    is no such contact."""
    good, problems = _values(workspace_id, values)
    with writing() as conn:
        contact = _known(conn, workspace_id, contact_id)
        written = _write_attributes(contact, good)
        if written:
            interview = next((origin_of[name].interview_id for name in written), None)
            _keep(conn, workspace_id, contact, written, "interview", now, interview=interview)
        _remember(conn, workspace_id, contact_id, [origin_of[name] for name in good])
    return problems


def _values(workspace_id: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Attributes read as they are declared; None for one that is to go."""
    known, values, problems = declared(workspace_id), dict[str, Any](), list[Problem]()
    for key, raw in given.items():
        name = attribute_name(key)
        wanted = known.get(name)
        value = None if raw in ("", None) else read(wanted, raw) if wanted else read_undeclared(name, raw)
        if isinstance(value, Problem):
            problems.append(value)
        else:
            values[name] = value
    return values, problems


def _write_attributes(contact: matching.Known, values: Mapping[str, Any]) -> list[str]:
    changed = sorted(name for name, value in values.items() if contact.attributes.get(name) != value)
    kept = {**contact.attributes, **values}
    contact.attributes = {name: value for name, value in kept.items() if value is not None}
    return changed


def _known(conn: Connection, workspace_id: str, contact_id: str) -> matching.Known:
    found = matching.load(conn, workspace_id, [contact_id])
    if not found:
        raise LookupError(f"no contact {contact_id}")
    return found[0]


def _keep(
    conn: Connection, workspace_id: str, contact: matching.Known, fields: list[str], source: str, now: datetime, **by: str | None
) -> None:  # fmt: skip
    """Write a changed contact, and the news of it. by: the actor or interview that it comes from."""
    batch = Batch(workspace_id, source, now)
    store.note_search(contact)
    contact.changed = True
    batch.touched[contact.id] = contact
    batch.overwritten[contact.id] = set(fields)
    batch.news.append(("contact.updated", contact.id, {"source": source, "fields": sorted(fields), **by}))
    batch.write(conn)


def _remember(conn: Connection, workspace_id: str, contact_id: str, found: list[Origin]) -> None:
    for origin in found:
        values = {name: getattr(origin, name) for name in Origin.__slots__ if name != "name"}
        row = {"workspace_id": workspace_id, "contact_id": contact_id, "name": origin.name}
        into = upsert(conn, OriginRow).values(**row, **values)
        conn.execute(into.on_conflict_do_update(index_elements=["contact_id", "name"], set_=values))


# --- addresses and other ids ------------------------------------------------------------------------


def add_endpoint(
    workspace_id: str, contact_id: str, text: str, region: str | None, actor: str, now: datetime
) -> Problem | None:
    """Another address (mail, or a number with + or read in `region`), tried after the others; a former one is good again."""
    channel = "email" if "@" in text else "phone"
    address = addresses.normal(channel, text, region)
    if isinstance(address, Problem):
        return address
    with writing() as conn:
        contact = _known(conn, workspace_id, contact_id)
        rank = 1 + max((e["rank"] for e in contact.endpoints if e["channel"] == channel), default=-1)
        same = next((e for e in contact.endpoints if e["address"] == address), None)
        if same is None:
            contact.endpoints.append(
                {"id": new_id(), "channel": channel, "address": address, "status": "good", "rank": rank, "state": "new"}
            )
        else:
            same.update(status="good", state="changed")
        _changed_endpoint(conn, workspace_id, contact, channel, actor, now)
    return None


def change_endpoint(workspace_id: str, contact_id: str, endpoint_id: str, to: str, actor: str, now: datetime) -> bool:
    """Give one address of the contact a status (STATUSES; `former`: never used again), or with "first" try it before the others.
    False when the contact has no such address. ValueError: to is neither."""
    if to not in (*STATUSES, "first"):
        raise ValueError(f"to is one of {', '.join(STATUSES)} or first, not {to}")
    with writing() as conn:
        contact = _known(conn, workspace_id, contact_id)
        endpoint = next((e for e in contact.endpoints if e["id"] == endpoint_id), None)
        if endpoint is None:
            return False
        if to == "first":
            endpoint["rank"] = min(e["rank"] for e in contact.endpoints) - 1
        else:
            endpoint["status"] = to
        endpoint["state"] = "changed"
        _changed_endpoint(conn, workspace_id, contact, endpoint["channel"], actor, now)
    return True


def _changed_endpoint(
    conn: Connection, workspace_id: str, contact: matching.Known, channel: str, actor: str, now: datetime
) -> None:
    _keep(conn, workspace_id, contact, [channel], "staff", now, actor=actor)
    audit(conn, workspace_id, actor, "contact.changed", "contact", contact.id, None, {"fields": [channel]}, now)


def external_ids(workspace_id: str, contact_id: str) -> list[matching.Key]:
    """(scheme, value) of the contact's other ids; scheme "" for former ids of the customer's own."""
    with reading() as conn:
        mine = (scoped(ExternalIdRow, workspace_id), ExternalIdRow.contact_id == contact_id)
        rows = conn.execute(select(ExternalIdRow.scheme, ExternalIdRow.value).where(*mine))
        return sorted((row.scheme, row.value) for row in rows)


def add_id(workspace_id: str, contact_id: str, scheme: str, value: str, actor: str, now: datetime) -> list[Problem]:
    """Another id by which the contact is known."""
    person, problems = clean({f"id:{scheme}": value})
    if problems or not person.external_ids:
        message = N_("An id has a scheme, such as rfid, and a value of at most 200 characters.")
        return problems or [Problem("bad_id", message, name="value")]
    ((scheme, value),) = person.external_ids.items()
    with writing() as conn:
        contact = _known(conn, workspace_id, contact_id)
        if (scheme, value) in contact.external_ids:
            return []
        try:
            with conn.begin_nested():
                row = {
                    "id": new_id(),
                    "contact_id": contact_id,
                    "workspace_id": workspace_id,
                    "scheme": scheme,
                    "value": value,
                }
                conn.execute(upsert(conn, ExternalIdRow).values(**row))
        except IntegrityError:
            return [matching.id_taken(scheme, value)]
        contact.external_ids.add((scheme, value))
        _changed_endpoint(conn, workspace_id, contact, "external_ids", actor, now)
    return []


def remove_id(workspace_id: str, contact_id: str, scheme: str, value: str, actor: str, now: datetime) -> None:
    with writing() as conn:
        contact = _known(conn, workspace_id, contact_id)
        mine = (scoped(ExternalIdRow, workspace_id), ExternalIdRow.contact_id == contact_id)
        conn.execute(delete(ExternalIdRow).where(*mine, ExternalIdRow.scheme == scheme, ExternalIdRow.value == value))
        contact.external_ids.discard((scheme, value))
        _changed_endpoint(conn, workspace_id, contact, "external_ids", actor, now)
