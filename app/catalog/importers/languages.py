"""Names of languages as people write them, as BCP 47 tags."""

import re
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.core import get_global

CODE = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*"
IN_BRACKETS = re.compile(rf"(.*?)\(\s*({CODE})\s*\)")
WRITTEN_IN = (
    "fr",
    "es",
    "pt",
    "ar",
    "ru",
    "uk",
    "pl",
    "it",
    "ro",
    "de",
    "nl",
    "sw",
    "id",
    "tr",
    "vi",
    "hi",
    "bn",
    "ne",
)
"""Languages in which the names of languages are known; each is known in itself and in English too."""

PRIVATE = tuple(f"q{second}{third}" for second in "abcdefghijklmnopqrst" for third in "abcdefghijklmnopqrstuvwxyz")
"""Tags that ISO 639 leaves for private use."""


def tag(name: str) -> str | None:
    """The BCP 47 tag of "Polski (pl)", "pl", "pt_BR", "Polish", "polski" or "Français"; None where nobody would know."""
    bracketed = IN_BRACKETS.match(name)
    if bracketed:
        word, code = bracketed[1].strip(), bracketed[2]
        # "English (UK)" is not Ukrainian
        return _coded(code) if code.islower() or not _called(word) else _called(word)
    return _called(name.strip()) or _coded(name.strip())


def tags(names: list[str]) -> dict[str, str]:
    """A tag for each of the names, no two the same; a language that nobody knows gets one for private use (qaa, qab …)."""
    found: dict[str, str] = {}
    private = iter(PRIVATE)
    for name in names:
        known = tag(name)
        found[name] = known if known and known not in found.values() else next(private)
    return found


def _coded(code: str) -> str | None:
    """``pt_br`` as ``pt-BR``, ``eng`` as ``en``; None where it is no code of a language."""
    if not re.fullmatch(CODE, code):
        return None
    first, *others = re.split("[-_]", code)
    first = get_global("language_aliases").get(first.lower(), first.lower())
    if first not in Locale("en").languages:
        return None
    cased = [part.upper() if len(part) == 2 else part.title() if len(part) == 4 else part.lower() for part in others]
    return "-".join((first.replace("_", "-"), *cased))


def _called(word: str) -> str | None:
    """The code of the language of that name."""
    folded = word.casefold()
    return _names_in("en").get(folded) or _names_elsewhere().get(folded)


@cache
def _names_in(language: str) -> dict[str, str]:
    """Names of languages in small letters, with their codes; the plain code where a name has several."""
    names = Locale(language).languages
    return {names[code].casefold(): str(code).replace("_", "-") for code in sorted(names, key=len, reverse=True)}


@cache
def _names_elsewhere() -> dict[str, str]:
    named: dict[str, str] = {}
    for language in WRITTEN_IN:
        named |= _names_in(language)
    for code in map(str, Locale("en").languages):
        if "_" in code:
            continue
        try:
            own = Locale.parse(code).language_name
        except (UnknownLocaleError, ValueError):
            continue
        if own:
            named[own.casefold()] = code.replace("_", "-")
    return named
