"""What the buttons of a respondent's page do, apart from answering: language, later, call me, text me, decline, not me."""

from datetime import datetime, timedelta
from typing import Any

from app import engine
from app.channels.web.visit import Visit
from app.contacts import service as contacts
from app.db import writing
from app.delivery import service as delivery
from app.events import publish
from app.interviews import channel, links, service

# which channel a "… me" button hands over to, and the purpose of what is sent
HAND_OVER = {"call_me": "phone", "text_me": "sms"}


def offers(visit: Visit) -> dict[str, bool]:
    """Which ways to go on elsewhere this visit can offer: by mail, by text message, by a call, by a link to keep."""
    contact = visit.contact()
    known = channel.names()

    def reachable(name: str) -> bool:
        if contact is None or name not in visit.study.channels or name not in known:
            return False
        return channel.get(name).reachable(contact) is not None

    return {
        "later_email": reachable("email"),
        "text_me": reachable("sms"),
        "call_me": reachable("phone"),
        "keep_link": contact is None,
    }


def send_link(visit: Visit, now: datetime) -> bool:
    """Mail the person a link to go on later; False when they cannot be reached by mail."""
    interview = visit.interview
    if interview is None or not offers(visit)["later_email"]:
        return False
    delivery.enqueue(
        visit.link.workspace_id,
        channel="email",
        purpose="resume",
        interview_id=interview.id,
        contact_id=interview.contact_id,
        now=now,
    )
    return True


def link_to_keep(visit: Visit, now: datetime) -> str | None:
    """A link of their own for somebody we cannot write to."""
    if visit.interview is None:
        return None
    return links.mint(
        visit.link.workspace_id,
        visit.study.id,
        purpose="resume",
        interview_id=visit.interview.id,
        is_test=visit.interview.is_test,
        now=now,
        expires_at=now + timedelta(days=visit.study.link_days),
    )


def hand_over(visit: Visit, action: str, now: datetime) -> bool:
    """Go on by phone or text message; False when the person cannot be reached there."""
    if visit.interview is None or not offers(visit)[action]:
        return False
    channel.get(HAND_OVER[action]).open(visit.link.workspace_id, visit.interview.id, now)
    return True


def change_language(visit: Visit, code: str, now: datetime) -> None:
    """Go on in another language; a start that is not stored yet carries it in its form."""
    if visit.interview is not None and code in visit.questionnaire.languages:
        service.record(visit.link.workspace_id, visit.interview.id, [engine.Language(code)], now)


def not_me(visit: Visit, now: datetime) -> None:
    """The link reached somebody else: this address is not used for the study again, and the interview ends."""
    interview = visit.interview
    if interview is None:
        return
    with writing() as conn:
        service.close(visit.link.workspace_id, interview.id, "closed", now)
        _suppress_address(visit, now)
        publish(
            conn,
            visit.link.workspace_id,
            "interview.wrong_person",
            {"entry": visit.entry},
            now,
            contact_id=interview.contact_id,
            study_id=interview.study_id,
            interview_id=interview.id,
        )


def _suppress_address(visit: Visit, now: datetime) -> None:
    contact = visit.contact()
    if contact is None:
        return
    kind = "sms" if visit.entry == "sms" else "email"
    address: Any = channel.get(kind).reachable(contact) if kind in channel.names() else None
    if address:
        contacts.suppress(
            visit.link.workspace_id,
            channel="phone" if kind == "sms" else "email",
            address=address,
            study_id=visit.study.id,
            reason="wrong_number",
            now=now,
        )
