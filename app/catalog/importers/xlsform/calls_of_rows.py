"""Functions over the rows of a repeat."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.catalog.importers.xlsform import compare, convert
from app.catalog.importers.xlsform.terms import ATOM, NAN, SUM, Term, Untranslatable, call, known, number
from app.catalog.importers.xlsform.xpath import Node
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator


def of_list(ours: str) -> Callable[["Translator", list[Node]], Term]:
    """A function over the rows of a repeat, or over its arguments."""

    def translate(run: "Translator", arguments: list[Node]) -> Term:
        terms = [run.value(argument) for argument in arguments]
        if all(term.type == "list" and term.item and term.item.value == "number" for term in terms):
            run.note(N_("rows without an answer do not count"))
            return call(ours, *terms, type="number", missing=0 if ours == "sum" else NAN)
        if any(term.type == "list" and not (term.item and term.item.value == "number") for term in terms):
            raise Untranslatable(N_("a question of a repeat has many answers here"))
        numbers = [term if term.type == "list" else known(convert.as_number(run, term)) for term in terms]
        return call(ours, *numbers, type="number", missing=NAN)

    return translate


def count(run: "Translator", arguments: list[Node]) -> Term:
    """How many rows a repeat has."""
    node = arguments[0]
    if node.op == "reference":
        item = run.named(node.operands[0])
    elif node.op == "path" and not any(inside for _, inside in node.operands[1:]):
        item = run.located(node.operands[0], [name for name, _ in node.operands[1:]])
    else:
        raise Untranslatable(N_("rows of a repeat cannot be picked by a condition"))
    repeat = item if item.kind == "repeat" else item.repeats[-1] if item.repeats else None
    if repeat is None:
        return number(1.0)
    return replace(run.term(repeat), item=None)


def count_non_empty(run: "Translator", arguments: list[Node]) -> Term:
    terms = [run.value(argument) for argument in arguments]
    if len(terms) == 1 and terms[0].type == "list":
        return call("count", terms[0], type="number", missing=0)
    if all(term.item is not None and term.text.startswith("${") for term in terms):
        return call("count-non-empty", *terms, type="number")
    parts = [f"if({compare.empty(run, term).text}, 0, 1)" for term in terms]
    return Term(" + ".join(parts), "number", SUM if len(parts) > 1 else ATOM)


def join(run: "Translator", arguments: list[Node]) -> Term:
    separator, *terms = (run.value(argument) for argument in arguments)
    if len(terms) == 1 and terms[0].type == "list":
        return call("join", separator, terms[0], type="text", missing="")
    texts = [known(convert.as_text(run, term)) for term in terms]
    parts = [part for term in texts for part in (separator, term)][1:]
    return call("concat", *parts, type="text")


def indexed_repeat(run: "Translator", arguments: list[Node]) -> Term:
    return run.of_row(run.value(arguments[0]), arguments[2], only=len(arguments) == 3)


def position(run: "Translator", arguments: list[Node]) -> Term:
    if not run.item.repeats:
        raise Untranslatable(N_("this stands in no repeat"))
    steps = len(arguments[0].operands) - 1 if arguments and arguments[0].op == "path" else 1
    passed = run.item.sections[::-1][:steps]
    if sum(section.kind == "repeat" for section in passed) > 1:
        raise Untranslatable(N_("another row of the repeat cannot be read from here"))
    return Term("position()", "number")
