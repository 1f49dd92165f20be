"""May this person be contacted on this channel? Pure: facts in, a verdict with a reason code out.

Channels by how much they intrude: email, sms, phone (a call), field (a visit). Whoever opts out on one is not approached on it
or on a more intrusive one, at any address, unless they consent to that channel afterwards: STOP must not lead to a call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.problems import N_

CHANNELS = ("email", "sms", "phone", "field")
ENDPOINT_OF = {"email": "email", "sms": "phone", "phone": "phone", "field": None}
# A suppression's channel -> the channels it closes at the address it names.
CLOSES = {
    "email": ("email",),
    "phone": ("sms", "phone"),
    "sms": ("sms",),
    "call": ("phone",),
    "all": CHANNELS,
}
# Why somebody is suppressed. `own`: the person said so themselves, so it holds beyond the one address.
OWN = frozenset({"opt_out", "hard_refusal", "do_not_call", "complaint", "erased"})
REASONS = {
    "opt_out": N_("asked not to be contacted (STOP, unsubscribe)"),
    "hard_refusal": N_("refused firmly"),
    "do_not_call": N_("asked not to be called"),
    "complaint": N_("reported a message as unwanted"),
    "wrong_number": N_("the address belongs to somebody else"),
    "bounced": N_("messages come back: the address does not exist"),
    "carrier": N_("the provider refuses to deliver there"),
    "staff": N_("decided by staff"),
    "erased": N_("was erased on request"),
}
REFUSALS = {
    "unknown_contact": N_("There is no such contact."),
    "no_endpoint": N_("There is no address for this channel."),
    "bad_endpoint": N_("No address for this channel works."),
    "no_consent": N_("There is no consent or other documented basis for this channel."),
    "consent_withdrawn": N_("Consent for this channel was withdrawn."),
    "suppressed": N_("The person or address is suppressed."),
    "suppressed_study": N_("The person or address is suppressed for this study."),
    "do_not_call": N_("The person asked not to be called."),
    "opted_out": N_("The person opted out on a channel that intrudes less."),
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    id: str
    channel: str
    address: str
    status: str = "good"


@dataclass(frozen=True, slots=True)
class Consent:
    channel: str
    purpose: str
    given: bool
    basis: str
    source: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Suppression:
    """`address`: which of the contact's addresses it names, "" for the contact as such or an address that was erased."""

    id: str
    channel: str
    address: str
    study_id: str | None
    reason: str
    note: str
    at: datetime
    lifted_at: datetime | None = None
    lifted_note: str = ""


@dataclass(frozen=True, slots=True)
class Allowed:
    """`endpoint`: the address to use; None for a visit."""

    endpoint: Endpoint | None


@dataclass(frozen=True, slots=True)
class Refused:
    """`reason`: a key of REFUSALS; `text`: its message id."""

    reason: str

    @property
    def text(self) -> str:
        return REFUSALS[self.reason]


def decide(
    channel: str,
    endpoints: Sequence[Endpoint],
    consents: Sequence[Consent],
    suppressions: Sequence[Suppression],
    study_id: str | None,
    *,
    purpose: str = "research",
    basis: str = "",
) -> Allowed | Refused:
    """The verdict on one channel (one of CHANNELS). Suppression is looked at first, then consent, then the addresses.

    endpoints: all of the contact's, in order of preference. consents: for any purpose, oldest first. suppressions: every active
    one naming the contact or one of the addresses. basis: the study's documented basis, which stands in for consent
    never asked for, not for consent withdrawn.
    """
    asked = [c for c in consents if c.channel == channel and c.purpose == purpose]
    latest = asked[-1] if asked else None
    active = [s for s in suppressions if s.lifted_at is None and s.study_id in (None, study_id)]
    active.sort(key=lambda s: s.study_id is not None)  # the widest is the reason to tell
    closing = next((s for s in active if _closes_person(s, channel, latest)), None)
    if closing:
        return Refused(_code(closing, channel))
    if latest and not latest.given:
        return Refused("consent_withdrawn")
    if not latest and not basis:
        return Refused("no_consent")
    return _first_usable(channel, endpoints, active)


def _closes_person(suppression: Suppression, channel: str, latest: Consent | None) -> bool:
    """Whether it closes the channel at every address of the person."""
    closed = CLOSES[suppression.channel]
    if suppression.channel == "all" or (not suppression.address and channel in closed):
        return True
    if suppression.reason not in OWN or CHANNELS.index(channel) < CHANNELS.index(closed[0]):
        return False
    consented_since = latest is not None and latest.given and latest.at > suppression.at
    return channel in closed or not consented_since


def _code(suppression: Suppression, channel: str) -> str:
    if channel == "phone" and (suppression.channel == "call" or suppression.reason == "do_not_call"):
        return "do_not_call"
    if channel not in CLOSES[suppression.channel]:
        return "opted_out"
    return "suppressed_study" if suppression.study_id else "suppressed"


def _first_usable(channel: str, endpoints: Sequence[Endpoint], active: Sequence[Suppression]) -> Allowed | Refused:
    kind = ENDPOINT_OF[channel]
    if kind is None:
        return Allowed(None)
    here = [e for e in endpoints if e.channel == kind and e.status != "former"]
    if not here:
        return Refused("no_endpoint")
    working = [e for e in here if e.status == "good" or (e.status == "landline" and channel == "phone")]
    if not working:
        return Refused("bad_endpoint")
    closed = {s.address: s for s in reversed(active) if channel in CLOSES[s.channel]}
    for endpoint in working:
        if endpoint.address not in closed:
            return Allowed(endpoint)
    return Refused(_code(closed[working[0].address], channel))
