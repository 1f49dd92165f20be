"""Why a message was not sent, or not at once, in words for staff."""

from collections.abc import Callable

from app.contacts.permission import REFUSALS
from app.core.problems import N_

REASONS = {
    **REFUSALS,  # why contacts say no
    # gates
    "no_contact": N_("There is nobody to ask for consent."),
    "answered": N_("The interview is over."),
    "study_shut": N_("The study cannot be answered."),
    "quota_full": N_("Enough people, or enough people like them, have answered."),
    "too_late": N_("Its time had passed while nothing was sent; it is left out."),
    "quiet_hours": N_("It waits for the person's waking hours."),
    "rate": N_("It waits for its turn: enough was sent this minute."),
    # composing
    "nothing_to_say": N_("There is nothing to say any more."),
    "not_composed": N_("The message could not be written."),
    "no_sender": N_("There is no sender for this channel: give the study one."),
    # providers
    "retry": N_("The provider refused it for now; it is tried again."),
    "throttled": N_("The receiver takes no more at the moment; it is tried again, more slowly."),
    "unavailable": N_("The provider cannot be reached; it is tried again, by another where there is one."),
    "configuration": N_("The provider refuses our account or sender: mend that, the message waits."),
    "no_gateway": N_("No account or server may send this message: look at the gateways."),
    "given_up": N_("The provider refused it every time."),
    "permanent": N_("The provider refused it."),
    "wrong_channel": N_("This number cannot receive text messages."),
    "not_found": N_("The provider's own log does not show it. Nobody knows why: look, then decide."),
    "lost": N_("The connection broke after the message was handed over; nobody knows whether it arrived."),
    "crashed": N_("The worker stopped while handing the message over; nobody knows whether it arrived."),
    "reconciled": N_("The provider's own log shows that it arrived there."),
    "resent": N_("Nobody knows whether it arrived; by the policy of its provider it is sent again."),
    "never_accepted": N_("The provider's own log shows that it never arrived there; it is sent again."),
    "address_refused": N_("The provider says that this address does not exist."),
    "not_reached": N_("It came back: the mailbox is full or out of reach."),
    "not_wanted": N_("It came back: the receiving side does not take this mail."),
    "stopped": N_("The person told the provider to stop our messages."),
    "undelivered": N_("The provider could not deliver it."),
    # people
    "held": N_("It is paused."),
    "resumed": N_("It goes on after a pause."),
    "taken": N_("A person found that it arrived."),
    "interview_over": N_("Cancelled because the interview is over."),
    "cancelled": N_("Cancelled by hand."),
    "again": N_("Queued again by hand."),
}


def explain(code: str | None, translate: Callable[[str], str] = str) -> str:
    """A reason in the reader's language; "" for none."""
    return translate(REASONS[code]) if code else ""
