"""``instance('list')/root/item[name = ${q}]/column``: what a list says of a choice."""

from typing import TYPE_CHECKING

from app.catalog.importers.xlsform.convert import as_text
from app.catalog.importers.xlsform.form import ChoiceList
from app.catalog.importers.xlsform.terms import ELSEWHERE, NEVER, Term, Untranslatable, call, known, quoted
from app.catalog.importers.xlsform.xpath import Node, Step
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator

MOST, MOST_ROWS = 80, 500
"""Different values of a column that are written out, and rows of a file that are looked at for it."""


def translate_lookup(run: "Translator", start: Node, steps: tuple[Step, ...]) -> Term:
    name = str(start.operands[1].operands[0]) if len(start.operands) > 1 else ""
    list_ = run.form.list_called(name)
    if list_ is None and not run.form.beside.called(name):
        raise Untranslatable(ELSEWHERE)
    names = [name for name, _ in steps]
    inside = [predicate for _, predicates in steps for predicate in predicates]
    if names[:2] != ["root", "item"] or len(names) != 3 or len(inside) != 1 or inside[0].op != "=":
        raise Untranslatable(N_("a list can be asked for one choice of it only"))
    key, wanted = inside[0].operands
    if key.op != "path":
        key, wanted = wanted, key
    subject = run.value(wanted)
    column = str(key.operands[1][0]) if key.op == "path" and key.operands[0] == "" and len(key.operands) == 2 else ""
    picked = list_ and subject.type == "code" and subject.item and subject.item.list is list_
    if list_ is None or not picked or list_.columns.get(column, column) != "name":
        if run.form.beside.called(name) and column:
            return _from_table(run, name, names[2], column, subject)
        raise Untranslatable(N_("a list can be asked for the choice that a question picked only"))
    if names[2] in ("label", "itextId"):
        return call("label", subject, type="text", missing="")
    return _column(list_, names[2], subject)


def _column(list_: ChoiceList, column: str, subject: Term) -> Term:
    """The column's value for the picked choice, written out: those with the same value together."""
    ours = list_.columns.get(column, column)
    by_value: dict[str, list[str]] = {}
    for choice in list_.choices:
        value = choice.name if ours == "name" else choice.values.get(ours, "")
        by_value.setdefault(value, []).append(choice.code)
    if ours not in list_.columns.values() and ours != "name":
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


def pulldata(run: "Translator", arguments: list[Node]) -> Term:
    """``pulldata('prices', 'price', 'code', ${q})``: a cell of a file, in the first row whose other cell is the value."""
    file, column, key = (str(argument.operands[0]) for argument in arguments[:3])
    if not run.form.beside.called(file):
        raise Untranslatable(ELSEWHERE)
    return _from_table(run, file, column, key, run.value(arguments[3]))


def _from_table(run: "Translator", file: str, column: str, key: str, subject: Term) -> Term:
    """The cell, written out: what has the same value together, and no text where no row fits."""
    by_key: dict[str, str] = {}
    for row in run.form.beside.called(file):
        by_key.setdefault(row.get(key, ""), row.get(column, ""))
    by_value: dict[str, list[str]] = {}
    for wanted, value in by_key.items():
        if wanted and value:
            by_value.setdefault(value, []).append(wanted)
    if len(by_value) > MOST or len(by_key) > MOST_ROWS:
        raise Untranslatable(ELSEWHERE)
    if not by_value:
        raise Untranslatable(N_("the list has no column {name}"), name=column)
    codes = subject.item.list.codes if subject.type == "code" and subject.item and subject.item.list else None
    compared = subject if codes else known(as_text(run, subject))
    text = "''"
    for value, keys in reversed(by_value.items()):
        ours = [code for wanted in keys for code in (codes(wanted) if codes else [wanted])]
        picked = " or ".join(f"{compared.text} = {quoted(code)}" for code in ours)
        text = f"if(coalesce({picked}, false), {quoted(value)}, {text})" if ours else text
    return Term(text, "text", values=(*((value, value) for value in by_value), ("", "")))
