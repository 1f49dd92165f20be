"""Gathers what the planner judges by."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from app.catalog.protocol import STEPS
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts.approaching import Approachable, approachable
from app.contacts.permission import OWN, Refused
from app.delivery import service as delivery
from app.fieldwork import service as fieldwork
from app.interviews import service as interviews
from app.interviews import targets
from app.interviews.repository import Interview
from app.protocols.planner import FAILED, GONE, LATE, WAITING, Person, Sent

STATES = {
    **dict.fromkeys(("queued", "held", "claimed", "sending"), WAITING),
    **dict.fromkeys(("sent", "delivered", "unknown"), GONE),
    **dict.fromkeys(("failed", "blocked", "cancelled"), FAILED),
}
"""The states of the outbox as the planner sees them."""
REFUSED_CALLS = ("soft_refusal", "hard_refusal", "do_not_call")
PREFERRED = "preferred_channel"
"""The attribute of a contact that says how they like to be asked."""


def people(
    study: Study, contact_ids: Collection[str], began: dict[str, tuple[Interview, datetime]], now: datetime
) -> dict[str, Person]:
    """Some contacts of a study's workspace, by id. `began`: those with an interview, and since when their protocol runs."""
    known = approachable(study.workspace_id, contact_ids)
    return {
        key: _person(study, known.get(key), key, *began.get(key, (None, now)), now=now) for key in contact_ids
    }  # fmt: skip


def _person(
    study: Study,
    who: Approachable | None,
    contact_id: str,
    interview: Interview | None,
    since: datetime,
    *,
    now: datetime,
) -> Person:
    if who is None:
        return Person(study.id, contact_id, since, ("UTC",), over="unknown_contact")
    cases = fieldwork.cases_of_interview(study.workspace_id, interview.id) if interview else []
    answers = {channel: who.may(channel, study.id) for channel in STEPS}
    began = interview.last_activity_at if interview and interview.started_at else None
    return Person(
        study.id,
        contact_id,
        since,
        contacts.zones(who.contact),
        over=_over(study, who, interview, cases, since, now),
        preferred=preferred(who.contact),
        refusals={channel: answer.reason for channel, answer in answers.items() if isinstance(answer, Refused)},
        sent=[*_messages(interview), *_calls(cases)] if interview else (),
        mode=interview.mode_answered if interview else None,
        active_at=began,
    )


def preferred(contact: contacts.Contact) -> str:
    """The channel on which a contact likes to be asked, "" where nobody knows."""
    return str(contact.attributes.get(PREFERRED) or "")


def _over(
    study: Study, who: Approachable, interview: Interview | None, cases: Sequence[fieldwork.Case], since: datetime, now: datetime
) -> str:  # fmt: skip
    """Why nothing comes any more, "" while something may."""
    if interview and interview.finished:
        return interview.status
    if interviews.closed_reason(study, interview, now):
        return "study_shut"
    if _refused(who, study, cases, since):
        return "refused"
    if any(case.state == "APPOINTMENT" for case in cases):
        return "appointment"
    return "quota_full" if interview and targets.full(study, interview, now) else ""


def _refused(who: Approachable, study: Study, cases: Sequence[fieldwork.Case], since: datetime) -> bool:
    """Whether the person has said no since the protocol began, on whatever channel: then no other one follows."""
    latest = {consent.channel: consent for consent in who.consents if consent.purpose == "research"}
    withdrawn = any(not consent.given and consent.at >= since for consent in latest.values())
    stopped = any(
        each.reason in OWN and each.at >= since and each.study_id in (None, study.id) for each in who.suppressions
    )
    return withdrawn or stopped or any(case.last_outcome in REFUSED_CALLS for case in cases)


def _messages(interview: Interview) -> Iterator[Sent]:
    for each in delivery.attempts_of(interview.workspace_id, interview.id):
        if each.purpose not in ("invitation", "reminder", "partial"):
            continue
        state = LATE if each.reason == "too_late" else STATES[each.state]
        at = each.settled_at if state == FAILED else each.sent_at
        yield Sent(
            each.channel,
            each.purpose,
            each.wave or 0,
            state,
            at or each.settled_at or each.created_at,
            each.reason or "",
        )


def _calls(cases: Sequence[fieldwork.Case]) -> Iterator[Sent]:
    for case in cases:
        if case.kind == "phone":
            failed = case.state == "BLOCKED" or case.finished
            at = (case.last_at if failed else None) or case.created_at
            yield Sent("phone", "invitation", 0, FAILED if failed else GONE, at, _why(case) if failed else "")


def _why(case: fieldwork.Case) -> str:
    return case.reason or "not_reached" if case.state == "BLOCKED" else "not_reached"
