"""The AAPOR disposition of an interview whatever the channel: one pure function.

Codes: AAPOR Standard Definitions, 9th edition (numbering of 2016 and later). Mail and web invitations follow its table for
Internet surveys of specifically named persons; it has none for text messages, so those rules are ours (docs/results.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.problems import N_
from app.delivery.scan import Approach

NAMES = {
    "1.1": N_("Complete"),
    "1.2": N_("Partial"),
    "2.11": N_("Refusal: unsubscribed or declined"),
    "2.111": N_("Refusal by the household"),
    "2.112": N_("Refusal by the person"),
    "2.12": N_("Break-off"),
    "2.21": N_("Never available"),
    "2.221": N_("Answering device, no message left"),
    "2.222": N_("Answering device, message left"),
    "2.23": N_("No access to the building"),
    "2.24": N_("Nobody reached at home"),
    "2.25": N_("Respondent away or unavailable"),
    "2.30": N_("Reached once, no final outcome"),
    "2.31": N_("Deceased"),
    "2.32": N_("Physically or mentally unable"),
    "2.33": N_("Language"),
    "2.34": N_("Cannot read or write"),
    "2.9": N_("Eligible, other reason"),
    "3.11": N_("Not attempted: nothing was sent or called"),
    "3.12": N_("Busy"),
    "3.13": N_("No answer"),
    "3.14": N_("Answering device, household unknown"),
    "3.15": N_("Blocked by the telephone"),
    "3.16": N_("Technical failure: the message never left"),
    "3.17": N_("Unsafe to go there"),
    "3.18": N_("Not located"),
    "3.19": N_("Nothing ever returned"),
    "3.30": N_("Invitation returned undelivered"),
    "3.9": N_("Eligibility unknown, other reason"),
    "3.90": N_("Never reached, all attempts made"),
    "4.31": N_("Number not in service"),
    "4.32": N_("Number disconnected"),
    "4.7": N_("Screened out: not eligible"),
    "4.8": N_("Quota full"),
}
"""The dispositions that occur here, in words."""

BOUNCED = ("address_refused", "permanent", "undelivered")
"""Why a mail failed for good (delivery.reasons)."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an interview. `status`: its own. `answered`: at least one question has an answer. `opened`: the person
    came to a page, a conversation or a call of it. `approaches`: mails and texts, oldest first. `called`: the disposition
    of its phone or field case, None without one."""

    status: str
    answered: bool = False
    opened: bool = False
    approaches: Sequence[Approach] = ()
    called: str | None = None


# an interview that ended in itself says so, whatever was sent
_ENDED = {"complete": "1.1", "partial": "1.2", "break_off": "2.12", "screened_out": "4.7", "quota_full": "4.8"}


def disposition(facts: Facts) -> str:
    """The disposition as of now: final once the interview is over or the field is closed, interim before."""
    if facts.status in _ENDED:
        return _ENDED[facts.status]
    if facts.answered:  # began, then stopped or declined
        return "2.12"
    if facts.status == "declined":
        by_mail_alone = not facts.opened and all(each.channel == "email" for each in facts.approaches)
        return "2.11" if by_mail_alone and facts.approaches else "2.112"
    if facts.called not in (None, "3.11"):
        return str(facts.called)
    return _approached(facts.approaches, facts.opened)


def _approached(approaches: Sequence[Approach], opened: bool) -> str:
    """Of somebody who gave nothing: the best that came of any message counts (one that arrived over one that bounced)."""
    states = {each.state for each in approaches}
    if opened or states & {"sent", "delivered", "unknown", "sending"}:  # unknown: it may well have arrived
        return "3.19"
    failed = [each for each in approaches if each.state == "failed"]
    if not failed:
        return "3.11"
    last = failed[-1]
    if last.reason == "stopped":
        return "2.112"
    if last.channel == "email":
        return "3.30" if last.reason in BOUNCED else "3.16"
    return "4.31" if last.reason == "address_refused" else "3.16"
