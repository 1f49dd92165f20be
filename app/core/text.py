"""Text at the edges (form, SMS, CSV, JSON): one normal form, and nothing a database would refuse."""

import unicodedata

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
