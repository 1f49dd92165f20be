"""Comparisons."""

import operator
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.catalog.importers.xlsform.convert import MOMENTS, alike, as_number, moment
from app.catalog.importers.xlsform.terms import (
    COMPARISON,
    NAN,
    NEVER,
    SUM,
    Term,
    Untranslatable,
    all_of,
    any_of,
    boolean,
    call,
    known,
    negated,
    number,
    numeral,
    quoted,
    text,
)  # fmt: skip
from app.catalog.importers.xlsform.xpath import Node
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator

MEANING: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare(run: "Translator", op: str, left_node: Node, right_node: Node) -> Term:
    """A condition, unguarded."""
    left, right = run.value(left_node), run.value(right_node)
    if right.literal is None and (left.literal is not None or left.type == "column"):
        op, left, right = TURNED[op], right, left
        left_node, right_node = right_node, left_node
    if left.literal is not None and right.literal is not None:
        return boolean(_folded(op, left, right))
    if "list" in (left.type, right.type):
        raise Untranslatable(N_("a question of a repeat has many answers here"))
    length = _length(run, op, left_node, right)
    if length is not None:
        return length
    if op not in ("=", "!="):
        return _order(run, op, left, right)
    same = _bools(run, left, right) or _special(run, left, right) or equal(run, left, right)
    return same if op == "=" else _different(same)


def _folded(op: str, left: Term, right: Term) -> bool:
    """Two literals."""
    values = [left.literal, right.literal]
    if op not in ("=", "!=") or any(isinstance(value, (int, float)) for value in values):
        values = [numeral(value) if isinstance(value, str) else float(value) for value in values]
        if None in values:
            return op == "!="
    return MEANING[op](*values)


def _different(same: Term) -> Term:
    """``a = b`` turned is ``a != b``; all else is put in not()."""
    if same.level == COMPARISON and same.type == "bool" and " = " in same.text and same.values is None:
        left, _, right = same.text.partition(" = ")
        if " = " not in right:
            return replace(
                same, text=f"{left} != {right}", missing=NEVER if same.missing is NEVER else not same.missing
            )
    return negated(same)


def _length(run: "Translator", op: str, node: Node, right: Term) -> Term | None:
    """``string-length(${q}) > 0`` asks whether there is an answer."""
    if node.op != "call" or node.operands[0] != "string-length" or len(node.operands) != 2 or right.type != "number":
        return None
    subject = run.value(node.operands[1])
    if (op, right.literal) in ((">", 0), ("!=", 0), (">=", 1)):
        return negated(empty(run, subject))
    if (op, right.literal) in (("=", 0), ("<", 1), ("<=", 0)):
        return empty(run, subject)
    return None


def truth(run: "Translator", term: Term) -> Term:
    """XPath's boolean()."""
    if term.type == "bool":
        return replace(term, missing=False) if term.missing == "" else term
    if term.type == "number":
        if term.literal is not None:
            return boolean(term.literal != 0)
        return Term(f"{term.at(SUM)} != 0", "bool", COMPARISON, NEVER if term.missing is NEVER else False)
    if term.item is not None:
        run.note(N_("an answer counts as true where there is one"))
    return negated(empty(run, term))


def empty(run: "Translator", term: Term) -> Term:
    """Whether it is the empty string; never unknown."""
    if term.literal is not None:
        return boolean(term.literal == "")
    if term.type == "list":
        raise Untranslatable(N_("a question of a repeat has many answers here"))
    if term.item is not None and term.text == ".":
        return boolean(False)
    if term.type == "text" and (term.item is None or term.item.type.word == "calculate"):
        return Term(f"{known(term).at(SUM)} = ''", "bool", COMPARISON)
    if term.item is not None and term.text.startswith("${"):
        return negated(call("answered", term, type="bool"))
    if term.type in ("code", *MOMENTS):
        return Term(f"coalesce(string({term.text}), '') = ''", "bool", COMPARISON)
    if term.type == "column":
        return Term(f"{term.text} = ''", "bool", COMPARISON)
    return boolean(False)


