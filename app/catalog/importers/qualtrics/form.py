"""A Qualtrics survey on its way to a definition: its questions as conditions see them, and the report."""

from dataclasses import dataclass, field
from typing import Any

from app.catalog.importers.names import Names
from app.catalog.importers.qualtrics.raw import Raw, Survey, flag
from app.catalog.importers.qualtrics.texts import Texts
from app.catalog.importers.report import Report

Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Item:
    """A choice, answer, row or column. ``code``: ours; ``worth``: the number or word under which it is exported."""

    id: str
    code: str
    worth: str
    raw: Raw


@dataclass(slots=True, eq=False)
class Question:
    """``kind``: our type, or a shape: "fields" (several questions under a heading), "lost" (``why``).

    ``at``: its place in the order of asking; ``repeat``: the loop it stands in. ``cells``: our question of each row, or of
    row and column (``1``, ``1/2``); ``kinds``: their types where they differ. ``parts``: the columns of a side by side
    question, by number. ``asked``: the flow has led to it already."""

    qid: str
    raw: Raw
    name: str
    kind: str
    at: int = 0
    repeat: str = ""
    choices: list[Item] = field(default_factory=list)
    rows: list[Item] = field(default_factory=list)
    cells: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    parts: dict[str, "Question"] = field(default_factory=dict)
    why: str = ""
    asked: bool = False

    @property
    def type(self) -> str:
        """Of the value, or of each cell's."""
        return TYPES.get(self.kind, "text")

    def type_of(self, cell: str) -> str:
        """Of one cell's value."""
        return TYPES.get(self.kinds.get(cell, self.kind), "text")

    def specified(self, id_: str) -> str:
        """Ours for what is written beside a choice; "" where nothing can be."""
        if self.kind not in ("single_choice", "multiple_choice") or self.raw.get("DynamicChoices"):
            return ""
        return next(
            (f"{self.name}__{c.code}__text" for c in self.choices if c.id == id_ and flag(c.raw.get("TextEntry"))), ""
        )

    @property
    def names(self) -> list[str]:
        """All questions of ours that hold its answer."""
        held = [name for part in self.parts.values() for name in part.names]
        return list(dict.fromkeys(self.cells.values())) or held or ([self.name] if self.kind not in UNASKED else [])


UNASKED = ("note", "lost", "fields", "columns")
TYPES = {
    "single_choice": "code", "profile": "code", "matrix_single": "code", "multiple_choice": "set", "matrix_multiple": "set",
    "ranking": "set", "nps": "number", "rating": "number", "slider": "number", "sliders": "number", "decimal": "number",
    "integer": "number", "constant_sum": "number", "matrix_number": "number", "date": "date", "best_worst": "code",
    "drill": "code",
}  # fmt: skip


class Form:
    """What all parts are written with. ``fields``: embedded data -> (place, our name) of each time that it is set, in order;
    ``outside``: those that come with the person -> their source. ``repeat``: the loop being written, ``loop`` its texts;
    ``rows``: the keys of every loop's rows."""

    def __init__(self, survey: Survey) -> None:
        self.survey, self.report = survey, Report()
        self.names, self.pages = Names(), Names()
        self.questions: dict[str, Question] = {}
        self.fields: dict[str, list[tuple[int, str]]] = {}
        self.outside: dict[str, str] = {}
        self.texts = Texts(survey)
        self.lists: list[Node] = []
        self.loop: dict[str, str] = {}
        self.repeat = ""
        self.rows: dict[str, list[str]] = {}

    def field(self, name: str, at: int) -> list[str]:
        """Our names of embedded data as it stands before a place, that set last first; what is never set comes from outside."""
        known = self.fields.get(name.casefold(), [])
        before = [ours for place, ours in reversed(known) if place < at]
        return before or [self.outsider(name)]

    def outsider(self, name: str, source: str = "link") -> str:
        """Our name of embedded data that comes with the person."""
        known = self.fields.setdefault(name.casefold(), [])
        if not known or known[0][0] >= 0:
            ours = self.names.take(name, "field")
            known.insert(0, (-1, ours))
            self.outside[ours] = source
        return known[0][1]

    def where(self, question: Question) -> str:
        return question.qid
