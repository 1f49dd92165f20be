"""The functions of the language: their arguments, result and meaning.

A function without ``meaning`` is written out in evaluate.py because it does not read its arguments' values in the plain
way. Any other is unknown (None) when an argument is.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.problems import N_, Problem
from app.engine.expressions import moments, values
from app.engine.expressions.patterns import Pattern, compile_pattern
from app.engine.expressions.values import numeric

LIST = "list of "
"""Before a type: the type of a name that stands in a repeat, seen from outside of it."""
PLAIN = "text|code|number|date|time|datetime"
NUMBERS = f"number|{LIST}number"


@dataclass(frozen=True, slots=True)
class Function:
    """``arguments``: types, "a|b" for either, "name" for a reference ("any name": to a list too), "list" for any
    list, "same" for one common type, "pattern" and "form" for checked literals. ``least``: how many must be given.
    ``repeat``: the last may repeat. ``result``: a type, or "same": the common one, or that of the list's values."""

    arguments: tuple[str, ...]
    result: str
    least: int
    repeat: bool = False
    meaning: Callable[..., Any] | None = None


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


LOGIC = {
    "not": Function(("bool",), "bool", 1, meaning=lambda value: not value),
    "true": Function((), "bool", 0, meaning=lambda: True),
    "false": Function((), "bool", 0, meaning=lambda: False),
    "if": Function(("bool", "same", "same"), "same", 3),
    "coalesce": Function(("same", "same"), "same", 2, repeat=True),
    "once": Function(("same",), "same", 1, meaning=lambda value: value),
    "answered": Function(("any name",), "bool", 1),
    "asked": Function(("name",), "bool", 1),
    "dont-know": Function(("name",), "bool", 1),
    "refused": Function(("name",), "bool", 1),
    "count-non-empty": Function(("name",), "number", 1, repeat=True),
}
CHOICES = {
    "selected": Function(("set|code", "code"), "bool", 2),
    "count-selected": Function(("set",), "number", 1, meaning=lambda codes: len(values.picked(codes))),
    "selected-at": Function(
        ("set", "number"), "code", 2, meaning=lambda codes, index: values.element(values.picked(codes), index)
    ),
    "rank-of": Function(("set", "code"), "number", 2, meaning=values.rank_of),
    "label": Function(("code|number|set",), "text", 1),
}
TEXTS = {
    "string": Function((PLAIN,), "text", 1, meaning=values.concat),
    "string-length": Function(("text",), "number", 1, meaning=len),
    "regex": Function(("text", "pattern"), "bool", 2, meaning=matches),
    "contains": Function(("text", "text"), "bool", 2, meaning=lambda text, part: part in text),
    "starts-with": Function(("text", "text"), "bool", 2, meaning=str.startswith),
    "ends-with": Function(("text", "text"), "bool", 2, meaning=str.endswith),
    "concat": Function((PLAIN,), "text", 1, repeat=True, meaning=values.concat),
    "substr": Function(("text", "number", "number"), "text", 2, meaning=values.substr),
    "replace": Function(("text", "text", "text"), "text", 3, meaning=values.replace),
    "upper-case": Function(("text",), "text", 1, meaning=lambda text: values.finished(text.upper())),
    "lower-case": Function(("text",), "text", 1, meaning=lambda text: values.finished(text.lower())),
    "normalize-space": Function(("text",), "text", 1, meaning=lambda text: " ".join(text.split())),
}
NUMERIC = {
    "number": Function(("text|code",), "number", 1, meaning=values.parsed),
    "round": Function(("number", "number"), "number", 1, meaning=values.nearest),
    "int": Function(("number",), "number", 1, meaning=numeric(math.trunc)),
    "floor": Function(("number",), "number", 1, meaning=numeric(math.floor)),
    "ceiling": Function(("number",), "number", 1, meaning=numeric(math.ceil)),
    "abs": Function(("number",), "number", 1, meaning=abs),
    "pow": Function(("number", "number"), "number", 2, meaning=numeric(math.pow)),
    "sqrt": Function(("number",), "number", 1, meaning=numeric(math.sqrt)),
    "exp": Function(("number",), "number", 1, meaning=numeric(math.exp)),
    "log": Function(("number",), "number", 1, meaning=numeric(math.log)),
    "log10": Function(("number",), "number", 1, meaning=numeric(math.log10)),
    "random": Function((), "number", 0),
}
LISTS = {
    "min": Function((NUMBERS,), "number", 1, repeat=True, meaning=values.least),
    "max": Function((NUMBERS,), "number", 1, repeat=True, meaning=values.greatest),
    "sum": Function((NUMBERS,), "number", 1, repeat=True, meaning=values.total),
    "mean": Function((NUMBERS,), "number", 1, repeat=True, meaning=values.mean),
    "count": Function(("list",), "number", 1, meaning=values.count),
    "at": Function(("list", "number"), "same", 2, meaning=values.at),
    "join": Function(("text", "|".join(LIST + type_ for type_ in PLAIN.split("|"))), "text", 2, meaning=values.join),
    "position": Function((), "number", 0),
}
DAYS = {
    "today": Function((), "date", 0),
    "now": Function((), "text", 0),
    "date": Function(("text",), "date", 1, meaning=lambda text: moments.moment(text, "date")),
    "date-time": Function(("text",), "datetime", 1, meaning=moments.date_time),
    "date-of": Function(("datetime",), "date", 1, meaning=lambda moment: moment[:10]),
    "time-of": Function(("datetime",), "time", 1, meaning=lambda moment: moment[11:]),
    "year-of": Function(("date",), "number", 1, meaning=lambda day: int(day[:4])),
    "month-of": Function(("date",), "number", 1, meaning=lambda day: int(day[5:7])),
    "day-of": Function(("date",), "number", 1, meaning=lambda day: int(day[8:])),
    "format-date": Function(("date|datetime", "form"), "text", 2, meaning=moments.format_date),
}
FUNCTIONS: dict[str, Function] = {**LOGIC, **CHOICES, **TEXTS, **NUMERIC, **LISTS, **DAYS}
OPERATORS = {
    "since": Function(("date|datetime", "date|datetime"), "number", 2, meaning=numeric(moments.since)),
    "shift": Function(("date", "number"), "date", 2, meaning=moments.shift),
}
"""What ``-`` and ``+`` of dates are in a tree."""


def called(op: str) -> Function:
    """The function of a tree's operator. One that is named as a type has its brackets there: ``["date()", …]``."""
    return OPERATORS.get(op) or FUNCTIONS[op.removesuffix("()")]
