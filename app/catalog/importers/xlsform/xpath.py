"""XLSForm's expressions (XPath 1.0 with ${name}) to a syntax tree, by an LALR grammar."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

from app.core.problems import N_

LONGEST, DEEPEST = 20_000, 90
"""Characters and levels of an expression."""

GRAMMAR = r"""
?start: or
?or: and (_OR and)* -> disjunction
?and: equality (_AND equality)* -> conjunction
?equality: relation | equality EQUALS relation -> binary
?relation: sum | relation COMPARES sum -> binary
?sum: product | sum SIGN product -> binary
?product: negation | product TIMES negation -> binary
?negation: union | "-" negation -> minus
?union: path
?path: primary
     | primary "/" steps -> from_primary
     | primary predicate+ -> filtered
     | primary predicate+ "/" steps -> filtered_from
     | steps -> relative
     | "/" steps -> absolute
?primary: "(" or ")"
        | STRING -> string
        | NUMBER -> number
        | REFERENCE -> reference
        | FUNCTION "(" [or ("," or)*] ")" -> call
steps: step ("/" step)*
step: (NAME | STAR | UP | SELF) predicate* -> step
predicate: "[" or "]"

_OR: /or\b/
_AND: /and\b/
EQUALS: "=" | "!="
COMPARES: "<=" | ">=" | "<" | ">"
SIGN: "+" | "-"
TIMES.2: "*" | /div\b/ | /mod\b/
STAR: "*"
UP: ".."
SELF: "."
FUNCTION.2: /(?!(?:or|and|div|mod)\s*\()[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?(?=\s*\()/
NAME: /@?[A-Za-z_\u0080-\uffff][\w.-]*(:[A-Za-z_][\w.-]*)?/
REFERENCE.2: /\$\{\s*(?:last-saved#)?[^{}]+?\s*\}/
NUMBER.2: /[0-9]+(\.[0-9]*)?|\.[0-9]+/
STRING: /'[^']*'|"[^"]*"/
%ignore /\s+/
"""


@dataclass(frozen=True, slots=True)
class Node:
    """``op``: or, and, =, !=, <, <=, >, >=, +, -, *, div, mod, minus, string, number, reference, call, path. A call's first
    operand is its name. A path's operands are where it starts ("", "/" or a Node) and its steps: (name, predicates)."""

    op: str
    operands: tuple[Any, ...]


Step = tuple[str, tuple[Node, ...]]


@v_args(inline=True)
class _Build(Transformer):  # type: ignore[type-arg]
    """Lark's tree to Nodes; called bottom up."""

    def disjunction(self, *operands: Node) -> Node:
        return Node("or", operands) if len(operands) > 1 else operands[0]

    def conjunction(self, *operands: Node) -> Node:
        return Node("and", operands) if len(operands) > 1 else operands[0]

    def binary(self, left: Node, sign: Token, right: Node) -> Node:
        return Node(str(sign), (left, right))

    def minus(self, operand: Node) -> Node:
        return Node("minus", (operand,))

    def string(self, token: Token) -> Node:
        return Node("string", (str(token)[1:-1],))

    def number(self, token: Token) -> Node:
        return Node("number", (float(token),))

    def reference(self, token: Token) -> Node:
        return Node("reference", (str(token)[2:-1].strip(),))

    def call(self, name: Token, *arguments: Node | None) -> Node:
        return Node("call", (str(name), *(argument for argument in arguments if argument is not None)))

    def step(self, name: Token, *predicates: Node) -> Step:
        return str(name), predicates

    def predicate(self, inside: Node) -> Node:
        return inside

    def steps(self, *steps: Step) -> tuple[Step, ...]:
        return steps

    def relative(self, steps: tuple[Step, ...]) -> Node:
        return Node("path", ("", *steps))

    def absolute(self, steps: tuple[Step, ...]) -> Node:
        return Node("path", ("/", *steps))

    def from_primary(self, start: Node, steps: tuple[Step, ...]) -> Node:
        return Node("path", (start, *steps))

    def filtered(self, start: Node, *predicates: Node) -> Node:
        return Node("path", (start, (".", predicates)))

    def filtered_from(self, start: Node, *rest: Any) -> Node:
        *predicates, steps = rest
        return Node("path", (start, (".", tuple(predicates)), *steps))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


SMART = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u2032": "'", "\u00b4": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u201f": '"', "\u2033": '"', "\u2013": "-", "\u2212": "-",
    "\u2264": "<=", "\u2265": ">=", "\u2260": "!=", "\u00a0": " ", "\u202f": " ", "\u200b": "", "\u200e": "", "\u200f": "",
    "\ufeff": "", "\uff08": "(", "\uff09": ")", "\uff0c": ",",
})  # fmt: skip
"""What word processors make of quotes, signs and spaces."""


@lru_cache(2000)
def parse(source: str) -> Node | str:
    """The syntax tree, or why there is none (a message id)."""
    if len(source) > LONGEST:
        return N_("it is too long")
    try:
        node = _read(source) or _read(source.translate(SMART)) or _read(_mended(source.translate(SMART)))
    except RecursionError:
        return N_("it is too deeply nested")
    if node is None:
        return N_("it cannot be read as an expression")
    return node if _depth(node) <= DEEPEST else N_("it is too deeply nested")


def _mended(source: str) -> str:
    """With the operators that people use to other languages write."""
    parts = re.split(r"('[^']*'|\"[^\"]*\")", source)
    for index in range(0, len(parts), 2):
        parts[index] = re.sub(r"\b(AND|OR|DIV|MOD)\b", lambda match: match[0].lower(), parts[index])
        parts[index] = parts[index].replace("==", "=").replace("<>", "!=").replace("&&", " and ").replace("||", " or ")
    return "".join(parts)


def _read(source: str) -> Node | None:
    try:
        node: Node = _Build().transform(_parser().parse(source))
        return node
    except LarkError:
        return None


def _depth(node: Any) -> int:
    if isinstance(node, Node):
        return 1 + max(map(_depth, node.operands), default=0)
    return max(map(_depth, node), default=0) if isinstance(node, tuple) else 0
