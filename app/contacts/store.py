"""Storing people: which contact a person is, what changes, and the rows written. Many at once, for files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from app.contacts.cleaning import Clean
from app.contacts.models import ConsentRow, ContactRow, EndpointRow
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import scoped
from app.events import publish

IMPORTED = "import"  # how the source of a consent from a file begins


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a person: created, updated or unchanged.

    kept_withdrawn: channels whose withdrawal by the person outlived a file's yes.
    """

    contact_id: str
    outcome: str
    kept_withdrawn: tuple[str, ...] = ()


@dataclass(slots=True)
class _Known:
    """A stored contact, its endpoints [id, channel, address, status, rank] and its consents in force."""

    id: str
    external_id: str | None = None
    name: str = ""
    language: str = ""
    time_zone: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    search: str = ""
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    consents: dict[tuple[str, str], tuple[bool, str, str]] = field(default_factory=dict)
    new: bool = False

    def current(self, channel: str) -> str:
        usable = [e for e in self.endpoints if e["channel"] == channel and e["status"] != "former"]
        return min(usable, key=lambda e: e["rank"])["address"] if usable else ""


def save(
    conn: Connection, workspace_id: str, people: Sequence[Clean], source: str, now: datetime, *, dry_run: bool = False
) -> list[Stored | Problem]:
    """Store people, matched by external id, else email, else phone; an answer for each, in order.

    Empty fields leave what is stored. An address replaces the contact's address of that channel, which is kept as `former`.
    """
    known = _Index(conn, workspace_id, people)
    return [_save_one(conn, workspace_id, known, person, source, now, dry_run) for person in people]


class _Index:
    """The stored contacts that some people may be, by external id and by address."""

    def __init__(self, conn: Connection, workspace_id: str, people: Sequence[Clean]) -> None:
        self.by_external_id: dict[str, _Known] = {}
        self.by_address: dict[str, list[_Known]] = defaultdict(list)
        ids = self._candidates(conn, workspace_id, people)
        contacts = _load(conn, workspace_id, ids) if ids else []
        for contact in contacts:
            self.add(contact)

    @staticmethod
    def _candidates(conn: Connection, workspace_id: str, people: Sequence[Clean]) -> set[str]:
        keys = {p.external_id for p in people if p.external_id}
        addresses = {a for p in people for a in (p.email, p.phone) if a}
        by_key = select(ContactRow.id).where(scoped(ContactRow, workspace_id), ContactRow.external_id.in_(keys))
        by_address = select(EndpointRow.contact_id).where(
            scoped(EndpointRow, workspace_id), EndpointRow.address.in_(addresses), EndpointRow.status != "former"
        )
        found = set(conn.scalars(by_key)) if keys else set()
        return found | (set(conn.scalars(by_address)) if addresses else set())

    def add(self, contact: _Known) -> None:
        if contact.external_id:
            self.by_external_id[contact.external_id] = contact
        for endpoint in contact.endpoints:
            if endpoint["status"] != "former" and contact not in self.by_address[endpoint["address"]]:
                self.by_address[endpoint["address"]].append(contact)

    def match(self, person: Clean) -> _Known | Problem | None:
        """Who the person is; None for somebody new. A contact with another external id is another person."""
        if person.external_id in self.by_external_id:
            return self.by_external_id[person.external_id]
        for channel, address in (("email", person.email), ("phone", person.phone)):
            same = [
                known
                for known in self.by_address.get(address, ())
                if known.current(channel) == address and not (person.external_id and known.external_id)
            ]
            if len(same) > 1:
                message = N_("{count} contacts have the address {address}.")
                remedy = N_("Give the external id of the one you mean.")
                return Problem("ambiguous", message, {"count": len(same), "address": address}, channel, remedy)
            if same:
                return same[0]
        return None


def _load(conn: Connection, workspace_id: str, ids: Iterable[str]) -> list[_Known]:
    ids = list(ids)
    columns = (ContactRow.id, ContactRow.external_id, ContactRow.name, ContactRow.language, ContactRow.time_zone,
               ContactRow.attributes, ContactRow.search)  # fmt: skip
    rows = conn.execute(select(*columns).where(scoped(ContactRow, workspace_id), ContactRow.id.in_(ids)))
    found = {row.id: _Known(**row._mapping) for row in rows}
    endpoints = select(EndpointRow.__table__).where(scoped(EndpointRow, workspace_id), EndpointRow.contact_id.in_(ids))
    for row in conn.execute(endpoints):
        found[row.contact_id].endpoints.append(dict(row._mapping))
    consents = (
        select(ConsentRow.__table__)
        .where(scoped(ConsentRow, workspace_id), ConsentRow.contact_id.in_(ids))
        .order_by(ConsentRow.at, ConsentRow.id)
    )
    for row in conn.execute(consents):
        found[row.contact_id].consents[row.channel, row.purpose] = (row.given, row.basis, row.source)
    return list(found.values())


