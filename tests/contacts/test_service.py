"""Contacts' verbs on the database."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.contacts import service
from app.contacts.models import SuppressionRow
from app.contacts.permission import Allowed, Refused
from app.core.ids import new_id
from app.db import reading, scoped
from app.events import timeline

CHANNELS = ("email", "sms", "phone", "field")


def add(workspace: str, now: datetime, source: str = "test", **fields: Any) -> service.Stored:
    stored = service.upsert(workspace, fields, source, now)
    assert isinstance(stored, service.Stored), stored
    return stored


def verdicts(workspace: str, contact_id: str, study_id: str | None = None) -> dict[str, str]:
    found = {channel: service.may_contact(workspace, contact_id, channel, study_id) for channel in CHANNELS}
    return {channel: "yes" if isinstance(v, Allowed) else v.reason for channel, v in found.items()}


def kinds(workspace: str, contact_id: str) -> list[str]:
    return [news.kind for news in reversed(timeline(workspace, contact_id))]


# --- storing --------------------------------------------------------------------------------------


def test_a_contact_is_stored_and_found_by_everything(workspace, now):
    fields = {"int:age": "42", "attr:Plan type": "gold", "attributes": {"score": 3.5}, "language": "PL",
              "time_zone": "europe/warsaw"}  # fmt: skip
    stored = add(
        workspace, now, external_id="A-1", name="Anna", email="Anna@Example.com", phone="+48 512 345 678", **fields
    )
    contact = service.contact(workspace, stored.contact_id)
    assert stored.outcome == "created"
    assert contact is not None
    assert (contact.email, contact.phone) == ("anna@example.com", "+48512345678")
    assert contact.attributes == {"age": 42, "plan_type": "gold", "score": 3.5}
    assert (contact.language, contact.time_zone) == ("pl", "Europe/Warsaw")
    assert service.by_external_id(workspace, "A-1") == contact
    assert service.by_address(workspace, "email", "ANNA@example.com") == [contact]
    assert service.by_address(workspace, "sms", "+48512345678") == [contact]
    assert service.by_address(workspace, "email", "not an address") == []


def test_another_workspace_sees_nothing(workspace, anna):
    stranger = new_id()
    assert service.contact(stranger, anna) is None
    assert service.by_address(stranger, "email", "anna@example.com") == []
    assert service.may_contact(stranger, anna, "email") == Refused("unknown_contact")


@pytest.mark.parametrize("key", [{"external_id": "A-1"}, {"email": "anna@example.com"}, {"phone": "+48512345678"}])
def test_the_same_person_again_is_updated(workspace, anna, now, key):
    assert add(workspace, now, **key).outcome == "unchanged"
    again = add(workspace, now, **key, name="Anna Kowalska")
    assert (again.contact_id, again.outcome) == (anna, "updated")
    assert service.contact(workspace, anna).external_id == "A-1"


def test_another_external_id_at_the_same_address_is_another_person(workspace, anna, now):
    assert add(workspace, now, external_id="A-2", email="anna@example.com").contact_id != anna


def test_an_address_two_people_share_does_not_say_who(workspace, anna, now):
    add(workspace, now, external_id="A-2", email="anna@example.com")
    problems = service.upsert(workspace, {"email": "anna@example.com"}, "test", now)
    assert [problem.code for problem in problems] == ["ambiguous"]


def test_every_problem_of_a_person_comes_at_once(workspace, now):
    fields = {"email": "anna", "phone": "12", "language": "klingon", "time_zone": "Warsaw", "int:age": "old",
              "consent_sms": "maybe", "consent_basis": "whim", "name": "a\0b"}  # fmt: skip
    problems = service.upsert(workspace, fields, "test", now)
    assert {problem.code for problem in problems} == {
        "bad_email", "bad_phone", "bad_language", "bad_time_zone", "bad_attribute", "bad_consent", "bad_basis",
        "bad_character",
    }  # fmt: skip
    assert "Europe/Warsaw" in next(p for p in problems if p.code == "bad_time_zone").remedy_text()
    assert service.count(workspace) == 0


def test_a_new_address_replaces_the_old_one(workspace, anna, now):
    add(workspace, now, external_id="A-1", email="anna@new.example")
    assert service.contact(workspace, anna).email == "anna@new.example"
    assert service.by_address(workspace, "email", "anna@example.com") == []
    add(workspace, now, external_id="A-1", email="anna@example.com")
    assert service.contact(workspace, anna).email == "anna@example.com"


def test_what_happens_is_on_the_timeline(workspace, anna, now):
    add(workspace, now, external_id="A-1", name="Anna Kowalska", consent_sms="no")
    service.suppress(workspace, channel="email", address="anna@example.com", reason="bounced", now=now)
    assert Counter(kinds(workspace, anna)) == {
        "contact.created": 1, "consent.given": 4, "contact.updated": 1, "consent.withdrawn": 1, "contact.suppressed": 1,
    }  # fmt: skip
    assert "anna@" not in str([news.data for news in timeline(workspace, anna)])


def test_searching_and_paging(workspace, anna, now):
    others = [add(workspace, now, external_id=f"B-{n}", name=f"Jan {n}").contact_id for n in range(3)]
    assert [c.id for c in service.page(workspace, "nowak ANNA").items] == [anna]
    assert [c.id for c in service.page(workspace, "+48512345678").items] == [anna]
    assert service.page(workspace, "100%").items == []
    first, second = (service.page(workspace, "jan", number, size=2) for number in (1, 2))
    assert [c.id for c in (*first.items, *second.items)] == others[::-1]
    assert (first.total, first.last) == (3, 2)


# --- consent and suppression ----------------------------------------------------------------------


def test_the_latest_word_on_consent_counts(workspace, now):
    jan = add(workspace, now, email="jan@example.com").contact_id
    assert verdicts(workspace, jan)["email"] == "no_consent"
    service.give_consent(workspace, jan, "email", "research", "consent", "form", now)
    service.give_consent(workspace, jan, "email", "research", "consent", "form", now)
    assert verdicts(workspace, jan)["email"] == "yes"
    service.withdraw_consent(workspace, jan, "email", "research", "unsubscribe", now + timedelta(minutes=1))
    assert verdicts(workspace, jan)["email"] == "consent_withdrawn"
    assert [c.given for c in service.consents(workspace, jan)] == [True, False]


def test_stop_by_text_is_not_followed_by_a_call(workspace, anna, now):
    service.suppress(workspace, channel="phone", address="+48512345678", reason="opt_out", now=now)
    assert verdicts(workspace, anna) == {
        "email": "yes", "sms": "suppressed", "phone": "suppressed", "field": "opted_out",
    }  # fmt: skip
    assert service.lift(workspace, channel="phone", address="+48512345678", reasons=("opt_out",), now=now) == 1
    assert set(verdicts(workspace, anna).values()) == {"yes"}


def test_stop_outlives_a_changed_number(workspace, anna, now):
    service.suppress(workspace, channel="phone", address="+48512345678", reason="opt_out", now=now)
    add(workspace, now, "import:x.csv", external_id="A-1", phone="+48600100200", consent_sms="yes")
    assert verdicts(workspace, anna)["sms"] == "suppressed"


def test_suppressed_everywhere_holds_for_the_person_and_each_address(workspace, anna, now):
    service.suppress(workspace, channel="all", contact_id=anna, reason="hard_refusal", now=now)
    assert set(verdicts(workspace, anna).values()) == {"suppressed"}
    double = add(workspace, now, external_id="A-9", email="anna@example.com", phone="+48600100200", consent_sms="yes")
    assert verdicts(workspace, double.contact_id)["sms"] == "suppressed"


def test_suppression_of_one_study(workspace, anna, now):
    study = new_id()
    service.suppress(workspace, channel="phone", address="+48512345678", study_id=study, reason="wrong_number", now=now)
    assert verdicts(workspace, anna, study)["sms"] == "suppressed_study"
    assert verdicts(workspace, anna, new_id())["sms"] == "yes"


def test_start_does_not_lift_a_hard_refusal(workspace, anna, now):
    service.suppress(workspace, channel="all", contact_id=anna, reason="hard_refusal", now=now)
    assert service.lift(workspace, channel="phone", address="+48512345678", reasons=("opt_out",), now=now) == 0
    assert service.lift(workspace, channel="all", contact_id=anna, now=now) == 3
    assert set(verdicts(workspace, anna).values()) == {"yes"}


def test_suppressing_twice_is_once_and_lifting_keeps_the_history(workspace, anna, now):
    first = service.suppress(workspace, channel="sms", address="+48512345678", reason="staff", note="asked", now=now)
    assert service.suppress(workspace, channel="sms", address="+48 512 345 678", reason="staff", now=now) == first
    assert service.lift_one(workspace, anna, first[0], "by mistake", now)
    assert not service.lift_one(workspace, anna, first[0], "again", now)
    assert service.suppressions(workspace, anna) == []
    (past,) = service.suppressions(workspace, anna, lifted=True)
    assert (past.note, past.lifted_note, past.lifted_at) == ("asked", "by mistake", now)
    assert {"contact.suppressed", "contact.unsuppressed"} <= set(kinds(workspace, anna))


def test_an_address_nobody_has_may_be_suppressed(workspace, now):
    service.suppress(workspace, channel="email", address="Jan@example.com", reason="complaint", now=now)
    jan = add(workspace, now, email="jan@example.com", consent_email="yes").contact_id
    assert verdicts(workspace, jan)["email"] == "suppressed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"channel": "fax", "address": "a@b.example", "reason": "staff"},
        {"channel": "email", "address": "a@b.example", "reason": "mood"},
        {"channel": "email", "address": "nothing", "reason": "staff"},
        {"channel": "email", "reason": "staff"},
    ],
)
def test_a_suppression_of_nothing_is_a_bug(workspace, now, wrong):
    with pytest.raises(ValueError, match=r"channel|need"):
        service.suppress(workspace, now=now, **wrong)


def test_a_failed_address_is_not_used(workspace, anna, now):
    service.mark_endpoint(workspace, "email", "anna@example.com", "failed", now)
    service.mark_endpoint(workspace, "phone", "+48512345678", "landline", now)
    found = verdicts(workspace, anna)
    assert (found["email"], found["sms"], found["phone"]) == ("bad_endpoint", "bad_endpoint", "yes")


# --- waking hours and privacy ---------------------------------------------------------------------


def test_waking_hours_follow_the_zone_else_the_number_else_the_workspace(workspace, now):
    def zones(**fields: Any) -> tuple[str, ...]:
        return service.zones(service.contact(workspace, add(workspace, now, **fields).contact_id))

    assert zones(email="a@b.example", time_zone="Asia/Tokyo", phone="+40712345678") == ("Asia/Tokyo",)
    assert zones(phone="+40712345679") == ("Europe/Bucharest",)
    jan = service.contact(workspace, add(workspace, now, email="jan@b.example").contact_id)
    assert service.zones(jan) == ("UTC",)
    midnight = now.replace(hour=23)
    assert service.next_waking(jan, midnight) == midnight + timedelta(hours=9)


def test_a_person_sees_everything_kept_about_them(workspace, anna, now):
    service.suppress(workspace, channel="email", contact_id=anna, reason="staff", note="asked by letter", now=now)
    kept = service.person(service.contact(workspace, anna))
    assert kept["name"] == "Anna Nowak"
    assert {each["address"] for each in kept["endpoints"]} == {"anna@example.com", "+48512345678"}
    assert len(kept["consents"]) == 4
    assert {each["note"] for each in kept["suppressions"]} == {"asked by letter"}


def test_erasing_leaves_a_hash_that_still_protects(workspace, anna, now):
    service.suppress(
        workspace, channel="email", address="anna@example.com", reason="opt_out", note="Anna wrote", now=now
    )
    service.erase(workspace, anna, now)
    assert service.contact(workspace, anna) is None
    assert service.page(workspace, "anna").items == []
    with reading() as conn:
        rows = conn.execute(select(SuppressionRow.__table__).where(scoped(SuppressionRow, workspace))).all()
    assert {(row.address, row.note) for row in rows} == {(None, "")}
    back = add(workspace, now, external_id="A-1", email="anna@example.com", consent_email="yes")
    assert back.contact_id != anna
    assert verdicts(workspace, back.contact_id)["email"] == "suppressed"
