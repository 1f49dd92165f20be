"""SurveyJS's expressions as syntax trees.

Its language is described at https://surveyjs.io/form-library/documentation/design-survey/conditional-logic (versions 1 and
2): ``{question}``, ``{panel.question}``, ``{matrix.row}``, ``{list[0].question}``, ``{#question}``; words in any case; ``and``
before ``or``, then comparisons, then arithmetic, then ``contains`` and its like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput

GRAMMAR = r"""
?start: disjunction
?disjunction: conjunction | disjunction OR conjunction -> binary
?conjunction: comparison | conjunction AND comparison -> binary
?comparison: sum | comparison COMPARE sum -> binary
?sum: product | sum SIGN product -> binary
?product: power | product TIMES power -> binary
?power: member | power POWER member -> binary
?member: factor | member MEMBER factor -> binary
?factor: atom
    | NOT factor -> negation
    | "-" factor -> minus
    | factor EMPTINESS -> emptiness
?atom: NUMBER -> number
    | STRING -> string
    | VARIABLE -> variable
    | CONSTANT -> word
    | WORD -> word
    | CALL [disjunction ("," disjunction)*] ")" -> call
    | "[" [disjunction ("," disjunction)*] "]" -> array
    | "(" disjunction ")"

OR.5: "||" | /or\b/i
AND.5: "&&" | /and\b/i
COMPARE.5: "<=" | "=<" | ">=" | "=>" | "==" | "!=" | "<>" | "=" | "<" | ">"
    | /(lessorequal|greaterorequal|notequals?|equals?|less|greater)\b/i
MEMBER.6: "*=" | /(not)?contains?\b/i | /(any|all|none)of\b/i
EMPTINESS.6: /(not)?empty\b/i
NOT.5: /!(?!=)/ | /negate\b/i
POWER.5: "^" | /power\b/i
TIMES: "*" | "/" | "%"
SIGN: "+" | "-"
CONSTANT.4: /(true|false|null|undefined)\b/i
CALL.7: /(?!(?:and|or|negate|notcontains?|contains?|anyof|allof|noneof)\b)[A-Za-z_][A-Za-z0-9_-]*\(/i
NUMBER.3: /[0-9]+(\.[0-9]+)?(?![A-Za-z0-9_])/
STRING: /'(\\.|[^'\\])*'/s | /"(\\.|[^"\\])*"/s
VARIABLE: /\{[^{}]+\}/
WORD: /[^\W\d][\w-]*/ | /[0-9]+[A-Za-z_]\w*/
%ignore /\s+/
"""

SAME = {
    "||": "or", "&&": "and", "==": "=", "<>": "!=", "=<": "<=", "=>": ">=", "*=": "contains", "contain": "contains",
    "notcontain": "notcontains", "equal": "=", "equals": "=", "notequal": "!=", "notequals": "!=", "less": "<", "greater": ">",
    "lessorequal": "<=", "greaterorequal": ">=", "power": "^",
}  # fmt: skip
WORDS = {"true": True, "false": False, "null": None, "undefined": None}
LONGEST, DEEPEST = 10_000, 60


@dataclass(frozen=True, slots=True)
class Syntax:
    """``op``: "const" (its value), "variable" (its path), "array", "call" (name, arguments), "not", "minus", "empty",
    "notempty", or a binary operator in its shortest spelling."""

    op: str
    operands: tuple[Any, ...]

    def variables(self) -> Iterator[str]:
        """The paths it reads, without braces."""
        if self.op == "variable":
            yield self.operands[0]
        for operand in self.operands:
            if isinstance(operand, Syntax):
                yield from operand.variables()


@v_args(inline=True)
class _Build(Transformer):  # type: ignore[type-arg]
    def binary(self, left: Syntax, sign: Token, right: Syntax) -> Syntax:
        word = str(sign).lower()
        return Syntax(SAME.get(word, word), (left, right))

    def negation(self, _sign: Token, operand: Syntax) -> Syntax:
        return Syntax("not", (operand,))

    def minus(self, operand: Syntax) -> Syntax:
        return Syntax("minus", (operand,))

    def emptiness(self, operand: Syntax, word: Token) -> Syntax:
        return Syntax(str(word).lower(), (operand,))

    def number(self, token: Token) -> Syntax:
        return Syntax("const", (float(token) if "." in token else int(token),))

    def string(self, token: Token) -> Syntax:
        return Syntax("const", (str(token)[1:-1].replace("\\'", "'").replace('\\"', '"'),))

    def word(self, token: Token) -> Syntax:
        return Syntax("const", (WORDS.get(str(token).lower(), str(token)),))

    def variable(self, token: Token) -> Syntax:
        return Syntax("variable", (str(token)[1:-1].strip().removeprefix("#"),))

    def call(self, name: Token, *arguments: Syntax | None) -> Syntax:
        return Syntax("call", (str(name)[:-1], *(a for a in arguments if a is not None)))

    def array(self, *items: Syntax | None) -> Syntax:
        return Syntax("array", tuple(item for item in items if item is not None))


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def read(source: str) -> Syntax | None:
    """The tree; None where SurveyJS itself would not understand the expression, or it is longer than anybody writes."""
    if len(source) > LONGEST:
        return None
    try:
        syntax: Syntax = _Build().transform(_parser().parse(source))
        return syntax if _depth(syntax) <= DEEPEST else None
    except (UnexpectedInput, RecursionError):
        return None


def _depth(syntax: Any) -> int:
    return 1 + max(map(_depth, syntax.operands), default=0) if isinstance(syntax, Syntax) else 0
