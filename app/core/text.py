"""Text at the edges (form, SMS, CSV, JSON): one normal form, and nothing a database would refuse."""

import unicodedata
from functools import lru_cache

from app.core.problems import N_, Problem


def normalise(text: str) -> str | Problem:
    """The text in Unicode NFC, or a Problem when it holds NUL or a lone surrogate (PostgreSQL and UTF-8 refuse them)."""
    if text.isascii():
        return text if "\0" not in text else _refused("U+0000")
    if "\0" in text:
        return _refused("U+0000")
    for character in text:
        if "\ud800" <= character <= "\udfff":
            return _refused(f"U+{ord(character):04X}")
    return unicodedata.normalize("NFC", text)


def _refused(character: str) -> Problem:
    return Problem(
        "bad_character",
        N_("The text contains a character that cannot be stored ({character})."),
        {"character": character},
        remedy=N_("Delete the character and send the text again."),
    )


def ascii_digits(text: str) -> str:
    """Decimal digits of any script as 0-9, every minus sign as "-"."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else "-" if c in "−–" else c for c in text)


@lru_cache(4096)
def fold(text: str) -> str:
    """Without case, accents, punctuation and doubled spaces, so that "Si!" is "sì"."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l"))
    letters = (c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else "" if c in "'’" else " " for c in letters).split())
