"""Messages outside any interview."""

from datetime import datetime

from flask_babel import force_locale, gettext

from app.accounts import service as accounts
from app.channels.sms import starting
from app.channels.sms.turn import BY_TWILIO, Text
from app.contacts import service as contacts
from app.db import writing
from app.delivery import service as delivery
from app.engine import keywords
from app.events import publish
from app.rendering import sms


def take(text: Text, now: datetime) -> str:
    """No conversation waits: STOP, START and HELP still count, in every workspace that knows the number; a study's word begins an
    interview; the rest is kept on the person's timeline. Carriers want HELP answered to anybody: a stranger gets it from the oldest
    workspace, which set the account up."""
    word = BY_TWILIO.get(text.opt_out_type) or keywords.keyword(text.body)
    if word is None and (begun := starting.begin(text, now)):
        return begun
    workspaces = accounts.workspaces()
    known = [
        (each, found[0]) for each in workspaces if (found := contacts.by_address(each.id, "sms", text.their_number))
    ]
    for workspace, person in known:
        with force_locale(person.language or workspace.default_language):
            _one(workspace, person, text, word, now)
    if word == "help" and not known and workspaces:
        oldest = min(workspaces, key=lambda each: each.id)
        with force_locale(oldest.default_language):
            _one(oldest, None, text, word, now)
    return word or "feedback"


def _one(
    workspace: accounts.Workspace, person: contacts.Contact | None, text: Text, word: str | None, now: datetime
) -> None:
    said = None
    if word in ("stop", "refusal"):
        contacts.suppress(workspace.id, channel="phone", address=text.their_number, reason="opt_out", now=now)
        if not keywords.answered_by_twilio(text.body, text.opt_out_type):
            said = sms.confirmation("stop", gettext, organisation=workspace.organisation)
    elif word == "start":
        contacts.lift(workspace.id, channel="phone", address=text.their_number, reasons=("opt_out",), now=now)
        if not keywords.answered_by_twilio(text.body, text.opt_out_type):
            said = sms.confirmation("start", gettext, organisation=workspace.organisation)
    elif word == "help" and text.opt_out_type != "HELP":
        said = sms.confirmation("help", gettext, organisation=workspace.organisation, contact=workspace.contact_line)
    elif word is None and person:
        data = {"channel": "sms", "body": text.body}
        with writing() as conn:
            publish(conn, workspace.id, "message.received", data, now, contact_id=person.id)
    if said:
        delivery.enqueue(
            workspace.id,
            channel="sms",
            purpose="confirmation",
            contact_id=person.id if person else None,
            to=text.their_number,
            text=said,
            now=now,
        )
