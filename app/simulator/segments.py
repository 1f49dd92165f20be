"""How many SMS segments a text takes (3GPP TS 23.038 for the alphabet, TS 23.040 for concatenation)."""

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")  # an escape and a character: two septets


def encoding(text: str) -> str:
    """ "GSM-7" or "UCS-2"."""
    return "GSM-7" if all(char in GSM_7 or char in GSM_7_EXTENSION for char in text) else "UCS-2"


def segments(text: str) -> int:
    """160 septets alone or 153 a part; 70 UTF-16 units alone or 67 a part. No character is cut in two. At least 1."""
    if encoding(text) == "GSM-7":
        return _parts([2 if char in GSM_7_EXTENSION else 1 for char in text], 160, 153)
    return _parts([2 if ord(char) > 0xFFFF else 1 for char in text], 70, 67)


def _parts(widths: list[int], alone: int, part: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, room = 1, part
    for width in widths:
        if width > room:
            count, room = count + 1, part
        room -= width
    return count
