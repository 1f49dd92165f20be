"""Reading contacts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from app.contacts import addresses
from app.contacts.models import ContactRow, EndpointRow, ExternalIdRow
from app.contacts.permission import Endpoint
from app.core.problems import Problem
from app.db import reading, scoped
from app.ui.paging import SIZE, Page, paginate


@dataclass(frozen=True, slots=True)
class Contact:
    """A person. endpoints: in order of preference, former ones left out. time_zone: an IANA name, "" when unknown.

    kind: prospect or customer. customer_since: None when it is not known. attributes: as attributes.read gives them."""

    id: str
    workspace_id: str
    external_id: str | None
    name: str
    language: str
    time_zone: str
    kind: str
    customer_since: datetime | None
    attributes: Mapping[str, Any]
    created_at: datetime
    endpoints: tuple[Endpoint, ...] = ()

    def address(self, channel: str) -> str | None:
        """The preferred address of an endpoint channel (email or phone) that works; None when there is none."""
        working = (e.address for e in self.endpoints if e.channel == channel and e.status != "failed")
        return next(working, None)

    @property
    def email(self) -> str | None:
        return self.address("email")

    @property
    def phone(self) -> str | None:
        return self.address("phone")


def contact(workspace_id: str, contact_id: str) -> Contact | None:
    """The contact; None when there is none or it was erased."""
    return _first(contacts_where(workspace_id, ContactRow.id == contact_id))


def named(workspace_id: str, contact_ids: Collection[str]) -> dict[str, Contact]:
    """Some contacts by id, for a page or a batch of rows; erased ones are missing."""
    return {each.id: each for each in contacts_where(workspace_id, ContactRow.id.in_(contact_ids))}


def by_external_id(workspace_id: str, external_id: str) -> Contact | None:
    """Whose id of the customer's own this is, or was before a merge."""
    found = _first(contacts_where(workspace_id, ContactRow.external_id == external_id))
    return found or by_id(workspace_id, "", external_id)


def by_id(workspace_id: str, scheme: str, value: str) -> Contact | None:
    """Whose id of another scheme (loyalty, rfid …) this is."""
    holders = select(ExternalIdRow.contact_id).where(
        scoped(ExternalIdRow, workspace_id), ExternalIdRow.scheme == scheme, ExternalIdRow.value == value
    )
    return _first(contacts_where(workspace_id, ContactRow.id.in_(holders)))


def merged_into(workspace_id: str, contact_id: str) -> str | None:
    """The id of the contact that this one became part of; None when it was not merged."""
    with reading() as conn:
        mine = (scoped(ContactRow, workspace_id), ContactRow.id == contact_id)
        return conn.scalar(select(ContactRow.merged_into).where(*mine))


def by_address(workspace_id: str, channel: str, address: str) -> list[Contact]:
    """The contacts reached at an address (any spelling), oldest first. channel: email, phone or sms."""
    normal = addresses.normal("email" if channel == "email" else "phone", address)
    if isinstance(normal, Problem):
        return []
    holders = select(EndpointRow.contact_id).where(
        scoped(EndpointRow, workspace_id), EndpointRow.address == normal, EndpointRow.status != "former"
    )
    return contacts_where(workspace_id, ContactRow.id.in_(holders))


def known_as(workspace_id: str, who: str) -> list[Contact]:
    """The contacts that a customer's id, an id of ours, an email address or a number means."""
    one = by_external_id(workspace_id, who) or contact(workspace_id, who)
    return [one] if one else by_address(workspace_id, "email" if "@" in who else "phone", who)


def page(workspace_id: str, search: str = "", number: int = 1, size: int = SIZE) -> Page:
    """A page of contacts, newest first, of those whose name, external id or address contains every word of `search`."""
    wanted = [scoped(ContactRow, workspace_id), ContactRow.erased_at.is_(None)]
    for word in search.lower().split():
        number_like = addresses.phone(word)
        text = word if isinstance(number_like, Problem) else number_like
        wanted.append(ContactRow.search.contains(text, autoescape=True))
    with reading() as conn:
        found = paginate(conn, select(ContactRow.id).where(*wanted).order_by(ContactRow.id.desc()), number, size)
        ids = [row.id for row in found.items]
        contacts = contacts_where(workspace_id, ContactRow.id.in_(ids), order=ContactRow.id.desc())
    return replace(found, items=contacts)  # type: ignore[arg-type]


def count(workspace_id: str) -> int:
    with reading() as conn:
        where = (scoped(ContactRow, workspace_id), ContactRow.erased_at.is_(None))
        return conn.scalar(select(func.count()).select_from(ContactRow).where(*where)) or 0


def _first(found: list[Contact]) -> Contact | None:
    return found[0] if found else None


def contacts_where(workspace_id: str, *where: Any, order: Any = ContactRow.id) -> list[Contact]:
    names = [name for name in Contact.__slots__ if name != "endpoints"]
    columns = [getattr(ContactRow, name) for name in names]
    alive = (scoped(ContactRow, workspace_id), ContactRow.erased_at.is_(None), *where)
    with reading() as conn:
        rows = conn.execute(select(*columns).where(*alive).order_by(order)).all()
        endpoints = endpoints_of(conn, workspace_id, [row.id for row in rows])
    found = [Contact(**row._mapping) for row in rows]
    current = {key: tuple(e for e in all_ if e.status != "former") for key, all_ in endpoints.items()}
    return [replace(c, endpoints=current.get(c.id, ())) for c in found]


def endpoints_of(conn: Connection, workspace_id: str, contact_ids: Collection[str]) -> dict[str, list[Endpoint]]:
    found: dict[str, list[Endpoint]] = {}
    if contact_ids:
        rows = conn.execute(
            select(EndpointRow.contact_id, EndpointRow.id, EndpointRow.channel, EndpointRow.address, EndpointRow.status)
            .where(scoped(EndpointRow, workspace_id), EndpointRow.contact_id.in_(contact_ids))
            .order_by(EndpointRow.rank, EndpointRow.id)
        )
        for contact_id, *endpoint in rows:
            found.setdefault(contact_id, []).append(Endpoint(*endpoint))
    return found
