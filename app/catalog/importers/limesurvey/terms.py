"""Pieces of our expressions while they are put together from LimeSurvey's.

LimeSurvey has no types and takes what was not answered as an empty text; here it is unknown. A term says what it would be
there when it is unknown here, so that the two agree wherever it matters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalog.importers.limesurvey.variables import Variable
from app.core.problems import N_

OR, AND, COMPARED, SUM, PRODUCT, ATOM = range(1, 7)
"""How strongly the outermost operator of a term binds."""


class Untranslatable(Exception):
    """Why an expression cannot be said in our language: a message id and its params. Stays inside the importer."""

    def __init__(self, why: str, **params: Any) -> None:
        super().__init__(why)
        self.why, self.params = why, params


@dataclass(frozen=True)
class Term:
    """``kind``: "number", "text", "date", "code", "bool", or "moment": a day that LimeSurvey counts in seconds. ``missing``:
    what LimeSurvey takes a bool for when it is unknown, None where it never is. ``known``: never unknown. ``value``: of a
    literal. ``variable``: where it is one, untouched. ``opposite``: of what it is the negation."""

    source: str
    kind: str
    level: int = ATOM
    known: bool = True
    missing: bool | None = None
    value: int | float | str | None = None
    variable: Variable | None = None
    opposite: "Term | None" = None

    def within(self, level: int) -> str:
        """The source, in brackets where its operator binds less than ``level``."""
        return self.source if self.level >= level else f"({self.source})"


TRUE, FALSE = Term("true", "bool"), Term("false", "bool")
EMPTY = Term("''", "text", value="")


@dataclass
class Notes:
    """What an expression came to mean only nearly: message ids, each once."""

    said: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, why: str, **params: Any) -> None:
        self.said.setdefault(why, params)


def quoted(text: str) -> str:
    """The text as a literal of ours, which knows no escapes; blanks at its ends stay, since texts are put together of it."""
    flat = " ".join(text.split("\n"))
    if "'" not in flat:
        return f"'{flat}'"
    if '"' not in flat:
        return f'"{flat}"'
    pieces = flat.split("'")
    return "concat(" + ', "\'", '.join(f"'{piece}'" for piece in pieces) + ")"


def literal(value: int | float | str) -> Term:
    source = quoted(value) if isinstance(value, str) else written(value)
    return Term(source, "text" if isinstance(value, str) else "number", value=value)


def written(value: float) -> str:
    """A number as our expressions write it: no exponent."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return f"{value:.12f}".rstrip("0")


def numeric(value: Any) -> int | float | None:
    """What PHP takes for a number: one, or a text that says one."""
    if isinstance(value, (int, float)):
        return value
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    text = str(value).strip().lower()
    if not text or text[-1].isalpha() or "_" in text or abs(number) > 1e15:
        return None
    return int(number) if number.is_integer() else number


def compare(left: Any, op: str, right: Any) -> bool:
    """LimeSurvey's verdict on two values: as numbers where both are, as texts where neither is or for equality."""
    first, second = numeric(left), numeric(right)
    if first is None or second is None:
        if op in ("<", "<=", ">", ">=") and (first is not None or second is not None):
            return False
        first, second = str(left), str(right)  # type: ignore[assignment]
    return {
        "==": first == second,
        "!=": first != second,
        "<": first < second,  # type: ignore[operator]
        "<=": first <= second,  # type: ignore[operator]
        ">": first > second,  # type: ignore[operator]
        ">=": first >= second,  # type: ignore[operator]
    }[op]


def joined(word: str, terms: list[Term]) -> Term:
    """``a and b``, ``a or b``; each may stay unknown where LimeSurvey takes it for false."""
    idle, deciding = (TRUE, FALSE) if word == "and" else (FALSE, TRUE)
    terms = [term for term in terms if term != idle]
    if deciding in terms or not terms:
        return deciding if terms else idle
    if len(terms) == 1:
        return terms[0]
    level = AND if word == "and" else OR
    known = all(term.known for term in terms)
    source = f" {word} ".join(lenient(term).within(level + 1) for term in terms)
    return Term(source, "bool", level, known, None if known else False)


