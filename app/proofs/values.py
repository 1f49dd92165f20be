"""What an expression may be worth, over all respondents at once.

A value is unknown where none of its guards holds: Kleene's third value needs no term of its own. What cannot be followed
(a pattern over free text, say) is ``Opaque``, and a condition over it is free to be true, false or unknown: a check
then misses something rather than cry wolf.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.engine.expressions.evaluate import COMPARE
from app.engine.model import Value
from app.proofs.logic import Guard, Logic, Term

Cases = Mapping[Any, Guard]
"""Where each value is the one there is."""
PAIRS = 1500
"""Combinations of two finite values that are still written out; beyond, they become sums over integers."""


@dataclass(frozen=True, slots=True)
class Truth:
    """A condition: where it is true, where it is false; unknown elsewhere."""

    true: Guard
    false: Guard


@dataclass(frozen=True, slots=True)
class Finite:
    """One of a few values, each under its guard; at most one guard holds."""

    cases: Cases


@dataclass(frozen=True, slots=True)
class Words:
    """A text: one of those that the questionnaire mentions, or any ``other``."""

    cases: Cases
    other: Guard


@dataclass(frozen=True, slots=True)
class Picked:
    """A set of codes: which are in it, where it is known at all."""

    choices: Mapping[str, Guard]
    known: Guard


@dataclass(frozen=True, slots=True)
class Measure:
    """A number, or a date as its ordinal, where it is ``known``."""

    known: Guard
    term: Term


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that is not followed; ``known`` where it is known."""

    known: Guard


Symbolic = Truth | Finite | Words | Picked | Measure | Opaque


def known(logic: Logic, value: Symbolic) -> Guard:
    """Where the value is known."""
    match value:
        case Truth(true, false):
            return logic.any((true, false))
        case Finite(cases):
            return logic.any(cases.values())
        case Words(cases, other):
            return logic.any((*cases.values(), other))
    return value.known


def where(logic: Logic, guard: Guard, value: Symbolic) -> Symbolic:
    """The value, unknown unless the guard holds."""
    if guard is True:
        return value
    match value:
        case Truth(true, false):
            return Truth(logic.all((guard, true)), logic.all((guard, false)))
        case Finite(cases):
            return Finite({case: logic.all((guard, held)) for case, held in cases.items()})
        case Words(cases, other):
            inside = {case: logic.all((guard, held)) for case, held in cases.items()}
            return Words(inside, logic.all((guard, other)))
        case Picked(choices, held):
            return Picked(choices, logic.all((guard, held)))
        case Measure(held, term):
            return Measure(logic.all((guard, held)), term)
    return Opaque(logic.all((guard, value.known)))


def measure(logic: Logic, value: Symbolic) -> Measure | None:
    """A finite number or date as a term; None where it is neither."""
    if isinstance(value, Measure):
        return value
    if not isinstance(value, Finite) or not all(_countable(case) for case in value.cases):
        return None
    numbers = {case: logic.number(_ordinal(case)) for case in value.cases}
    term = logic.number(0)
    for case, guard in value.cases.items():
        term = logic.choose(guard, numbers[case], term)
    return Measure(known(logic, value), term)


def _countable(case: Value) -> bool:
    return isinstance(case, (int, float)) or (isinstance(case, str) and _day(case) is not None)


def _ordinal(case: Value) -> Any:
    return _day(case) if isinstance(case, str) else case


def _day(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def compare(logic: Logic, op: str, left: Symbolic, right: Symbolic) -> Truth | None:
    """The comparison, or None where it cannot be followed."""
    match left, right:
        case Truth(a, b), Truth(c, d):
            same = logic.any((logic.all((a, c)), logic.all((b, d))))
            other = logic.any((logic.all((a, d)), logic.all((b, c))))
            return Truth(same, other) if op == "=" else Truth(other, same)
        case Words(cases, other), Finite(only) if len(only) == 1 and op in ("=", "!="):
            ((wanted, guard),) = only.items()
            same = logic.all((guard, cases.get(wanted, False)))
            rest = [held for case, held in cases.items() if case != wanted]
            differs = logic.all((guard, logic.any((*rest, other))))
            return Truth(same, differs) if op == "=" else Truth(differs, same)
        case Finite(), Words():
            return compare(logic, op, right, left) if op in ("=", "!=") else None
        case Finite(a), Finite(b) if len(a) * len(b) <= PAIRS:
            return pairs(logic, COMPARE[op], a, b)
    first, second = measure(logic, left), measure(logic, right)
    if first is None or second is None:
        return None
    both, holds = logic.all((first.known, second.known)), COMPARE[op](first.term, second.term)
    return Truth(logic.all((both, holds)), logic.all((both, logic.no(holds))))


def pairs(logic: Logic, holds: Callable[[Any, Any], bool], left: Cases, right: Cases) -> Truth:
    """A comparison of two finite values, case by case."""
    true: list[Guard] = []
    false: list[Guard] = []
    for a, first in left.items():
        for b, second in right.items():
            (true if holds(a, b) else false).append(logic.all((first, second)))
    return Truth(logic.any(true), logic.any(false))


def merge(logic: Logic, first: Symbolic, second: Symbolic) -> Symbolic | None:
    """The one that is known (never both are), or None where the two cannot be brought together."""
    match first, second:
        case Truth(a, b), Truth(c, d):
            return Truth(logic.any((a, c)), logic.any((b, d)))
        case Finite(a), Finite(b):
            return Finite({case: logic.any((a.get(case, False), b.get(case, False))) for case in (*a, *b)})
        case ((Words() | Finite()), (Words() | Finite())):
            merged = merge(logic, Finite(first.cases), Finite(second.cases))
            others = [value.other for value in (first, second) if isinstance(value, Words)]
            return Words(merged.cases, logic.any(others)) if isinstance(merged, Finite) else None
        case Picked(a, held), Picked(b, other):
            inside = {
                name: logic.any((logic.all((held, a.get(name, False))), logic.all((other, b.get(name, False)))))
                for name in (*a, *b)
            }
            return Picked(inside, logic.any((held, other)))
        case Opaque(a), Opaque(b):
            return Opaque(logic.any((a, b)))
    one, two = measure(logic, first), measure(logic, second)
    if one is None or two is None:
        return None
    return Measure(logic.any((one.known, two.known)), logic.choose(one.known, one.term, two.term))
