"""What functions over numbers, texts, lists and sets of codes mean. None is the unknown.

A domain or range error may leave as an ArithmeticError or ValueError: the evaluator takes it as unknown.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from app.core import canonical
from app.engine.model import SPECIALS

LONGEST = 100_000
"""Characters of a text; a longer one is unknown, so that no chain of replacements can fill the memory."""
FINEST = 300
"""Digits that can be rounded to, on either side of the point."""
NUMERAL = re.compile(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*")


def number(value: float) -> float | None:
    """The double, as an int where it is whole and exact; unknown (None) beyond a double's range."""
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else float(value)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value


def numeric(function: Callable[..., float]) -> Callable[..., float | None]:
    """The function with its result as the language has numbers."""
    return lambda *values: number(function(*values))


def nearest(value: float, digits: float = 0) -> float | None:
    """Round half away from zero: 2.5 is 3, -2.5 is -3."""
    digits = math.trunc(digits)
    if abs(digits) > FINEST:
        return None
    scaled = abs(value) * 10**digits
    whole = math.floor(scaled)
    rounded = (whole + 1 if scaled - whole >= 0.5 else whole) / 10**digits
    return number(math.copysign(rounded, value))


def parsed(text: str) -> float | None:
    """The number that a text says, in ASCII digits with a decimal point."""
    return number(float(text)) if NUMERAL.fullmatch(text) else None


def known(*values: Any) -> Iterator[Any]:
    """Every value given, lists opened; a list's rows without an answer do not count."""
    for value in values:
        if isinstance(value, list):
            yield from (item for item in value if item is not None)
        else:
            yield value


def total(*values: Any) -> float | None:
    return number(sum(known(*values)))


def least(*values: Any) -> float | None:
    return min(known(*values), default=None)


def greatest(*values: Any) -> float | None:
    return max(known(*values), default=None)


def mean(*values: Any) -> float | None:
    numbers = list(known(*values))
    return number(sum(numbers) / len(numbers)) if numbers else None


def count(values: list[Any]) -> int:
    return len(list(known(values)))


def element(values: Sequence[Any], index: float) -> Any:
    """The value at a place counted from 0; unknown where there is none."""
    return values[int(index)] if index in range(len(values)) else None


def at(values: list[Any], row: float) -> Any:
    return element(values, row - 1)


def finished(text: str) -> str | None:
    """A text made of others, in NFC as all texts are."""
    return unicodedata.normalize("NFC", text) if len(text) <= LONGEST else None


def concat(*parts: Any) -> str | None:
    return finished("".join(map(written, parts)))


def written(value: Any) -> str:
    return value if isinstance(value, str) else canonical.dumps(value)


def join(separator: str, values: list[Any]) -> str | None:
    return finished(separator.join(map(written, known(values))))


def substr(text: str, start: float, end: float | None = None) -> str:
    """From ``start`` up to before ``end``, counted from 0; a negative place counts from the text's end."""
    return text[math.trunc(start) : None if end is None else math.trunc(end)]


def replace(text: str, part: str, by: str) -> str | None:
    """Every ``part`` (taken literally) is ``by``; nothing is replaced where the part is empty."""
    if not part:
        return text
    longest = len(text) + text.count(part) * (len(by) - len(part))
    return finished(text.replace(part, by)) if longest <= LONGEST else None


def picked(codes: Iterable[str]) -> list[str]:
    """The choices of a set: don't know and refused are none."""
    return [code for code in codes if code not in SPECIALS]


def rank_of(codes: tuple[str, ...], code: str) -> int | None:
    """The place, from 1, in an ordered set."""
    chosen = picked(codes)
    return chosen.index(code) + 1 if code in chosen else None


def label(value: Any, labels: Mapping[str, Mapping[str, str]], language: str) -> str | None:
    """The words of a choice, or of a set's choices, in the language (else in the first there is)."""
    found = [labels.get(code, {}) for code in (picked(value) if isinstance(value, tuple) else [str(value)])]
    words = [texts.get(language) or next(iter(texts.values()), None) for texts in found]
    return finished(", ".join(word for word in words if word)) if any(words) else None


def chance(*places: Any) -> float:
    """A number from 0 to below 1 that the places alone decide."""
    digest = sha256(canonical.dumps(places).encode("utf-8", "replace")).digest()
    return (int.from_bytes(digest[:7]) >> 3) / 2**53
