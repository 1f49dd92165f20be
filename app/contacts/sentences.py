"""How what happens to a contact reads on the timeline."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.contacts.forms import CHANNEL_NAMES, CLOSED_NAMES
from app.contacts.permission import REASONS
from app.entries import Data, Fact, Reading, reads

SENTENCES = {
    "contact.created": _l("Was added (%(source)s)."),
    "contact.updated": _l("The details were changed: %(fields)s (%(source)s)."),
    "contact.suppressed": _l("Must not be contacted: %(closed)s. Reason: %(reason)s."),
    "contact.unsuppressed": _l("May be contacted again: %(closed)s."),
    "contact.merged": _l("Was merged with another contact of the same person."),
    "contact.erased": _l("Was erased."),
    "consent.given": _l("Agreed to be contacted: %(channel)s (%(source)s)."),
    "consent.withdrawn": _l("Withdrew consent: %(channel)s (%(source)s)."),
}
SOURCES = {"staff": _l("written by staff"), "interview": _l("answered in an interview")}
OF_CONSENT = ("contact.suppressed", "contact.unsuppressed", "consent.given", "consent.withdrawn")


def _words(data: Data) -> dict[str, str]:
    channel, reason, source = data.get("channel", ""), data.get("reason", ""), data.get("source")
    return {
        "channel": str(CHANNEL_NAMES.get(channel, channel) or "–"),
        "closed": str(CLOSED_NAMES.get(channel, channel) or "–"),
        "reason": _(REASONS[reason]) if reason in REASONS else str(reason or "–"),
        "source": str(SOURCES.get(source, source) if source else "–"),
        "fields": ", ".join(map(str, data.get("fields", ()))) or "–",
    }


def _told(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence) % _words(data)


def _facts(data: Data) -> list[Fact]:
    """Of consent what it is for, if not for research; of an address what is the matter with it."""
    purpose = data.get("purpose", "")
    told = [(_("Purpose"), "" if purpose == "research" else purpose), (_("Status"), data.get("status"))]
    return [(label, str(value)) for label, value in told if value]


for kind, sentence in SENTENCES.items():
    reads(Reading(kind, "consent" if kind in OF_CONSENT else "profile", _told(sentence), facts=_facts))
