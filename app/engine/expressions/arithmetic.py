"""Types of ``+`` and ``-``, which also take days: between two dates, and away from one."""

from typing import TYPE_CHECKING, Any

from app.engine.expressions.grammar import Syntax

if TYPE_CHECKING:
    from app.engine.expressions.check import Checked, Checker

SUBTRACTED = {"date": "date|number", "datetime": "datetime"}
"""What can be taken from a value of the type."""


def check_sum(run: "Checker", syntax: Syntax) -> "Checked":
    """date - date and datetime - datetime are days, date + number and date - number are dates, all else is of numbers."""
    op, (left, right) = syntax.op, syntax.operands
    if run.pliable(left) and (op == "+" or run.pliable(right)):
        return [op, run.expect(left, "number"), run.expect(right, "number")], "number"
    if run.pliable(left):
        tree, type_ = run.check(right)
        if type_ in SUBTRACTED:
            return ["since", run.expect(left, type_), tree], "number"
        run.fit(right, type_, "number")
        return [op, run.expect(left, "number"), tree], "number"
    tree, type_ = run.check(left)
    if type_ == "date" or (type_ == "datetime" and op == "-"):
        return _days(run, op, tree, type_, right)
    run.fit(left, type_, "number")
    return [op, tree, run.expect(right, "number")], "number"


def _days(run: "Checker", op: str, tree: Any, type_: str, right: Syntax) -> "Checked":
    """The sum whose left side is the ``tree`` of a date or datetime."""
    if op == "-" and run.pliable(right):
        return ["since", tree, run.expect(right, type_)], "number"
    other, got = run.check(right)
    run.fit(right, got, "number" if op == "+" else SUBTRACTED[type_])
    if got == type_:
        return ["since", tree, other], "number"
    return ["shift", tree, other if op == "+" else ["minus", other]], "date"
