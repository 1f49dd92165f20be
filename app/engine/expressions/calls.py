"""Types of function calls: how many arguments, of which types, and what comes out."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.core.problems import N_, Problem
from app.engine.expressions.evaluate import CONSTANTS
from app.engine.expressions.functions import FUNCTIONS, LIST, Function, pattern_problem
from app.engine.expressions.grammar import Syntax
from app.engine.expressions.history import KEY
from app.engine.expressions.moments import format_problem
from app.engine.expressions.symbols import did_you_mean

if TYPE_CHECKING:
    from app.engine.expressions.check import Checked, Checker


def check_call(run: "Checker", syntax: Syntax) -> "Checked":
    name = syntax.op.removesuffix("()")
    function = run.functions.get(name)
    if function is None:
        close = did_you_mean(name, run.functions)
        remedy = N_("Did you mean {close}()?") if close else N_("The functions are: {functions}.")
        message = N_("There is no function {name}().")
        params = {"name": name, "close": close, "functions": ", ".join(run.functions)}
        run.problem("unknown_function", message, syntax, remedy, **params)
        for operand in syntax.operands:
            run.check(operand)
        return None, None
    if not _count_fits(run, name, function, syntax):
        return None, None
    if name in PLACES:
        return PLACES[name](run, syntax), function.result
    trees, type_ = _arguments(run, function, syntax)
    return [syntax.op if name in CONSTANTS else name, *trees], type_


def _count_fits(run: "Checker", name: str, function: Function, syntax: Syntax) -> bool:
    given, least, most = len(syntax.operands), function.least, len(function.arguments)
    if given >= least and (function.repeat or given <= most):
        return True
    need = f"{least}+" if function.repeat else f"{least}" if least == most else f"{least}-{most}"
    message = N_("{name}() takes {need} arguments, not {given}.")
    run.problem("wrong_arguments", message, syntax, name=name, need=need, given=given)
    return False


def _arguments(run: "Checker", function: Function, syntax: Syntax) -> tuple[list[Any], str | None]:
    """The trees of the arguments and the type of the result."""
    trees: list[Any] = []
    same: str | None = None
    for position, operand in enumerate(syntax.operands):
        want = function.arguments[min(position, len(function.arguments) - 1)]
        if want in ARGUMENTS:
            trees.append(ARGUMENTS[want](run, operand))
        elif want in ("same", "list") and same is None:
            tree, got = run.check(operand)
            same = got.removeprefix(LIST) if got else None
            if got and (got == same) == (want == "list"):
                run.mismatch(operand, "list" if want == "list" else str(same), got)
            trees.append(tree)
        else:
            wanted = same if want == "same" and same else want
            trees.append(run.expect(operand, wanted, run.choices(syntax.operands[0])))
    return trees, same if function.result == "same" else function.result


def _reference(run: "Checker", syntax: Syntax, lists: bool = False) -> Any:
    if syntax.op == "name" and not run.is_column(syntax):
        tree, type_ = run.check(syntax)
        if type_ and type_.startswith(LIST) and not lists:
            run.mismatch(syntax, type_.removeprefix(LIST), type_)
        return tree
    run.problem("type_mismatch", N_("The name of a question is needed here."), syntax, N_("Write it as ${{name}}."))
    return None


def _pattern(run: "Checker", syntax: Syntax) -> Any:
    if syntax.op != "text":
        run.problem("bad_pattern", N_("A pattern must be written out in quotes."), syntax)
        return None
    return _checked_literal(run, syntax, pattern_problem)


def _form(run: "Checker", syntax: Syntax) -> Any:
    if syntax.op != "text":
        run.problem("bad_format", N_("The form of a date must be written out in quotes."), syntax)
        return None
    return _checked_literal(run, syntax, format_problem)


def _word(run: "Checker", syntax: Syntax) -> Any:
    if syntax.op != "text" or not syntax.operands[0]:
        run.problem("type_mismatch", N_("A word in quotes is needed here."), syntax, N_("Write it as 'word'."))
    return ["text", *syntax.operands[:1]]


def _key(run: "Checker", syntax: Syntax) -> Any:
    if syntax.op != "text" or not KEY.fullmatch(syntax.operands[0]):
        remedy = N_("Write it in quotes: letters, digits, _, - and dots.")
        run.problem("type_mismatch", N_("The name of a part of the event’s data is needed here."), syntax, remedy)
    return ["text", *syntax.operands[:1]]


def _days(run: "Checker", syntax: Syntax) -> Any:
    if syntax.op != "number":
        remedy = N_("Write it out, such as 30.")
        run.problem("type_mismatch", N_("A number of days is needed here."), syntax, remedy)
    return ["number", *syntax.operands[:1]]


def _checked_literal(run: "Checker", syntax: Syntax, check: Callable[[str], Problem | None]) -> Any:
    problem = check(syntax.operands[0])
    if problem:
        run.problem(problem.code, problem.message, syntax, problem.remedy, **problem.params)
    return ["text", syntax.operands[0]]


ARGUMENTS: dict[str, Callable[["Checker", Syntax], Any]] = {
    "name": _reference,
    "any name": lambda run, syntax: _reference(run, syntax, lists=True),
    "pattern": _pattern,
    "form": _form,
    "word": _word,
    "key": _key,
    "days": _days,
}


def _label(run: "Checker", syntax: Syntax) -> Any:
    """A call of label() carries the labels with it."""
    subject = syntax.operands[0]
    symbol, before = run.symbol(subject), len(run.problems)
    tree = run.expect(subject, FUNCTIONS["label"].arguments[0])
    unknown = len(run.problems) > before or (symbol is not None and symbol.type is None)
    if not unknown and not (symbol and symbol.labels):
        remedy = N_("Name a question whose choices have labels.")
        run.problem("type_mismatch", N_("label() is of a question with choices."), subject, remedy)
    return ["label", tree, symbol.labels if symbol else {}]


def _position(run: "Checker", syntax: Syntax) -> Any:
    if not run.within:
        remedy = N_("Use it in the questions of a repeat; outside, at() takes the row.")
        run.problem("outside_repeat", N_("position() is the row of a repeat, and this stands in none."), syntax, remedy)
    return ["position"]


def _random(run: "Checker", syntax: Syntax) -> Any:
    return ["random", f"{run.place}:{syntax.column}"]


PLACES: dict[str, Callable[["Checker", Syntax], Any]] = {"label": _label, "position": _position, "random": _random}
"""Calls whose tree depends on where they stand or on what is known of a name."""
