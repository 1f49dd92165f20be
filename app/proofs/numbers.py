"""Functions of numbers over all respondents at once: case by case where there are few, else as terms of z3."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import z3

from app.engine.expressions.evaluate import ARITHMETIC
from app.engine.expressions.functions import FUNCTIONS
from app.proofs.logic import Guard, Term
from app.proofs.values import Finite, Measure, Symbolic, measure

if TYPE_CHECKING:
    from app.proofs.translate import Translator


def least(run: "Translator", *operands: Any) -> Symbolic:
    return extreme(run, "min", operands, lambda a, b: a <= b)


def greatest(run: "Translator", *operands: Any) -> Symbolic:
    return extreme(run, "max", operands, lambda a, b: a >= b)


def extreme(run: "Translator", op: str, operands: tuple[Any, ...], first: Callable[[Term, Term], Guard]) -> Symbolic:
    def pick(one: Measure, two: Measure) -> Measure:
        chosen = run.logic.choose(first(one.term, two.term), one.term, two.term)
        return Measure(run.logic.all((one.known, two.known)), chosen)

    return fold(run, op, operands, min if op == "min" else max, pick)


def total(run: "Translator", *operands: Any) -> Symbolic:
    def add(one: Measure, two: Measure) -> Measure:
        return Measure(run.logic.all((one.known, two.known)), one.term + two.term)

    return fold(run, "sum", operands, ARITHMETIC["+"], add)


def fold(
    run: "Translator",
    op: str,
    operands: tuple[Any, ...],
    small: Callable[..., Any],
    large: Callable[[Measure, Measure], Measure],
) -> Symbolic:
    """A function of several numbers, two at a time."""
    values = [run.value(operand) for operand in operands]
    result = values[0]
    for value in values[1:]:
        finite = run.cases(small, [result, value])
        one, two = measure(run.logic, result), measure(run.logic, value)
        if finite is None and (one is None or two is None):
            return run.free("number", [op, *operands], values)
        result = finite or large(one, two)  # type: ignore[arg-type]
    return run.noted(result)


def truncated(run: "Translator", operand: Any) -> Symbolic:
    return shortened(run, ["int", operand], lambda term: z3.ToInt(term))


def rounded(run: "Translator", operand: Any, *digits: Any) -> Symbolic:
    places = digits[0][1] if digits and digits[0][0] == "number" else 0 if not digits else None
    tree = ["round", operand, *digits]
    if not isinstance(places, int):
        return run.function(tree, "round", [operand, *digits])
    scale, half = 10**places, z3.RealVal("1/2", run.logic.context)
    return shortened(run, tree, lambda term: z3.ToReal(z3.ToInt(term * scale + half)) / scale)


def shortened(run: "Translator", tree: Any, floor: Callable[[Term], Term]) -> Symbolic:
    """A number with fewer digits: those of its absolute value, with its sign."""
    op, *operands = tree
    values = [run.value(operand) for operand in operands]
    finite, number = run.cases(FUNCTIONS[op].meaning, values), measure(run.logic, values[0])
    if finite or number is None:
        return finite or run.free("number", tree, values)
    if z3.is_int(number.term):
        return run.noted(number)
    shorter = z3.If(number.term >= 0, floor(number.term), -floor(-number.term))
    return run.noted(Measure(number.known, shorter))


def linear(run: "Translator", op: str, one: Term, two: Term, left: Symbolic, right: Symbolic) -> Term | None:
    """The result where that is linear, which keeps the solver quick."""
    by = constant(right)
    match op:
        case "+":
            return one + two
        case "-":
            return one - two
        case "*" if by is not None or constant(left) is not None:
            return one * two
        case "/" if by:
            return one / z3.ToReal(two) if z3.is_int(two) else one / two
        case "%" if isinstance(by, int) and by > 0 and z3.is_int(one):
            return one % two
    return None


def constant(value: Symbolic) -> Any:
    """The number that it always is, else None."""
    if isinstance(value, Finite) and len(value.cases) == 1:
        ((case, guard),) = value.cases.items()
        return case if guard is True else None
    return None
