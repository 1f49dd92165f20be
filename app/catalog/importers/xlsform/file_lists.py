"""Lists of choices in files of their own: ``select_one_from_file towns.csv``, and the older ``search('towns')``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from app.catalog.importers.names import Names
from app.catalog.importers.report import Report
from app.catalog.importers.xlsform.beside import Beside, Table
from app.catalog.importers.xlsform.columns import Row
from app.catalog.importers.xlsform.form import RESERVED_CODES, Choice, ChoiceList, Item
from app.core.problems import N_, Problem

SEARCH = re.compile(r"search\((.*)\)", re.IGNORECASE | re.DOTALL)
ARGUMENT = re.compile(r"""'[^']*'|"[^"]*"|\$\{[^{}]*\}""")
FILTERS = {"matches": "{} = {}", "contains": "contains({}, {})", "startswith": "starts-with({}, {})",
           "endswith": "ends-with({}, {})"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """``value``, ``label``: the columns of the file that are a choice's name and label."""

    file: str
    value: str
    label: str

    @property
    def key(self) -> str:
        return f"{self.file} {self.value} {self.label}"


def add_file_lists(root: Item, lists: dict[str, ChoiceList], beside: Beside, report: Report) -> None:
    """Read the files that questions take their choices from, as far as they are there."""
    names, tried = Names({list_.ours for list_ in lists.values()}), set[str]()
    for item in root.walk():
        source = _source(item, lists, report) if item.kind == "question" else None
        if source is None:
            continue
        if source.key not in tried:
            tried.add(source.key)
            table = beside.table(source.file)
            if isinstance(table, Problem):
                why = N_("it cannot be read: {reason}")
                report.left_out("setting", item.row.where, item.name, source.file, why, reason=table.text())
            elif table is not None:
                made = _list(item, source, table, names, report)
                lists.update({source.key: made} if made.choices else {})
        found = source.key if source.key in lists else source.file
        item.type = replace(item.type, argument=found, source="file")


def _source(item: Item, lists: dict[str, ChoiceList], report: Report) -> Source | None:
    """Where a question's choices are, if in a file."""
    if item.type.source == "file":
        given = dict(re.findall(r"([\w-]+)\s*=\s*([^\s;,]+)", item.row.get("parameters")))
        geo = item.type.argument.lower().endswith(".geojson")
        value, label = ("id", "title") if geo else ("name", "label")
        return Source(item.type.argument, given.get("value", value), given.get("label", label))
    search = SEARCH.search(item.row.get("appearance"))
    own = lists.get(item.type.argument)
    return _searched(item, own, ARGUMENT.findall(search[1]), report) if search and own else None


def _searched(item: Item, own: ChoiceList, arguments: Sequence[str], report: Report) -> Source:
    """The file that ``search('towns', …)`` names. The question's own list says in one choice which columns are shown; what
    else is searched for becomes its filter."""
    file, filters = _bare(arguments[0]) if arguments else "", _filters(arguments[1:])
    item.row.cells["appearance"] = SEARCH.sub("", item.row.get("appearance"))
    item.row.cells["choice_filter"] = " and ".join(filter(None, [item.row.get("choice_filter"), *filters]))
    for choice in own.choices[1:]:
        why = N_("the choices of the file are offered alone")
        report.left_out("choice", choice.row.where, own.name, choice.name, why)
    columns = own.choices[0]
    label = next(iter(columns.row.texts.get("label", {}).values()), columns.name)
    return Source(file if "." in file else f"{file}.csv", columns.name, label.partition(",")[0].strip())


def _filters(arguments: Sequence[str]) -> list[str]:
    """``'matches', 'region', ${region}, 'district', ${district}`` as conditions."""
    pattern = FILTERS.get(_bare(arguments[0]).lower()) if arguments else None
    if pattern is None:
        return []
    pairs = zip(arguments[1::2], arguments[2::2], strict=False)
    return [pattern.format(_bare(column), wanted) for column, wanted in pairs]


def _bare(argument: str) -> str:
    """A literal without its quotes."""
    return argument.strip("'\"")


def _list(item: Item, source: Source, table: Table, names: Names, report: Report) -> ChoiceList:
    """The choices of a table. A choice without a label is called by its name."""
    stem = PurePath(source.file).stem
    made = ChoiceList(source.key, names.take(stem, "list"), file=source.file)
    codes, columns = Names(RESERVED_CODES), Names({"name", "label", "file"})
    for line, cells in enumerate(table, 2):
        name = cells.get(source.value, "")
        if not name:
            continue
        texts, values = {}, {}
        for column, cell in cells.items():
            language = column.removeprefix(source.label).lstrip(":")
            if not cell or column == source.value:
                continue
            if column in (source.label, f"{source.label}::{language}", f"{source.label}:{language}"):
                texts[language] = cell
                continue
            if column not in made.columns:
                made.columns[column] = columns.take(column, "column")
            values[made.columns[column]] = cell
        row = Row(source.file, line, texts={"label": texts or {"": name}})
        made.choices.append(Choice(row, name, codes.take_code(name), values))
    made.columns[source.value] = "name"
    renamed = sum(choice.name != choice.code for choice in made.choices)
    if not made.choices:
        why = N_("the file has no column {column}")
        report.left_out("setting", item.row.where, item.name, source.file, why, column=source.value)
    elif renamed:
        why = N_("{count} of its choices have other names here")
        report.approximated("setting", item.row.where, item.name, source.file, why, count=renamed)
    return made
