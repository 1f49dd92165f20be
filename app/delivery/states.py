"""The life of a message.

    held <──> queued (a person pauses and resumes)

    queued ──> claimed ──> sending ──> sent ──> delivered
       │ ^        │            │          └───> failed
       │ └────────┴── refused, may pass later (or a crash before the point of no return)
       │                       └──> unknown ──> sent, delivered, failed, or queued when the provider proves it never had it
       └──> blocked (a gate), cancelled (a person, or the interview finished)

A person may also queue again what is failed, blocked or unknown, and cancel what is blocked or unknown.

`claimed`: a worker talks to the provider, nothing is accepted yet. `sending`: committed right before the bytes that make the
provider accept. A crash while `claimed` is therefore harmless, and one while `sending` leaves `unknown`.
"""

STATES = ("queued", "held", "claimed", "sending", "sent", "delivered", "failed", "unknown", "blocked", "cancelled")

WAITING = ("queued", "held", "claimed")
AGAIN = ("failed", "blocked", "unknown")  # a person may queue it again from here
DROP = (*WAITING, "unknown", "blocked")  # and cancel it from here

_NEXT = {
    "queued": {"claimed", "queued", "held", "blocked", "cancelled", "failed"},
    "held": {"queued", "cancelled"},
    "claimed": {"sending", "queued", "held", "blocked", "cancelled", "failed"},
    "sending": {"sent", "delivered", "failed", "queued", "unknown"},
    "unknown": {"sent", "delivered", "failed", "queued"},
    "sent": {"delivered", "failed", "queued"},
    "delivered": set[str](),
    "failed": set[str](),
    "blocked": set[str](),
    "cancelled": set[str](),
}


def before(state: str) -> tuple[str, ...]:
    """The states from which `state` may be entered, for the WHERE of an update: answers and receipts arrive late, unordered and
    repeated, and only steps forward count."""
    return tuple(earlier for earlier, following in _NEXT.items() if state in following)