def negated(term: Term) -> Term:
    if term in (TRUE, FALSE):
        return FALSE if term == TRUE else TRUE
    return term.opposite or Term(f"not({exact(term).source})", "bool", opposite=exact(term))


def exact(term: Term) -> Term:
    """A bool that is never unknown."""
    if term.known:
        return term
    return Term(f"coalesce({term.source}, {'true' if term.missing else 'false'})", "bool")


def lenient(term: Term) -> Term:
    """A bool that may be unknown where LimeSurvey says false: a condition is then not met in either."""
    return exact(term) if term.missing else term


def infix(op: str, left: Term, right: Term, kind: str = "number") -> Term:
    """An operation of known operands, or a comparison."""
    level = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}.get(op, COMPARED)
    source = f"{left.within(level)} {op} {right.within(level + 1)}"
    divides = op != "/" or bool(right.value)
    return Term(source, kind, level, divides and left.known and right.known)


def call(name: str, *arguments: Term | str, kind: str = "number") -> Term:
    sources = [argument if isinstance(argument, str) else argument.source for argument in arguments]
    known = all(isinstance(argument, str) or argument.known for argument in arguments)
    return Term(f"{name}({', '.join(sources)})", kind, known=known)


def answered(term: Term) -> Term:
    """Whether LimeSurvey has something other than an empty text for it."""
    if term.value is not None:
        return FALSE if term.value == "" else TRUE
    if term.kind == "bool":
        return term
    if term.variable and term.source == ".":
        return TRUE
    if term.variable and term.variable.choice:
        return exact(Term(f"count-selected(${{{term.variable.name}}}) > {term.variable.choice}", "bool", known=False))
    if term.variable and not (term.variable.computed and term.kind == "text"):
        return Term(f"answered({term.source})", "bool")
    if term.kind == "text":
        return infix("!=", as_text(term), EMPTY, "bool")
    if term.known:
        return TRUE
    return exact(Term(f"{term.within(SUM)} = {term.within(SUM)}", "bool", COMPARED, False, False))


def as_number(term: Term) -> Term:
    """The number that PHP calculates with: 0 for what is missing."""
    value = numeric(term.value) if term.value is not None else None
    if value is not None:
        return literal(value)
    if term.value == "":
        return literal(0)
    match term.kind:
        case "number":
            return term if term.known else Term(f"coalesce({term.source}, 0)", "number")
        case "bool":
            return Term(f"if({exact(term).source}, 1, 0)", "number")
        case "code":
            variable = term.variable
            if variable and all(numeric(code) is not None or code == "-oth-" for code in variable.codes):
                return Term(f"coalesce(number({term.source}), 0)", "number")
        case "text":
            return Term(f"coalesce(number({term.source}), 0)", "number")
        case "moment":
            day = term.source if term.known else f"coalesce({term.source}, date('1970-01-01'))"
            return Term(f"({day} - date('1970-01-01')) * 86400", "number", PRODUCT)
    raise Untranslatable(N_("It calculates with what is no number: {term}."), term=term.source)


def as_text(term: Term) -> Term:
    """The text that PHP makes of it: an empty one for what is missing."""
    if term.value is not None:
        return literal(term.value if isinstance(term.value, str) else written(term.value))
    if term.kind == "bool":
        shown = next(iter(term.variable.codes), "1") if term.variable else "1"
        return Term(f"if({exact(term).source}, '{shown}', '')", "text")
    if term.kind == "moment":
        raise Untranslatable(N_("It shows a moment as its seconds."))
    source = term.source if term.kind == "text" else f"string({term.source})"
    return Term(source, "text") if term.known else Term(f"coalesce({source}, '')", "text")


def as_bool(term: Term) -> Term:
    """What PHP takes for true: neither empty nor 0."""
    if term.kind == "bool":
        return term
    if term.value is not None:
        return FALSE if numeric(term.value) == 0 or term.value == "" else TRUE
    if term.kind == "number":
        return Term(f"{term.within(SUM)} != 0", "bool", COMPARED, term.known, None if term.known else False)
    if term.kind == "code" and term.variable and "0" in term.variable.codes:
        return Term(f"{term.source} != {quoted(term.variable.codes['0'])}", "bool", COMPARED, False, False)
    return answered(term)