def _special(run: "Translator", left: Term, right: Term) -> Term | None:
    """A comparison with the empty text, or with a number that is none."""
    if right.literal == "":
        return empty(run, left)
    if right.literal == "NaN" and left.type == "number":
        return boolean(False) if left.missing is NEVER else _unknown(run, left)
    return None


def _bools(run: "Translator", left: Term, right: Term) -> Term | None:
    """A comparison with true or false, however written."""
    if "bool" not in (left.type, right.type):
        return None
    if left.type != "bool":
        left, right = right, left
    condition = known(truth(run, left))
    literal = right.literal
    if isinstance(literal, str):
        literal = {"true": True, "1": True, "false": False, "0": False}.get(literal.lower(), bool(literal))
    if literal is not None:
        return condition if literal else negated(condition)
    other = known(truth(run, right))
    return Term(f"{condition.at(SUM)} = {other.at(SUM)}", "bool", COMPARISON)


def equal(run: "Translator", left: Term, right: Term) -> Term:
    """Whether both are the same; missing: False."""
    if "file" in (left.type, right.type):
        raise Untranslatable(N_("a file or place cannot be compared with a value"))
    literal = right.literal
    if left.type == "code" and literal is not None:
        return any_of(_is(left, quoted(code)) for code in _codes(left, literal))
    if left.type == "set":
        return _equal_sets(run, left, right)
    if left.type == "text" and left.values is not None and literal is not None:
        as_numbers = isinstance(literal, (int, float))
        wanted = [here for here, there in left.values if (numeral(there) if as_numbers else there) == literal]
        return any_of(_is(left, quoted(value)) for value in wanted)
    if "column" in (left.type, right.type):
        return _equal_column(run, left, right)
    if left.type in MOMENTS and isinstance(literal, str):
        written = moment(literal, left.type)
        return _is(left, quoted(written)) if written else boolean(False)
    if left.type == "number" and isinstance(literal, str) and numeral(literal) is None:
        return boolean(False)
    pair = alike(run, left, right)
    if pair[0].type == "text" and literal is None:
        return Term(f"{known(pair[0]).at(SUM)} = {known(pair[1]).at(SUM)}", "bool", COMPARISON)
    if literal is not None:
        return _constant(*pair)
    return _both(run, left, right, _is(known(pair[0]), known(pair[1]).at(SUM)))


def _both(run: "Translator", left: Term, right: Term, same: Term) -> Term:
    """In XPath two answers that are both not there are the same."""
    if left.missing == "" and right.missing == "":
        return any_of([same, all_of([_unknown(run, left), _unknown(run, right)])])
    return same


def _unknown(run: "Translator", term: Term) -> Term:
    """Whether it is unknown here; never unknown itself."""
    if term.item is not None and term.text.startswith("${"):
        return empty(run, term)
    return Term(f"not(coalesce({term.at(SUM)} = {term.at(SUM)}, false))", "bool")


def _is(left: Term, right: str) -> Term:
    return Term(f"{left.at(SUM)} = {right}", "bool", COMPARISON, NEVER if left.literal is not None else False)


def _constant(left: Term, right: Term) -> Term:
    """``left = 3``, where left may have a number in XPath though it is unknown here."""
    missing = (
        False if not isinstance(left.missing, (int, float)) or left.missing is NAN else left.missing == right.literal
    )
    return Term(f"{left.at(SUM)} = {right.at(SUM)}", "bool", COMPARISON, NEVER if left.missing is NEVER else missing)


def _codes(term: Term, literal: str | float) -> list[str]:
    """The codes here that a literal in the form means."""
    list_ = term.item.list if term.item else None
    if list_ is None:
        return [str(literal)]
    if isinstance(literal, str):
        return list_.codes(literal)
    return [choice.code for choice in list_.choices if numeral(choice.name) == literal]


