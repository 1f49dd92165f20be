"""A typed tree (app/engine/expressions) over all respondents at once: the same meaning as evaluate.py, as terms of z3."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from app.core import canonical
from app.engine.expressions.evaluate import ARITHMETIC, COMPARE, CONSTANTS
from app.engine.expressions.functions import FUNCTIONS
from app.engine.model import SPECIALS, Value
from app.proofs import numbers
from app.proofs.logic import Guard, Logic
from app.proofs.values import (
    PAIRS,
    Finite,
    Measure,
    Opaque,
    Picked,
    Symbolic,
    Truth,
    compare,
    known,
    measure,
    merge,
    where,
)

SINCE = "today()"
"""The day of the interview, as a name."""


@dataclass
class Known:
    """What expressions read of one name. ``specials``: don't know and refused."""

    value: Symbolic
    asked: Guard
    specials: Mapping[str, Guard] = field(default_factory=dict)


class Translator:
    """``names``: what is asked before, by name. ``arithmetic``: whether any term so far needs more than booleans."""

    def __init__(self, logic: Logic) -> None:
        self.logic = logic
        self.names: dict[str, Known] = {}
        self.own: Known | None = None
        self.owner = ""
        self.arithmetic = False
        self.unfollowed: dict[str, Symbolic] = {}

    def truth(self, tree: Any) -> Truth:
        value = self.value(tree)
        return value if isinstance(value, Truth) else self.free("bool", tree, [value])  # type: ignore[return-value]

    def value(self, tree: Any) -> Symbolic:
        op, *operands = tree
        if op in CONSTANTS:
            constant = operands[0]
            return Truth(constant, not constant) if op == "bool" else Finite({constant: True})
        if op == "unknown":
            return Finite({})
        if op in ("name", "own"):
            return (
                self._name(operands[0], operands[1] if len(operands) > 1 else "text") if op == "name" else self._own()
            )
        if op in ("and", "or"):
            parts = [self.truth(operand) for operand in operands]
            true, false = [part.true for part in parts], [part.false for part in parts]
            if op == "and":
                return Truth(self.logic.all(true), self.logic.any(false))
            return Truth(self.logic.any(true), self.logic.all(false))
        if op in COMPARE:
            left, right = self.value(operands[0]), self.value(operands[1])
            return self.noted(compare(self.logic, op, left, right)) or self.free("bool", tree, [left, right])
        if op in ARITHMETIC:
            return self._arithmetic(tree, op, self.value(operands[0]), self.value(operands[1]))
        if op in WRITTEN_OUT:
            return WRITTEN_OUT[op](self, *operands)
        return self.function(tree, op, operands)

    # --- names ------------------------------------------------------------------------------------

    def _name(self, name: str, type_: str) -> Symbolic:
        found = self.names.get(name)
        return self.noted(found.value) if found else self.free(type_, ["name", name], [])

    def _own(self) -> Symbolic:
        return self.noted(self.own.value) if self.own else Opaque(self._free_guard("own"))

    def _asked(self, reference: Any) -> Symbolic:
        found = self.names.get(reference[1])
        asked = found.asked if found else self._free_guard("asked")
        return Truth(asked, self.logic.no(asked))

    def _answered(self, reference: Any) -> Symbolic:
        found = self.names.get(reference[1])
        if found is None:
            return self.free("bool", ["answered", reference], [])
        said = self.logic.any((known(self.logic, found.value), *found.specials.values()))
        return Truth(said, self.logic.no(said))

    def _dont_know(self, reference: Any) -> Symbolic:
        return self._special(reference, "dk")

    def _refused(self, reference: Any) -> Symbolic:
        return self._special(reference, "refused")

    def _special(self, reference: Any, code: str) -> Symbolic:
        found = self.names.get(reference[1])
        said = found.specials.get(code, False) if found else self._free_guard(code)
        return Truth(said, self.logic.no(said))

    # --- functions that read their arguments in a way of their own -----------------------------------

    def _not(self, operand: Any) -> Symbolic:
        inner = self.truth(operand)
        return Truth(inner.false, inner.true)

    def _minus(self, operand: Any) -> Symbolic:
        inner = self.value(operand)
        if isinstance(inner, Finite):
            return Finite({-case: guard for case, guard in inner.cases.items()})  # type: ignore[operator]
        number = measure(self.logic, inner)
        return Measure(number.known, -number.term) if number else self.free("number", ["minus", operand], [inner])

    def _if(self, condition: Any, then: Any, otherwise: Any) -> Symbolic:
        test, yes, no = self.truth(condition), self.value(then), self.value(otherwise)
        merged = merge(self.logic, where(self.logic, test.true, yes), where(self.logic, test.false, no))
        return self.noted(merged) or self._opaque(["if", condition, then, otherwise])

    def _coalesce(self, *operands: Any) -> Symbolic:
        result = self.value(operands[0])
        for operand in operands[1:]:
            rest = where(self.logic, self.logic.no(known(self.logic, result)), self.value(operand))
            merged = merge(self.logic, result, rest)
            if merged is None:
                return self._opaque(["coalesce", *operands])
            result = merged
        return self.noted(result)

    def _selected(self, subject: Any, code: Any) -> Symbolic:
        chosen, wanted = self.value(subject), self.value(code)
        if isinstance(chosen, Picked) and isinstance(wanted, Finite):
            true = [self.logic.all((guard, chosen.choices.get(str(c), False))) for c, guard in wanted.cases.items()]
            both = self.logic.all((chosen.known, known(self.logic, wanted)))
            picked = self.logic.any(true)
            return Truth(self.logic.all((both, picked)), self.logic.all((both, self.logic.no(picked))))
        return compare(self.logic, "=", chosen, wanted) or self.free("bool", ["selected", subject, code], [chosen])

    def _count_selected(self, subject: Any) -> Symbolic:
        chosen = self.value(subject)
        if not isinstance(chosen, Picked):
            return self.free("number", ["count-selected", subject], [chosen])
        sure = sum(guard is True for guard in chosen.choices.values())
        guards = [g for name, g in chosen.choices.items() if name not in SPECIALS and not isinstance(g, bool)]
        counts = {sure + n: self.logic.exactly(guards, n) if guards else True for n in range(len(guards) + 1)}
        return where(self.logic, chosen.known, Finite(counts))

    def _today(self) -> Symbolic:
        self.arithmetic = True
        return Measure(True, self.logic.integer(SINCE))

    # --- everything else --------------------------------------------------------------------------------

    def _arithmetic(self, tree: Any, op: str, left: Symbolic, right: Symbolic) -> Symbolic:
        finite = self.cases(ARITHMETIC[op], [left, right])
        if finite:
            return finite
        one, two = measure(self.logic, left), measure(self.logic, right)
        term = None if one is None or two is None else numbers.linear(self, op, one.term, two.term, left, right)
        if one is None or two is None or term is None:
            return self.free("number", tree, [left, right])
        return self.noted(Measure(self.logic.all((one.known, two.known)), term))

    def function(self, tree: Any, op: str, operands: list[Any]) -> Symbolic:
        """A function of known values, case by case where there are few; else its result is not followed."""
        function = FUNCTIONS.get(op)
        meaning, result = (function.meaning, function.result) if function else (None, "text")
        values = [self.value(operand) for operand in operands if isinstance(operand, list)]
        finite = self.cases(meaning, values) if len(values) == len(operands) else None
        if finite and result == "bool":
            true = [guard for case, guard in finite.cases.items() if case is True]
            false = [guard for case, guard in finite.cases.items() if case is False]
            return Truth(self.logic.any(true), self.logic.any(false))
        return finite or self.free(result, tree, values)

    def cases(self, meaning: Callable[..., Any] | None, values: list[Symbolic]) -> Finite | None:
        """The function of every combination of finite arguments; None where there are too many, or some are not finite."""
        cases = [value.cases for value in values if isinstance(value, Finite)]
        size = 1
        for part in cases:
            size *= len(part)
        if meaning is None or len(cases) < len(values) or size > PAIRS:
            return None
        results: dict[Value, list[Guard]] = {}
        for combination in product(*(part.items() for part in cases)):
            try:
                result = meaning(*(case for case, _ in combination))
            except (OverflowError, ValueError):
                continue
            if result is not None:
                results.setdefault(result, []).append(self.logic.all(guard for _, guard in combination))
        return Finite({result: self.logic.any(guards) for result, guards in results.items()})

    def noted(self, value: Any) -> Any:
        if isinstance(value, Measure):
            self.arithmetic = True
        return value

    def _opaque(self, tree: Any) -> Symbolic:
        return self.free("text", tree, [])

    def _free_guard(self, stem: str) -> Guard:
        return self.logic.bool(self.logic.name(stem))

    def free(self, type_: str, tree: Any, values: list[Symbolic]) -> Symbolic:
        """A result that may be anything of its type, known at most where its arguments are; the same for the same tree."""
        key = f"{type_}:{canonical.dumps(tree)}"
        if '["own"' in key:
            key = f"{self.owner}:{key}"
        if key not in self.unfollowed:
            arguments = [value for value in values if not isinstance(value, Opaque)]
            self.unfollowed[key] = self._any(type_, self.logic.all(known(self.logic, value) for value in arguments))
        return self.unfollowed[key]

    def _any(self, type_: str, held: Guard) -> Symbolic:
        held = self.logic.all((held, self._free_guard("known")))
        match type_:
            case "bool":
                guard = self._free_guard("free")
                return Truth(self.logic.all((held, guard)), self.logic.all((held, self.logic.no(guard))))
            case "number":
                return self.noted(Measure(held, self.logic.real(self.logic.name("number"))))
            case "date":
                return self.noted(Measure(held, self.logic.integer(self.logic.name("date"))))
        return Opaque(held)


WRITTEN_OUT: Mapping[str, Callable[..., Symbolic]] = {
    "not": Translator._not,
    "minus": Translator._minus,
    "once": Translator.value,
    "if": Translator._if,
    "coalesce": Translator._coalesce,
    "asked": Translator._asked,
    "answered": Translator._answered,
    "dont-know": Translator._dont_know,
    "refused": Translator._refused,
    "selected": Translator._selected,
    "count-selected": Translator._count_selected,
    "today": Translator._today,
    "min": numbers.least,
    "max": numbers.greatest,
    "sum": numbers.total,
    "int": numbers.truncated,
    "round": numbers.rounded,
}
