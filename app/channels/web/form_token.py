"""What a respondent's form carries instead of a cookie: who it is for, which revision it was made from, signed, with an expiry.

A page embedded in another site works with third-party cookies blocked, and no other site can forge the form.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.tokens import Signer, random_token, sealed_until

GOOD_FOR = timedelta(hours=24)
PURPOSE = "respondent form"


@dataclass(frozen=True, slots=True)
class FormToken:
    """`subject`: an interview's id, or the nonce of a start that has none yet. `revision`: of the interview when shown. `shown`:
    when that was, to the second."""

    subject: str
    revision: int
    shown: datetime


def issue(signer: Signer, link: str, token: FormToken) -> str:
    """The text for the hidden field: `subject~revision~expiry.signature`."""
    sealed = signer.seal(PURPOSE, token.shown + GOOD_FOR, link, token.subject, str(token.revision))
    return f"{token.subject}~{token.revision}~{sealed}"


def read(signer: Signer, link: str, text: str, now: datetime) -> FormToken | None:
    """The token of a form sent back; None when it is not ours, for another link, or too old."""
    subject, _, rest = text.partition("~")
    revision, _, sealed = rest.partition("~")
    if not revision.isdigit() or not signer.opens(sealed, PURPOSE, now, link, subject, revision):
        return None
    return FormToken(subject, int(revision), sealed_until(sealed) - GOOD_FOR)


def nonce() -> str:
    """For an anonymous start: the first POST makes the interview whose id follows from it."""
    return f"n{random_token(22)}"


def interview_id(link: str, nonce: str) -> str:
    """The same start sent twice is one interview (UUID version 5, RFC 9562)."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"canvass:{link}:{nonce}"))
