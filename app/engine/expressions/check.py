"""Types: every expression has one before it is ever evaluated, so that nothing is coerced and nothing surprises."""

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.problems import N_, Problem
from app.engine.expressions.functions import FUNCTIONS, Function, pattern_problem
from app.engine.expressions.grammar import Syntax
from app.engine.model import SPECIALS

Checked = tuple[Any, str | None]
"""A typed tree and its type; None when it could not be told (a problem is recorded)."""

LITERALS = ("number", "text", "bool")
ORDERED = ("number", "text", "date")


@dataclass(frozen=True, slots=True)
class Symbol:
    """What a name stands for: ``type``, its ``choices`` for code and set, whether it comes ``later`` than here, the
    ``repeats`` it stands in (outermost first), and its choices' ``labels``: choice -> language -> words."""

    type: str | None
    choices: tuple[str, ...] = ()
    later: bool = False
    repeats: tuple[str, ...] = ()
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The closest known word, "" when none is close."""
    close = difflib.get_close_matches(word, list(known), 1, 0.6)
    return close[0] if close else ""


class Checker:
    """Turns syntax into a typed tree, collecting ``problems`` and ``references``."""

    def __init__(
        self,
        names: dict[str, Symbol],
        own: Symbol | None = None,
        within: tuple[str, ...] = (),
        columns: frozenset[str] = frozenset(),
    ) -> None:
        self.names, self.own, self.within, self.columns = names, own, within, columns
        self.problems: list[Problem] = []
        self.references: set[str] = set()

    def check(self, syntax: Syntax) -> Checked:
        op, operands = syntax.op, syntax.operands
        if op in LITERALS:
            value = unicodedata.normalize("NFC", operands[0]) if op == "text" else operands[0]
            return [op, value], op
        if op == "name":
            return self._name(syntax)
        if op == "own":
            if self.own is None:
                self._problem(
                    "own_value", N_("“.” stands for the question's own value, which there is none of here."), syntax
                )
                return None, None
            return ["own", self.own.type], self.own.type
        if op in ("and", "or"):
            trees = [self._expect(operand, "bool") for operand in operands]
            return [op, *trees], "bool"
        if op in ("=", "!=", "<", "<=", ">", ">="):
            return self._comparison(syntax)
        if op in ("+", "-", "*", "/", "div", "%", "minus"):
            trees = [self._expect(operand, "number") for operand in operands]
            return ["/" if op == "div" else op, *trees], "number"
        return self._call(syntax)

    def mismatch(self, syntax: Syntax, want: str, got: str | None) -> None:
        self._problem(
            "type_mismatch",
            N_("A value of type {want} is needed here, but this is of type {got}."),
            syntax,
            remedy=N_("Compare or convert it: nothing is converted silently."),
            want=" or ".join(want.split("|")),
            got=got,
        )

    def _problem(self, code: str, message: str, syntax: Syntax, remedy: str = "", **params: Any) -> None:
        self.problems.append(Problem(code, message, params, remedy=remedy, column=syntax.column))

    def _name(self, syntax: Syntax) -> Checked:
        name = syntax.operands[0]
        symbol = self.names.get(name)
        if symbol is None:
            close = did_you_mean(name, self.names)
            remedy = N_("Did you mean {close}?") if close else N_("Declare it as a question or under outside.")
            self._problem("unknown_name", N_("There is no {name}."), syntax, remedy, name=name, close=close)
            return None, None
        if symbol.later:
            self._problem(
                "forward_reference",
                N_("{name} is asked later (or is this question itself)."),
                syntax,
                N_("Refer to earlier questions only, or move {name} before this one."),
                name=name,
            )
        self.references.add(name)
        return ["name", name, symbol.type], symbol.type

    def _expect(self, syntax: Syntax, want: str, choices: tuple[str, ...] = ()) -> Any:
        """The tree of an operand that must have one of the types ``want``; a literal becomes what is wanted."""
        if syntax.op == "text" and "text" not in want.split("|"):
            literal = self._literal(syntax, want, choices)
            if literal is not None:
                return literal
        tree, got = self.check(syntax)
        if got is not None and got not in want.split("|"):
            self.mismatch(syntax, want, got)
        return tree

    def _literal(self, syntax: Syntax, want: str, choices: tuple[str, ...]) -> Any:
        """A quoted literal read as a code or a date."""
        value = syntax.operands[0]
        if want == "code":
            if choices and value not in choices and value not in SPECIALS:
                close = did_you_mean(value, choices)
                remedy = N_("Did you mean '{close}'?") if close else N_("The choices are: {choices}.")
                message = N_("There is no choice '{value}'.")
                params = {"value": value, "close": close, "choices": ", ".join(choices)}
                self._problem("unknown_choice", message, syntax, remedy, **params)
            return ["code", value]
        if want == "date":
            try:
                return ["date", date.fromisoformat(value).isoformat()]
            except ValueError:
                message = N_("'{value}' is not a date.")
                self._problem("bad_date", message, syntax, N_("Write dates as 'YYYY-MM-DD'."), value=value)
                return ["date", value]
        return None

    def _comparison(self, syntax: Syntax) -> Checked:
        op, (left, right) = syntax.op, syntax.operands
        if left.op == "text" and right.op != "text":
            right_tree, type_ = self.check(right)
            left_tree = self._against(left, type_, self._choices(right))
        else:
            left_tree, type_ = self.check(left)
            right_tree = self._against(right, type_, self._choices(left))
        if type_ == "set" or (type_ in ("code", "bool") and op not in ("=", "!=")):
            self._problem(
                "type_mismatch",
                N_("Values of type {got} cannot be compared with {op}."),
                syntax,
                N_("Use selected() and count-selected() for choices, = and != for codes."),
                got=type_,
                op=op,
            )
        return [op, left_tree, right_tree], "bool"

    def _against(self, syntax: Syntax, type_: str | None, choices: tuple[str, ...]) -> Any:
        """The tree of the other side of a comparison with a value of ``type_``."""
        if type_ in (None, "set"):
            return self.check(syntax)[0]
        return self._expect(syntax, type_, choices)

    def _choices(self, syntax: Syntax) -> tuple[str, ...]:
        symbol = self.own if syntax.op == "own" else self.names.get(syntax.operands[0]) if syntax.op == "name" else None
        return symbol.choices if symbol else ()

    def _call(self, syntax: Syntax) -> Checked:
        function = FUNCTIONS.get(syntax.op)
        if function is None:
            close = did_you_mean(syntax.op, FUNCTIONS)
            remedy = N_("Did you mean {close}()?") if close else N_("The functions are: {functions}.")
            message = N_("There is no function {name}().")
            params = {"name": syntax.op, "close": close, "functions": ", ".join(FUNCTIONS)}
            self._problem("unknown_function", message, syntax, remedy, **params)
            for operand in syntax.operands:
                self.check(operand)
            return None, None
        if not self._count_fits(function, syntax):
            return None, None
        return self._arguments(function, syntax)

    def _count_fits(self, function: Function, syntax: Syntax) -> bool:
        given, most = len(syntax.operands), len(function.arguments)
        if given >= function.least and (function.repeat or given <= most):
            return True
        need = (
            f"{function.least}+"
            if function.repeat
            else f"{function.least}"
            if function.least == most
            else f"{function.least}-{most}"
        )
        message = N_("{name}() takes {need} arguments, not {given}.")
        self._problem("wrong_arguments", message, syntax, name=syntax.op, need=need, given=given)
        return False

    def _arguments(self, function: Function, syntax: Syntax) -> Checked:
        trees: list[Any] = []
        same: str | None = None
        for position, operand in enumerate(syntax.operands):
            want = function.arguments[min(position, len(function.arguments) - 1)]
            if want == "name":
                trees.append(self._reference(operand))
            elif want == "pattern":
                trees.append(self._pattern(operand))
            elif want == "same" and same is None:
                tree, same = self.check(operand)
                trees.append(tree)
            else:
                wanted = same if want == "same" and same else want
                trees.append(self._expect(operand, wanted, self._choices(syntax.operands[0])))
        return [syntax.op, *trees], same if function.result == "same" else function.result

    def _reference(self, syntax: Syntax) -> Any:
        if syntax.op == "name":
            return self._name(syntax)[0]
        self._problem(
            "type_mismatch", N_("The name of a question is needed here."), syntax, N_("Write it as ${{name}}.")
        )
        return None

    def _pattern(self, syntax: Syntax) -> Any:
        if syntax.op != "text":
            self._problem("bad_pattern", N_("A pattern must be written out in quotes."), syntax)
            return None
        problem = pattern_problem(syntax.operands[0])
        if problem:
            self._problem(problem.code, problem.message, syntax, problem.remedy, **problem.params)
        return ["text", syntax.operands[0]]
