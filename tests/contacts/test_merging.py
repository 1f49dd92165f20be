"""Two contacts that are one person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.audit import trail
from app.catalog import service as catalog
from app.contacts import definitions, duplicates, editing, groups, merging, service
from app.contacts.attributes import USUAL
from app.contacts.group_models import MergeRow
from app.contacts.moving import movers
from app.db import db, reading, scoped
from app.events import timeline
from app.interviews import service as interviews

OWN_TABLES = {
    "attribute_origins", "consents", "contact_group_members", "endpoints", "events", "external_ids", "suppressions",
}  # fmt: skip


@pytest.fixture
def ania(workspace, now, anna):
    """Anna again, as another system knows her."""
    definitions.declare(workspace, USUAL, "command", now)
    fields = {"external_id": "B-7", "name": "Ania Nowak", "email": "anna@example.com", "phone": "+48601234567", "id:rfid": "77",
              "account": "Acme", "account_role": "buyer", "attributes": {"birth_date": "1980-02-01", "tags": "vip"}}  # fmt: skip
    stored = service.upsert(workspace, fields, "crm", now)
    assert isinstance(stored, service.Stored), stored
    return stored.contact_id


def merge(workspace, anna, ania, now, take=()):
    return merging.merge(workspace, anna, ania, take, "staff-1", now)


def test_every_table_that_names_a_contact_says_how_its_rows_move(app):
    named = {table.name for table in db.metadata.tables.values() if "contact_id" in table.c}
    assert named - OWN_TABLES == set(movers())


def test_the_profile_is_completed_and_the_choice_is_the_persons(workspace, anna, ania, now):
    editing.edit(workspace, anna, {}, {"tags": "new", "industry": "toys"}, "staff-1", now)
    assert merge(workspace, anna, ania, now, take=["name", "tags"]) is None
    contact = service.contact(workspace, anna)
    assert (contact.name, contact.external_id) == ("Ania Nowak", "A-1")
    assert contact.attributes == {"birth_date": "1980-02-01", "industry": "toys", "tags": ["vip"]}
    assert set(editing.origins(workspace, anna)) == {"industry"}
    assert [e.address for e in contact.endpoints] == ["anna@example.com", "+48512345678", "+48601234567"]


def test_the_other_is_found_as_the_kept_one(workspace, anna, ania, now):
    merge(workspace, anna, ania, now)
    assert service.contact(workspace, ania) is None
    for found in (service.by_external_id(workspace, "B-7"), service.by_id(workspace, "rfid", "77")):
        assert found.id == anna
    again = service.upsert(workspace, {"external_id": "B-7", "language": "pl"}, "crm", now)
    assert (again.contact_id, again.outcome) == (anna, "updated")
    assert service.by_external_id(workspace, "A-1").language == "pl"
    ((group, member),) = groups.groups_of(workspace, anna)
    assert (group.name, member.role) == ("Acme", "buyer")


def test_the_stricter_of_opposite_consents_and_every_suppression_stand(workspace, anna, ania, now):
    service.withdraw_consent(workspace, ania, "sms", "research", "a call", now - timedelta(days=9))
    service.give_consent(workspace, ania, "email", "research", "consent", "a form", now)
    service.suppress(workspace, channel="call", contact_id=ania, reason="do_not_call", now=now)
    merge(workspace, anna, ania, now + timedelta(minutes=1))
    assert isinstance(service.may_contact(workspace, anna, "email"), service.Allowed)
    assert service.may_contact(workspace, anna, "sms").reason == "consent_withdrawn"
    assert service.may_contact(workspace, anna, "phone").reason == "do_not_call"


def test_an_address_that_failed_for_one_has_failed(workspace, anna, ania, now):
    service.mark_endpoint(workspace, "email", "anna@example.com", "failed", now)
    (endpoint, *_) = service.contact(workspace, anna).endpoints
    editing.change_endpoint(workspace, anna, endpoint.id, "good", "staff-1", now)
    merge(workspace, anna, ania, now)
    assert service.contact(workspace, anna).email is None


@pytest.fixture
def study(workspace, now):
    opened = catalog.open_study(workspace, name="nps", questionnaire="nps", channels=["email", "web"], now=now)
    assert isinstance(opened, catalog.Study), opened
    return opened


@pytest.mark.parametrize("further", ["anna", "ania"])
def test_no_interview_is_lost_where_both_were_asked(workspace, anna, ania, now, study, further):
    made = {
        who: interviews.create(workspace, study, now=now, contact_id=id_)[0]
        for who, id_ in {"anna": anna, "ania": ania}.items()
    }
    interviews.decline(workspace, made[further].id, "study", "web", now)
    assert merge(workspace, anna, ania, now + timedelta(minutes=1)) is None
    found = {each.id: each for each in interviews.interviews_of(workspace, contact_id=anna)}
    kept, aside = found[made[further].id], found[made["anna" if further == "ania" else "ania"].id]
    assert (kept.occasion, kept.status) == ("", "declined")
    assert (aside.occasion, aside.status) == (f"merged:{aside.id}", "closed")
    assert interviews.create(workspace, study, now=now, contact_id=anna)[0].id == kept.id


def test_what_happened_is_on_one_timeline_and_can_be_taken_apart_again(workspace, anna, ania, now):
    before = {id_: len(timeline(workspace, id_)) for id_ in (anna, ania)}
    merge(workspace, anna, ania, now)
    assert timeline(workspace, ania) == []
    assert len(timeline(workspace, anna)) == sum(before.values()) + 1
    with reading() as conn:
        row = conn.execute(select(MergeRow.__table__).where(scoped(MergeRow, workspace))).one()
    assert (row.merged["external_id"], row.merged["name"], row.kept["name"]) == ("B-7", "Ania Nowak", "Anna Nowak")
    assert len(row.moved["events"]) == before[ania]
    assert len(row.moved["endpoints"]) == 1
    assert "contact.merged" in [entry.action for entry in trail(workspace).items]


def test_erasing_empties_what_a_merge_wrote_down(workspace, anna, ania, now):
    merge(workspace, anna, ania, now)
    service.erase(workspace, anna, now)
    with reading() as conn:
        row = conn.execute(select(MergeRow.__table__).where(scoped(MergeRow, workspace))).one()
    assert (row.kept, row.merged) == ({}, {})
    assert service.by_external_id(workspace, "B-7") is None


def test_merging_twice_or_with_oneself_says_what_is_wrong(workspace, anna, ania, now):
    assert merge(workspace, anna, anna, now).code == "not_two"
    merge(workspace, anna, ania, now)
    assert merge(workspace, anna, ania, now).code == "not_two"


def test_candidates_are_told_with_their_reasons(workspace, anna, ania, now):
    born = {"attributes": {"birth_date": "1980-02-01"}}
    service.upsert(workspace, {"external_id": "C-1", "name": "ania nowak", **born}, "crm", now)
    service.upsert(workspace, {"external_id": "77", "name": "Somebody"}, "crm", now)
    service.upsert(workspace, {"external_id": "D-1", "name": "Jan"}, "crm", now)
    found = {(pair.first.external_id, pair.second.external_id): pair.reasons for pair in duplicates.pairs(workspace)}
    assert found == {("A-1", "B-7"): ("address",), ("B-7", "77"): ("id",), ("B-7", "C-1"): ("birthday",)}
    assert {pair.reasons for pair in duplicates.pairs(workspace, ania)} == {("address",), ("id",), ("birthday",)}
    assert duplicates.pairs(workspace, service.by_external_id(workspace, "D-1").id) == []
