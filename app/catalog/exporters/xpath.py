"""Our typed expressions as XLSForm writes them, so that on the same answers they say the same.

XPath knows no unknown, so a condition is written for a place where the unknown counts as true or as false: see
app/catalog/importers/xlsform/terms.py, which is this the other way round.
"""

from collections.abc import Callable
from typing import Any

from app.catalog.exporters.unwritable import Unwritable
from app.core.problems import N_
from app.engine.model import Questionnaire

SIGNS = {"+": "+", "-": "-", "*": "*", "/": "div"}
COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
MATCHES = ("regex", "contains", "starts-with", "ends-with")
CONSTANTS = ("number", "text", "bool", "date", "time", "datetime", "code")
SAME = {
    "string": "string", "string-length": "string-length", "concat": "concat", "substr": "substr", "number": "number",
    "round": "round", "int": "int", "abs": "abs", "pow": "pow", "sqrt": "sqrt", "exp": "exp", "log": "log", "log10": "log10",
    "min": "min", "max": "max", "sum": "sum", "join": "join", "count-selected": "count-selected", "selected-at": "selected-at",
    "coalesce": "coalesce", "once": "once", "count-non-empty": "count-non-empty", "count": "count-non-empty", "date": "date",
    "date-time": "date-time", "date-of": "date", "format-date": "format-date", "normalize-space": "normalize-space",
    "floor": "floor", "ceiling": "ceiling",
}  # fmt: skip
"""Functions that mean the same there."""
PARTS = {"year-of": "%Y", "month-of": "%n", "day-of": "%e"}


