"""Functions of picked choices."""

from dataclasses import replace
from typing import TYPE_CHECKING

from app.catalog.importers.xlsform import compare, convert
from app.catalog.importers.xlsform.terms import (
    AND,
    NEVER,
    SUM,
    Term,
    Untranslatable,
    any_of,
    call,
    known,
    number,
    quoted,
)
from app.catalog.importers.xlsform.xpath import Node
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator


def selected(run: "Translator", arguments: list[Node]) -> Term:
    subject, wanted = run.value(arguments[0]), run.value(arguments[1])
    if wanted.literal is not None:
        literal = wanted.literal if isinstance(wanted.literal, str) else number(float(wanted.literal)).text
        return compare.selected(run, subject, literal)
    if subject.type in ("set", "code") and wanted.type in ("code", "column"):
        return call("selected", subject, wanted, type="bool", missing=False)
    if subject.type in ("set", "code") and wanted.type in ("text", "number") and subject.item and subject.item.list:
        return any_code(run, subject, wanted)
    raise Untranslatable(N_("what is looked for among the choices is not known here"))


def any_code(run: "Translator", subject: Term, wanted: Term) -> Term:
    """Whether the picked choices hold one whose name is worked out: each choice in turn."""
    from_text = convert.as_text(run, wanted)
    choices = subject.item.list.choices if subject.item and subject.item.list else []
    if len(choices) > convert.MOST_CODES:
        raise Untranslatable(N_("what is looked for among the choices is not known here"))
    return any_of(
        Term(
            f"selected({subject.text}, {quoted(choice.code)}) and {from_text.at(SUM)} = {quoted(choice.name)}",
            "bool", AND, False,
        )
        for choice in choices
    )  # fmt: skip


def count_selected(run: "Translator", arguments: list[Node]) -> Term:
    subject = run.value(arguments[0])
    if subject.type == "set":
        return call("count-selected", subject, type="number", missing=NEVER if subject.missing is NEVER else 0)
    return call("if", compare.empty(run, subject), "0", "1", type="number")


def choice_name(run: "Translator", arguments: list[Node]) -> Term:
    subject = run.value(arguments[0])
    if subject.item and subject.item.coded and subject.item.repeats == run.item.repeats:
        subject = subject.item.coded
    if subject.type not in ("code", "set") or not (subject.item or subject.text.startswith("selected-at(")):
        raise Untranslatable(N_("the words of a choice are known for a question alone"))
    return call("label", subject, type="text", missing="" if subject.missing is not NEVER else NEVER)


def selected_at(run: "Translator", arguments: list[Node]) -> Term:
    subject = run.value(arguments[0])
    if subject.type != "set":
        raise Untranslatable(N_("what is looked for among the choices is not known here"))
    place = known(convert.as_number(run, run.value(arguments[1])))
    return replace(call("selected-at", subject, place, type="code", missing=""), item=subject.item)
