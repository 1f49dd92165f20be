"""How calls and visits read on the timeline."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.entries import Data, Reading, reads
from app.fieldwork.outcomes import OUTCOMES


def _told(sentence: Any) -> Callable[[Data], str]:
    def text(data: Data) -> str:
        outcome = data.get("outcome")
        return str(sentence) % {"outcome": _(OUTCOMES[outcome].label) if outcome in OUTCOMES else outcome or "–"}

    return text


reads(Reading("call.made", "messages", _told(_l("Was called: %(outcome)s."))))
reads(Reading("visit.made", "messages", _told(_l("Was visited: %(outcome)s."))))
