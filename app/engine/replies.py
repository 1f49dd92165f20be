"""Reading a reply by SMS: numbers in any script, labels, prefixes, and the small words of the five languages.

Rules: a number is never guessed; a word of five letters or more may have one slip (edit distance 1) if only one choice
is then meant. Words of all five languages are understood whatever the interview's language, since people mix them.
"""

import re
from collections.abc import Sequence

from app.core.text import ascii_digits, fold
from app.engine.model import DK, REFUSED, Choice
from app.engine.numerals import number_word

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
_SPECIALS = {
    fold(word): special
    for special, words in SPECIAL_WORDS.items()
    for word in (*words, *SPECIAL_LABELS[special].values())
}
_SKIPS = frozenset(map(fold, SKIP_WORDS))
_ANDS = frozenset(map(fold, AND_WORDS))


def special(text: str) -> str | None:
    """ "dk" or "refused" where the reply says so."""
    return _SPECIALS.get(fold(text))


def skips(text: str) -> bool:
    return fold(text) in _SKIPS


def choice(choices: Sequence[Choice], text: str, language: str) -> Choice | None:
    """The one choice that a reply means: by number, label, synonym, name, yes or no, number word, unique prefix, one slip."""
    digits = re.fullmatch(r"\s*(-?\d{1,18})\s*[.)]?\s*", ascii_digits(text))
    if digits:
        return next((c for c in choices if c.number == int(digits[1])), None)
    said = fold(text)
    if not said:
        return None
    words = [(word, c) for c in choices for word in (fold(c.label.plain(language)), *map(fold, c.synonyms))]
    exact = [c for word, c in words if said in (word, fold(c.name))]
    if exact:
        return exact[0]
    meant = "yes" if said in YES else "no" if said in NO else None
    if meant and any(c.name == meant for c in choices):
        return next(c for c in choices if c.name == meant)
    number = number_word(said)
    if number is not None:
        return next((c for c in choices if c.number == number), None)
    for fits in (str.startswith, _one_slip):
        found = {c.name: c for word, c in words if fits(word, said)}
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def several(choices: Sequence[Choice], text: str, language: str) -> list[Choice] | None:
    """The choices that a reply names, in its order: "1,3", "1 3", "1, 2 and 3", "price, speed"; None where a part is none."""
    whole = choice(choices, text, language)
    if whole:
        return [whole]
    for parts in (re.split(r"[,;+&/\n،、]", text), _around_and(text), _numbers(text)):
        named = [part for part in parts if part.strip()]
        if named and len(parts) > 1:
            found = [several(choices, part, language) for part in named]
            return [c for each in found if each for c in each] if all(found) else None
    return None


def _around_and(text: str) -> list[str]:
    """What stands between the words for "and"."""
    parts: list[list[str]] = [[]]
    for word in text.split():
        if fold(word) in _ANDS:
            parts.append([])
        else:
            parts[-1].append(word)
    return [" ".join(part) for part in parts]


def _numbers(text: str) -> list[str]:
    """The words of a text that is nothing but numbers, else the whole text."""
    words = text.split()
    numbers = all(re.fullmatch(r"\d+[.)]?", ascii_digits(word)) or number_word(word) is not None for word in words)
    return words if numbers else [text]


def _one_slip(label: str, said: str) -> bool:
    """Whether one letter was changed, left out, added or two neighbours swapped, in a word of five letters or more."""
    if len(said) < 5 or not said.isalpha() or abs(len(said) - len(label)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(said, label, strict=False)) if a != b), min(len(said), len(label)))
    a, b = said[start:], label[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
