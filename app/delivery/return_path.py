"""Addresses that say which message comes back (VERP): MAIL_BOX `mail@in.example.com` takes `mail+b…@in.example.com` for bounces and
`mail+r…@in.example.com` for replies. They are signed: nobody can make a bounce of somebody else's mail up.

The code is 28 bytes in base32, since mail servers may change the case of an address: the message's UUID, then half of an HMAC.
"""

import base64
import uuid
from typing import Literal

from app.core.tokens import Signer

Kind = Literal["bounce", "reply"]
MARKS: dict[str, Kind] = {"b": "bounce", "r": "reply"}
SIGNATURE = 16  # characters of base64: 12 bytes


def address(kind: Kind, message_id: str, box: str, signer: Signer) -> str:
    """Where what comes back of a message (a UUID) goes."""
    local, _, domain = box.rpartition("@")
    signed = base64.urlsafe_b64decode(signer.sign(f"mail {kind}", message_id, length=SIGNATURE))
    code = base64.b32encode(uuid.UUID(message_id).bytes + signed).decode().rstrip("=").lower()
    return f"{local}+{kind[0]}{code}@{domain}"


def read(given: str, box: str, signer: Signer) -> tuple[Kind, str] | None:
    """What an address says: its kind and the message's id; None when we did not make it."""
    ours, _, domain = box.lower().rpartition("@")
    local, _, at = given.strip("<> ").lower().rpartition("@")
    prefix, _, rest = local.partition("+")
    kind = MARKS.get(rest[:1])
    if (prefix, at) != (ours, domain) or kind is None:
        return None
    try:
        raw = base64.b32decode(rest[1:].upper() + "=" * (-len(rest[1:]) % 8))
        message_id = str(uuid.UUID(bytes=raw[:16]))
    except ValueError:
        return None
    signature = base64.urlsafe_b64encode(raw[16:]).decode()
    return (kind, message_id) if signer.verify(signature, f"mail {kind}", message_id) else None
