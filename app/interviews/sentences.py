"""How what becomes of an interview reads on the timeline of whom it is with."""

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.problems import N_
from app.entries import Data, Fact, Reading, reads

SENTENCES = {
    "interview.created": _l("Was chosen for a study."),
    "interview.started": _l("Began to answer."),
    "interview.completed": _l("Answered to the end."),
    "interview.partial": _l("Answered in part, then stopped."),
    "interview.break_off": _l("Broke off early."),
    "interview.declined": _l("Declined to take part."),
    "interview.closed": _l("The interview was closed."),
    "interview.switched": _l("Went on with the interview on another channel."),
    "interview.wrong_person": _l("Said: this is not me."),
}
MODES = {
    "web": N_("Web"),
    "sms": N_("Text message"),
    "phone": N_("Phone"),
    "field": N_("Face to face"),
    "email": N_("Email"),
}


def _told(sentence: Any) -> Callable[[Data], str]:
    return lambda data: str(sentence)


def _facts(data: Data) -> list[Fact]:
    told = [(_("From"), data.get("from")), (_("To"), data.get("to")), (_("Channel"), data.get("mode"))]
    return [(label, _(MODES.get(value, value))) for label, value in told if value]


for kind, sentence in SENTENCES.items():
    reads(Reading(kind, "interviews", _told(sentence), facts=_facts))