def _save_one(
    conn: Connection, workspace_id: str, index: _Index, person: Clean, source: str, now: datetime, dry_run: bool
) -> Stored | Problem:
    match = index.match(person)
    if isinstance(match, Problem):
        return match
    contact = match or _Known(new_id(), new=True)
    changed = _apply_profile(contact, person)
    endpoints = _apply_endpoints(contact, person)
    consents, kept = _apply_consents(contact, person, source)
    search = search_text(contact.external_id, contact.name, [e["address"] for e in contact.endpoints])
    if search != contact.search:
        contact.search = search
        changed = {**changed, "search": search}
    index.add(contact)
    outcome = "created" if contact.new else "updated" if changed or endpoints or consents else "unchanged"
    if not dry_run and outcome != "unchanged":
        _write(conn, workspace_id, contact, changed, endpoints, consents, source, now)
    contact.new = False
    return Stored(contact.id, outcome, kept)


def _apply_profile(contact: _Known, person: Clean) -> dict[str, Any]:
    wanted = {
        "external_id": person.external_id,
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
        "attributes": {**contact.attributes, **person.attributes},
    }
    changed = {key: value for key, value in wanted.items() if value and value != getattr(contact, key)}
    for key, value in changed.items():
        setattr(contact, key, value)
    return changed


def _apply_endpoints(contact: _Known, person: Clean) -> list[dict[str, Any]]:
    """The endpoints that are new or changed, already applied to the contact."""
    touched = []
    for channel, address in (("email", person.email), ("phone", person.phone)):
        if not address or contact.current(channel) == address:
            continue
        for endpoint in contact.endpoints:
            if endpoint["channel"] == channel and endpoint["status"] != "former" and endpoint["address"] != address:
                endpoint["status"] = "former"
                touched.append(endpoint)
        same = next((e for e in contact.endpoints if e["address"] == address), None)
        if same is None:
            same = {"id": new_id(), "channel": channel, "address": address, "new": True}
            contact.endpoints.append(same)
        same.update(status="good", rank=0)
        touched.append(same)
    return touched


def _apply_consents(
    contact: _Known, person: Clean, source: str
) -> tuple[list[tuple[str, str, bool, str, str]], tuple[str, ...]]:
    """The acts to record, and the channels where a withdrawal by the person outlives the file's yes."""
    acts, kept = [], []
    for channel, given in person.consents.items():
        key = (channel, person.purpose)
        was = contact.consents.get(key)
        if was and was[0] == given and (not given or was[1] == person.basis):
            continue
        if given and was and not was[0] and source.startswith(IMPORTED) and not was[2].startswith(IMPORTED):
            kept.append(channel)
            continue
        origin = f"{source}: {person.source}" if person.source else source
        contact.consents[key] = (given, person.basis, origin)
        acts.append((channel, person.purpose, given, person.basis, origin[:200]))
    return acts, tuple(kept)


def _write(
    conn: Connection,
    workspace_id: str,
    contact: _Known,
    changed: dict[str, Any],
    endpoints: list[dict[str, Any]],
    consents: list[tuple[str, str, bool, str, str]],
    source: str,
    now: datetime,
) -> None:
    if contact.new:
        values = {k: getattr(contact, k)
                  for k in ("id", "external_id", "name", "language", "time_zone", "attributes", "search")}  # fmt: skip
        conn.execute(
            insert(ContactRow), [{**values, "workspace_id": workspace_id, "created_at": now, "updated_at": now}]
        )
    else:
        own = (scoped(ContactRow, workspace_id), ContactRow.id == contact.id)
        conn.execute(update(ContactRow).where(*own).values(**changed, updated_at=now))
    fresh = []
    for endpoint in endpoints:
        if endpoint.pop("new", False):
            fresh.append({**endpoint, "workspace_id": workspace_id, "contact_id": contact.id})
        else:
            same = (scoped(EndpointRow, workspace_id), EndpointRow.id == endpoint["id"])
            values = {"status": endpoint["status"], "rank": endpoint["rank"]}
            conn.execute(update(EndpointRow).where(*same).values(**values))
    if fresh:
        conn.execute(insert(EndpointRow), fresh)
    fields = sorted({*changed, *(e["channel"] for e in endpoints)} - {"search"})
    if contact.new:
        publish(conn, workspace_id, "contact.created", {"source": source}, now, contact_id=contact.id)
    elif fields:
        data = {"source": source, "fields": fields}
        publish(conn, workspace_id, "contact.updated", data, now, contact_id=contact.id)
    record_consents(conn, workspace_id, contact.id, consents, now)


def record_consents(
    conn: Connection,
    workspace_id: str,
    contact_id: str,
    acts: Sequence[tuple[str, str, bool, str, str]],
    now: datetime,
) -> None:
    """Write acts (channel, purpose, given, basis, source) of giving or withdrawing consent, and publish them."""
    for channel, purpose, given, basis, source in acts:
        data = {"channel": channel, "purpose": purpose, "given": given, "basis": basis, "source": source}
        row = {**data, "id": new_id(), "workspace_id": workspace_id, "contact_id": contact_id, "at": now}
        conn.execute(insert(ConsentRow), [row])
        kind = "consent.given" if given else "consent.withdrawn"
        publish(conn, workspace_id, kind, {k: v for k, v in data.items() if k != "given"}, now, contact_id=contact_id)


def search_text(external_id: str | None, name: str, addresses: Iterable[str]) -> str:
    """What staff search in: everything a person may be called by, in lower case."""
    return "\n".join(part.lower() for part in (external_id or "", name, *sorted(addresses)) if part)
