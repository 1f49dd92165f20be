"""Why somebody gets nothing, or nothing on a channel, in words for staff."""

from collections.abc import Callable

from app.core.problems import N_
from app.delivery import reasons
from app.delivery.purposes import PURPOSE_NAMES as PURPOSE_NAMES

CHANNELS = {"email": N_("Email"), "sms": N_("Text message"), "phone": N_("Phone")}
MODES = {
    "sequential": N_("One channel after the other"),
    "preferred": N_("The preferred channel first, then the others"),
    "concurrent": N_("All channels at once"),
    "random": N_("One channel, drawn by lot"),
}
OFFERS = {"call_me": N_("Call me"), "text_me": N_("Text me"), "online": N_("Answer online")}
REASONS = {
    **reasons.REASONS,
    "complete": N_("Has answered."),
    "declined": N_("Has declined."),
    "screened_out": N_("Does not belong to those who are asked."),
    "closed": N_("The interview was closed."),
    "refused": N_("Said no on one of the channels: no other one follows."),
    "appointment": N_("A call is agreed upon: nothing else comes until then."),
    "before": N_("Was asked there before."),
    "later": N_("Comes later."),
    "not_drawn": N_("Another channel was drawn."),
    "on_its_way": N_("The last message has not gone yet."),
    "done": N_("Everything was tried."),
    "unreachable": N_("No channel reaches them."),
    "no_protocol": N_("The study has no protocol."),
}


def why(code: str, translate: Callable[[str], str]) -> str:
    """A reason in the reader's language."""
    return translate(REASONS.get(code, code))
