"""Why a turn was skipped or failed, in words. A reason is a code, or `channel: code` for each channel, with semicolons between."""

from collections.abc import Callable

from app.contacts.permission import REFUSALS
from app.core.problems import N_

REASONS = {
    "too_late": N_("Its time had passed while nothing was running."),
    "study_not_open": N_("The study is not open."),
    "no_contact": N_("The customer is not known any more."),
    "not_in_segment": N_("The customer is not in the trigger’s segment."),
    "not_in_study": N_("The study does not use this channel."),
    **REFUSALS,
}


def why(reason: str | None, translate: Callable[[str], str]) -> str:
    """The reason in the reader's language; what is no code (the error of a failure) as it is."""
    said = []
    for part in (reason or "").split("; "):
        channel, colon, code = part.rpartition(": ")
        known = code in REASONS and (not colon or channel in ("email", "sms"))
        said.append(f"{channel}{colon}{translate(REASONS[code])}" if known else part)
    return " ".join(said)
