"""A typed tree becomes a Python closure ``env -> value``, None when unknown (Kleene's three-valued logic).

``env`` holds ``name -> value | None`` for every name that was asked; ``name + "?"`` -> "dk" | "refused" where that was the
answer; ``"."`` the own value; ``"now()"`` the instant at which the interview started.
"""

import operator
from collections.abc import Callable
from typing import Any

from app.engine.expressions.functions import FUNCTIONS, number
from app.engine.model import Env

Closure = Callable[[Env], Any]

CONSTANTS = ("number", "text", "bool", "date", "code")
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
    return _function(FUNCTIONS[op].meaning, [closure(operand) for operand in operands])  # type: ignore[arg-type]


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
        except OverflowError:
            return None

    return evaluate


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
    name, special = reference[1], f"{reference[1]}?"
    return lambda env: env.get(name) is not None or special in env


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


BUILDERS: dict[str, Callable[..., Closure]] = {
    "and": _and,
    "or": _or,
    "minus": _minus,
    "if": _if,
    "coalesce": _coalesce,
    "answered": _answered,
    "asked": _asked,
    "dont-know": _special("dk"),
    "refused": _special("refused"),
    "selected": _selected,
    "now": lambda: lambda env: env.get("now()"),
    "today": lambda: lambda env: None if (instant := env.get("now()")) is None else instant[:10],
}
