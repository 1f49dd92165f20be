"""A typed tree becomes a Python closure ``env -> value``, None when unknown (Kleene's three-valued logic).

``env`` holds ``name -> value | None`` for every name that was asked; ``name + "?"`` -> "dk" | "refused" where that was the
answer; ``"."`` the own value; ``"|" + column`` the text of the choice that is filtered, or None. Of the interview
``"now()"`` is the instant at which it started (ISO 8601), ``"language()"`` its language, ``"seed()"`` what its random
numbers come from; in a repeat ``"position()"`` is the row, from 1, and names are those of the row. A name that stands in
a repeat, seen from outside, is a list with None for each row without an answer. Of a contact ``"history()"`` is what happened
(history.py).
"""

import operator
from collections.abc import Callable
from typing import Any

from app.engine.expressions.functions import LIST, called
from app.engine.expressions.history import HISTORY
from app.engine.expressions.moments import FORMS, moment
from app.engine.expressions.values import chance, label, number, parsed
from app.engine.model import Env

Closure = Callable[[Env], Any]

CONSTANTS = ("number", "text", "bool", "code", *FORMS)
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _divide(left: float, right: float) -> float | None:
    return left / right if right else None


def _modulo(left: float, right: float) -> float | None:
    """The remainder of the floored quotient: it has the sign of the divisor."""
    return left % right if right else None


ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": _modulo,
}


def closure(tree: Any) -> Closure:
    """The tree as a function of the env."""
    op, *operands = tree
    if op in CONSTANTS:
        constant = operands[0]
        return lambda env: constant
    if op in ("name", "own"):
        key = operands[0] if op == "name" else "."
        return lambda env: env.get(key)
    if op in COMPARE:
        return _comparison(COMPARE[op], *operands)
    if op in ARITHMETIC:
        return _arithmetic(ARITHMETIC[op], closure(operands[0]), closure(operands[1]))
    if op in BUILDERS:
        return BUILDERS[op](*operands)
    return _function(called(op).meaning, [closure(operand) for operand in operands])  # type: ignore[arg-type]


def _comparison(compare: Callable[[Any, Any], bool], left: Any, right: Any) -> Closure:
    if left[0] == "name" and right[0] in CONSTANTS:
        name, constant = left[1], right[1]
        return lambda env: None if (value := env.get(name)) is None else compare(value, constant)
    first, second = closure(left), closure(right)

    def evaluate(env: Env) -> bool | None:
        a, b = first(env), second(env)
        return None if a is None or b is None else compare(a, b)

    return evaluate


def _arithmetic(compute: Callable[[Any, Any], Any], first: Closure, second: Closure) -> Closure:
    def evaluate(env: Env) -> float | None:
        a, b = first(env), second(env)
        if a is None or b is None:
            return None
        try:
            result = compute(a, b)
        except OverflowError:
            return None
        return None if result is None else number(result)

    return evaluate


def _function(meaning: Callable[..., Any], arguments: list[Closure]) -> Closure:
    def evaluate(env: Env) -> Any:
        values = [argument(env) for argument in arguments]
        try:
            return None if None in values else meaning(*values)
        except (ArithmeticError, ValueError):  # outside its domain, or beyond a double's or the calendar's range
            return None

    return evaluate


def cell(text: str | None, type_: str) -> Any:
    """The text of a column read as a text, code, number, date, time or datetime; unknown where it is none."""
    if text is None or type_ in ("text", "code"):
        return text
    return parsed(text) if type_ == "number" else moment(text, type_)


def _column(name: str, type_: str) -> Closure:
    key = f"|{name}"
    return lambda env: cell(env.get(key), type_)


def _and(*operands: Any) -> Closure:
    parts = [closure(operand) for operand in operands]

    def evaluate(env: Env) -> bool | None:
        result: bool | None = True
        for part in parts:
            value = part(env)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return evaluate


def _or(*operands: Any) -> Closure:
    parts = [closure(operand) for operand in operands]

    def evaluate(env: Env) -> bool | None:
        result: bool | None = False
        for part in parts:
            value = part(env)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return evaluate


def _minus(operand: Any) -> Closure:
    inner = closure(operand)
    return lambda env: None if (value := inner(env)) is None else -value


def _if(condition: Any, then: Any, otherwise: Any) -> Closure:
    test, yes, no = closure(condition), closure(then), closure(otherwise)
    return lambda env: None if (value := test(env)) is None else yes(env) if value else no(env)


def _coalesce(*operands: Any) -> Closure:
    parts = [closure(operand) for operand in operands]
    return lambda env: next((value for part in parts if (value := part(env)) is not None), None)


def _answered(reference: Any) -> Closure:
    name, special, type_ = reference[1], f"{reference[1]}?", reference[2]
    if type_ and type_.startswith(LIST):
        return lambda env: any(value is not None for value in env.get(name) or ())
    return lambda env: env.get(name) is not None or special in env


def _count_non_empty(*references: Any) -> Closure:
    parts = [_answered(reference) for reference in references]
    return lambda env: sum(part(env) for part in parts)


def _asked(reference: Any) -> Closure:
    name = reference[1]
    return lambda env: name in env


def _special(code: str) -> Callable[[Any], Closure]:
    def build(reference: Any) -> Closure:
        key = f"{reference[1]}?"
        return lambda env: env.get(key) == code

    return build


def _selected(subject: Any, code: Any) -> Closure:
    chosen, wanted = closure(subject), closure(code)

    def evaluate(env: Env) -> bool | None:
        value, item = chosen(env), wanted(env)
        if value is None or item is None:
            return None
        return item in value if isinstance(value, tuple) else item == value

    return evaluate


def _label(subject: Any, labels: Any) -> Closure:
    inner = closure(subject)
    return lambda env: None if (value := inner(env)) is None else label(value, labels, env.get("language()", ""))


def _history(meaning: Callable[..., Any]) -> Callable[..., Closure]:
    """A function over what happened, of literals."""

    def build(*literals: Any) -> Closure:
        arguments = [value for _, value in literals]
        return lambda env: meaning(env, *arguments)

    return build


def _random(place: str) -> Closure:
    def evaluate(env: Env) -> float | None:
        seed = env.get("seed()")
        return None if seed is None else number(chance(seed, env.get("position()"), place))

    return evaluate


BUILDERS: dict[str, Callable[..., Closure]] = {
    "column": _column,
    "and": _and,
    "or": _or,
    "minus": _minus,
    "if": _if,
    "coalesce": _coalesce,
    "answered": _answered,
    "count-non-empty": _count_non_empty,
    "asked": _asked,
    "dont-know": _special("dk"),
    "refused": _special("refused"),
    "selected": _selected,
    "label": _label,
    "position": lambda: lambda env: env.get("position()"),
    "random": _random,
    "now": lambda: lambda env: env.get("now()"),
    "today": lambda: lambda env: None if (instant := env.get("now()")) is None else instant[:10],
    **{name: _history(meaning) for name, (_, meaning) in HISTORY.items()},
}
