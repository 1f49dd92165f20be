"""The frame: whom a sample may be drawn from, and why others of the universe are left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.contacts import groups
from app.contacts.approaching import approachable
from app.contacts.permission import REFUSALS, Refused
from app.contacts.profiles import Contact
from app.core.problems import N_
from app.interviews.scan import asked_since
from app.samples.drawing import Person

BATCH = 1000
LATELY = "asked_lately"
EXCLUSIONS = {LATELY: N_("They were chosen for a study within the period of rest."), **REFUSALS}
"""Why somebody is left out; the first that holds counts, permission before rest."""


@dataclass(slots=True)
class Frame:
    """people: who may be drawn. excluded: how many others by reason (a key of EXCLUSIONS)."""

    people: list[Person] = field(default_factory=list)
    excluded: Counter[str] = field(default_factory=Counter)


def frame(
    workspace_id: str, contact_ids: Sequence[str], channel: str, rest_days: int, by: str, one_per: str, now: datetime
) -> Frame:
    """channel: email, sms, phone or field. rest_days: since somebody was last chosen for a study; 0: no matter. by: the field or
    attribute of the strata, "" for none. one_per: account, household, or "" where several of one may be drawn."""
    resting = asked_since(workspace_id, now - timedelta(days=rest_days)) if rest_days else set()
    memberships = groups.first_group(workspace_id, one_per) if one_per else {}
    found = Frame()
    for start in range(0, len(contact_ids), BATCH):
        for contact_id, one in approachable(workspace_id, contact_ids[start : start + BATCH]).items():
            answer = one.may(channel)
            reason = answer.reason if isinstance(answer, Refused) else LATELY if contact_id in resting else ""
            if reason:
                found.excluded[reason] += 1
            else:
                person = Person(contact_id, stratum_of(one.contact, by), memberships.get(contact_id, ""))
                found.people.append(person)
    return found


def stratum_of(contact: Contact, by: str) -> str:
    """The value in words, "" where it is not known."""
    if by in ("kind", "language", "time_zone"):
        return str(getattr(contact, by))
    value = contact.attributes.get(by)
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)
