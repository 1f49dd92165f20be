"""The rows of a workbook as a form: its tree, its lists, names that are ours."""

from collections import defaultdict
from dataclasses import replace

from app.catalog.importers.names import Names
from app.catalog.importers.report import Report
from app.catalog.importers.xlsform import types
from app.catalog.importers.xlsform.beside import Beside
from app.catalog.importers.xlsform.columns import OF_CHOICES, Row, rows
from app.catalog.importers.xlsform.file_lists import add_file_lists
from app.catalog.importers.xlsform.form import ACKNOWLEDGED, RESERVED_CODES, Choice, ChoiceList, Form, Item
from app.catalog.importers.xlsform.types import KINDS, Type
from app.catalog.importers.xlsform.workbook import Sheet
from app.core.problems import N_

DEEPEST = 50
"""Sections inside one another."""
MOST = 5_000
"""Questions."""
ROOT = Item("group", Row("survey", 0), Type("begin", "group"), "")


def read_form(sheets: dict[str, Sheet], beside: Beside, report: Report) -> Form:
    """The form, its questions in order and none left out yet."""
    lists = _lists([*rows(sheets.get("choices")), *rows(sheets.get("external_choices"))], report)
    settings = next(rows(sheets.get("settings")), None)
    root = replace(ROOT, children=[])
    _sections(root, list(rows(sheets["survey"])), report)
    for loop in [item for item in root.walk() if item.type.argument == "loop"]:
        _unroll(loop, lists, report)
    add_file_lists(root, lists, beside, report)
    form = Form(root, lists, settings.cells if settings else {}, beside)
    _name(form, report)
    return form


def _lists(choices: list[Row], report: Report) -> dict[str, ChoiceList]:
    """The lists by name; a row whose list has no name belongs to none."""
    lists: dict[str, ChoiceList] = {}
    codes: dict[str, Names] = defaultdict(lambda: Names(RESERVED_CODES))
    names = Names()
    for row in choices:
        list_name, name = row.get("list_name"), row.get("name")
        if not list_name or not name:
            if name or row.texts:
                report.left_out("choice", row.where, list_name, name, N_("the row names no list or no choice"))
            continue
        if list_name not in lists:
            lists[list_name] = ChoiceList(list_name, names.take(list_name, "list"))
        list_ = lists[list_name]
        code = codes[list_name].take_code(name)
        if code != name:
            report.approximated("choice", row.where, list_name, name, N_("it is called {code} here"), code=code)
        list_.choices.append(Choice(row, name, code))
    for list_ in lists.values():
        _columns(list_)
    for column in ("hint", "guidance_hint", "constraint_message", "required_message"):
        for row in [row for row in choices if column in row.texts][:1]:
            report.left_out("setting", row.where, row.get("name"), column, N_("it has no meaning here"))
    return lists


def _columns(list_: ChoiceList) -> None:
    """The columns that filter the choices."""
    names = Names({"name", "label", "file"})
    for choice in list_.choices:
        for column, value in choice.row.cells.items():
            if column in OF_CHOICES:
                continue
            if column not in list_.columns:
                list_.columns[column] = names.take(column, "column")
            choice.values[list_.columns[column]] = value


KOBO = {"score": "kobo--score-choices", "rank": "kobo--rank-items", "kobomatrix": "kobo--matrix_list"}
"""KoboToolbox's tables: the column that names their list."""


def _kobo(row: Row, type_: Type) -> Type:
    """A table of KoboToolbox as what XLSForm has for it: a table-list, or a loop over the list."""
    if type_.argument == "kobomatrix":
        return replace(type_, argument="loop", source=row.get(KOBO["kobomatrix"]))
    if type_.argument == "score":
        row.cells["appearance"] = "table-list"
    return replace(type_, argument="group", source=row.get(KOBO[type_.argument]))


