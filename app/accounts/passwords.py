"""Passwords: the rules of NIST SP 800-63B section 3.1.1 (length and a blocklist, no composition) and argon2id hashes (RFC 9106)."""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.problems import N_, Problem

SHORTEST, LONGEST = 12, 256
PRODUCT = "canvass"
LEFT = 8  # characters that must remain when the words anyone would guess first are taken out
COMMON = frozenset(Path(__file__).with_name("common_passwords.txt").read_text().splitlines())  # of 12 and more

# OWASP Password Storage Cheat Sheet: 19 MiB, 2 passes, 1 lane, so that eight sign-ins at once do not starve the others
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def problems_with(password: str, *guessable: str) -> list[Problem]:
    """Why a password is refused; empty when it is good. `guessable`: the person's e-mail address and name, the organisation."""
    text = unicodedata.normalize("NFKC", password)
    if len(text) < SHORTEST:
        remedy = N_("Use at least {shortest} characters; several words are easy to remember.")
        return [_refused("password_short", N_("The password is too short."), remedy)]
    if len(text) > LONGEST:
        return [_refused("password_long", N_("The password is too long."), N_("Use at most {longest} characters."))]
    folded = text.casefold()
    if folded in COMMON or len(set(folded)) < 5 or _runs(folded):
        return [_refused("password_common", N_("This password is among the first that are guessed."), UNUSUAL)]
    if len(_without(folded, PRODUCT, *guessable)) < LEFT:
        message = N_("This password is little more than your name, your address or the name of the product.")
        return [_refused("password_guessable", message, UNUSUAL)]
    return []


UNUSUAL = N_("Choose several words that do not belong together.")


def _refused(code: str, message: str, remedy: str) -> Problem:
    return Problem(code, message, {"shortest": SHORTEST, "longest": LONGEST}, "password", remedy)


def _runs(text: str) -> bool:
    """Whether the text is one sequence, such as 23456789abcd or zyxwvutsrqpo."""
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps <= {1} or steps <= {-1}


def _without(text: str, *guessable: str) -> str:
    words = {word for given in guessable for word in re.split(r"[\W_]+", given.casefold()) if len(word) >= 4}
    for word in sorted(words, key=len, reverse=True):
        text = text.replace(word, "")
    return text


def hashed(password: str) -> str:
    """The argon2id hash to keep. Slow on purpose: never call it inside a transaction."""
    return _hasher.hash(unicodedata.normalize("NFKC", password))


def matches(password: str, kept: str | None) -> bool:
    """Whether the password is the one hashed; without a hash the work is the same and the answer False."""
    try:
        return _hasher.verify(kept or _nobodys(), unicodedata.normalize("NFKC", password)) and bool(kept)
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)


@lru_cache
def _nobodys() -> str:
    return _hasher.hash("")