def selected(run: "Translator", subject: Term, literal: str) -> Term:
    """Whether a choice is picked."""
    if subject.type == "number":
        wanted = numeral(literal)
        return boolean(False) if wanted is None else _is(subject, number(wanted).text)
    if subject.type == "text":
        if subject.values is not None and not any(" " in there for _, there in subject.values):
            return equal(run, subject, text(literal))
        return call("contains", f"concat(' ', {subject.text}, ' ')", quoted(f" {literal} "), type="bool", missing=False)
    if subject.type == "bool":
        return _bools(run, subject, text(literal)) or boolean(False)
    if subject.type not in ("set", "code"):
        return equal(run, subject, text(literal)) if subject.type in MOMENTS else boolean(False)
    return any_of(
        call("selected", subject, quoted(code), type="bool", missing=False) for code in _codes(subject, literal)
    )


def _equal_sets(run: "Translator", left: Term, right: Term) -> Term:
    """A set of choices is the text of its codes with spaces between."""
    if right.type == "code":
        alone = Term(f"count-selected({left.text}) = 1", "bool", COMPARISON, False)
        return all_of([call("selected", left, right, type="bool", missing=False), alone])
    if right.literal is None:
        raise Untranslatable(N_("the choices picked cannot be compared with those of another question"))
    literal = right.literal
    names = literal.split() if isinstance(literal, str) else [number(float(literal)).text]
    if len(names) > 1:
        run.note(N_("the order in which choices were picked is not looked at"))
    count = Term(f"count-selected({left.text}) = {len(names)}", "bool", COMPARISON, False)
    return all_of([*(selected(run, left, name) for name in names), count])


def _equal_column(run: "Translator", left: Term, right: Term) -> Term:
    """A column of the list that is filtered; it is text, and becomes what it is compared with."""
    if left.type != "column":
        left, right = right, left
    if right.literal is not None:
        literal = right.literal if isinstance(right.literal, str) else number(float(right.literal)).text
        if left.text == "name" and run.choices:
            return any_of(_is(left, quoted(code)) for code in run.choices.codes(literal))
        return Term(f"{left.text} = {quoted(literal)}", "bool", COMPARISON)
    if right.type in ("set", "bool", "file", "none"):
        raise Untranslatable(N_("this cannot be compared with a column of the list"))
    same = Term(f"{left.text} = {right.at(SUM)}", "bool", COMPARISON, NEVER if right.missing is NEVER else False)
    if right.type != "code" or right.item is None or right.item.list is None or left.text == "name":
        return same
    # a choice that has another name here is still called as before in the column
    return any_of(
        [same, *(
            Term(f"({right.text} = {quoted(choice.code)} and {left.text} = {quoted(choice.name)})", "bool", missing=False)
            for choice in right.item.list.choices if choice.code != choice.name
        )]
    )  # fmt: skip


def _order(run: "Translator", op: str, left: Term, right: Term) -> Term:
    """``<`` and its like compare numbers; days are numbers too."""
    if left.type in MOMENTS and isinstance(right.literal, str):
        written = moment(right.literal, left.type)
        if written is None and numeral(right.literal) is None:
            return boolean(False)
        right = Term(quoted(written), left.type) if written else right
    if "column" in (left.type, right.type):
        other = right if left.type == "column" else left
        if other.type in ("text", "code") and other.literal is None:
            raise Untranslatable(N_("this cannot be compared with a column of the list"))
        return Term(f"{left.at(SUM)} {op} {right.at(SUM)}", "bool", COMPARISON, False)
    if not (left.type == right.type and left.type in MOMENTS):
        left, right = (known(as_number(run, term)) for term in (left, right))
    missing = NEVER if left.missing is NEVER and right.missing is NEVER else False
    return Term(f"{left.at(SUM)} {op} {right.at(SUM)}", "bool", COMPARISON, missing)
