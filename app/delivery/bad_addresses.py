"""Addresses whose mail comes back: by the status code (RFC 3463), at once or after several, nothing is sent there any more."""

import re
from datetime import datetime, timedelta
from typing import Literal

from app.contacts import service as contacts
from app.rate_limit import allowed

Weight = Literal["hard", "soft", "refused"]
"""hard: there is no such address. soft: not reached this time. refused: our mail is at fault, and not the address."""

CODE = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
NO_SUCH_ADDRESS = frozenset(
    {"1.0", "1.1", "1.2", "1.3", "1.6", "1.10", "2.1"}
)  # 1.10: a domain without mail (RFC 7505)
OURS = frozenset({"1.7", "1.8", "2.3", "3.4"})  # our sender's address, a mail too long
SOFT_LIMIT, SOFT_PERIOD = (
    4,
    timedelta(days=28),
)  # so many at once, and one more is forgiven each week; the next is as a hard one


def code(text: str) -> str:
    """The first enhanced status code in a text, such as 5.1.1; "" when there is none."""
    found = CODE.search(text)
    return found[0] if found else ""


def weigh(status: str) -> Weight:
    """What a status code says about the address. Without one, or with 5.0.0, nothing certain: soft."""
    kind, _, detail = status.partition(".")
    if kind != "5":
        return "soft"
    if detail in NO_SUCH_ADDRESS:
        return "hard"
    return "refused" if detail in OURS or detail.startswith(("5.", "6.", "7.")) else "soft"


def came_back(workspace_id: str, address: str, weight: Weight, now: datetime) -> None:
    """Count a mail that came back from a contact's address; a hard one, or one soft too many, fails and suppresses the address."""
    forgiven = weight == "soft" and allowed(
        f"soft bounce:{workspace_id}:{address}", SOFT_LIMIT, SOFT_PERIOD, now
    )  # its bucket fills with each and empties with time
    if weight == "refused" or forgiven:
        return
    contacts.mark_endpoint(workspace_id, "email", address, "failed", now)
    contacts.suppress(workspace_id, channel="email", address=address, reason="bounced", now=now)
