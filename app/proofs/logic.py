"""And, or, not and the constants of z3, folded where an operand is plainly true or false.

A guard is a Python bool or a z3 Bool. All terms of one run belong to the ``Context`` of its Logic, so that runs in
different threads do not touch each other's.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import z3

Guard = Any
"""``bool | z3.BoolRef``; z3 carries no types."""
Term = Any
"""``z3.ArithRef``"""


class Logic:
    """Makes terms in a context of its own."""

    def __init__(self) -> None:
        self.context = z3.Context()
        self.fresh = 0

    def bool(self, name: str) -> Guard:
        return z3.Bool(name, self.context)

    def integer(self, name: str) -> Term:
        return z3.Int(name, self.context)

    def real(self, name: str) -> Term:
        return z3.Real(name, self.context)

    def number(self, value: float) -> Term:
        """A constant, exactly as it is written: 0.1 is a tenth."""
        if isinstance(value, int):
            return z3.IntVal(value, self.context)
        return z3.RealVal(str(Fraction(repr(value))), self.context)

    def any(self, guards: Iterable[Guard]) -> Guard:
        kept = []
        for guard in guards:
            if guard is True:
                return True
            if guard is not False:
                kept.append(guard)
        return (kept[0] if len(kept) == 1 else z3.Or(kept)) if kept else False

    def all(self, guards: Iterable[Guard]) -> Guard:
        kept = []
        for guard in guards:
            if guard is False:
                return False
            if guard is not True:
                kept.append(guard)
        return (kept[0] if len(kept) == 1 else z3.And(kept)) if kept else True

    def no(self, guard: Guard) -> Guard:
        return not guard if isinstance(guard, bool) else z3.Not(guard)

    def implies(self, condition: Guard, then: Guard) -> Guard:
        return self.any((self.no(condition), then))

    def same(self, name: Guard, meaning: Guard) -> Guard:
        """That the two are both true or both false."""
        if isinstance(meaning, bool):
            return name if meaning else z3.Not(name)
        return name == meaning

    def choose(self, guard: Guard, then: Term, otherwise: Term) -> Term:
        if isinstance(guard, bool):
            return then if guard else otherwise
        return z3.If(guard, then, otherwise)

    def at_most_one(self, guards: Iterable[Guard]) -> Guard:
        kept = [guard for guard in guards if guard is not False]
        return z3.AtMost(*kept, 1) if len(kept) > 1 else True

    def exactly(self, guards: list[Guard], count: int) -> Guard:
        """That many of the guards hold. None of them is a constant."""
        return z3.PbEq([(guard, 1) for guard in guards], count)

    def name(self, stem: str) -> str:
        """A name that no other term has."""
        self.fresh += 1
        return f"{stem}#{self.fresh}"
