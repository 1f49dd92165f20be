"""Gathers the facts that the gates judge by. The only reader of other packages on a message's way out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app

from app.catalog import service as catalog
from app.catalog.protocol import protocol
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts import waking
from app.contacts.approaching import Approachable, approachable
from app.contacts.permission import Refused
from app.delivery.gates import Facts
from app.delivery.purposes import PURPOSES
from app.interviews import service as interviews
from app.interviews import targets
from app.interviews.repository import Interview


@dataclass(frozen=True, slots=True)
class Subject:
    """Who and what a message is about. `address`: where contacts say the person is reached."""

    contact: contacts.Contact | None
    interview: Interview | None
    study: Study | None
    address: str | None
    refusal: tuple[str, str] | None


def subject(workspace_id: str, row: Mapping[str, Any]) -> Subject:
    """Read what a message's row (or the values of a new one) points at."""
    return subjects([row])[0]


def subjects(rows: Sequence[Mapping[str, Any]]) -> list[Subject]:
    """The same for a batch, of any workspaces, reading each contact and study once."""
    people: dict[tuple[str, str | None], Approachable] = {}
    for home in {row["workspace_id"] for row in rows}:
        ids = {row["contact_id"] for row in rows if row["workspace_id"] == home} - {None}
        people |= {(home, key): each for key, each in approachable(home, ids).items()}
    studies = {
        key: catalog.study(*key)
        for key in {(row["workspace_id"], row["study_id"]) for row in rows}
        if key[1] is not None
    }
    return [
        _subject(
            row,
            people.get((row["workspace_id"], row["contact_id"])),
            studies.get((row["workspace_id"], row["study_id"])),
        )
        for row in rows
    ]


def _subject(row: Mapping[str, Any], person: Approachable | None, study: Study | None) -> Subject:
    interview = interviews.load(row["workspace_id"], row["interview_id"]) if row["interview_id"] else None
    if person is None:
        return Subject(None, interview, study, row["address"], None)
    answer = person.may(row["channel"], row["study_id"])
    if isinstance(answer, Refused):
        return Subject(person.contact, interview, study, row["address"], (answer.reason, ""))
    address = answer.endpoint.address if answer.endpoint else None
    return Subject(person.contact, interview, study, row["address"] or address, None)


def facts(row: Mapping[str, Any], about: Subject, now: datetime) -> Facts:
    """Without the rate, which is known only when a message is claimed."""
    interview, study, contact, purpose = about.interview, about.study, about.contact, PURPOSES[row["purpose"]]
    return Facts(
        purpose=purpose,
        has_contact=contact is not None,
        refusal=about.refusal,
        interview_finished=interview.status if interview and interview.finished else None,
        study_shut=interviews.closed_reason(study, interview, now) if study else None,
        waking_at=contacts.next_waking(contact, now) if contact and purpose.unsolicited else None,
        full=purpose.unsolicited
        and study is not None
        and interview is not None
        and targets.full(study, interview, now),
        good_until=_good_until(row, study) if purpose.unsolicited else None,
    )


def _good_until(row: Mapping[str, Any], study: Study | None) -> datetime | None:
    made = protocol(study.protocol) if study else None
    return row["due_at"] + timedelta(hours=made.max_late_hours) if made else None


def awake_for(contact: contacts.Contact, now: datetime) -> timedelta:
    """How long the person's waking hours still last today, by the strictest of the zones they may be in."""
    ends = [
        waking.day_window(zone, now.astimezone(ZoneInfo(zone)).date(), waking.WAKING)[1]
        for zone in contacts.zones(contact)
    ]
    return max(min(ends) - now, timedelta(0))


def route_of(channel: str, to: str | None, sender: str) -> str:
    """What a rate limit counts: the receiving domain of a mail, the sender of an SMS."""
    return (to or "").rpartition("@")[2].lower() if channel == "email" else sender


def sender_of(channel: str, study: Study | None) -> str:
    """The study's sender on this channel, or else the installation's (MAIL_FROM, SMS_FROM); "" when neither is set."""
    default = current_app.config["MAIL_FROM" if channel == "email" else "SMS_FROM"]
    return (study.senders.get(channel) if study else None) or default
