"""How messages read on the timeline: what went out, what became of it, and what people wrote to us, on whichever channel."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.delivery.purposes import PURPOSE_NAMES
from app.delivery.reasons import REASONS
from app.entries import Data, Fact, Reading, reads

CHANNELS = {"email": _l("Email"), "sms": _l("Text message")}
SENTENCES = {
    "message.sent": _l("A message was sent: %(channel)s."),
    "message.delivered": _l("A message arrived: %(channel)s."),
    "message.failed": _l("A message did not arrive: %(channel)s."),
    "message.blocked": _l("A message was not sent: %(channel)s (%(reason)s)"),
    "message.unknown": _l("Whether a message was sent is not known: %(channel)s."),
    "message.complaint": _l("Reported a message as unwanted: %(channel)s."),
    "message.received": _l("Wrote to us: %(channel)s."),
    "message.held": _l("Wrote while somebody else had the interview: %(channel)s."),
}
WRITTEN = ("message.received", "message.held")


def _told(sentence: Any) -> Callable[[Data], str]:
    def text(data: Data) -> str:
        channel, reason = data.get("channel", ""), data.get("reason")
        return str(sentence) % {
            "channel": CHANNELS.get(channel, channel) or "–",
            "reason": _(REASONS[reason]) if reason in REASONS else reason or "–",
        }

    return text


def _said(data: Data) -> str:
    """Of a mail without what it quotes."""
    return str(data.get("shown") or data.get("body") or "")


def _facts(data: Data) -> list[Fact]:
    purpose = data.get("purpose", "")
    told = [
        (_("Purpose"), _(PURPOSE_NAMES.get(purpose, purpose)) if purpose else ""),
        (_("Subject"), data.get("subject")),
    ]
    return [(label, str(value)) for label, value in told if value]


for kind, sentence in SENTENCES.items():
    group = "feedback" if kind in WRITTEN else "messages"
    reads(Reading(kind, group, _told(sentence), said=_said, facts=_facts))
