"""Who is meant: the stored contacts that some people may be, loaded together, and which of them each is."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Connection, Text, any_, literal, select
from sqlalchemy.sql.elements import ColumnElement

from app.contacts.cleaning import Clean
from app.contacts.group_models import MemberRow
from app.contacts.models import ConsentRow, ContactRow, EndpointRow, ExternalIdRow
from app.core.problems import N_, Problem
from app.db import scoped

PROFILE = ("id", "external_id", "name", "language", "time_zone", "kind", "customer_since", "attributes", "search")
OWN = ""  # the scheme of the customer's own ids: `contacts.external_id`, and former ones in `external_ids`
Key = tuple[str, str]


@dataclass(slots=True, eq=False)
class Known:
    """A stored contact: endpoints [id, channel, address, status, rank], other external ids by scheme and value, the consents in
    force, the role in each group. `new`: not written yet; `changed`: what of the profile is to be written; in an endpoint, `state`
    says new or changed."""

    id: str
    external_id: str | None = None
    name: str = ""
    language: str = ""
    time_zone: str = ""
    kind: str = "customer"
    customer_since: datetime | None = None
    attributes: dict[str, Any] = field(default_factory=dict)
    search: str = ""
    endpoints: list[dict[str, Any]] = field(default_factory=list)
    external_ids: set[Key] = field(default_factory=set)
    consents: dict[Key, tuple[bool, str, str]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    new: bool = False
    changed: bool = False

    def current(self, channel: str) -> str:
        usable = [e for e in self.endpoints if e["channel"] == channel and e["status"] != "former"]
        return min(usable, key=lambda e: e["rank"])["address"] if usable else ""


class Index:
    """The stored contacts that some people may be, by external ids and by address."""

    def __init__(self, conn: Connection, workspace_id: str, people: Sequence[Clean]) -> None:
        self.by_id: dict[Key, Known] = {}
        self.by_address: dict[str, list[Known]] = defaultdict(list)
        for contact in load(conn, workspace_id, _candidates(conn, workspace_id, people)):
            self.add(contact)

    def add(self, contact: Known) -> None:
        if contact.external_id:
            self.by_id[OWN, contact.external_id] = contact
        for key in contact.external_ids:
            self.by_id[key] = contact
        for endpoint in contact.endpoints:
            holders = self.by_address[endpoint["address"]]
            if endpoint["status"] != "former" and contact not in holders:
                holders.append(contact)

    def match(self, person: Clean) -> Known | Problem | None:
        """Who the person is; None for somebody new. A contact with another id of the customer's own is another person."""
        found = self.by_id.get((OWN, person.external_id)) if person.external_id else None
        for scheme, value in person.external_ids.items():
            holder = self.by_id.get((scheme, value))
            if holder and holder is not found and (found or (person.external_id and holder.external_id)):
                return id_taken(scheme, value)
            found = found or holder
        return found or self._by_address(person)

    def _by_address(self, person: Clean) -> Known | Problem | None:
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


def id_taken(scheme: str, value: str) -> Problem:
    message = N_("{scheme} {value} belongs to another contact.")
    remedy = N_("Correct the id, or merge the two contacts first.")
    return Problem("id_taken", message, {"scheme": scheme, "value": value}, f"id:{scheme}", remedy)


def among(conn: Connection, column: Any, values: Collection[str]) -> ColumnElement[bool]:
    """`column IN values`; one parameter on PostgreSQL, where a list of thousands is slow to compile."""
    if conn.dialect.name == "sqlite":
        found: ColumnElement[bool] = column.in_(values)
        return found
    return column == any_(literal(list(values), ARRAY(Text)))


def _candidates(conn: Connection, workspace_id: str, people: Sequence[Clean]) -> set[str]:
    own = {p.external_id for p in people if p.external_id}
    others = {value for p in people for value in p.external_ids.values()} | own
    addresses = {a for p in people for a in (p.email, p.phone) if a}
    by_own = select(ContactRow.id).where(scoped(ContactRow, workspace_id), among(conn, ContactRow.external_id, own))
    schemes = {scheme for p in people for scheme in p.external_ids} | {OWN}
    by_other = select(ExternalIdRow.contact_id).where(
        scoped(ExternalIdRow, workspace_id), ExternalIdRow.scheme.in_(schemes), among(conn, ExternalIdRow.value, others)
    )
    by_address = select(EndpointRow.contact_id).where(
        scoped(EndpointRow, workspace_id), among(conn, EndpointRow.address, addresses), EndpointRow.status != "former"
    )
    wanted = ((own, by_own), (others, by_other), (addresses, by_address))
    return {id_ for values, statement in wanted if values for id_ in conn.scalars(statement)}


def load(conn: Connection, workspace_id: str, ids: Iterable[str]) -> list[Known]:
    """Stored contacts with everything that storing them anew looks at."""
    ids = list(ids)
    if not ids:
        return []

    def rows(model: Any, *columns: Any) -> Any:
        mine = (scoped(model, workspace_id), among(conn, model.contact_id, ids))
        return conn.execute(select(*(columns or (model.__table__,))).where(*mine))

    columns = (getattr(ContactRow, name) for name in PROFILE)
    people = select(*columns).where(scoped(ContactRow, workspace_id), among(conn, ContactRow.id, ids))
    found = {row.id: Known(**row._mapping) for row in conn.execute(people)}
    for row in rows(EndpointRow):
        found[row.contact_id].endpoints.append(dict(row._mapping))
    for row in rows(ExternalIdRow):
        found[row.contact_id].external_ids.add((row.scheme, row.value))
    for row in rows(MemberRow):
        found[row.contact_id].roles[row.group_id] = row.role
    for row in sorted(rows(ConsentRow), key=lambda row: (row.at, row.id)):
        found[row.contact_id].consents[row.channel, row.purpose] = (row.given, row.basis, row.source)
    return list(found.values())
