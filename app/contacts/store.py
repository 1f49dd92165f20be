"""Storing people: what of each changes. Many at once, for files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.contacts import groups
from app.contacts.batch import IMPORTED, Act, Batch
from app.contacts.cleaning import Clean
from app.contacts.matching import Index, Known
from app.core.problems import Problem


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a person: created, updated or unchanged.

    kept_withdrawn: channels whose withdrawal by the person outlived a file's yes.
    """

    contact_id: str
    outcome: str
    kept_withdrawn: tuple[str, ...] = ()


def save(
    conn: Connection, workspace_id: str, people: Sequence[Clean], source: str, now: datetime, *, dry_run: bool = False
) -> list[Stored | Problem]:
    """Store people, matched by external id, else email, else phone; an answer for each, in order.

    Empty fields leave what is stored. An address replaces the contact's address of that channel, which is kept as `former`.
    """
    known, batch = Index(conn, workspace_id, people), Batch(workspace_id, source, now)
    names = list(dict.fromkeys(person.account for person in people if person.account))
    accounts = groups.accounts_named(conn, workspace_id, names, now, make=not dry_run) if names else {}
    answers = [_save_one(known, batch, person, accounts) for person in people]
    if not dry_run:
        batch.write(conn)
    return answers


def _save_one(known: Index, batch: Batch, person: Clean, accounts: Mapping[str, str]) -> Stored | Problem:
    match = known.match(person)
    if isinstance(match, Problem):
        return match
    contact = match or Known(batch.new_id(), new=True)
    created = contact.new and contact.id not in batch.touched
    fields = _apply_profile(contact, person, batch, created)
    fields += _apply_endpoints(contact, person, batch)
    if _apply_ids(contact, person, batch):
        fields.append("external_ids")
    if person.account and _apply_account(contact, person, batch, accounts[groups.key_of(person.account)]):
        fields.append("account")
    consents, kept = _apply_consents(contact, person, batch.source)
    note_search(contact)
    known.add(contact)
    outcome = "created" if created else "updated" if fields or consents else "unchanged"
    if outcome != "unchanged":
        _note(batch, contact, outcome, fields, consents)
    return Stored(contact.id, outcome, kept)


def _note(batch: Batch, contact: Known, outcome: str, fields: list[str], consents: list[Act]) -> None:
    contact.changed = True
    batch.touched[contact.id] = contact
    if consents:
        batch.consents.append((contact.id, consents))
    if outcome == "created":
        batch.news.append(("contact.created", contact.id, batch.created))
    elif fields:
        batch.news.append(("contact.updated", contact.id, {"source": batch.source, "fields": sorted(fields)}))


def _apply_profile(contact: Known, person: Clean, batch: Batch, created: bool) -> list[str]:
    """The names of what changed."""
    kind, since = (person.kind, person.customer_since) if created else _kind(contact, person, batch.now)
    wanted: dict[str, Any] = {
        "external_id": contact.external_id or person.external_id,
        "name": person.name,
        "language": person.language,
        "time_zone": person.time_zone,
        "kind": kind,
        "customer_since": since,
    }
    changed = [key for key, value in wanted.items() if value and value != getattr(contact, key)]
    for key in changed:
        setattr(contact, key, wanted[key])
    known = contact.attributes
    written = {name for name, value in person.attributes.items() if name not in known or known[name] != value}
    if written:
        if not contact.new:
            batch.overwritten.setdefault(contact.id, set()).update(written)
        contact.attributes = {**known, **person.attributes}
        changed.append("attributes")
    return changed


def _kind(contact: Known, person: Clean, now: datetime) -> tuple[str, datetime | None]:
    """What the person is, and since when a customer. A list of prospects makes nobody less of a customer."""
    became = person.kind == "customer" and contact.kind == "prospect"
    return ("customer" if became else contact.kind), person.customer_since or (
        now if became else contact.customer_since
    )


def _apply_endpoints(contact: Known, person: Clean, batch: Batch) -> list[str]:
    """The channels whose address is new or changed."""
    touched = []
    for channel, address in (("email", person.email), ("phone", person.phone)):
        if not address or contact.current(channel) == address:
            continue
        for endpoint in contact.endpoints:
            if endpoint["channel"] == channel and endpoint["status"] != "former" and endpoint["address"] != address:
                endpoint["status"] = "former"
                endpoint.setdefault("state", "changed")
        same = next((e for e in contact.endpoints if e["address"] == address), None)
        if same is None:
            same = {"id": batch.new_id(), "channel": channel, "address": address, "state": "new"}
            contact.endpoints.append(same)
        same.setdefault("state", "changed")
        same.update(status="good", rank=0)
        touched.append(channel)
    return touched


def _apply_ids(contact: Known, person: Clean, batch: Batch) -> bool:
    new = set(person.external_ids.items()) - contact.external_ids
    contact.external_ids |= new
    for scheme, value in sorted(new):
        batch.external_ids.append(batch.own(contact, id=batch.new_id(), scheme=scheme, value=value))
    return bool(new)


def _apply_account(contact: Known, person: Clean, batch: Batch, group_id: str) -> bool:
    """Whether they came into the account; a role is theirs from then on, and changed on the account's page."""
    if group_id in contact.roles:
        return False
    contact.roles[group_id] = person.account_role
    batch.members.append(batch.own(contact, group_id=group_id, role=person.account_role, since=batch.now))
    return True


def _apply_consents(contact: Known, person: Clean, source: str) -> tuple[list[Act], tuple[str, ...]]:
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


def note_search(contact: Known) -> None:
    """Bring what staff search in up to date."""
    addresses = [e["address"] for e in contact.endpoints]
    contact.search = search_text(contact.external_id, contact.name, addresses, [v for _, v in contact.external_ids])


def search_text(external_id: str | None, name: str, addresses: Iterable[str], others: Iterable[str] = ()) -> str:
    """What staff search in: everything a person may be called by, in lower case."""
    return "\n".join(part.lower() for part in (external_id or "", name, *sorted(addresses), *sorted(others)) if part)
