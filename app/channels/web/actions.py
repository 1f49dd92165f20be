"""What the buttons of a respondent's page do, apart from answering: language, later, call me, text me, not me."""

from datetime import datetime

from app import engine
from app.channels.web.visit import Visit
from app.contacts import service as contacts
from app.db import writing
from app.delivery import service as delivery
from app.events import publish
from app.interviews import channel, holder, service
from app.rendering.html import Offer

# a button, and the channel that the interview goes on by
WAYS = {"send_link": "email", "text_me": "sms", "call_me": "phone"}
DONE = {"send_link": "link_sent", "text_me": "text_sent", "call_me": "call_booked"}


def offers(visit: Visit) -> tuple[Offer, ...]:
    """Which ways to go on this visit can offer: those of the study by which the person can be reached."""
    contact = visit.contact()
    if contact is None or visit.interview is None:
        return ()
    found = []
    for button, name in WAYS.items():
        offered = name in visit.study.channels and name in channel.names()
        address = channel.get(name).reachable(contact) if offered else None
        if address:
            found.append(Offer(button, masked(address)))
    return tuple(found)


def masked(address: str) -> str:
    """An address as its owner recognises it and nobody else learns it: j…@example.org, +48…67."""
    name, at, domain = address.partition("@")
    return f"{name[0]}…@{domain}" if at else f"{address[:3]}…{address[-2:]}"


def go_on(visit: Visit, button: str, now: datetime) -> str | None:
    """Continue by mail, text message or phone; the masked address, None when the person cannot be reached so."""
    offer = next((offer for offer in offers(visit) if offer.do == button), None)
    if offer is None or visit.interview is None:
        return None
    if button == "send_link":
        delivery.enqueue(
            visit.link.workspace_id,
            channel="email",
            purpose="resume",
            interview_id=visit.interview.id,
            contact_id=visit.interview.contact_id,
            now=now,
        )
    else:
        name = WAYS[button]
        service.offered(visit.link.workspace_id, visit.interview.id, channel.get(name).mode)
        channel.get(name).open(visit.link.workspace_id, visit.interview.id, now)
    return offer.address


def change_language(visit: Visit, code: str, now: datetime) -> None:
    """Go on in another language; a start that is not stored yet carries it in its form."""
    if visit.interview is not None and code in visit.questionnaire.languages:
        service.record(visit.link.workspace_id, visit.interview.id, [engine.Language(code)], now)


def confirm(visit: Visit, now: datetime) -> None:
    """They are the one asked, and go on here: no second question about that, unless an interviewer is with them."""
    interview = visit.interview
    if interview is None:
        return
    with writing():
        service.record(visit.link.workspace_id, interview.id, [], now, confirmed=service.way("web", visit.entry))
        held = interview.held_at(now)
        if held is None or held.channel not in holder.ASSISTED:
            holder.hand_to(visit.link.workspace_id, interview.id, "web", now)


def not_me(visit: Visit, now: datetime) -> None:
    """The link reached somebody else: this address is not used for the study again, and the interview ends."""
    interview = visit.interview
    if interview is None:
        return
    workspace_id = visit.link.workspace_id
    with writing() as conn:
        service.close(workspace_id, interview.id, "closed", now)
        contact = visit.contact()
        name = visit.entry  # only a message can have reached a wrong address
        sent = name in ("email", "sms") and name in channel.names()
        address = channel.get(name).reachable(contact) if contact and sent else None
        if address:
            kind = "phone" if name == "sms" else "email"
            contacts.suppress(
                workspace_id, channel=kind, address=address, study_id=visit.study.id, reason="wrong_number", now=now
            )
        publish(
            conn,
            workspace_id,
            "interview.wrong_person",
            {"entry": visit.entry, "is_test": interview.is_test},
            now,
            contact_id=interview.contact_id,
            study_id=interview.study_id,
            interview_id=interview.id,
        )
