"""XLSForm's expressions to ours, so that on the same answers they say the same."""

import operator
from collections.abc import Callable
from typing import Any

from app.catalog.importers.xlsform import compare, convert, xpath
from app.catalog.importers.xlsform.calls import translate_call
from app.catalog.importers.xlsform.form import ChoiceList, Form, Item
from app.catalog.importers.xlsform.lookups import translate_lookup
from app.catalog.importers.xlsform.terms import (
    ATOM,
    NAN,
    NEGATION,
    NEVER,
    OR,
    PRODUCT,
    SUM,
    Term,
    Untranslatable,
    all_of,
    any_of,
    call,
    guarded,
    known,
    negated,
    number,
    text,
)  # fmt: skip
from app.catalog.importers.xlsform.xpath import Node, Step
from app.core.problems import N_

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
ARITHMETIC = {"+": ("+", SUM), "-": ("-", SUM), "*": ("*", PRODUCT), "div": ("/", PRODUCT), "mod": ("%", PRODUCT)}
FOLDED: dict[str, Callable[[Any, Any], Any]] = {"+": operator.add, "-": operator.sub, "*": operator.mul}
DAYS = ("date", "datetime")


class Translator:
    """One expression at one place. ``item``: the question or section it belongs to; ``own``: whether ``.`` is an answer
    (in a constraint); ``choices``: the list that it filters. ``notes``: where it is not exactly the same (message id, params)."""

    def __init__(self, form: Form, item: Item, *, own: bool = False, choices: ChoiceList | None = None) -> None:
        self.form, self.item, self.own, self.choices = form, item, own, choices
        self.notes: list[tuple[str, dict[str, Any]]] = []

    def note(self, why: str, **params: Any) -> None:
        if (why, params) not in self.notes:
            self.notes.append((why, params))

    def read(self, source: str) -> Node:
        node = xpath.parse(source.strip())
        if isinstance(node, str):
            raise Untranslatable(node)
        return node

    def condition(self, node: Node, unknown: bool | None = False) -> Term:
        """A bool for a place where the unknown counts as ``unknown``; None: where it must not be unknown."""
        if unknown is None:
            return known(self.condition(node, False))
        if node.op in ("and", "or"):
            parts = [self.condition(operand, unknown) for operand in node.operands]
            return (all_of if node.op == "and" else any_of)(parts)
        if node.op in COMPARISONS:
            return guarded(compare.compare(self, node.op, *node.operands), unknown)
        if node.op == "call" and node.operands[0] == "not" and len(node.operands) == 2:
            return negated(self.condition(node.operands[1], not unknown))
        return guarded(compare.truth(self, self.value(node)), unknown)

    def value(self, node: Node) -> Term:
        """A term of whatever type it has."""
        match node.op:
            case "string":
                return text(node.operands[0])
            case "number":
                return number(node.operands[0])
            case "reference":
                return self.term(self.named(node.operands[0]))
            case "path":
                return self._path(node.operands[0], node.operands[1:])
            case "minus":
                inner = self.value(node.operands[0])
                if inner.type == "number" and isinstance(inner.literal, (int, float)):
                    return number(-float(inner.literal))
                inner = convert.as_number(self, inner)
                return Term(f"-{inner.at(ATOM)}", "number", NEGATION, NAN if inner.missing is not NEVER else NEVER)
            case "call":
                return translate_call(self, node)
            case "and" | "or" | "=" | "!=" | "<" | "<=" | ">" | ">=":
                return self.condition(node, None)
        return self._arithmetic(node.op, *node.operands)

    def named(self, name: str) -> Item:
        """The item that ${name} means: of several the one nearest to here."""
        found = self.form.named.get(name.removeprefix("last-saved#"), [])
        if name.startswith("last-saved#"):
            raise Untranslatable(N_("an answer of the last interview is not kept for the next"))
        if not found:
            raise Untranslatable(N_("there is no {name} in the form"), name=name)
        here = self.item.sections
        return max(found, key=lambda item: sum(section in here for section in item.sections))

    def term(self, item: Item) -> Term:
        """The value of a question, as it is seen from here."""
        if item is self.item and self.own:
            return Term(".", item.value, item=item)
        if item.kind == "group" or (item.kind == "question" and item.value == "none"):
            return text("")
        if not item.there:
            raise Untranslatable(N_("{name} could not be carried"), name=item.name)
        if item.place >= self.item.place:
            raise Untranslatable(N_("{name} is asked later"), name=item.name)
        reference = f"${{{item.ours}}}"
        if item.kind == "repeat":
            return Term(reference, "number", item=item, missing=0)
        if item.repeats != self.item.repeats[: len(item.repeats)]:
            return Term(reference, "list", item=item)
        return Term(reference, item.value, missing="", item=item, values=item.values)

    def _arithmetic(self, op: str, left_node: Node, right_node: Node) -> Term:
        left, right = self.value(left_node), self.value(right_node)
        sign, level = ARITHMETIC[op]
        if op in "+-" and (left.type in DAYS or right.type in DAYS):
            days = convert.days(self, op, left, right)
            if days is not None:
                return days
        left, right = (known(convert.as_number(self, term)) for term in (left, right))
        if op in FOLDED and left.literal is not None and right.literal is not None:
            return number(float(FOLDED[op](left.literal, right.literal)))
        if op == "mod" and left.text != "position()" and len(left.text) < 200:
            # the remainder has the sign of the dividend there, of the divisor here
            whole = f"int({left.at(PRODUCT)} / {right.at(NEGATION)}) * {right.at(NEGATION)}"
            return Term(f"{left.at(SUM)} - {whole}", "number", SUM, NAN)
        missing = NEVER if left.missing is NEVER and right.missing is NEVER and op in FOLDED else NAN
        return Term(f"{left.at(level)} {sign} {right.at(level + 1)}", "number", level, missing)

    def _path(self, start: str | Node, steps: tuple[Step, ...]) -> Term:
        if isinstance(start, Node) and start.op == "call" and start.operands[0] == "instance":
            return translate_lookup(self, start, steps)
        names = [name for name, _ in steps]
        if self.choices and start == "" and len(steps) == 1 and names[0] not in (".", ".."):
            return self._column(names[0])
        if start == "" and names == ["."] and not self.own:
            raise Untranslatable(N_("a question cannot read its own answer here"))
        if start == "" and names == ["null"]:
            return text("")
        if start == "" and len(names) == 1 and names[0] in self.form.named:
            self.note(N_("{name} was read as ${{{name}}}"), name=names[0])
            return self.term(self.named(names[0]))
        return self._row(self.located(start, names), [inside for _, inside in steps])

    def located(self, start: str | Node, names: list[str]) -> Item:
        """The item at the end of a path."""
        item = self.item
        if start == "/":
            item, names = self.form.root, names[1:]
        elif isinstance(start, Node) and start.op == "reference":
            item = self.named(start.operands[0])
        elif isinstance(start, Node) and start.operands[0] != "current":
            raise Untranslatable(N_("this path leads nowhere in the form"))
        for name in names:
            below = [child for child in item.children if child.name == name]
            found = item.parent if name == ".." else item if name == "." else below[0] if below else None
            if found is None:
                raise Untranslatable(N_("this path leads nowhere in the form"))
            item = found
        return item

    def _row(self, item: Item, predicates: list[tuple[Node, ...]]) -> Term:
        """The value at the end of a path; a predicate may name the row of a repeat."""
        inside = [predicate for of_step in predicates for predicate in of_step]
        term = self.term(item)
        if not inside:
            return term
        row = inside[0]
        if row.op == "=" and Node("call", ("position",)) in row.operands:
            row = next(operand for operand in row.operands if operand != Node("call", ("position",)))
        elif row.op in COMPARISONS or row.op in ("and", "or"):
            raise Untranslatable(N_("rows of a repeat cannot be picked by a condition"))
        return self.of_row(term, row, only=len(inside) == 1)

    def of_row(self, term: Term, row: Node, only: bool = True) -> Term:
        """The value that a question of a repeat has in a row."""
        if term.type != "list" or term.item is None or not only:
            raise Untranslatable(N_("another row of the repeat cannot be read from here"))
        place = known(convert.as_number(self, self.value(row)))
        return call("at", term, place, type=term.item.value, missing="")

    def _column(self, name: str) -> Term:
        columns = self.choices.columns if self.choices else {}
        if name == "name":
            return Term("name", "column")
        if name not in columns:
            if name in self.form.named:
                self.note(N_("{name} was read as ${{{name}}}"), name=name)
                return self.term(self.named(name))
            raise Untranslatable(N_("the list has no column {name}"), name=name)
        return Term(columns[name], "column")


def translated(translator: Translator, source: str, unknown: bool | None = False) -> str:
    """A condition in our language. Untranslatable says why it cannot be."""
    return translator.condition(translator.read(source), unknown).at(OR)
