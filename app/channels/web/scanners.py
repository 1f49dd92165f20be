"""Programs that follow the links of a mail before the person sees it. What they do is no answer and no start.

A GET stores nothing of an interview anyway. This is for those that send forms as well: it is noted (as a rate limit, beside the
data) that a mail is being looked through, and for a minute nothing that is sent begins the interview. See decision 9."""

import logging
from datetime import datetime, timedelta

from app.core.tokens import Signer
from app.interviews import links
from app.rate_limit import allowed, in_use

log = logging.getLogger(__name__)

TAPS, WITHIN = 3, timedelta(seconds=10)  # options of one mail that a person may tap one after the other
SUSPECTED = timedelta(minutes=1)


def tapped(signer: Signer, token: str, code: str, now: datetime) -> None:
    """A link in a mail was followed. The trap, or more than `TAPS` different ones within seconds, is no person's doing."""
    fresh = allowed(f"tap:{token}:{code}", 1, WITHIN, now)
    if links.is_trap(signer, token, code) or (fresh and not allowed(f"taps:{token}", TAPS, WITHIN, now)):
        allowed(f"scanner:{token}", 1, SUSPECTED, now)
        log.info("a program follows the links of a mail")


def suspected(token: str, now: datetime) -> bool:
    """Whether a program looked through the mail of this link within the last minute."""
    return in_use(f"scanner:{token}", now)