class Writer:
    """Of one questionnaire. ``named``: a question -> its name in the form."""

    def __init__(self, q: Questionnaire, named: dict[str, str]) -> None:
        self.q, self.named = q, named

    def condition(self, tree: Any, unknown: bool = False) -> str:
        """A bool for a place where the unknown counts as ``unknown``. Unwritable says why it cannot be."""
        op, *operands = tree
        if op == "bool":
            return "true()" if operands[0] else "false()"
        if op in ("and", "or"):
            return f" {op} ".join(self._inside(operand, unknown) for operand in operands)
        if op == "not":
            return f"not({self.condition(operands[0], not unknown)})"
        if op == "coalesce":
            return self._first_known(operands, unknown)
        if op == "if":
            test = operands[0]
            then, otherwise = (self._inside(operand, unknown) for operand in operands[1:])
            yes, no = self._inside(test, False), self.condition(test, True)
            undecided = f" or (({self.condition(test, True)}) and not({self.condition(test)}))" if unknown else ""
            return f"({yes} and {then}) or (not({no}) and {otherwise}){undecided}"
        if op == "answered":
            return f"{self._name(operands[0])} != ''"
        if op in ("dont-know", "refused"):
            return self._special(operands[0], "dk" if op == "dont-know" else "refused")
        return self._guarded(tree, unknown)

    def _inside(self, tree: Any, unknown: bool) -> str:
        """In brackets where it stands beside others."""
        written = self.condition(tree, unknown)
        return f"({written})" if tree[0] in ("and", "or", "if", "coalesce") or " or " in written else written

    def _first_known(self, operands: list[Any], unknown: bool) -> str:
        first, *rest = operands
        if not rest:
            return self.condition(first, unknown)
        if len(rest) == 1 and rest[0][0] == "bool":
            return self.condition(first, rest[0][1])
        sure = self._inside(first, False)
        undecided = f"{self._inside(first, True)} and not({self.condition(first)})"
        return f"{sure} or ({undecided} and ({self._first_known(rest, unknown)}))"

    def _special(self, reference: Any, code: str) -> str:
        question = self.q.questions[reference[1]]
        offered = question.dont_know if code == "dk" else question.refused
        return f"selected({self._name(reference)}, '{code}')" if offered and question.choices else "false()"

    def _guarded(self, tree: Any, unknown: bool) -> str:
        """A comparison or its like, with what XPath has where ours is unknown put right."""
        written, known = self._atom(tree), self._known(tree)
        if known is None or (self._false_when_missing(tree) and not unknown):
            return written
        if tree[0] == "!=" and unknown and self._plain(tree):
            return written
        return f"(not({known}) or {written})" if unknown else f"({known} and {written})"

    def _plain(self, tree: Any) -> bool:
        """Whether it compares an answer with something written out."""
        return sum(operand[0] in CONSTANTS for operand in tree[1:]) == 1 and any(
            o[0] in ("name", "own") for o in tree[1:]
        )

    def _false_when_missing(self, tree: Any) -> bool:
        op, *operands = tree
        if op == "selected" or (
            op in MATCHES[1:] and operands[1][0] == "text" and operands[1][1] and operands[0][0] == "name"
        ):
            return True
        if op == "=":
            return self._plain(tree)
        return op in ("<", "<=", ">", ">=") and not any(
            "count-selected" in str(o) or "string-length" in str(o) for o in operands
        )

    def _atom(self, tree: Any) -> str:
        op, *operands = tree
        if op in COMPARISONS:
            left, right = (self.value(operand) for operand in operands)
            return f"{left} {op} {right}"
        if op == "selected":
            return f"selected({self.value(operands[0])}, {self.value(operands[1])})"
        if op == "regex":
            return f"regex({self.value(operands[0])}, {quoted('^(' + operands[1][1] + ')$')})"
        if op in MATCHES:
            return f"{op}({', '.join(self.value(operand) for operand in operands)})"
        if op in ("name", "own"):
            return f"{self.value(tree)} = 'true'"
        raise Unwritable(N_("there is nothing like {function}() there"), function=op)

    def _known(self, tree: Any) -> str | None:
        """When the value is known, as a condition; None where it always is."""
        op, *operands = tree
        if op in (*CONSTANTS, "own", "column", "position", "today", "now", "random"):
            return None
        op = op.removesuffix("()")
        if op == "name":
            return f"{self._name(tree)} != ''"
        if op in ("answered", "count-non-empty", "count", "sum", "join", "mean"):
            return None
        parts = [self._known(operand) for operand in operands if isinstance(operand, list)]
        if op == "coalesce":
            return None if None in parts else f"({' or '.join(part for part in parts if part)})"
        if op == "if":
            test, then, otherwise = operands[0], parts[1] or "true()", parts[2] or "true()"
            sure, no = self._inside(test, False), f"not({self.condition(test, True)})"
            return f"(({sure} and {then}) or ({no} and {otherwise}))"
        if op == "number":
            written = self.value(tree)
            parts.append(f"{written} = {written}")
        if op in ("/", "%") and operands[1][0] != "number":
            parts.append(f"{self.value(operands[1])} != 0")
        wanted = dict.fromkeys(part for part in parts if part)
        return " and ".join(wanted) or None

    def value(self, tree: Any) -> str:
        """Any value. Unwritable says why it cannot be."""
        op, *operands = tree
        simple = self._leaf(op, operands, tree)
        if simple is not None:
            return simple
        op = op.removesuffix("()")
        if op in ("and", "or", "not", "answered", "selected", *COMPARISONS, *MATCHES):
            return self.condition(tree)
        if op in SIGNS:
            return f"({self.value(operands[0])} {SIGNS[op]} {self.value(operands[1])})"
        function = VALUES.get(op)
        if function:
            return function(self, operands)
        if op in SAME:
            return f"{SAME[op]}({', '.join(self.value(operand) for operand in operands)})"
        raise Unwritable(N_("there is nothing like {function}() there"), function=op)

    def _leaf(self, op: str, operands: list[Any], tree: Any) -> str | None:
        if op == "number":
            return f"{operands[0]:.15f}".rstrip("0").rstrip(".") if isinstance(operands[0], float) else str(operands[0])
        if op in ("text", "code", "time", "datetime"):
            return quoted(str(operands[0]))
        if op == "date":
            return f"date({quoted(operands[0])})"
        if op == "bool":
            return "true()" if operands[0] else "false()"
        return {"own": ".", "today": "today()", "now": "now()", "position": "position(..)", "random": "random()"}.get(
            op
        ) or (self._name(tree) if op == "name" else operands[0] if op == "column" else None)

    def _name(self, reference: Any) -> str:
        return f"${{{self.named.get(reference[1], reference[1])}}}"

    def _if(self, operands: list[Any]) -> str:
        test, then, otherwise = operands
        sure, maybe = self.condition(test), self.condition(test, True)
        rest = self.value(otherwise)
        undecided = rest if sure == maybe or self._known(test) is None else f"if({maybe}, '', {rest})"
        return f"if({sure}, {self.value(then)}, {undecided})"

    def _label(self, operands: list[Any]) -> str:
        if operands[0][0] != "name":
            raise Unwritable(N_("there is nothing like {function}() there"), function="label")
        name = self._name(operands[0])
        return f"jr:choice-name({name}, '{name}')"

    def _at(self, operands: list[Any]) -> str:
        question = self.q.questions[operands[0][1]]
        if len(question.repeats) != 1:
            raise Unwritable(N_("rows inside rows cannot be named there"))
        repeat = self.named.get(question.repeats[0], question.repeats[0])
        return f"indexed-repeat({self._name(operands[0])}, ${{{repeat}}}, {self.value(operands[1])})"

    def _modulo(self, operands: list[Any]) -> str:
        left, right = (self.value(operand) for operand in operands)
        return f"({left} - floor({left} div {right}) * {right})"


def quoted(text: str) -> str:
    """A literal; XPath has none with both kinds of quotes."""
    if "'" in text and '"' in text:
        raise Unwritable(N_("a text with both kinds of quotes cannot be written there"))
    return f'"{text}"' if "'" in text else f"'{text}'"


VALUES: dict[str, Callable[[Writer, list[Any]], str]] = {
    "if": Writer._if,
    "label": Writer._label,
    "at": Writer._at,
    "%": Writer._modulo,
    "minus": lambda writer, operands: f"-({writer.value(operands[0])})",
    "since": lambda writer, operands: f"({writer.value(operands[0])} - {writer.value(operands[1])})",
    "shift": lambda writer, operands: f"date({writer.value(operands[0])} + {writer.value(operands[1])})",
    "mean": lambda writer, operands: (
        f"(sum({writer.value(operands[0])}) div count-non-empty({writer.value(operands[0])}))"
    ),
    **{
        name: lambda writer, operands, form=form: f"number(format-date({writer.value(operands[0])}, '{form}'))"  # type: ignore[misc]
        for name, form in PARTS.items()
    },
}
