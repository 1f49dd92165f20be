"""What comes of handing a message to a provider. Pure values; the worker acts on them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A composed message. `sender` and `to`: a mail address, an E.164 number, or for `sender` a Twilio messaging service (MG…).

    `at`: its date. `valid_for`: the provider must not deliver it later than that from now. `receipts`: where the provider
    posts what became of it. `returns_to`, `replies_to`: a mail's envelope sender and Reply-To, "" for the sender's own address.
    """

    id: str
    sender: str
    to: str
    subject: str
    text: str
    at: datetime
    html: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    valid_for: timedelta | None = None
    receipts: str = ""
    returns_to: str = ""
    replies_to: str = ""


class Fate(StrEnum):
    """What a refusal says about trying again."""

    RETRY = "retry"  # the same message may pass later
    THROTTLED = "throttled"  # too fast for this route
    UNAVAILABLE = "unavailable"  # the gateway does not work at the moment; another may
    CONFIGURATION = "configuration"  # a fault of ours in the gateway's settings or account, for a person to mend
    PERMANENT = "permanent"  # this message will never pass
    BAD_ENDPOINT = "bad_endpoint"  # nothing will ever reach this address
    WRONG_CHANNEL = "wrong_channel"  # a number that cannot receive texts; calls may reach it
    SUPPRESSED = "suppressed"  # the person told the provider to stop us


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has the message. `segments`: what an SMS is billed as. `price`: what it says that it takes, in millionths
    of `currency`; None when it does not say."""

    provider_id: str
    segments: int = 1
    price: int | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider certainly does not have it. `code`: the provider's own; `detail`: its words, without personal data."""

    code: str
    detail: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class Lost:
    """The connection ended after the point of no return: accepted or not, nobody knows."""

    detail: str


Outcome = Accepted | Refused | Lost

Commit = Callable[[], None]
"""Called by a provider at the point of no return, right before the bytes that make the other side accept. It records
that fact durably, or raises `Withdrawn` when the message is no longer ours to send."""


class Withdrawn(Exception):
    """The claim was lost or the message cancelled while the provider was being talked to."""


@dataclass(frozen=True, slots=True)
class Found:
    """A message that a provider's own log shows as taken. `body_hash`: `content_hash` of its text. `status`, `code`: what
    became of it, in the provider's words."""

    accepted: Accepted
    body_hash: str
    status: str
    code: str = ""


BACKOFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))


def retry_at(attempts: int, now: datetime) -> datetime | None:
    """When to try again after `attempts` (1-based) tries; None when it is given up."""
    return now + BACKOFF[attempts - 1] if attempts <= len(BACKOFF) else None
