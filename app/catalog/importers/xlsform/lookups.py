"""``instance('list')/root/item[name = ${q}]/column``: what a list says of a choice."""

from typing import TYPE_CHECKING

from app.catalog.importers.xlsform.form import ChoiceList
from app.catalog.importers.xlsform.terms import ELSEWHERE, NEVER, Term, Untranslatable, call, quoted
from app.catalog.importers.xlsform.xpath import Node, Step
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator

MOST = 80
"""Different values of a column that are written out."""


def translate_lookup(run: "Translator", start: Node, steps: tuple[Step, ...]) -> Term:
    list_ = run.form.lists.get(str(start.operands[1].operands[0])) if len(start.operands) > 1 else None
    if list_ is None:
        raise Untranslatable(ELSEWHERE)
    names = [name for name, _ in steps]
    inside = [predicate for _, predicates in steps for predicate in predicates]
    if names[:2] != ["root", "item"] or len(names) != 3 or len(inside) != 1 or inside[0].op != "=":
        raise Untranslatable(N_("a list can be asked for one choice of it only"))
    key, wanted = inside[0].operands
    if key.op != "path":
        key, wanted = wanted, key
    subject = run.value(wanted)
    if (
        key != Node("path", ("", ("name", ())))
        or subject.type != "code"
        or subject.item is None
        or subject.item.list is not list_
    ):
        raise Untranslatable(N_("a list can be asked for the choice that a question picked only"))
    if names[2] in ("label", "itextId"):
        return call("label", subject, type="text", missing="")
    return _column(list_, names[2], subject)


def _column(list_: ChoiceList, column: str, subject: Term) -> Term:
    """The column's value for the picked choice, written out: those with the same value together."""
    ours = list_.columns.get(column, column)
    by_value: dict[str, list[str]] = {}
    for choice in list_.choices:
        value = choice.name if column == "name" else choice.values.get(ours, "")
        by_value.setdefault(value, []).append(choice.code)
    if ours not in list_.columns.values() and column != "name":
        raise Untranslatable(N_("the list has no column {name}"), name=column)
    rarest_first = sorted(by_value.items(), key=lambda entry: len(entry[1]))
    if len(rarest_first) > MOST:
        raise Untranslatable(N_("the list has too many different values to write them out"))
    text = quoted(rarest_first[-1][0])
    for value, codes in rarest_first[:-1]:
        picked = " or ".join(f"{subject.text} = {quoted(code)}" for code in codes)
        text = f"if({picked}, {quoted(value)}, {text})"
    missing = "" if len(rarest_first) > 1 or subject.missing is not NEVER else NEVER
    return Term(text, "text", missing=missing, values=tuple((value, value) for value in by_value))
