"""May we contact them? For a batch of people in a few statements, where service.may_contact asks for one."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.contacts import addresses
from app.contacts.models import ConsentRow, SuppressionRow
from app.contacts.permission import Allowed, Consent, Endpoint, Refused, Suppression, decide
from app.contacts.profiles import Contact, endpoints_of, named
from app.contacts.suppression import suppression_of
from app.db import reading, scoped


@dataclass(frozen=True, slots=True)
class Approachable:
    """A contact with all that permission.decide judges by."""

    contact: Contact
    endpoints: list[Endpoint]
    consents: list[Consent]
    suppressions: list[Suppression]

    def may(self, channel: str, study_id: str | None = None) -> Allowed | Refused:
        """May they be approached on a channel (email, sms, phone or field) for a study?"""
        return decide(channel, self.endpoints, self.consents, self.suppressions, study_id)


def approachable(workspace_id: str, contact_ids: Collection[str]) -> dict[str, Approachable]:
    """Some contacts of a workspace by id; erased ones are missing."""
    if not contact_ids:
        return {}
    with reading() as conn:
        people = named(workspace_id, contact_ids)
        endpoints = endpoints_of(conn, workspace_id, people)
        columns = [getattr(ConsentRow, name) for name in Consent.__slots__]
        history: dict[str, list[Consent]] = {}
        for contact_id, *consent in conn.execute(
            select(ConsentRow.contact_id, *columns)
            .where(scoped(ConsentRow, workspace_id), ConsentRow.contact_id.in_(people))
            .order_by(ConsentRow.at, ConsentRow.id)
        ):
            history.setdefault(contact_id, []).append(Consent(*consent))
        hashes = {
            key: {addresses.address_hash(workspace_id, each.address): each.address for each in of}
            for key, of in endpoints.items()
        }
        every = {digest for of in hashes.values() for digest in of}
        rows = conn.execute(
            select(SuppressionRow.__table__)
            .where(
                scoped(SuppressionRow, workspace_id), SuppressionRow.lifted_at.is_(None),
                or_(SuppressionRow.contact_id.in_(people), SuppressionRow.address_hash.in_(every)),
            )
            .order_by(SuppressionRow.at, SuppressionRow.id)
        ).all()  # fmt: skip

    def active(contact_id: str) -> list[Suppression]:
        own = hashes.get(contact_id, {})
        mine = [row for row in rows if row.contact_id == contact_id or row.address_hash in own]
        return [suppression_of(row, own) for row in mine]

    return {
        key: Approachable(contact, endpoints.get(key, []), history.get(key, []), active(key))
        for key, contact in people.items()
    }
