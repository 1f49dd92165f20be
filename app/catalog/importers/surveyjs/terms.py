"""Operands of SurveyJS's expressions while they become ours."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.catalog.importers.surveyjs.values import Scope, Value
from app.catalog.importers.writing import number, quoted, reference
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.surveyjs.conditions import Operand, Translation


class Lost(Exception):
    """What cannot be said here: ``why`` is a message id for the report. Stays inside the importer."""

    def __init__(self, why: str, **params: Any) -> None:
        super().__init__(why)
        self.why = why
        self.params: Mapping[str, Any] = params


MOMENTS = {
    "date": r"\d{4}-\d\d-\d\d", "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d", "time": r"\d\d:\d\d",
}  # fmt: skip
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Const:
    """A value that stands in the expression: text, number, bool, None or a list of them."""

    value: Any


@dataclass(frozen=True, slots=True)
class Term:
    """An expression of ours and its type."""

    text: str
    type: str


def same_value(const: Any) -> Any:
    """A constant as SurveyJS takes it: what looks like a number is one, except with a leading zero ("007")."""
    if not isinstance(const, str):
        return const
    text = const.strip()
    digits = text.removeprefix("-")
    if not digits.replace(".", "", 1).isdecimal() or not digits.isascii() or len(digits) > 15 or digits[:1] == ".":
        return const
    if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
        return const
    return float(text) if "." in text else int(text)


def own_or(value: Value, scope: Scope) -> str:
    """A question of ours as an expression in the scope says it."""
    if scope.own is not None and value.name == scope.own.name:
        return "."
    return f"at({reference(value.name)}, {value.row})" if value.row else reference(value.name)


def as_term(run: "Translation", operand: "Operand") -> Term:
    """The operand in our words."""
    if isinstance(operand, Term):
        return operand
    if isinstance(operand, Const):
        return _literal(operand.value)
    if operand.type in ("grid", "rows", "note"):
        raise Lost(N_("It calculates with a whole table or list."))
    names = [run.name(each) for each in operand.each() if each.type == operand.type]
    return Term(names[0] if len(names) == 1 else f"coalesce({', '.join(names)})", operand.type)


def _literal(value: Any) -> Term:
    if isinstance(value, bool):
        return Term(str(value).lower(), "bool")
    plain = same_value(value)
    if isinstance(plain, int | float):
        return Term(number(plain), "number")
    if isinstance(plain, str):
        return Term(quoted(plain), "text")
    raise Lost(N_("It calculates with an empty value or a list."))


def as_number(run: "Translation", operand: "Operand") -> str:
    """The operand as a number, unknown where it is none."""
    term = as_term(run, operand)
    if term.type in ("text", "code"):
        return f"number({term.text})"
    if term.type == "bool":
        return f"if({term.text}, 1, 0)"
    if term.type != "number":
        raise Lost(N_("It calculates with a value of type {type}."), type=term.type)
    return term.text


def as_text(run: "Translation", operand: "Operand") -> str:
    term = as_term(run, operand)
    if term.type in ("text", "code", "number", "date"):
        return term.text if term.type == "text" else f"string({term.text})"
    raise Lost(N_("It takes a value of type {type} for a text."), type=term.type)


def same_type(run: "Translation", left: "Operand", right: "Operand") -> tuple[Term, Term]:
    """Both sides of a comparison in one type, as JavaScript would take them: numbers where one of them is a number."""
    first, second = as_term(run, left), as_term(run, right)
    if first.type == second.type or "unknown" in (first.type, second.type):
        return first, second
    if isinstance(left, Const) or isinstance(right, Const):
        literal, other = (first, second) if isinstance(left, Const) else (second, first)
        if literal.type == "text" and other.type in ("date", "code"):
            return first, second
    if "number" in (first.type, second.type):
        return Term(as_number(run, first), "number"), Term(as_number(run, second), "number")
    return Term(as_text(run, first), "text"), Term(as_text(run, second), "text")


def key_of(item: Any) -> str:
    """A constant as choices are kept."""
    return (str(item).lower() if isinstance(item, bool) else str(item)).strip().casefold()


def typed(choice: str, value: Value) -> Any:
    if value.boolean:
        return choice == "true"
    return same_value(value.words.get(choice, choice))


def compare(op: str, left: Any, right: Any) -> bool:
    """How JavaScript would see two constants."""
    a, b = same_value(left), same_value(right)
    if op == "=":
        return bool(key_of(a) == key_of(b)) if not isinstance(a, list) and not isinstance(b, list) else a == b
    if op in ("<=", ">=") and compare("=", a, b):
        return True
    if isinstance(a, bool | int | float) and isinstance(b, bool | int | float):
        return ORDER[op](a, b)
    if isinstance(a, str) and isinstance(b, str):
        return ORDER[op](a, b)
    return False
