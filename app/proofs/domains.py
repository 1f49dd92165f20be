"""What a question can be answered with, as few cases as its conditions can tell apart.

A number that is only ever compared with 18 and 65 needs no integers: one person each below, at, between and above stands for all.
Numbers that are added up or compared with each other are integers or reals of z3.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from app.engine.expressions.evaluate import COMPARE, cell
from app.engine.model import Choice, Expression, Page, Question, Questionnaire, Value, every

MANY = 250
"""Choices from which on only those that a condition mentions are told apart."""
FEW = 60
"""Whole numbers that are written out one by one where they are calculated with."""
LIKELY = (1, 20, 100)
REFERENCES = ("asked", "answered", "dont-know", "refused")


@dataclass
class Uses:
    """How one name is used. ``constants``: what it is compared with; ``calculated``: anything else is done with its value."""

    constants: set[Any] = field(default_factory=set)
    calculated: bool = False


def expressions(q: Questionnaire) -> Iterator[tuple[Expression, str]]:
    """Every expression of the questionnaire, and the name that ``.`` stands for in it."""
    for part in every(q.parts):
        yield from ((found, "") for found in (part.relevant, getattr(part, "count", None)) if found)
        for question in part.questions if isinstance(part, Page) else ():
            own = (question.relevant, question.required, question.constraint, question.warning, question.calculation)
            yield from ((found, question.bare) for found in own if isinstance(found, Expression))
            yield from ((choice.relevant, "") for choice in question.choices if choice.relevant)
            yield from ((found, "") for found in _filters(question))
    yield from ((cell.relevant, "") for quota in q.quotas for side in quota.sides for cell in side)


def _filters(question: Question) -> Iterator[Expression]:
    """A question's filter as each of its choices fills it in: what the columns say is what an answer is compared with."""
    condition = question.choice_filter
    if condition is not None:
        for choice in alike(question)[:MANY]:
            yield replace(condition, tree=filled(condition.tree, choice.columns))


def alike(question: Question) -> Sequence[Choice]:
    """One choice for all that are offered to the same people."""
    found: dict[str, Choice] = {}
    for choice in question.choices:
        own = choice.relevant.source if choice.relevant else ""
        shared = filled(question.choice_filter.tree, choice.columns) if question.choice_filter else ""
        found.setdefault(f"{own} {shared}", choice)
    return list(found.values())


def filled(tree: Any, columns: Mapping[str, str | None]) -> Any:
    """A filter's tree with a choice's columns in it."""
    if not isinstance(tree, (list, tuple)):
        return tree
    if tree[0] == "column":
        value = cell(columns.get(f"|{tree[1]}"), tree[2])
        return ["unknown"] if value is None else [tree[2], value]
    return [filled(part, columns) for part in tree]


def uses(found: Iterable[tuple[Expression, str]]) -> dict[str, Uses]:
    """How each name is used by the expressions."""
    known: dict[str, Uses] = {}
    for expression, own in found:
        _scan(expression.tree, own, known)
    return known


def _scan(tree: Any, own: str, known: dict[str, Uses]) -> None:
    op, *operands = tree
    if op in ("name", "own"):
        known.setdefault(operands[0] if op == "name" else own, Uses()).calculated = True
        return
    if op in REFERENCES:
        return
    if op in COMPARE or op == "selected":
        for one, two in (operands, operands[::-1]):
            constant = _constant(two)
            if one[0] in ("name", "own") and constant is not None:
                known.setdefault(one[1] if one[0] == "name" else own, Uses()).constants.add(constant)
                return
    for operand in operands:
        if isinstance(operand, list):
            _scan(operand, own, known)


def _constant(tree: Any) -> Any:
    if tree[0] == "minus" and tree[1][0] == "number":
        return -tree[1][1]
    return tree[1] if tree[0] in ("number", "date", "text", "code") else None


def whole(question: Question) -> bool:
    """Whether its numbers are whole."""
    return question.parameters.get("decimals", 0) == 0 and not isinstance(question.parameters.get("step", 1), float)


def numbers(question: Question, use: Uses) -> Sequence[Value] | None:
    """The numbers that stand for all answers; None where z3 must choose among all."""
    if question.choices:
        return [int(choice.name) for choice in question.choices]
    least, most = limits(question)
    if use.calculated:
        few = whole(question) and least is not None and most is not None and most - least < FEW
        return list(range(int(least), int(most) + 1)) if few and least is not None and most is not None else None
    step = 1 if whole(question) else Fraction(1, 10 ** int(question.parameters.get("decimals", 2)))
    near = {cut + shift for cut in map(_fraction, use.constants) for shift in (-step, 0, step)}
    inside = [
        n for n in sorted(near | _usual(least, most)) if (least is None or n >= least) and (most is None or n <= most)
    ]
    return _told_apart([_plain(n) for n in inside if not whole(question) or n.denominator == 1], use.constants)


def dates(question: Question, use: Uses) -> Sequence[Value] | None:
    """The days that stand for all answers; None where z3 must choose among all."""
    if use.calculated:
        return None
    least, most = question.parameters.get("min"), question.parameters.get("max")
    days = [date.fromisoformat(text) for text in (*use.constants, *filter(None, (least, most)), "2000-01-01")]
    near = {(day + timedelta(shift)).isoformat() for day in days for shift in (-1, 0, 1)}
    inside = [day for day in sorted(near) if (not least or day >= least) and (not most or day <= most)]
    return _told_apart(inside, use.constants)


def limits(question: Question) -> tuple[float | None, float | None]:
    """The least and the greatest number it takes."""
    return question.parameters.get("min"), question.parameters.get("max")


def days(question: Question) -> tuple[int, int]:
    """The first and the last day it takes, as ordinals."""
    least, most = question.parameters.get("min"), question.parameters.get("max")
    return (date.fromisoformat(least) if least else date.min).toordinal(), (
        date.fromisoformat(most) if most else date.max
    ).toordinal()


def _usual(least: float | None, most: float | None) -> set[Fraction]:
    """Numbers to begin with: the limits, and what a person is likely to say."""
    return {_fraction(n) for n in (least, most, *LIKELY) if n is not None}


def _told_apart(values: Sequence[Any], constants: Iterable[Any]) -> list[Value]:
    """One value for each outcome of the comparisons."""
    found: dict[tuple[int, ...], Any] = {}
    for value in values:
        outcome = tuple((value > constant) - (value < constant) for constant in constants)
        found.setdefault(outcome, value)
    return list(found.values())


def _fraction(number: float | Fraction) -> Fraction:
    return number if isinstance(number, Fraction) else Fraction(repr(number))


def _plain(number: Fraction) -> int | float:
    return int(number) if number.denominator == 1 else float(number)
