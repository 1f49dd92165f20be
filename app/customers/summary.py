"""What stands above the timeline: who this is, where and when they are, what they agreed to, how they are doing."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import groups
from app.contacts import service as contacts
from app.contacts.groups import Group, Membership
from app.contacts.permission import CHANNELS, Allowed, Consent, Refused
from app.contacts.service import Contact
from app.customers.lines import answered, scores
from app.fieldwork import service as fieldwork
from app.interviews import service as interviews
from app.interviews.repository import Interview
from app.timeline import Totals, Wanted, Whose, read, totals

OPEN = ("sampled", "started", "partial", "break_off")
RECENT = 20  # answered interviews among which the last scores are looked for
PLACES = 3  # time zones shown where it is not known in which of several the person is


@dataclass(frozen=True, slots=True)
class Score:
    """The newest answer to a metric: NPS, CSAT or CES; of which study, when."""

    metric: str
    value: str
    study: Study
    at: datetime
    interview_id: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`groups`: with the role there and the owner's name. `clocks`: zone and local time, several where it is not known which.
    `awake`: it is day there. `consents`: the latest word on each channel and purpose. `open`: interviews that can be answered now.
    `calls`: whether somebody is to call them. `scores`: None for a reader who may not know answers."""

    contact: Contact
    groups: list[tuple[Group, Membership, str]]
    clocks: list[tuple[str, datetime]]
    awake: bool
    may: dict[str, Allowed | Refused]
    consents: list[Consent]
    open: list[tuple[Interview, Study]]
    calls: bool
    scores: list[Score] | None
    totals: Totals


def summary(contact: Contact, now: datetime, office: bool) -> Summary:
    """office: the reader may know answers (an interviewer may not)."""
    home, id_ = contact.workspace_id, contact.id
    studies = {study.id: study for study in catalog.studies(home)}
    staff = {person.id: person.name for person in accounts.people(home, inactive=True)}
    latest = {(each.channel, each.purpose): each for each in contacts.consents(home, id_)}
    under_way = interviews.interviews_of(home, contact_id=id_, statuses=OPEN)
    return Summary(
        contact=contact,
        groups=[(group, member, staff.get(group.owner_id or "", "")) for group, member in groups.groups_of(home, id_)],
        clocks=[(zone, now.astimezone(ZoneInfo(zone))) for zone in contacts.zones(contact)[:PLACES]],
        awake=contacts.next_waking(contact, now) == now,
        may={channel: contacts.may_contact(home, id_, channel) for channel in CHANNELS},
        consents=list(latest.values()),
        open=[(each, study) for each in under_way if (study := studies.get(each.study_id)) and study.accepts(now)],
        calls=any(case.kind == "phone" for case in fieldwork.open_cases_of(home, id_)),
        scores=last_scores(home, id_, studies) if office else None,
        totals=totals(home, id_),
    )


def last_scores(workspace_id: str, contact_id: str, studies: dict[str, Study]) -> list[Score]:
    """The newest NPS, CSAT and CES of each study whose answers may be known."""
    found: dict[tuple[str, str], Score] = {}
    for news in read(Whose(workspace_id, contact_id), Wanted(kinds=frozenset({"interview.completed"})), None, RECENT):
        interview = answered(news, studies)
        if interview is None or interview.is_test:
            continue
        for metric, value in scores(interview):
            key = metric, interview.study_id
            found.setdefault(key, Score(metric, value, studies[interview.study_id], news.at, interview.id))
    return list(found.values())
