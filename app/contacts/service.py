"""Contacts' verbs: who somebody is, whether and when they may be contacted, and what they have said about it.

Every verb opens its own transaction or joins the caller's. Channels for consent and permission: email, sms, phone (a call),
field (a visit). Channels of a suppression: email, phone (texts and calls), sms, call, all.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import IntegrityError

from app.accounts.service import workspace
from app.contacts import addresses, batch, definitions, groups, store, waking
from app.contacts.cleaning import BASES, clean
from app.contacts.editing import external_ids, origins
from app.contacts.group_models import MemberRow, MergeRow
from app.contacts.importing import ImportReport as ImportReport
from app.contacts.importing import import_csv as import_csv
from app.contacts.models import ConsentRow, ContactRow, EndpointRow, ExternalIdRow, OriginRow, SuppressionRow
from app.contacts.permission import CHANNELS, Consent, decide
from app.contacts.permission import Allowed as Allowed
from app.contacts.permission import Refused as Refused
from app.contacts.profiles import Contact as Contact
from app.contacts.profiles import by_address as by_address
from app.contacts.profiles import by_external_id as by_external_id
from app.contacts.profiles import by_id as by_id
from app.contacts.profiles import contact as contact
from app.contacts.profiles import count as count
from app.contacts.profiles import endpoints_of
from app.contacts.profiles import known_as as known_as
from app.contacts.profiles import named as named
from app.contacts.profiles import page as page
from app.contacts.store import Stored as Stored
from app.contacts.suppression import lift as lift
from app.contacts.suppression import lift_one as lift_one
from app.contacts.suppression import suppress as suppress
from app.contacts.suppression import suppressions as suppressions
from app.core.problems import Problem
from app.db import reading, scoped, writing
from app.events import forget, publish

STATUSES = ("good", "failed", "landline", "former")


# --- storing --------------------------------------------------------------------------------------


def upsert(
    workspace_id: str, fields: Mapping[str, Any], source: str, now: datetime, region: str | None = None
) -> Stored | list[Problem]:
    """Store one person (keys of cleaning.FIELDS, `int:age` …, or `attributes`), matched by external id, else email, else phone.

    Returns what became of them, or every problem, and then nothing was stored. region: where a number without + is read.
    """
    person, problems = clean(fields, region, definitions.declared(workspace_id))
    if any(problem.severity == "error" for problem in problems):
        return problems
    with writing() as conn:
        try:
            with conn.begin_nested():
                (stored,) = store.save(conn, workspace_id, [person], source, now)
        except IntegrityError:  # stored by somebody else just now: this time they are found
            (stored,) = store.save(conn, workspace_id, [person], source, now)
    return [stored] if isinstance(stored, Problem) else stored


def mark_endpoint(workspace_id: str, channel: str, address: str, status: str, now: datetime) -> None:
    """Record that an address (normal form) is good, failed (does not exist) or landline (takes no texts), for all who have it."""
    if status not in STATUSES[:3]:
        raise ValueError(f"status is one of {', '.join(STATUSES[:3])}, not {status}")
    with writing() as conn:
        at = (scoped(EndpointRow, workspace_id), EndpointRow.address == address,
              EndpointRow.status.not_in(("former", status)))  # fmt: skip
        holders = list(conn.scalars(select(EndpointRow.contact_id).where(*at)))
        conn.execute(update(EndpointRow).where(*at).values(status=status))
        for contact_id in holders:
            data = {"fields": [channel], "status": status}
            publish(conn, workspace_id, "contact.updated", data, now, contact_id=contact_id)


# --- consent --------------------------------------------------------------------------------------


def give_consent(
    workspace_id: str, contact_id: str, channel: str, purpose: str, basis: str, source: str, now: datetime
) -> None:
    """Record consent, or another legal basis (cleaning.BASES), for a channel and purpose; again the same changes nothing."""
    if basis not in BASES:
        raise ValueError(f"basis is one of {', '.join(BASES)}, not {basis}")
    _consent(workspace_id, contact_id, channel, purpose, True, basis, source, now)


def withdraw_consent(
    workspace_id: str, contact_id: str, channel: str, purpose: str, source: str, now: datetime
) -> None:
    """Record that consent for a channel and purpose was withdrawn, or objected to where there was another basis."""
    _consent(workspace_id, contact_id, channel, purpose, False, "consent", source, now)


def _consent(
    workspace_id: str, contact_id: str, channel: str, purpose: str, given: bool, basis: str, source: str, now: datetime
) -> None:
    if channel not in CHANNELS:
        raise ValueError(f"channel is one of {', '.join(CHANNELS)}, not {channel}")
    with writing() as conn:
        past = [c for c in consents(workspace_id, contact_id) if (c.channel, c.purpose) == (channel, purpose)]
        if past and past[-1].given == given and (not given or past[-1].basis == basis):
            return
        batch.record_consents(conn, workspace_id, [(contact_id, [(channel, purpose, given, basis, source[:200])])], now)


def consents(workspace_id: str, contact_id: str) -> list[Consent]:
    """Everything the contact ever gave or withdrew, oldest first."""
    columns = [getattr(ConsentRow, name) for name in Consent.__slots__]
    with reading() as conn:
        rows = conn.execute(
            select(*columns)
            .where(scoped(ConsentRow, workspace_id), ConsentRow.contact_id == contact_id)
            .order_by(ConsentRow.at, ConsentRow.id)
        )
        return [Consent(**row._mapping) for row in rows]


# --- permission -----------------------------------------------------------------------------------


def may_contact(
    workspace_id: str,
    contact_id: str,
    channel: str,
    study_id: str | None = None,
    *,
    purpose: str = "research",
    basis: str = "",
) -> Allowed | Refused:
    """May the contact be approached on a channel (email, sms, phone or field) for a study? See permission.decide."""
    with reading() as conn:
        if contact(workspace_id, contact_id) is None:
            return Refused("unknown_contact")
        endpoints = endpoints_of(conn, workspace_id, [contact_id]).get(contact_id, [])
        history = consents(workspace_id, contact_id)
        active = suppressions(workspace_id, contact_id)
    return decide(channel, endpoints, history, active, study_id, purpose=purpose, basis=basis)


# --- waking hours ---------------------------------------------------------------------------------


def zones(contact: Contact) -> tuple[str, ...]:
    """Where the contact may be: their zone, else all plausible zones of their numbers, else the workspace's."""
    if contact.time_zone:
        return (contact.time_zone,)
    numbers = [e.address for e in contact.endpoints if e.channel == "phone"]
    plausible = dict.fromkeys(zone for number in numbers for zone in addresses.zones_of(number))
    return tuple(plausible) or (workspace(contact.workspace_id).time_zone,)


