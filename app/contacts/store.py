"""Storing people: which contact a person is, what changes, and the rows written. Many at once, for files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Update, insert, select, update

from app.contacts.cleaning import Clean
from app.contacts.models import ConsentRow, ContactRow, EndpointRow
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import scoped
from app.events import publish

IMPORTED = "import"  # how the source of a consent from a file begins
Act = tuple[str, str, bool, str, str]  # of consent: channel, purpose, given, basis, source
_PROFILE = ("id", "external_id", "name", "language", "time_zone", "attributes", "search")


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
    known, batch = _Index(conn, workspace_id, people), _Batch(workspace_id, source, now)
    answers = [_save_one(known, batch, person) for person in people]
    if not dry_run:
        batch.write(conn)
    return answers


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
    columns = (getattr(ContactRow, name) for name in _PROFILE)
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


def _save_one(known: _Index, batch: "_Batch", person: Clean) -> Stored | Problem:
    match = known.match(person)
    if isinstance(match, Problem):
        return match
    contact = match or _Known(new_id(), new=True)
    changed = _apply_profile(contact, person)
    endpoints = _apply_endpoints(contact, person)
    consents, kept = _apply_consents(contact, person, batch.source)
    search = search_text(contact.external_id, contact.name, [e["address"] for e in contact.endpoints])
    if search != contact.search:
        contact.search = changed["search"] = search
    known.add(contact)
    outcome = "created" if contact.new else "updated" if changed or endpoints or consents else "unchanged"
    if outcome != "unchanged":
        batch.add(contact, changed, endpoints, consents)
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


def _apply_consents(contact: _Known, person: Clean, source: str) -> tuple[list[Act], tuple[str, ...]]:
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


class _Batch:
    """What is to be written: new rows together, changes of rows one by one."""

    def __init__(self, workspace_id: str, source: str, now: datetime) -> None:
        self.workspace_id, self.source, self.now = workspace_id, source, now
        self.contacts: list[dict[str, Any]] = []
        self.endpoints: list[dict[str, Any]] = []
        self.changes: list[Update] = []
        self.consents: list[tuple[str, list[Act]]] = []
        self.news: list[tuple[str, str, dict[str, Any]]] = []

    def add(
        self, contact: _Known, changed: dict[str, Any], endpoints: list[dict[str, Any]], consents: list[Act]
    ) -> None:
        if contact.new:
            values = {name: getattr(contact, name) for name in _PROFILE}
            self.contacts.append({**values, **self._scope(), "created_at": self.now, "updated_at": self.now})
        else:
            own = (scoped(ContactRow, self.workspace_id), ContactRow.id == contact.id)
            self.changes.append(update(ContactRow).where(*own).values(**changed, updated_at=self.now))
        for endpoint in endpoints:
            if endpoint.pop("new", False):
                self.endpoints.append({**endpoint, **self._scope(), "contact_id": contact.id})
            else:
                same = (scoped(EndpointRow, self.workspace_id), EndpointRow.id == endpoint["id"])
                values = {"status": endpoint["status"], "rank": endpoint["rank"]}
                self.changes.append(update(EndpointRow).where(*same).values(**values))
        self.consents.append((contact.id, consents))
        fields = sorted({*changed, *(e["channel"] for e in endpoints)} - {"search"})
        if contact.new:
            self.news.append(("contact.created", contact.id, {"source": self.source}))
        elif fields:
            self.news.append(("contact.updated", contact.id, {"source": self.source, "fields": fields}))

    def _scope(self) -> dict[str, Any]:
        return {"workspace_id": self.workspace_id}

    def write(self, conn: Connection) -> None:
        for model, rows in ((ContactRow, self.contacts), (EndpointRow, self.endpoints)):
            if rows:
                conn.execute(insert(model), rows)
        for change in self.changes:
            conn.execute(change)
        for kind, contact_id, data in self.news:
            publish(conn, self.workspace_id, kind, data, self.now, contact_id=contact_id)
        record_consents(conn, self.workspace_id, self.consents, self.now)


def record_consents(
    conn: Connection, workspace_id: str, consents: Iterable[tuple[str, Sequence[Act]]], now: datetime
) -> None:
    """Write contacts' acts of giving or withdrawing consent, and publish them."""
    fresh = []
    for contact_id, acts in consents:
        for channel, purpose, given, basis, source in acts:
            data = {"channel": channel, "purpose": purpose, "basis": basis, "source": source}
            row = {"id": new_id(), "workspace_id": workspace_id, "contact_id": contact_id, "given": given, "at": now}
            fresh.append({**row, **data})
            kind = "consent.given" if given else "consent.withdrawn"
            publish(conn, workspace_id, kind, data, now, contact_id=contact_id)
    if fresh:
        conn.execute(insert(ConsentRow), fresh)


def search_text(external_id: str | None, name: str, addresses: Iterable[str]) -> str:
    """What staff search in: everything a person may be called by, in lower case."""
    return "\n".join(part.lower() for part in (external_id or "", name, *sorted(addresses)) if part)
