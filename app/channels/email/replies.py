"""What somebody says who answers a mail of ours. Pure."""

import re

from app.core.text import fold
from app.engine import keywords

ATTRIBUTION = re.compile(
    r"(?i)(?=.*[\d@]).{0,250}\b(?:wrote|pisze|napisał(?:a|\(a\))?|пишет|написал(?:а|\(а\))?|(?:a )?scris|ha scritto)\s?:"
)
"""Such as "On 4 Nov 2026, The Shop wrote:"; mail programs may break it over two lines."""
OPENING = re.compile(r"(?i)(?:on|w dniu|dnia|am|în|pe|il|в|\d{1,2}[./ ])\b")
SEPARATOR = re.compile(
    r"(?i)-{2,} ?(?:original message|wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|mesaj original"
    r"|messaggio originale|forwarded message) ?-{2,}|_{20,}|(?:from|od|от|de la|da) ?:.{0,100}@.{0,100}|--"
)
WANTS_OUT = (
    *("unsubscribe", "unsubscribe me", "please unsubscribe", "opt me out", "off your list", "off this list"),
    *(
        "wypisz mnie",
        "wypisać mnie",
        "mnie wypisać",
        "wypiszcie mnie",
        "proszę o wypisanie",
        "usuńcie mnie",
        "usuń mnie z listy",
    ),
    *("отпишите меня", "отписать меня", "отпиши меня", "удалите меня", "уберите меня"),
    *("dezabonați-mă", "dezabonează-mă", "mă dezabonați", "ștergeți-mă"),
    *("disiscrivetemi", "disiscrivimi", "cancellatemi", "cancellami", "toglietemi dalla lista", "toglietemi"),
)
"""Whoever says so by mail wants no more; by SMS the shorter words of `keywords` do."""
LONGEST = 12  # words: in a longer mail they may be part of a story
_WANTS_OUT = re.compile("|".join(rf"\b{re.escape(fold(phrase))}\b" for phrase in WANTS_OUT))


def own_words(text: str) -> str:
    """A reply without our mail quoted below it, lines marked by ">" and the writer's signature; all of it where nothing is left."""
    lines = [line.strip() for line in text.splitlines()]
    end = next((at for at in range(len(lines)) if _ends(lines, at)), len(lines))
    kept = "\n".join(line for line in lines[:end] if not line.startswith(">")).strip()
    return kept or text.strip()


def _ends(lines: list[str], at: int) -> bool:
    """Whether the words of somebody else, or a signature, begin with this line."""
    here, after = lines[at], lines[at + 1] if at + 1 < len(lines) else ""
    broken = len(here) <= 120 and OPENING.match(here) and not OPENING.match(after)
    found = SEPARATOR.fullmatch(here) or ATTRIBUTION.fullmatch(here)
    return bool(found or (broken and ATTRIBUTION.fullmatch(f"{here} {after}"[:300])))


def wants_out(subject: str, words: str) -> bool:
    """Whether somebody asks for no more mails: by the subject alone, in a short mail, or in its first line."""
    first = next((line for line in words.splitlines() if line.strip()), "")
    said = [one for one in (first, words) if len(one.split()) <= LONGEST]
    return keywords.keyword(subject) == "stop" or any(
        keywords.keyword(one) in ("stop", "refusal") or _WANTS_OUT.search(fold(one)) for one in said
    )
