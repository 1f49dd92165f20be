"""A contact's timeline in sentences. The kinds are every package's; a kind without a sentence is shown by its words."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.contacts.forms import CHANNEL_NAMES, CLOSED_NAMES
from app.contacts.permission import REASONS
from app.events import News

SENTENCES = {
    "contact.created": _l("Was added (%(source)s)."),
    "contact.updated": _l("The details were changed: %(fields)s."),
    "contact.suppressed": _l("Must not be contacted: %(closed)s. Reason: %(reason)s."),
    "contact.unsuppressed": _l("May be contacted again: %(closed)s."),
    "contact.merged": _l("Was merged with another contact of the same person."),
    "contact.erased": _l("Was erased."),
    "consent.given": _l("Agreed to be contacted: %(channel)s (%(source)s)."),
    "consent.withdrawn": _l("Withdrew consent: %(channel)s (%(source)s)."),
    "interview.created": _l("Was chosen for a study."),
    "interview.started": _l("Began to answer."),
    "interview.answered": _l("Answered."),
    "interview.completed": _l("Answered to the end."),
    "interview.partial": _l("Answered in part."),
    "interview.declined": _l("Declined to take part."),
    "interview.closed": _l("The interview was closed."),
    "interview.switched": _l("Went on with the interview on another channel."),
    "interview.wrong_person": _l("Said: this is not me."),
    "message.sent": _l("A message was sent: %(channel)s."),
    "message.delivered": _l("A message arrived: %(channel)s."),
    "message.failed": _l("A message did not arrive: %(channel)s."),
    "message.blocked": _l("A message was not sent: %(channel)s (%(reason)s)."),
    "message.received": _l("Wrote to us: %(channel)s."),
    "message.complaint": _l("Reported a message as unwanted: %(channel)s."),
    "message.unknown": _l("Whether a message was sent is not known: %(channel)s."),
}


def sentence(news: News) -> str:
    """What happened, as a sentence about the person."""
    known = SENTENCES.get(news.kind)
    if known is None:
        return news.kind.replace(".", " ").replace("_", " ").capitalize() + "."
    return str(known) % _words(news.data)


def _words(data: dict[str, Any]) -> dict[str, str]:
    channel = data.get("channel", "")
    reason = data.get("reason", "")
    return {
        "channel": str(CHANNEL_NAMES.get(channel, channel) or "–"),
        "closed": str(CLOSED_NAMES.get(channel, channel) or "–"),
        "reason": _(REASONS[reason]) if reason in REASONS else str(reason or "–"),
        "source": str(data.get("source") or "–"),
        "fields": ", ".join(map(str, data.get("fields", ()))) or "–",
    }
