"""Types: every expression has one before it is ever evaluated, so that nothing is coerced and nothing surprises."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from app.core.problems import N_, Problem
from app.engine.expressions.arithmetic import check_sum
from app.engine.expressions.calls import check_call
from app.engine.expressions.functions import FUNCTIONS, LIST, Function
from app.engine.expressions.grammar import Syntax
from app.engine.expressions.moments import FORMS, moment
from app.engine.expressions.symbols import Symbol, did_you_mean
from app.engine.model import SPECIALS

__all__ = ["Checked", "Checker", "Symbol", "did_you_mean"]

Checked = tuple[Any, str | None]
"""A typed tree and its type; None when it could not be told (a problem is recorded)."""

LITERALS = ("number", "text", "bool")
CELLS = ("text", "code", "number", *FORMS)
"""What a column of a list can be read as; the first that is wanted."""
MOST_SHOWN = 30
"""Choices that a message lists."""
ONE_A_ROW = N_("It has one value a row here: use sum, min, max, mean, count, join, at or answered.")


class Checker:
    """Turns syntax into a typed tree, collecting ``problems`` and ``references``. See ``parse`` for its arguments."""

    def __init__(
        self,
        names: dict[str, Symbol],
        own: Symbol | None = None,
        within: tuple[str, ...] = (),
        columns: frozenset[str] = frozenset(),
        place: str = "",
        functions: Mapping[str, Function] = FUNCTIONS,
    ) -> None:
        self.names, self.own, self.within, self.place, self.functions = names, own, within, place, functions
        self.columns = columns | {"name"} if columns else columns
        self.problems: list[Problem] = []
        self.references: set[str] = set()

    def check(self, syntax: Syntax) -> Checked:
        op, operands = syntax.op, syntax.operands
        if op in LITERALS:
            value = unicodedata.normalize("NFC", operands[0]) if op == "text" else operands[0]
            return [op, value], op
        if op == "name":
            return (["column", operands[0], "text"], "text") if self.is_column(syntax) else self._name(syntax)
        if op == "own":
            if self.own is None:
                self.problem(
                    "own_value", N_("“.” stands for the question's own value, which there is none of here."), syntax
                )
                return None, None
            return ["own", self.own.type], self.own.type
        if op in ("and", "or"):
            trees = [self.expect(operand, "bool") for operand in operands]
            return [op, *trees], "bool"
        if op in ("=", "!=", "<", "<=", ">", ">="):
            return self._comparison(syntax)
        if op in ("+", "-"):
            return check_sum(self, syntax)
        if op in ("*", "/", "div", "%", "minus"):
            trees = [self.expect(operand, "number") for operand in operands]
            return ["/" if op == "div" else op, *trees], "number"
        return check_call(self, syntax)

    def fit(self, syntax: Syntax, got: str | None, want: str) -> None:
        """Record a problem unless the type is one of those wanted (or could not be told)."""
        if got is not None and got not in want.split("|"):
            self.mismatch(syntax, want, got)

    def mismatch(self, syntax: Syntax, want: str, got: str | None) -> None:
        unread_list = got is not None and got.startswith(LIST) and LIST not in want
        self.problem(
            "type_mismatch",
            N_("A value of type {want} is needed here, but this is of type {got}."),
            syntax,
            remedy=ONE_A_ROW if unread_list else N_("Compare or convert it: nothing is converted silently."),
            want=want.replace(f"|{LIST}" if want.startswith(LIST) else "|", " or "),
            got=got,
        )

    def problem(self, code: str, message: str, syntax: Syntax, remedy: str = "", **params: Any) -> None:
        self.problems.append(Problem(code, message, params, remedy=remedy, column=syntax.column))

    def is_column(self, syntax: Syntax) -> bool:
        """Whether it is a bare name of a column of the choices that are filtered."""
        return syntax.op == "name" and not syntax.operands[1] and syntax.operands[0] in self.columns

    def pliable(self, syntax: Syntax) -> bool:
        """Whether it becomes of the type that is wanted: a quoted text or a column."""
        return syntax.op == "text" or self.is_column(syntax)

    def symbol(self, syntax: Syntax) -> Symbol | None:
        """What is known of the question whose value, or one of whose values, this is."""
        if syntax.op == "own":
            return self.own
        if syntax.op == "name":
            return None if self.is_column(syntax) else self.names.get(syntax.operands[0])
        return self.symbol(syntax.operands[0]) if syntax.op in ("at()", "selected-at()") and syntax.operands else None

    def choices(self, syntax: Syntax) -> tuple[str, ...]:
        symbol = self.symbol(syntax)
        return symbol.choices if symbol else ()

    def _name(self, syntax: Syntax) -> Checked:
        name = syntax.operands[0]
        symbol = self.names.get(name)
        if symbol is None:
            self._unknown_name(syntax, name)
            return None, None
        if symbol.later:
            self.problem(
                "forward_reference",
                N_("{name} is asked later (or is this question itself)."),
                syntax,
                N_("Refer to earlier questions only, or move {name} before this one."),
                name=name,
            )
        self.references.add(name)
        here = self.within[: len(symbol.repeats)] == symbol.repeats
        type_ = symbol.type if here or symbol.type is None else LIST + symbol.type
        return ["name", name, type_], type_

    def _unknown_name(self, syntax: Syntax, name: str) -> None:
        close = did_you_mean(name, [*self.names, *self.columns])
        remedy = N_("Did you mean {close}?") if close else N_("Declare it as a question or under outside.")
        if name in self.columns:
            remedy = N_("Write {name} without ${{}}: it is a column.")
        self.problem("unknown_name", N_("There is no {name}."), syntax, remedy, name=name, close=close)

    def expect(self, syntax: Syntax, want: str, choices: tuple[str, ...] = ()) -> Any:
        """The tree of an operand that must have one of the types ``want``; a literal or column becomes what is wanted."""
        wanted = want.split("|")
        if self.is_column(syntax) and (cell := next((type_ for type_ in CELLS if type_ in wanted), None)):
            return ["column", syntax.operands[0], cell]
        if syntax.op == "text" and "text" not in wanted:
            literal = self._literal(syntax, wanted[0], choices)
            if literal is not None:
                return literal
        tree, got = self.check(syntax)
        self.fit(syntax, got, want)
        return tree

    def _literal(self, syntax: Syntax, want: str, choices: tuple[str, ...]) -> Any:
        """A quoted literal read as a code, a date or a time."""
        value = syntax.operands[0]
        if want == "code":
            if choices and value not in choices and value not in SPECIALS:
                close = did_you_mean(value, choices)
                remedy = N_("Did you mean '{close}'?") if close else N_("The choices are: {choices}.")
                message = N_("There is no choice '{value}'.")
                shown = choices if len(choices) <= MOST_SHOWN else (*choices[:MOST_SHOWN], "…")
                params = {"value": value, "close": close, "choices": ", ".join(shown)}
                self.problem("unknown_choice", message, syntax, remedy, **params)
        elif want == "date":
            if moment(value, want) is None:
                message = N_("'{value}' is not a date.")
                self.problem("bad_date", message, syntax, N_("Write dates as 'YYYY-MM-DD'."), value=value)
        elif want in FORMS:
            if moment(value, want) is None:
                message, remedy = N_("'{value}' is not a time of the clock."), N_("Write it as '{form}'.")
                self.problem("bad_time", message, syntax, remedy, value=value, form=FORMS[want][0])
        else:
            return None
        return [want, value]

    def _comparison(self, syntax: Syntax) -> Checked:
        op, (left, right) = syntax.op, syntax.operands
        turned = self._pliability(left) > self._pliability(right)
        first, second = (right, left) if turned else (left, right)
        tree, type_ = self.check(first)
        trees = [tree, self._against(second, type_, self.choices(first))]
        is_list = type_ is not None and type_.startswith(LIST)
        if is_list:
            self.mismatch(first, str(type_).removeprefix(LIST), type_)
        elif type_ == "set" or (type_ in ("code", "bool") and op not in ("=", "!=")):
            self.problem(
                "type_mismatch",
                N_("Values of type {got} cannot be compared with {op}."),
                syntax,
                N_("Use selected() and count-selected() for choices, = and != for codes."),
                got=type_,
                op=op,
            )
        return [op, *(reversed(trees) if turned else trees)], "bool"

    def _pliability(self, syntax: Syntax) -> int:
        """The side that says less of its type takes on the other's."""
        return 2 if syntax.op == "text" else int(self.is_column(syntax))

    def _against(self, syntax: Syntax, type_: str | None, choices: tuple[str, ...]) -> Any:
        """The tree of the other side of a comparison with a value of ``type_``."""
        if type_ in (None, "set") or type_.startswith(LIST):
            return self.check(syntax)[0]
        return self.expect(syntax, type_, choices)