def next_waking(contact: Contact, now: datetime, window: waking.Window = waking.WAKING) -> datetime:
    """The first instant from `now` (UTC) at which the contact is inside the local window; see waking.next_awake."""
    return waking.next_awake(zones(contact), now, window)


# --- privacy --------------------------------------------------------------------------------------


def person(contact: Contact) -> dict[str, Any]:
    """Everything kept here about a person, for their own eyes (GDPR art. 15 and 20): JSON values and datetimes."""
    with reading() as conn:
        endpoints = endpoints_of(conn, contact.workspace_id, [contact.id]).get(contact.id, [])
    return {
        **{name: getattr(contact, name) for name in Contact.__slots__ if name != "endpoints"},
        "endpoints": [asdict(each) for each in endpoints],
        "external_ids": [list(each) for each in external_ids(contact.workspace_id, contact.id)],
        "origins": [asdict(each) for each in origins(contact.workspace_id, contact.id).values()],
        "groups": [
            {"name": group.name, **asdict(each)} for group, each in groups.groups_of(contact.workspace_id, contact.id)
        ],
        "consents": [asdict(each) for each in consents(contact.workspace_id, contact.id)],
        "suppressions": [asdict(each) for each in suppressions(contact.workspace_id, contact.id, lifted=True)],
    }


def erase(workspace_id: str, contact_id: str, now: datetime) -> None:
    """Forget a person (GDPR art. 17): profile, addresses and the words around them go, the empty row and the dates stay.

    Each address is suppressed everywhere by its hash alone, so that a later import does not bring the person back.
    """
    with writing() as conn:
        endpoints = endpoints_of(conn, workspace_id, [contact_id]).get(contact_id, [])
        for each in endpoints:
            suppress(workspace_id, channel="all", address=each.address, reason="erased", now=now)
        hashes = [addresses.address_hash(workspace_id, e.address) for e in endpoints]
        named = or_(SuppressionRow.contact_id == contact_id, SuppressionRow.address_hash.in_(hashes))
        conn.execute(
            update(SuppressionRow)
            .where(scoped(SuppressionRow, workspace_id), named)
            .values(address=None, note="", lifted_note="")
        )
        own = (scoped(ConsentRow, workspace_id), ConsentRow.contact_id == contact_id)
        conn.execute(update(ConsentRow).where(*own).values(source=""))
        for model in (EndpointRow, ExternalIdRow, OriginRow, MemberRow):
            conn.execute(delete(model).where(scoped(model, workspace_id), model.contact_id == contact_id))
        merges = (scoped(MergeRow, workspace_id), MergeRow.kept_id == contact_id)
        conn.execute(update(MergeRow).where(*merges).values(kept={}, merged={}))
        empty: dict[str, Any] = {
            "external_id": None,
            "name": "",
            "language": "",
            "time_zone": "",
            "kind": "customer",
            "customer_since": None,
            "attributes": {},
            "search": "",
        }
        conn.execute(
            update(ContactRow)
            .where(scoped(ContactRow, workspace_id), ContactRow.id == contact_id)
            .values(**empty, erased_at=now, updated_at=now)
        )
        forget(conn, workspace_id, contact_id)
        publish(conn, workspace_id, "contact.erased", {}, now, contact_id=contact_id)
