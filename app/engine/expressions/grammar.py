"""Text to syntax tree, by an LALR grammar."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

from app.core.problems import N_, Problem

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction (_OR conjunction)*
?conjunction: comparison (_AND comparison)*
?comparison: sum (COMPARE sum)?
?sum: product | sum SIGN product
?product: negation | product TIMES negation
?negation: atom | "-" negation -> minus
?atom: NUMBER -> number
     | STRING -> string
     | "${" NAME "}" -> question
     | NAME -> name
     | "." -> own
     | FUNCTION "(" [disjunction ("," disjunction)*] ")" -> call
     | "(" disjunction ")"

_OR.3: /or\b/
_AND.3: /and\b/
FUNCTION.2: /(?!(?:and|or|div)\b)[A-Za-z][A-Za-z0-9_-]*(?=\s*\()/
TIMES.3: "*" | "/" | "%" | /div\b/
SIGN: "+" | "-"
COMPARE: "<=" | ">=" | "!=" | "=" | "<" | ">"
NUMBER: /[0-9]{1,15}(\.[0-9]{1,20})?|\.[0-9]{1,20}/
STRING: /'[^']*'|"[^"]*"/
NAME: /[A-Za-z_][A-Za-z0-9_]*/
%ignore /\s+/
"""


DEEPEST = 100
"""Levels of an expression; a sum of a hundred terms is as deep."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """``[op, operands…]`` with the 1-based column where it starts; a call's op is ``function()``. A name's operands: the
    name, and whether it is in ``${}``."""

    op: str
    operands: tuple[Any, ...]
    column: int


@v_args(inline=True)
class _Build(Transformer):  # type: ignore[type-arg]
    """Lark's tree to Syntax; called bottom up."""

    def number(self, token: Token) -> Syntax:
        text = str(token)
        return Syntax("number", (float(text) if "." in text else int(text),), _column(token))

    def string(self, token: Token) -> Syntax:
        return Syntax("text", (str(token)[1:-1],), _column(token))

    def name(self, token: Token) -> Syntax:
        name = str(token)
        if name in ("true", "false"):
            return Syntax("bool", (name == "true",), _column(token))
        return Syntax("name", (name, False), _column(token))

    def question(self, token: Token) -> Syntax:
        return Syntax("name", (str(token), True), _column(token))

    @v_args(inline=False, meta=True)
    def own(self, meta: Any, _children: list[Any]) -> Syntax:
        return Syntax("own", (), meta.column if not meta.empty else 1)

    def minus(self, operand: Syntax) -> Syntax:
        return Syntax("minus", (operand,), max(operand.column - 1, 1))

    def comparison(self, left: Syntax, sign: Token, right: Syntax) -> Syntax:
        return Syntax(str(sign), (left, right), left.column)

    sum = product = comparison

    def disjunction(self, *operands: Syntax) -> Syntax:
        return Syntax("or", operands, operands[0].column)

    def conjunction(self, *operands: Syntax) -> Syntax:
        return Syntax("and", operands, operands[0].column)

    def call(self, function: Token, *arguments: Syntax | None) -> Syntax:
        given = tuple(argument for argument in arguments if argument is not None)
        return Syntax(f"{function}()", given, _column(function))


def _column(token: Token) -> int:
    return token.column or 1


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def _depth(syntax: Any) -> int:
    return 1 + max(map(_depth, syntax.operands), default=0) if isinstance(syntax, Syntax) else 0


def read(source: str) -> Syntax | Problem:
    """The syntax tree, or a ``bad_expression`` problem with its column."""
    flat = " ".join(source.splitlines())
    try:
        syntax: Syntax = _Build().transform(_parser().parse(flat))
        return syntax if _depth(syntax) <= DEEPEST else _too_deep(flat)
    except RecursionError:
        return _too_deep(flat)
    except UnexpectedInput as error:
        column = getattr(error, "column", 1)
        token = getattr(error, "token", None)
        at_end = token is not None and token.type == "$END"
        found = "" if at_end else flat[max(column - 1, 0) :][:20]
        return Problem(
            "bad_expression",
            N_("The expression ends too early: {source}")
            if at_end or column < 1
            else N_("The expression cannot be read at column {column}, from “{found}”."),
            {"column": column, "found": found, "source": flat},
            remedy=N_(
                "Check the brackets, quotes and operators, for example: ${{nps}} <= 6 and selected(${{why}}, 'price')"
            ),
            column=len(flat) + 1 if at_end or column < 1 else column,
        )


def _too_deep(flat: str) -> Problem:
    return Problem(
        "bad_expression",
        N_("The expression is too long or too deeply nested: {source}…"),
        {"source": flat[:40]},
        remedy=N_("Cut it into several computed questions."),
        column=1,
    )
