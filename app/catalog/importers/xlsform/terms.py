"""Pieces of expressions of ours while an XPath expression is translated, and what XPath would have in their place.

XPath knows no unknown: an unanswered question is the empty string there, its number is NaN, a comparison with it is false.
So a term says what XPath has where ours is unknown (``missing``), and a condition is guarded only where that matters.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.form import Item

OR, AND, COMPARISON, SUM, PRODUCT, NEGATION, ATOM = range(1, 8)
NEVER = None
"""``missing`` of a term that is never unknown."""
NAN = math.nan
ZERO_DAY = {"date": "1970-01-01", "datetime": "1970-01-01T00:00"}
"""Days are numbers in XPath, counted from here."""


ELSEWHERE = N_("its values are in a file that is not part of the form")


class Untranslatable(Exception):
    """Why an expression cannot be carried (a message id, and its params); stays inside this package."""

    def __init__(self, why: str, **params: Any) -> None:
        super().__init__(why)
        self.why, self.params = why, params


@dataclass(frozen=True, slots=True)
class Term:
    """``text``: in our language. ``type``: number, text, bool, date, time, datetime, code, set, file, column or none.
    ``level``: how tightly it binds. ``missing``: what XPath has where this is unknown ("", NAN, a number, a bool).
    ``item``: the question whose value it is, as it is. ``literal``: of a literal. ``values``: all that a text can be, as
    (here, in the form): choices may have other names here."""

    text: str
    type: str
    level: int = ATOM
    missing: Any = NEVER
    item: "Item | None" = None
    literal: Any = None
    values: tuple[tuple[str, str], ...] | None = None

    def at(self, level: int) -> str:
        """The text, in brackets where something at this level would take it apart."""
        return self.text if self.level >= level else f"({self.text})"


def text(value: str) -> Term:
    return Term(quoted(value), "text", literal=value, values=((value, value),))


def number(value: float) -> Term:
    value = int(value) if value.is_integer() else value
    written = str(value) if isinstance(value, int) else f"{value:.15f}".rstrip("0").rstrip(".")
    return Term(written, "number", NEGATION if value < 0 else ATOM, literal=value)


def boolean(value: bool) -> Term:
    return Term("true" if value else "false", "bool", literal=value)


def quoted(value: str) -> str:
    """A literal; XPath has none with both kinds of quotes either."""
    flat = " ".join(value.splitlines())
    return f'"{flat}"' if "'" in flat else f"'{flat}'"


def call(function: str, *arguments: Term | str, type: str, missing: Any = NEVER) -> Term:
    texts = ", ".join(argument if isinstance(argument, str) else argument.text for argument in arguments)
    return Term(f"{function}({texts})", type, missing=missing)


def any_of(terms: Iterable[Term]) -> Term:
    return _joined(list(terms), " or ", OR, False)


def all_of(terms: Iterable[Term]) -> Term:
    return _joined(list(terms), " and ", AND, True)


def _joined(terms: list[Term], word: str, level: int, neutral: bool) -> Term:
    """One condition of several; each must have been guarded for the same context."""
    terms = [term for term in terms if term.literal is not neutral]
    decided = next((term for term in terms if term.literal is (not neutral)), None)
    if decided is not None or not terms:
        return decided or boolean(neutral)
    unique = list({term.text: term for term in terms}.values())
    if len(unique) == 1:
        return unique[0]
    missing = next((term.missing for term in unique if term.missing is not NEVER), NEVER)
    return Term(word.join(term.at(level + 1) for term in unique), "bool", level, missing)


def negated(term: Term) -> Term:
    if term.type == "bool" and term.literal is not None:
        return boolean(not term.literal)
    missing = NEVER if term.missing is NEVER else not term.missing
    if re.fullmatch(r"not\((?:answered|coalesce)\([^()]*\)\)", term.text):
        return Term(term.text[4:-1], "bool", missing=missing)
    return Term(f"not({term.text})", "bool", missing=missing)


def known(term: Term) -> Term:
    """The term, with XPath's value where it would be unknown; NaN stays unknown."""
    if term.missing is NEVER or term.missing is NAN:
        return term
    if isinstance(term.missing, bool):
        instead = boolean(term.missing).text
    elif term.missing == "":
        if term.type != "text":
            return term
        instead = "''"
    else:
        instead = number(float(term.missing)).text
    return replace(
        Term(f"coalesce({term.text}, {instead})", term.type), values=term.values and (*term.values, ("", ""))
    )


def guarded(term: Term, unknown: bool | None) -> Term:
    """The condition for a place where the unknown counts as ``unknown`` (None: where it must not be unknown)."""
    if term.missing is NEVER or (unknown is not None and term.missing is unknown):
        return term
    return known(term)


def numeral(value: str) -> float | None:
    """The number that XPath reads in a text; None for NaN."""
    if re.fullmatch(r"\s*-?([0-9]+\.?[0-9]*|\.[0-9]+)\s*", value):
        return float(value)
    return None
