"""A customer the host site knows: its server signs their external id, so that the page may answer as them.

    signature = HMAC-SHA-256(key = the study's embedding secret, message = "EXTERNAL-ID~UNIX-SECONDS"), in hexadecimal

The seconds say until when the signature is good.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from app.core.tokens import Signer
from app.interviews import links

SEPARATOR = "~"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def signature(key: str, customer: str, expires: int) -> str:
    """What the host's server computes."""
    message = f"{customer}{SEPARATOR}{expires}".encode("utf-8", "replace")
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def vouched_for(signing: Signer, study_id: str, text: str, now: datetime) -> str | None:
    """The external id in `customer~expires~signature`; None when it is forged or has expired."""
    parts = text.rsplit(SEPARATOR, 2)
    if len(parts) != 3 or not parts[1].isdecimal() or len(parts[1]) > 15 or int(parts[1]) <= now.timestamp():
        return None
    customer, expires, given = parts
    expected = signature(links.embed_secret(signing, study_id), customer, int(expires))
    return customer if hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")) else None


def occasion(reshow_days: int, now: datetime) -> str:
    """The re-show period `now` falls in: within one, a customer has one interview."""
    return f"embed:{(now - EPOCH) // timedelta(days=max(reshow_days, 1))}"
