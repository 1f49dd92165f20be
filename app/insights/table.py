"""A study as rectangles, the union of all versions: a row an interview, one or more columns a question; of each repeat a row a row.

Reserved codes (docs/results.md): don't know, refused and no answer are codes in every column, numbers in columns of
numbers and words in the others; not asked is empty. An answer that is off the route is not asked.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app import engine
from app.engine.model import Choice
from app.engine.question_type import Column


@dataclass(frozen=True, slots=True)
class Missing:
    """A cell without a value, and the reserved code that says why. A text that happens to read "dk" is none."""

    code: str | int


Cell = str | int | float | Missing | None
"""None: not asked."""

SKIPPED = "skipped"
WORDS = {engine.DK: "dk", engine.REFUSED: "refused", SKIPPED: "skipped"}
NUMBERS = {engine.DK: -98, engine.REFUSED: -99, SKIPPED: -97}
FAR_NUMBERS = {engine.DK: -999_999_998, engine.REFUSED: -999_999_999, SKIPPED: -999_999_997}
"""For a question that has no `min`, or one so low that -97 could be an answer."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of answers. `type`: number, text, date, time or datetime. `labels`: cell -> choice. `choice`: whose 0/1 or rank it
    is (multiple choice, ranking). `missing`: don't know, refused and no answer -> the code it has here. `versions`: the numbers of
    those it stands in. `question`: as the newest of them has it."""

    name: str
    type: str
    question: engine.Question
    labels: Mapping[engine.Value, Choice]
    choice: str
    missing: Mapping[str, str | int]
    versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. `repeats`: whose rows it has, in order the outer ones and its own; () for one row an interview."""

    repeats: tuple[str, ...]
    fields: Sequence[Field]

    @property
    def name(self) -> str:
        """No name of a repeat holds two underscores."""
        own = self.repeats[-1] if self.repeats else SURVEY
        return f"{own}__rows" if self.repeats and own.lower() in TAKEN else own

    @property
    def numbers(self) -> list[str]:
        """The columns that say which row of each repeat it is."""
        return [f"{repeat}__row" for repeat in self.repeats]


SURVEY = "survey"
TAKEN = (SURVEY, "codebook", "codes")
"""The other files of an export."""
TYPES = ("number", "date", "time", "datetime")
Versions = Sequence[tuple[int, engine.Questionnaire]]
"""Numbers and questionnaires, the oldest first."""


def sheets(versions: Versions) -> list[Sheet]:
    """The table of interviews, then that of each repeat that asks anything. Where versions put a repeat in different places
    it has the numbers of all of them."""
    repeats: dict[str, tuple[str, ...]] = {}
    for _, questionnaire in versions:
        for question in questionnaire.questions.values():
            if question.repeats and not asks_for_more(question):
                own = question.repeats[-1]
                outer = dict.fromkeys((*repeats.get(own, ())[:-1], *question.repeats[:-1]))
                repeats[own] = (*outer, own)
    return [Sheet((), fields(versions)), *(Sheet(each, fields(versions, own)) for own, each in repeats.items())]


def fields(versions: Versions, repeat: str = "") -> list[Field]:
    """The columns of all versions, outside repeats or in one; a removed question keeps its columns, after its neighbours of that
    version. Where types differ between versions the column is text."""
    found: dict[str, Field] = {}
    for number, questionnaire in versions:
        for question, column in _columns(questionnaire, repeat):
            found[column.name] = _merged(found.get(column.name), _field(question, column, number))
    newest = [column.name for _, questionnaire in versions[-1:] for _, column in _columns(questionnaire, repeat)]
    order = {name: place for place, name in enumerate(newest)}
    places = dict(_places(found, order))
    return sorted(found.values(), key=lambda field: places[field.name])


