"""How many segments a text message takes (3GPP TS 23.038 for the alphabet, TS 23.040 for concatenation).

Where a long message is cut follows Twilio's own calculator (the npm package sms-segments-calculator): never inside what is read as
one character, so a flag or an accented letter of two code points moves to the next segment as a whole.
"""

import unicodedata
from collections.abc import Iterator

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("\f^{}\\[~]|€")
"""The extension table: an escape and a character, so two septets."""
JOINER = "\u200d"


def encoding(text: str) -> str:
    """ "GSM-7" where its alphabet has every character, else "UCS-2"."""
    return "GSM-7" if all(char in GSM_7 or char in GSM_7_TWICE for char in text) else "UCS-2"


def measure(text: str) -> tuple[str, int, int]:
    """(encoding, units, segments): "GSM-7" and septets (160 alone, 153 a segment), or "UCS-2" and UTF-16 units (70 alone, 67 a
    segment). An empty message is one segment."""
    if encoding(text) == "GSM-7":
        widths = [2 if char in GSM_7_TWICE else 1 for char in text]
        return "GSM-7", sum(widths), _parts(widths, 160, 153)
    widths = list(_whole(text))
    return "UCS-2", sum(widths), _parts(widths, 70, 67)


def segments(text: str) -> int:
    """How many segments it is billed as; at least 1."""
    return measure(text)[2]


def _whole(text: str) -> Iterator[int]:
    """The UTF-16 units of each character as a person counts them (in short, Unicode Standard Annex 29)."""
    width, before, flag = 0, "\n", False
    for char in text:
        half_flag = "\U0001f1e6" <= char <= "\U0001f1ff"
        joins = _extends(char) or (before == JOINER and unicodedata.category(char) == "So") or (flag and half_flag)
        if width and not (joins and unicodedata.category(before) != "Cc"):
            yield width
            width = 0
        width += 2 if char > "\uffff" else 1
        before, flag = char, half_flag and not (flag and joins)
    if width:
        yield width


def _extends(char: str) -> bool:
    """Whether it belongs to the character before it: an accent, a joiner, a skin tone."""
    return char == JOINER or "\U0001f3fb" <= char <= "\U0001f3ff" or unicodedata.category(char)[0] == "M"


def _parts(widths: list[int], alone: int, part: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, room = 1, part
    for width in widths:
        if width > room:
            count, room = count + 1, part
        room -= width
    return count
