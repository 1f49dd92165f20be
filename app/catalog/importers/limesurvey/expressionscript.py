"""LimeSurvey's ExpressionScript as syntax trees, and the pieces of a text that it stands in.

The language: https://www.limesurvey.org/manual/ExpressionScript_-_Presentation. Words of operators in any case; ``123X45X678SQ001``
(survey, group, question and the rest) is a variable as ``Q1_SQ001`` is; ``.NAOK``, ``.shown`` … belong to the variable.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

from app.catalog.importers.text import plain

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction | conjunction (_OR conjunction)+ -> either
?conjunction: equality | equality (_AND equality)+ -> both
?equality: relation | equality EQUALS relation -> binary
?relation: sum | relation COMPARE sum -> binary
?sum: product | sum SIGN product -> binary
?product: unary | product TIMES unary -> binary
?unary: atom | NOT unary -> negation | SIGN unary -> sign
?atom: NUMBER -> number
    | STRING -> string
    | NAME -> variable
    | CALL [disjunction ("," disjunction)*] ")" -> call
    | "(" disjunction ")"

_OR.5: "||" | /or\b/i
_AND.5: "&&" | /and\b/i
EQUALS.5: "===" | "!==" | "==" | "!=" | "<>" | "=" | /(eq|ne)\b/i
COMPARE.4: "<=" | ">=" | "<" | ">" | /(lt|le|gt|ge)\b/i
NOT.3: "!"
SIGN: "+" | "-"
TIMES: "*" | "/"
CALL.6: /(?!(?:and|or|eq|ne|lt|le|gt|ge)\b)[A-Za-z_][A-Za-z0-9_]*\s*\(/i
NAME.2: /(?:INSERTANS:)?[0-9]+X[0-9]+X[0-9]+[A-Za-z0-9_#]*(?:\.[A-Za-z_]+)?/
    | /[A-Za-z_][A-Za-z0-9_]*(?::[A-Za-z0-9_]+)*(?:#[01])?(?:\.[A-Za-z0-9_]+)*/
NUMBER: /[0-9]+(\.[0-9]+)?|\.[0-9]+/
STRING: /'(\\.|[^'\\])*'/s | /"(\\.|[^"\\])*"/s
%ignore /\s+/
"""

SAME = {
    "===": "==", "eq": "==", "=": "==", "!==": "!=", "<>": "!=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}  # fmt: skip
OPENING = re.compile(r"(?<!\\)\{(?=[^\s{}])")
LONGEST, DEEPEST = 20_000, 90
MOST_UNCLOSED = 50
"""Braces of a text that close nowhere, after which no more are looked for."""


@dataclass(frozen=True, slots=True)
class Syntax:
    """``op``: "const" (a number or text), "variable" (its name and what follows its first point), "call" (name, arguments),
    "not", "minus", "and" and "or" (of two or more), or a binary operator in one spelling (``==``, ``<`` …)."""

    op: str
    operands: tuple[Any, ...]


@v_args(inline=True)
class _Build(Transformer):  # type: ignore[type-arg]
    def binary(self, left: Syntax, sign: Token, right: Syntax) -> Syntax:
        return Syntax(SAME.get(str(sign).lower(), str(sign)), (left, right))

    def either(self, *operands: Syntax) -> Syntax:
        return Syntax("or", operands)

    def both(self, *operands: Syntax) -> Syntax:
        return Syntax("and", operands)

    def negation(self, _sign: Token, operand: Syntax) -> Syntax:
        return Syntax("not", (operand,))

    def sign(self, sign: Token, operand: Syntax) -> Syntax:
        return Syntax("minus", (operand,)) if sign == "-" else operand

    def number(self, token: Token) -> Syntax:
        return Syntax("const", (float(token) if "." in token else int(token),))

    def string(self, token: Token) -> Syntax:
        # patterns keep their backslashes: quotes alone are escaped
        return Syntax("const", (re.sub(r"\\(['\"])", r"\1", str(token)[1:-1]),))

    def variable(self, token: Token) -> Syntax:
        name, _, rest = str(token).partition(".")
        if name.startswith("INSERTANS:"):  # the older way to show an answer
            return Syntax("variable", (name.removeprefix("INSERTANS:"), rest or "shown"))
        return Syntax("variable", (name, rest))

    def call(self, name: Token, *arguments: Syntax | None) -> Syntax:
        return Syntax("call", (str(name)[:-1].rstrip(), *(a for a in arguments if a is not None)))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


@lru_cache(10_000)
def read(source: str) -> Syntax | None:
    """The tree; None where LimeSurvey itself would not understand it, or it is longer than anybody writes. An editor may have
    made HTML of it."""
    if len(source) > LONGEST:
        return None
    return _read(source) or (_read(plain(source)) if "&" in source or "<" in source else None)


def _read(source: str) -> Syntax | None:
    try:
        syntax: Syntax = _Build().transform(_parser().parse(source))
        return syntax if _depth(syntax) <= DEEPEST else None
    except (LarkError, RecursionError):
        return None


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut at its expressions: (piece, whether it is an expression, its braces gone). As in LimeSurvey a brace with a
    space after it opens none, quotes hide braces, and what is not closed is text."""
    start = after = unclosed = 0
    while (opened := _opening(text, after)) is not None and unclosed < MOST_UNCLOSED:
        closed = _closing(text, opened)
        if closed is None:
            unclosed, after = unclosed + 1, opened + 1
            continue
        if opened > start:
            yield text[start:opened], False
        yield text[opened + 1 : closed], True
        start = after = closed + 1
    if start < len(text):
        yield text[start:], False


def _opening(text: str, start: int) -> int | None:
    found = OPENING.search(text, start)
    return found.start() if found else None


def _closing(text: str, opened: int) -> int | None:
    """Where the brace at ``opened`` closes."""
    quote = ""
    for at in range(opened + 1, min(len(text), opened + LONGEST)):
        character = text[at]
        if quote:
            quote = "" if character == quote and text[at - 1] != "\\" else quote
        elif character in "'\"":
            quote = character
        elif character == "{":
            return None
        elif character == "}":
            return at
    return None


def _depth(syntax: Any) -> int:
    return 1 + max(map(_depth, syntax.operands), default=0) if isinstance(syntax, Syntax) else 0
