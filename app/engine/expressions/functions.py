"""The functions of the language: their arguments, result and meaning.

A function without ``meaning`` is written out in evaluate.py because it does not read its arguments' values in the plain
way. Any other is unknown (None) when an argument is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core import canonical
from app.core.problems import N_, Problem
from app.engine.expressions.patterns import Pattern, compile_pattern
from app.engine.model import SPECIALS


@dataclass(frozen=True, slots=True)
class Function:
    """``arguments``: types, "name" for a reference, "a|b" for either, "same" for one common type. ``least``: how many
    must be given. ``repeat``: the last may repeat. ``result``: a type, or "same"."""

    arguments: tuple[str, ...]
    result: str
    least: int
    repeat: bool = False
    meaning: Callable[..., Any] | None = None


def nearest(value: float, digits: float = 0) -> float | None:
    """Round half away from zero: 2.5 is 3, -2.5 is -3."""
    scaled = abs(value) * 10**digits
    whole = math.floor(scaled)
    rounded = (whole + 1 if scaled - whole >= 0.5 else whole) / 10**digits
    return number(math.copysign(rounded, value))


def number(value: float) -> float | None:
    """The double, as an int where it is whole and exact; unknown (None) beyond a double's range."""
    if isinstance(value, int):
        return value if abs(value) <= 2**53 else float(value)
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() and abs(value) <= 2**53 else value


def concat(*parts: Any) -> str:
    return "".join(part if isinstance(part, str) else canonical.dumps(part) for part in parts)


def count_selected(codes: tuple[str, ...]) -> int:
    return sum(code not in SPECIALS for code in codes)


def matches(text: str, source: str) -> bool:
    """Whether the whole text matches; the checker has seen that the pattern is one."""
    pattern = compile_pattern(source)
    return isinstance(pattern, Pattern) and pattern.matches(text)


def pattern_problem(source: str) -> Problem | None:
    """What keeps a pattern out of the subset that needs linear time."""
    reason = compile_pattern(source)
    if isinstance(reason, Pattern):
        return None
    return Problem(
        "bad_pattern",
        N_("The pattern {pattern} cannot be used: {reason}."),
        {"pattern": source, "reason": reason},
        remedy=N_("Use characters, classes such as [a-z], groups and repetitions; the whole text must match."),
    )


FUNCTIONS: dict[str, Function] = {
    "not": Function(("bool",), "bool", 1, meaning=lambda value: not value),
    "true": Function((), "bool", 0, meaning=lambda: True),
    "false": Function((), "bool", 0, meaning=lambda: False),
    "if": Function(("bool", "same", "same"), "same", 3),
    "coalesce": Function(("same", "same"), "same", 2, repeat=True),
    "answered": Function(("name",), "bool", 1),
    "asked": Function(("name",), "bool", 1),
    "dont-know": Function(("name",), "bool", 1),
    "refused": Function(("name",), "bool", 1),
    "selected": Function(("set|code", "code"), "bool", 2),
    "count-selected": Function(("set",), "number", 1, meaning=count_selected),
    "string-length": Function(("text",), "number", 1, meaning=len),
    "regex": Function(("text", "pattern"), "bool", 2, meaning=matches),
    "contains": Function(("text", "text"), "bool", 2, meaning=lambda text, part: part in text),
    "concat": Function(("text|code|number|date",), "text", 1, repeat=True, meaning=concat),
    "round": Function(("number", "number"), "number", 1, meaning=nearest),
    "int": Function(("number",), "number", 1, meaning=math.trunc),
    "min": Function(("number",), "number", 1, repeat=True, meaning=lambda *values: min(values)),
    "max": Function(("number",), "number", 1, repeat=True, meaning=lambda *values: max(values)),
    "sum": Function(("number",), "number", 1, repeat=True, meaning=lambda *values: number(sum(values))),
    "today": Function((), "date", 0),
    "now": Function((), "text", 0),
}
