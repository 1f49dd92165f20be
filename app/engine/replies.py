"""Reading a reply by SMS: numbers in any script, labels, prefixes, and the small words of the five languages.

Rules: a number is never guessed; a word of five letters or more may have one slip (edit distance 1) if only one choice
is then meant. Words of all five languages are understood whatever the interview's language, since people mix them.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from app.engine.model import DK, REFUSED, Choice

YES = frozenset({"yes", "y", "yeah", "yep", "tak", "t", "да", "д", "da", "d", "si", "s"})
NO = frozenset({"no", "n", "nope", "nie", "нет", "н", "nu", "не"})
SPECIAL_LABELS = {
    DK: {"en": "Don’t know", "pl": "Nie wiem", "ru": "Не знаю", "ro": "Nu știu", "it": "Non so"},
    REFUSED: {
        "en": "Prefer not to say",
        "pl": "Wolę nie odpowiadać",
        "ru": "Не хочу отвечать",
        "ro": "Prefer să nu răspund",
        "it": "Preferisco non rispondere",
    },
}
SPECIAL_WORDS = {
    DK: ("don't know", "dont know", "dk", "not sure", "nie wiem", "не знаю", "nu știu", "non so", "non lo so"),
    REFUSED: (
        *("refuse", "refused", "prefer not to say", "no answer", "odmawiam", "wolę nie mówić", "отказ", "отказываюсь"),
        *("не хочу отвечать", "refuz", "prefer să nu spun", "rifiuto", "preferisco non dirlo"),
    ),
}
SKIP_WORDS = ("skip", "pomiń", "пропустить", "пропуск", "omite", "sari", "salta")
AND_WORDS = ("and", "i", "oraz", "и", "și", "e", "ed")
NUMBER_WORDS = (
    ("zero", "ноль", "nil"),
    ("one", "jeden", "один", "unu", "uno"),
    ("two", "dwa", "два", "doi", "due"),
    ("three", "trzy", "три", "trei", "tre"),
    ("four", "cztery", "четыре", "patru", "quattro"),
    ("five", "pięć", "пять", "cinci", "cinque"),
    ("six", "sześć", "шесть", "șase", "sei"),
    ("seven", "siedem", "семь", "șapte", "sette"),
    ("eight", "osiem", "восемь", "opt", "otto"),
    ("nine", "dziewięć", "девять", "nouă", "nove"),
    ("ten", "dziesięć", "десять", "zece", "dieci"),
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


_NUMBERS = {fold(word): value for value, words in enumerate(NUMBER_WORDS) for word in words}
_SPECIALS = {
    fold(word): special
    for special, words in SPECIAL_WORDS.items()
    for word in (*words, *SPECIAL_LABELS[special].values())
}
_SKIPS = frozenset(map(fold, SKIP_WORDS))
_ANDS = frozenset(map(fold, AND_WORDS))


def number_word(text: str) -> int | None:
    return _NUMBERS.get(fold(text))


def special(text: str) -> str | None:
    """ "dk" or "refused" where the reply says so."""
    return _SPECIALS.get(fold(text))


def skips(text: str) -> bool:
    return fold(text) in _SKIPS


def choice(choices: Sequence[Choice], text: str, language: str) -> Choice | None:
    """The one choice that a reply means: by number, label, name, yes or no, number word, unique prefix, one slip."""
    digits = re.fullmatch(r"\s*(-?\d{1,18})\s*[.)]?\s*", ascii_digits(text))
    if digits:
        return next((c for c in choices if c.number == int(digits[1])), None)
    said = fold(text)
    if not said:
        return None
    labels = [(fold(c.label.plain(language)), c) for c in choices]
    exact = [c for label, c in labels if said in (label, fold(c.name))]
    if exact:
        return exact[0]
    meant = "yes" if said in YES else "no" if said in NO else None
    if meant and any(c.name == meant for c in choices):
        return next(c for c in choices if c.name == meant)
    if said in _NUMBERS:
        return next((c for c in choices if c.number == _NUMBERS[said]), None)
    for candidates in (
        [c for label, c in labels if label.startswith(said)],
        [c for label, c in labels if _one_slip(said, label)],
    ):
        if candidates:
            return candidates[0] if len(candidates) == 1 else None
    return None


def split(text: str) -> list[str]:
    """The parts of a reply that names several: "1,3", "1 3", "1 and 3", "price, speed"."""
    if re.search(r"[,;+&/\n]", text):
        parts = re.split(r"[,;+&/\n]", text)
        return [part.strip() for part in parts if part.strip()]
    words = text.split()
    if any(fold(word) in _ANDS for word in words[1:-1]):
        return " ".join("," if fold(word) in _ANDS else word for word in words).replace(" , ", ",").split(",")
    return words if all(re.fullmatch(r"\d+[.)]?", ascii_digits(word)) for word in words) else [text]


def _one_slip(said: str, label: str) -> bool:
    """Whether one letter was changed, left out, added or two neighbours swapped, in a word of five letters or more."""
    if len(said) < 5 or not said.isalpha() or abs(len(said) - len(label)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(said, label, strict=False)) if a != b), min(len(said), len(label)))
    a, b = said[start:], label[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
