"""A visit: what a link opens, read once at the start of a request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.channels.web import customers, form_token, panel
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.interviews import links, service
from app.interviews.links import Link
from app.interviews.repository import Interview
from app.logs import bind
from app.ui.edge import signer

ENTRIES = ("link", "email", "sms", "embed", "qr")
# how a person came in, by the purpose of the link they used
ENTRY_OF = {
    "invitation": "email",
    "reminder": "email",
    "email": "email",
    "sms": "sms",
    "handover": "sms",
    "embed": "embed",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """`interview` None: a start that is not stored yet, with a fresh `state`. `subject`: the interview's id on a link of its own,
    else the start's nonce.

    `blocked`: why nothing can be answered (expired, revoked, closed, not_open, or the status of a finished interview).
    `customer`: whom the embedding site vouches for. `arrival`: what a study's link said of the person."""

    link: Link
    study: Study
    questionnaire: engine.Questionnaire
    interview: Interview | None
    subject: str
    state: engine.State
    entry: str
    blocked: str | None
    customer: Contact | None = None
    arrival: panel.Arrival | None = None

    @property
    def revision(self) -> int:
        return self.interview.revision if self.interview else 0

    @property
    def language(self) -> str:
        return self.state.language

    def contact(self) -> Contact | None:
        """Who the interview is with, where that is known."""
        if self.interview is None or self.interview.contact_id is None:
            return None
        return contacts.contact(self.link.workspace_id, self.interview.contact_id)

    def screen(self, at: str | None = None) -> engine.Screen | engine.End:
        return engine.next_screen(self.questionnaire, self.state, "web", at)

    @property
    def unconfirmed(self) -> bool:
        """The person has yet to say that they are the one whose answers this would show."""
        return self.interview is not None and service.needs_confirmation(self.interview, "web", self.entry)


def open_visit(
    token: str,
    now: datetime,
    *,
    language: str | None = None,
    entry: str | None = None,
    nonce: str | None = None,
    vouched: str | None = None,
    query: str = "",
) -> Visit | None:
    """What `token` opens; None when it is no link of ours. `language`: asked for, or the browser's; used at a fresh start.
    `vouched`: the embedding site's word for who is there (see customers); with a good form's `nonce` it may have expired since
    that form was shown. `query`: what the address of a study's link says besides."""
    found = links.opened(token, now)
    if found is None:
        return None
    link, interview = found
    study = catalog.study(link.workspace_id, link.study_id)
    if study is None:
        return None
    if interview is not None:
        bind(interview_id=interview.id)
    shown_at = now - form_token.GOOD_FOR if nonce else now
    customer = _customer(study, vouched, shown_at) if vouched and interview is None else None
    if customer is not None:
        occasion = customers.occasion(study.reshow_days, now)
        interview = service.find(link.workspace_id, study.id, customer.id, occasion)
        language = customer.language or language
    questionnaire = catalog.questionnaire(interview.version_id if interview else study.version_id)
    arrival = panel.arrive(link, study, questionnaire, query) if link.interview_id is None and not customer else None
    if arrival and arrival.interview_id:
        interview = service.load(link.workspace_id, arrival.interview_id)
    subject = interview.id if interview and link.interview_id else nonce or form_token.nonce()
    state = interview.state if interview else engine.new_state(questionnaire, subject, language or "", _values(arrival))
    blocked = link.state if link.state != "good" else service.closed_reason(study, interview, now)
    if arrival and link.state == "good":
        blocked = _unwelcome(arrival, interview, nonce) or blocked
    if link.is_test and blocked in ("closed", "not_open"):
        blocked = None
    return Visit(
        *(link, study, questionnaire, interview, subject, state, _entry(link, interview, entry), blocked),
        *(customer, arrival),
    )


def _values(arrival: panel.Arrival | None) -> Mapping[str, engine.Value]:
    return arrival.values if arrival else {}


def _unwelcome(arrival: panel.Arrival, interview: Interview | None, nonce: str | None) -> str | None:
    """Why somebody cannot begin here. What a panelist has answered is shown again to who comes with the panel's signature, or
    sends the form that began it; a guessed name opens nothing."""
    if arrival.refused:
        return "unsigned"
    if arrival.interview_id and interview and not arrival.signed and interview.occasion != nonce:
        return "begun"
    return None


def _entry(link: Link, interview: Interview | None, given: str | None) -> str:
    """How the person came in. A named person's is known: what the address says would let a stranger pass for them."""
    if interview is not None and interview.contact_id is not None:
        return ENTRY_OF.get(link.purpose, "link") if link.interview_id else "embed"
    return given if given in ENTRIES else ENTRY_OF.get(link.purpose, "link")


def _customer(study: Study, vouched: str, now: datetime) -> Contact | None:
    """The contact with the vouched external id, unless the study keeps no key to a person."""
    external_id = customers.vouched_for(signer(), study.id, vouched, now)
    if external_id is None or study.basis == "anonymous":
        return None
    return contacts.by_external_id(study.workspace_id, external_id)