def _columns(questionnaire: engine.Questionnaire, repeat: str) -> Iterator[tuple[engine.Question, Column]]:
    """The columns of the questions outside repeats ("") or in one."""
    for question in questionnaire.questions.values():
        if (question.repeats or ("",))[-1] == repeat and not asks_for_more(question):
            for column in question.kind.columns(question):
                yield question, column


def asks_for_more(question: engine.Question) -> bool:
    """Whether it is the question after a row if there is another: the number of rows says as much."""
    return bool(question.repeats) and question.bare == f"{question.repeats[-1]}__more"


def _places(names: Iterable[str], order: Mapping[str, int]) -> Iterator[tuple[str, tuple[int, int]]]:
    """The place of the nearest earlier column that the newest version still has, then the column's own."""
    anchor = -1
    for here, name in enumerate(names):
        anchor = order.get(name, anchor)
        yield name, (anchor, -1 if name in order else here)


def _field(question: engine.Question, column: Column, number: int) -> Field:
    type_ = "number" if question.value_type == "bool" else column.type
    type_ = type_ if type_ in TYPES else "text"
    return Field(column.name, type_, question, column.labels, column.choice, missing(question, type_), (number,))


def missing(question: engine.Question, type_: str) -> Mapping[str, str | int]:
    """The reserved codes of a column; none for what nobody is asked."""
    if not question.asked:
        return {}
    if type_ != "number":
        return WORDS
    if question.choices:
        least = min((choice.number for choice in question.choices), default=0)
    else:
        least = question.parameters.get("min", FAR_NUMBERS[SKIPPED])
    return NUMBERS if least > NUMBERS[SKIPPED] else FAR_NUMBERS


def _merged(old: Field | None, new: Field) -> Field:
    if old is None:
        return new
    merged = replace(new, labels={**old.labels, **new.labels}, versions=(*old.versions, *new.versions))
    if old.type != new.type:
        return replace(merged, type="text", missing=missing(new.question, "text"))
    far = FAR_NUMBERS in (old.missing, new.missing)
    return replace(merged, missing=FAR_NUMBERS) if far else merged


Plan = Sequence[tuple[engine.Question, Column, Field] | None]
"""For each column of a table: where one version has it; None: nowhere."""


def plan(questionnaire: engine.Questionnaire, sheet: Sheet) -> Plan:
    """How a version fills a table, worked out once for all its interviews."""
    own = sheet.repeats[-1] if sheet.repeats else ""
    known = {column.name: (question, column) for question, column in _columns(questionnaire, own)}
    return [(*known[field.name], field) if field.name in known else None for field in sheet.fields]


def cells(questionnaire: engine.Questionnaire, state: engine.State, filled: Plan) -> list[Cell]:
    """An interview's cells, in the order of the table's columns."""
    values = engine.values(questionnaire, state)
    return [_cell(*place, values, state, "") if place else None for place in filled]


def row_cells(row: engine.Row, state: engine.State, filled: Plan) -> list[Cell]:
    """The cells of a row of a repeat."""
    return [_cell(*place, row.values, state, row.place) if place else None for place in filled]


def _cell(
    question: engine.Question,
    column: Column,
    field: Field,
    values: Mapping[str, engine.Value | None],
    state: engine.State,
    place: str,
) -> Cell:
    """`values`: of what is on the route there, by name. `place`: "" or the row's."""
    if question.name not in values:
        return None
    value = values[question.name]
    if value is None:
        why = reason(question, state, place)
        return None if why is None else Missing(field.missing[why])
    value = question.kind.cell(question, value, column)
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return int(value)
    return str(value) if field.type != "number" else value


def reason(question: engine.Question, state: engine.State, place: str = "") -> str | None:
    """Why a question on the route has no value: "dk", "refused", "skipped" (seen, left empty), or None: not asked yet, or what
    was answered does not hold any more. `place`: of its row, "" outside repeats."""
    answer = state.answers.get(f"{question.name}{place}")
    if answer is None or not question.asked:
        return None
    if answer.special is not None:
        return answer.special
    return SKIPPED if answer.value is None else None
