"""Random link tokens and keyed signatures. A token is shown once; only its SHA-256 is kept."""

import base64
import hashlib
import hmac
import secrets
import string
from collections.abc import Sequence
from datetime import UTC, datetime

ALPHABET = string.digits + string.ascii_letters
LENGTH = 12


def random_token(length: int = LENGTH) -> str:
    """`length` random base62 characters (12 hold 71 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def token_hash(token: str) -> str:
    """SHA-256 of a token in hexadecimal, the form a row keeps."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Signer:
    """HMAC-SHA-256 (RFC 2104) over a purpose and some fields, keyed by a list of secrets: the first signs, all verify.

    A key is derived for each purpose, so a signature made for one purpose is worth nothing for another.
    """

    def __init__(self, secrets_newest_first: Sequence[str]) -> None:
        if not secrets_newest_first or not all(secrets_newest_first):
            raise ValueError("a signer needs at least one secret, and none empty")
        self._secrets = [secret.encode() for secret in secrets_newest_first]

    def sign(self, purpose: str, *fields: str, length: int = 43) -> str:
        """The signature as up to 43 base64url characters."""
        return self._mac(self._secrets[0], purpose, fields)[:length]

    def verify(self, signature: str, purpose: str, *fields: str) -> bool:
        """Whether `signature` (at least 16 characters) was made for these fields with any of the secrets."""
        given = signature.encode("utf-8", "replace")
        if len(given) < 16:
            return False
        return any(
            hmac.compare_digest(self._mac(secret, purpose, fields)[: len(given)].encode(), given)
            for secret in self._secrets
        )

    def seal(self, purpose: str, expires: datetime, *fields: str) -> str:
        """`expiry.signature`: a signature that stops being good at `expires` (aware)."""
        stamp = format(int(expires.timestamp()), "x")
        return f"{stamp}.{self.sign(purpose, stamp, *fields)}"

    def opens(self, sealed: str, purpose: str, now: datetime, *fields: str) -> bool:
        """Whether `sealed` was made for these fields and has not expired at `now`."""
        stamp, _, signature = sealed.partition(".")
        if not self.verify(signature, purpose, stamp, *fields):
            return False
        return sealed_until(sealed) > now

    @staticmethod
    def _mac(secret: bytes, purpose: str, fields: Sequence[str]) -> str:
        key = hmac.digest(secret, purpose.encode(), "sha256")
        # a length before each field: ("ab", "c") and ("a", "bc") must not sign alike
        message = b"".join(b"%d:%s" % (len(raw), raw) for raw in (f.encode("utf-8", "replace") for f in fields))
        return base64.urlsafe_b64encode(hmac.digest(key, message, "sha256")).rstrip(b"=").decode()


def sealed_until(sealed: str) -> datetime:
    """When a seal that `Signer.opens` ends, to the second."""
    return datetime.fromtimestamp(int(sealed.partition(".")[0], 16), UTC)