def _kobo_row(type_: str, table: Type) -> Type | None:
    """A row of such a table: each asks for one of the list."""
    return Type("select_one", table.source) if type_.lower() in ("score__row", "rank__level") else None


def _sections(root: Item, survey: list[Row], report: Report) -> None:
    """Put the rows in the groups and repeats that they stand in."""
    here, depth, questions = root, 0, 0
    for row in survey:
        type_, name = types.read(row.get("type")), row.get("name")
        if not row.get("type"):
            if name:
                report.left_out("setting", row.where, name, "", N_("the row has no type"))
        elif type_.word == "begin":
            type_ = _kobo(row, type_) if type_.argument in KOBO else type_
            kind = "repeat" if type_.argument == "repeat" else "group"
            item = Item(kind, row, type_, name or f"{kind}_{row.line}", here)
            here.children.append(item)
            # what is deeper than anybody nests stands in the last section that is not
            if depth >= DEEPEST:
                report.left_out("setting", row.where, name, row.get("type"), N_("sections are nested too deeply"))
            here, depth = (item, depth + 1) if depth < DEEPEST else (here, depth + 1)
        elif type_.word == "end" and type_.argument:
            here, depth = (here.parent if here.parent and depth <= DEEPEST else here), max(depth - 1, 0)
        elif questions < MOST:
            questions += 1
            type_ = _kobo_row(row.get("type"), here.type) or type_
            here.children.append(Item("question", row, type_, name or _unnamed(type_, row), here))
        else:
            report.left_out("question", row.where, name, row.get("type"), N_("there are too many questions"))


def _unnamed(type_: Type, row: Row) -> str:
    return f"{type_.word or 'question'}_{row.line}"


def _unroll(loop: Item, lists: dict[str, ChoiceList], report: Report) -> None:
    """An old way to ask the same of each choice of a list: the questions once a choice."""
    for section in [item for item in loop.walk() if item.kind != "question"]:
        why = N_("sections inside a loop are not asked")
        report.left_out("question", section.row.where, section.name, section.row.get("type"), why)
    templates = [item for item in loop.children if item.kind == "question"]
    loop.children, list_ = [], lists.get(loop.type.source)
    for choice in list_.choices[:100] if list_ else []:
        row = replace(choice.row, sheet=loop.row.sheet, line=loop.row.line, cells={})
        group = Item("group", row, Type("begin", "group"), choice.name, loop)
        for template in templates:
            group.children.append(replace(template, name=f"{choice.name}_{template.name}", parent=group, children=[]))
        loop.children.append(group)


def _name(form: Form, report: Report) -> None:
    """Give every item a name here. Questions choose first, so that what refers to them stays as it is."""
    names = Names()
    items = list(form.root.walk())
    for place, item in enumerate(items, 1):
        item.place = place
        form.named.setdefault(item.name, []).append(item)
    for item in sorted(items, key=lambda item: ("question", "repeat", "group").index(item.kind)):
        item.ours = names.take(item.name, item.kind)
        kind = KINDS.get(item.type.word)
        if item.kind == "question" and kind is not None:
            item.value = kind.value
            if item.type.word == "acknowledge":
                item.list = ACKNOWLEDGED
            elif kind.ours in ("single_choice", "multiple_choice", "ranking"):
                item.list = form.lists.get(item.type.argument) or _similar(form, item, report)
        if item.ours != item.name and item.kind != "group":
            report.approximated(
                "setting", item.row.where, item.name, "name", N_("it is called {ours} here"), ours=item.ours
            )
        if item.list:
            item.list.uses += 1


def _similar(form: Form, item: Item, report: Report) -> ChoiceList | None:
    """The list whose name differs in capitals alone."""
    wanted = item.type.argument.casefold()
    found = next((list_ for name, list_ in form.lists.items() if name.casefold() == wanted), None)
    if found:
        why = N_("the list {list} was taken, whose name is written otherwise")
        report.approximated("setting", item.row.where, item.name, item.type.argument, why, list=found.name)
    return found
