"""A form as it stands in the workbook: groups, repeats and questions in order, and lists of choices."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from app.catalog.importers.xlsform.columns import Row
from app.catalog.importers.xlsform.types import Type

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.beside import Beside
    from app.catalog.importers.xlsform.terms import Term

RESERVED_CODES = {"dk", "refused"}


@dataclass(slots=True)
class Choice:
    """``code``: its name here; ``values``: our names of columns -> text."""

    row: Row
    name: str
    code: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class ChoiceList:
    """``ours``: its name here. ``columns``: a column as written -> its name here. ``uses``: how many questions take it.
    ``file``: that it stands in, "" where it is a part of the form."""

    name: str
    ours: str = ""
    choices: list[Choice] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    uses: int = 0
    file: str = ""

    def codes(self, name: str) -> list[str]:
        """The codes here of the choices of that name; several where the form allows duplicates."""
        return [choice.code for choice in self.choices if choice.name == name]

    @property
    def renamed(self) -> bool:
        return any(choice.code != choice.name for choice in self.choices)


ACKNOWLEDGED = ChoiceList("OK", choices=[Choice(Row("choices", 0), "OK", "OK")])
"""What a question of type acknowledge is answered with."""


@dataclass(slots=True, eq=False)
class Item:
    """A group, repeat or question. ``kind``: group, repeat or question. ``name``: as written; ``ours``: as a reference
    here. ``value``: its type in expressions. ``place``: its position among all items (a calculation that reads later
    questions has theirs). ``values``: all that a calculated text can be (here, in the form). ``there``: whether it
    came to stand in the definition. ``coded``: the choice that a calculation is, of which there are words."""

    kind: str
    row: Row
    type: Type
    name: str
    parent: "Item | None" = None
    children: "list[Item]" = field(default_factory=list)
    ours: str = ""
    value: str = "none"
    list: ChoiceList | None = None
    place: int = 0
    values: tuple[tuple[str, str], ...] | None = None
    there: bool = False
    coded: "Term | None" = None

    @property
    def sections(self) -> "tuple[Item, ...]":
        """The groups and repeats around it, the outermost first."""
        return () if self.parent is None else (*self.parent.sections, self.parent)

    @property
    def repeats(self) -> "tuple[Item, ...]":
        """Those that it has a value a row of; what comes from outside (place 0) stands in none."""
        return tuple(section for section in self.sections if section.kind == "repeat") if self.place else ()

    def walk(self) -> "Iterator[Item]":
        """Everything inside, in order."""
        for child in self.children:
            yield child
            yield from child.walk()


@dataclass(slots=True)
class Form:
    """``root``: a group that holds all. ``settings``: of the settings sheet. ``beside``: the files that came along. ``named``:
    items by name as written."""

    root: Item
    lists: dict[str, ChoiceList]
    settings: dict[str, str]
    beside: "Beside"
    named: dict[str, list[Item]] = field(default_factory=dict)

    def list_called(self, name: str) -> ChoiceList | None:
        """The list of that name, or that stands in a file of that name."""
        files = (
            list_ for list_ in self.lists.values() if list_.file and name in (list_.file, PurePath(list_.file).stem)
        )
        return self.lists.get(name) or next(files, None)
