"""SurveyJS's expressions as ours, so that the same answers give the same verdict.

SurveyJS has two truth values and no types: an unanswered question equals nothing, is no number, and ``!=`` holds for it;
texts are compared without regard to case; a choice may be compared as a number. What a choice question may be compared with
is known beforehand, so such comparisons are written out over its choices.
"""

import re
from typing import Any

from app.catalog.importers.surveyjs import functions as functions
from app.catalog.importers.surveyjs.grammar import Syntax
from app.catalog.importers.surveyjs.terms import (
    MOMENTS,
    Const,
    Lost,
    Term,
    compare,
    key_of,
    own_or,
    same_type,
    same_value,
    typed,
)
from app.catalog.importers.surveyjs.values import Scope, Value, Values, shared
from app.catalog.importers.writing import FALSE, TRUE, all_of, any_of, negated, number, quoted
from app.core.problems import N_

LATER = N_("It reads what is asked later, which counts as not answered.")
GONE = N_("It reads what is left out, which counts as not answered.")
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
Operand = Const | Value | Term


class Translation:
    """One expression. ``notes``: why it is only nearly the same."""

    def __init__(self, values: Values, scope: Scope) -> None:
        self.values, self.scope, self.notes = values, scope, list[str]()

    def whole(self, node: Syntax) -> str:
        """The verdict of a whole condition, which SurveyJS compares with true: a bare number is one only where it is 1."""
        if node.op in ("and", "or"):
            first, last = node.operands
            if node.op == "and":
                return all_of((self.truth(first), self.whole(last)))
            return any_of((self.whole(first), self.whole(last)))
        return self.is_true(self.operand(node)) if node.op in ("variable", "const") else self.truth(node)

    def is_true(self, operand: Operand) -> str:
        """That JavaScript's ``==`` finds it equal to true."""
        if isinstance(operand, Const):
            return TRUE if operand.value is True or same_value(operand.value) == 1 else FALSE
        if isinstance(operand, Term):
            return self.holds(operand)
        if operand.also:
            return any_of(self.is_true(each) for each in operand.each())
        if operand.type in ("number", "text"):
            one = self.comparison("=", operand, Const(1))
            return one if operand.type == "number" else any_of((self.comparison("=", operand, Const("true")), one))
        if operand.type == "code":
            keys = [key for key in operand.codes if key == "true" or same_value(key) == 1]
            return any_of(f"{self.name(operand)} = {quoted(operand.codes[key])}" for key in keys)
        return self.holds(operand) if operand.type == "bool" else FALSE

    def truth(self, node: Syntax) -> str:
        """A condition of ours that is true exactly where the node is, and false or unknown elsewhere."""
        op, operands = node.op, node.operands
        if op in ("and", "or"):
            return (all_of if op == "and" else any_of)(self.truth(operand) for operand in operands)
        if op == "not":
            return negated(self.truth(operands[0]))
        if op in ("empty", "notempty"):
            there = self.there(self.operand(operands[0]))
            return there if op == "notempty" else negated(there)
        if op in TURNED:
            return self.comparison(op, self.operand(operands[0]), self.operand(operands[1]))
        if op in ("contains", "notcontains", "anyof", "noneof", "allof"):
            return self.membership(op, self.operand(operands[0]), self.operand(operands[1]))
        if op == "call" and operands[0].lower() == "iif" and len(operands) >= 3:
            test, *branches = (self.truth(operand) for operand in operands[1:])
            return any_of((all_of((test, branches[0])), all_of((negated(test), (branches[1:] or [FALSE])[0]))))
        return self.holds(self.operand(node))

    def operand(self, node: Syntax) -> Operand:
        """A constant where the node is one, a value of the form, else a term of ours."""
        if node.op == "const":
            return Const(node.operands[0])
        if node.op == "variable":
            return self.variable(node.operands[0])
        if node.op == "minus":
            inner = self.operand(node.operands[0])
            if isinstance(inner, Const) and isinstance(inner.value, int | float):
                return Const(-inner.value)
            return Term(f"-({self.numeric(inner)})", "number")
        if node.op == "array":
            items = [self.operand(item) for item in node.operands]
            if not all(isinstance(item, Const) for item in items):
                raise Lost(N_("Lists of anything but plain values are not known here."))
            return Const([item.value for item in items if isinstance(item, Const)])
        return functions.term(self, node)

    def variable(self, path: str) -> Operand:
        """The value at a path. What is asked later is not answered yet; what nobody asks comes from the page around."""
        special = functions.special(self, path)
        if special is not None:
            return special
        value = self.values.find(path, self.scope) or self.values.outsider(path)
        if value is None:
            raise Lost(N_("There is no {{{variable}}} in the form."), variable=path)
        if value.at == self.scope.at and self.scope.item is not None:
            raise Lost(N_("It reads the very question that it is about."))
        readable = [
            each for each in value.each() if each.type != "lost" and (each.at < self.scope.at or self._is_own(each))
        ]
        if not readable:
            self.notes.append(GONE if value.type == "lost" else LATER)
        return shared(readable) or Const(None)

    def _is_own(self, value: Value) -> bool:
        return self.scope.own is not None and value.name == self.scope.own.name

    def name(self, value: Value) -> str:
        """One question as an expression says it here."""
        if value.repeats != self.scope.repeats[: len(value.repeats)] and not value.row:
            raise Lost(N_("It reads the answers of all rows at once."))
        return own_or(value, self.scope)

    def there(self, operand: Operand) -> str:
        """That there is a value."""
        if isinstance(operand, Const):
            return FALSE if operand.value in (None, "", []) else TRUE
        if isinstance(operand, Term):
            return TRUE if operand.type == "bool" else f"{operand.text} = {operand.text}"
        if operand.also:
            return any_of(self.there(each) for each in operand.each())
        if operand.type == "grid":
            return any_of(self.there(part) for part in operand.parts.values())
        if operand.type == "rows":
            return f"${{{operand.name}}} > 0"
        if operand.type == "note":
            raise Lost(N_("It reads a note, which has no answer."))
        if operand.row or self._is_own(operand):
            name = self.name(operand)
            return f"{name} = {name}"
        return f"answered({own_or(operand, self.scope)})"

    def holds(self, operand: Operand) -> str:
        """That JavaScript takes the value for true."""
        if isinstance(operand, Const):
            return TRUE if operand.value or operand.value == [] else FALSE
        if isinstance(operand, Term):
            tests = {"bool": operand.text, "number": f"{operand.text} != 0", "text": f"{operand.text} != ''"}
            return tests.get(operand.type) or self.there(operand)
        if operand.also:
            return any_of(self.holds(each) for each in operand.each())
        if operand.boolean:
            return self.comparison("=", operand, Const(True))
        if operand.type in ("number", "bool"):
            return self.holds(Term(self.name(operand), operand.type))
        if operand.at < 0:  # a variable of the page around, which hands over texts
            return f"lower-case({self.name(operand)}) != 'false'"
        return self.there(operand)

    def comparison(self, op: str, left: Operand, right: Operand) -> str:
        if op == "!=":
            return negated(self.comparison("=", left, right))
        if isinstance(left, Const):
            if isinstance(right, Const):
                return TRUE if compare(op, left.value, right.value) else FALSE
            return self.comparison(TURNED[op], right, left)
        if isinstance(left, Value) and isinstance(right, Const):
            if right.value in (None, "", []):
                return negated(self.there(left)) if op == "=" else FALSE
            return any_of(self.against(op, each, right.value) for each in left.each())
        return self.between(op, left, right)

    def against(self, op: str, value: Value, const: Any) -> str:
        """A question's value and a constant."""
        if value.type in ("grid", "rows", "note"):
            raise Lost(N_("It compares a whole table or list with a value."))
        name = self.name(value)
        if value.type == "code":
            picked = [code for key, code in value.codes.items() if compare(op, typed(key, value), const)]
            return any_of(f"{name} = {quoted(code)}" for code in picked)
        if value.type == "set":
            return self.against_set(op, value, name, const)
        return self.against_scalar(op, value.type, name, const)

    def against_scalar(self, op: str, type_: str, name: str, const: Any) -> str:
        if isinstance(const, list):
            return FALSE
        if type_ == "bool":
            wanted = const if isinstance(const, bool) else str(const).lower() == "true"
            return name if wanted else f"{name} = false"
        if type_ == "number":
            value = same_value(const)
            return f"{name} {op} {number(value)}" if isinstance(value, int | float) else FALSE
        if type_ in MOMENTS:
            found = re.match(MOMENTS[type_], str(const))
            return f"{name} {op} {quoted(found[0])}" if found else FALSE
        value = same_value(const)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return f"number({name}) {op} {number(value)}"
        if op == "=":
            return f"lower-case({name}) = {quoted(str(const).lower())}"
        self.notes.append(N_("Texts that look like numbers are compared as texts."))
        return f"{name} {op} {quoted(str(const))}"

    def against_set(self, op: str, value: Value, name: str, const: Any) -> str:
        """Several ticked choices and a list equal each other in any order; a single tick is a number to < and >."""
        if op != "=" and isinstance(same_value(const), str):
            raise Lost(N_("It compares a list with a text."))
        if op != "=":
            ordered = [code for choice, code in value.codes.items() if compare(op, same_value(choice), const)]
            picked = any_of(f"selected({name}, {quoted(code)})" for code in ordered)
            return all_of((f"count-selected({name}) = 1", f"({picked})" if len(ordered) > 1 else picked))
        if not isinstance(const, list):
            return FALSE
        codes = [value.codes.get(key_of(item)) for item in const]
        if None in codes:
            return FALSE
        if value.ranked:
            ticked = [f"rank-of({name}, {quoted(code or '')}) = {rank}" for rank, code in enumerate(codes, 1)]
        else:
            ticked = [f"selected({name}, {quoted(code or '')})" for code in codes]
        return all_of((*ticked, f"count-selected({name}) = {len(codes)}"))

    def between(self, op: str, left: Operand, right: Operand) -> str:
        """Two values, or a calculated one."""
        if isinstance(left, Value) and isinstance(right, Value) and left.type == right.type in ("code", "set"):
            return self.same_choices(op, left, right)
        first, second = same_type(self, left, right)
        return f"{first.text} {op} {second.text}"

    def same_choices(self, op: str, left: Value, right: Value) -> str:
        common = left.codes.keys() & right.codes.keys()
        if op != "=" or left.type == "set":
            raise Lost(N_("It compares two choices in a way that is not known here."))
        pairs = [(left.codes[key], right.codes[key]) for key in left.codes if key in common]
        a, b = self.name(left), self.name(right)
        return any_of(
            all_of((f"{a} = {quoted(one)}", f"{b} = {quoted(other)}"))
            for one, other in pairs
        )  # fmt: skip

    def membership(self, op: str, left: Operand, right: Operand) -> str:
        if op in ("notcontains", "noneof"):
            return negated(self.membership("contains" if op == "notcontains" else "anyof", left, right))
        if not isinstance(right, Const):
            return self._dynamic(op, left, right)
        items = right.value if isinstance(right.value, list) else [right.value]
        if isinstance(left, Const) or op == "anyof":
            return any_of(self.contains(left, item, whole=op == "anyof") for item in items)
        return all_of(self.contains(left, item, whole=False) for item in items)

    def _dynamic(self, op: str, left: Operand, right: Operand) -> str:
        """Whether the choices ticked in one question hold that picked in another."""
        if isinstance(left, Value) and isinstance(right, Value) and left.type == "set" and right.type == "code":
            a, b = self.name(left), self.name(right)
            return any_of(
                all_of((f"selected({a}, {quoted(left.codes[key])})", f"{b} = {quoted(code)}"))
                for key, code in right.codes.items() if key in left.codes
            )  # fmt: skip
        first, second = same_type(self, left, right)
        if op == "contains" and first.type == second.type == "text":
            return f"contains({first.text}, {second.text})"
        raise Lost(N_("It asks what a list holds in a way that is not known here."))

    def contains(self, left: Operand, item: Any, whole: bool) -> str:
        """Whether choices ticked hold the item, or a text does as a part (``whole``: is it)."""
        if isinstance(left, Const):
            held = left.value if isinstance(left.value, list) else [left.value]
            return TRUE if any(compare("=", one, item) for one in held) else FALSE
        if isinstance(left, Term):
            return f"contains(lower-case({left.text}), {quoted(str(item).lower())})"
        if left.also:
            return any_of(self.contains(each, item, whole) for each in left.each())
        if left.type == "set":
            code = left.codes.get(key_of(item))
            return f"selected({self.name(left)}, {quoted(code)})" if code else FALSE
        if whole:
            return self.comparison("=", left, Const(item))
        if left.type == "code":
            found = [code for choice, code in left.codes.items() if key_of(item) in choice]
            return any_of(f"{self.name(left)} = {quoted(code)}" for code in found)
        if not item and left.type in ("text", "number", "date"):
            return FALSE
        if left.type == "text":
            return f"contains(lower-case({self.name(left)}), {quoted(str(item).lower())})"
        if left.type in ("number", "date"):
            return f"contains(string({self.name(left)}), {quoted(str(item).lower())})"
        raise Lost(N_("It asks what a list holds in a way that is not known here."))

    def numeric(self, operand: Operand) -> str:
        """A number, 0 where there is none, as JavaScript's arithmetic has it."""
        if operand == Const(None):
            return "0"
        text = functions.as_number(self, operand)
        calculated = isinstance(operand, Term) and text.startswith("(") and "/" not in text
        return text if calculated or isinstance(operand, Const) else f"coalesce({text}, 0)"
