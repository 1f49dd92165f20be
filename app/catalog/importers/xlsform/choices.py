"""Lists of choices: written in the question that uses one alone, else shared."""

from typing import Any

from app.catalog.importers.names import Names
from app.catalog.importers.report import Report
from app.catalog.importers.xlsform.conditions import Conditions
from app.catalog.importers.xlsform.form import ChoiceList, Form, Item
from app.catalog.importers.xlsform.media import Media
from app.catalog.importers.xlsform.texts import OTHER, Texts
from app.catalog.list_files import rows_in
from app.core.problems import N_

Node = dict[str, Any]
SELECTABLE = 500
"""Choices that a person can look through; among more of them one is found by typing."""


class Choices:
    """``shared``: lists that stand in the definition, by name here; ``files``: those of them that a file holds. ``names``: to
    find names that nothing has."""

    def __init__(self, form: Form, texts: Texts, media: Media, report: Report) -> None:
        self.form, self.texts, self.media, self.report = form, texts, media, report
        self.files: dict[str, str] = {}
        self.shared: dict[str, list[Node]] = {}
        self.written: dict[str, list[Node]] = {}
        self.names = Names({item.ours for item in form.root.walk()})

    def of(self, item: Item, conditions: Conditions) -> Node:
        """``choices`` of a question, with ``choice_filter`` where it has one."""
        assert item.list is not None
        node: Node = {}
        choice_filter = conditions.condition(item, "choice_filter", choices=item.list)
        if choice_filter is False:
            node["choice_filter"] = "false"
        elif isinstance(choice_filter, str):
            node["choice_filter"] = choice_filter
        choices = self._written(item.list)
        if item.type.other:
            node["choices"] = self._with_other(choices)
        elif item.list.uses > 1 or len(choices) > 50 or item.list.file:
            self.shared.setdefault(item.list.ours, choices)
            if item.list.file:
                self.files[item.list.ours] = self._file(item.list, choices)
            node["choices"] = item.list.ours
            if item.list.file and len(choices) > SELECTABLE and item.type.word == "select_one" and not choice_filter:
                node["type"] = "lookup"
        else:
            node["choices"] = choices
        return node

    def _file(self, list_: ChoiceList, choices: list[Node]) -> str:
        """The file as it is where it says the choices as they are here, else one that will."""
        content = self.form.beside.companions(list_.file) or b""
        return list_.file if rows_in(content, list_.file) == choices else f"{list_.ours}_choices.csv"

    def _written(self, list_: ChoiceList) -> list[Node]:
        if list_.ours not in self.written:
            self.written[list_.ours] = [self._choice(list_, index) for index in range(len(list_.choices))]
        return self.written[list_.ours]

    def _choice(self, list_: ChoiceList, index: int) -> Node:
        choice = list_.choices[index]
        node: Node = {"name": choice.code, "label": self.texts.text(choice.row, "label", None, choice.name)}
        if "label" not in choice.row.texts:
            why = N_("it has no label; its name is shown")
            self.report.approximated("text", choice.row.where, list_.name, choice.name, why)
        media = self.media.of(choice.row, list_.name)
        if media:
            node["media"] = media
        if choice.values:
            node["values"] = dict(choice.values)
        return node

    def _with_other(self, choices: list[Node]) -> list[Node]:
        """``or_other``: one more choice, with a field to say what."""
        if any(choice["name"] == "other" for choice in choices):
            return [choice | {"specify": "yes"} if choice["name"] == "other" else choice for choice in choices]
        label = self.texts.words(OTHER, OTHER["en"])
        return [*choices, {"name": "other", "label": label, "specify": "yes"}]
