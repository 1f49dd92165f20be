"""A study as a rectangle: one row an interview, one or more columns a question, the union of all versions.

Reserved codes (docs/results.md): don't know, refused and no answer are codes in every column, numbers in columns of
numbers and words in the others; not asked is empty. An answer that is off the route is not asked.
"""

from collections.abc import Mapping, Sequence
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
    """A column of answers. `type`: number, text or date. `labels`: cell -> choice. `choice`: whose 0/1 it is (multiple choice).
    `missing`: don't know, refused and no answer -> the code it has here. `versions`: the numbers of those it stands in.
    `question`: as the newest of them has it."""

    name: str
    type: str
    question: engine.Question
    labels: Mapping[engine.Value, Choice]
    choice: str
    missing: Mapping[str, str | int]
    versions: tuple[int, ...]


def fields(versions: Sequence[tuple[int, engine.Questionnaire]]) -> list[Field]:
    """The columns of all versions (number, questionnaire), oldest first; a removed question keeps its columns, after its
    neighbours of that version. Where types differ between versions the column is text."""
    found: dict[str, Field] = {}
    for number, questionnaire in versions:
        for question in questionnaire.questions.values():
            for column in question.kind.columns(question):
                found[column.name] = _merged(found.get(column.name), _field(question, column, number))
    newest = [name for _, q in versions[-1:] for node in q.questions.values() for name in _names(node)]
    order = {name: place for place, name in enumerate(newest)}
    return sorted(found.values(), key=lambda each: _place(each.name, list(found), order))


def _names(question: engine.Question) -> list[str]:
    return [column.name for column in question.kind.columns(question)]


def _place(name: str, known: list[str], order: Mapping[str, int]) -> tuple[int, int]:
    """The place of the nearest earlier column that the newest version still has, then the column's own."""
    here = known.index(name)
    anchor = next((order[before] for before in reversed(known[: here + 1]) if before in order), -1)
    return anchor, here if name not in order else -1


def _field(question: engine.Question, column: Column, number: int) -> Field:
    type_ = "number" if question.value_type == "bool" or column.type == "number" else column.type
    type_ = type_ if type_ in ("number", "date") else "text"
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
"""For each column of the table: where one version has it; None: nowhere."""


def plan(questionnaire: engine.Questionnaire, columns: Sequence[Field]) -> Plan:
    """How a version fills the table, worked out once for all its interviews."""
    known = {
        column.name: (question, column)
        for question in questionnaire.questions.values()
        for column in question.kind.columns(question)
    }
    return [(*known[field.name], field) if field.name in known else None for field in columns]


def cells(questionnaire: engine.Questionnaire, state: engine.State, filled: Plan) -> list[Cell]:
    """An interview's cells, in the order of the table's columns."""
    values, route = engine.values(questionnaire, state), {node.name for node in engine.path(questionnaire, state)}
    return [_cell(*place, state, values, route) if place else None for place in filled]


def _cell(
    question: engine.Question,
    column: Column,
    field: Field,
    state: engine.State,
    values: Mapping[str, engine.Value | None],
    route: set[str],
) -> Cell:
    value = values.get(question.name)
    if value is None:
        why = reason(question, state) if question.name in route else None
        return None if why is None else Missing(field.missing[why])
    value = question.kind.cell(question, value, column)
    if isinstance(value, tuple):
        return " ".join(value)
    if isinstance(value, bool):
        return int(value)
    return str(value) if field.type != "number" else value


def reason(question: engine.Question, state: engine.State) -> str | None:
    """Why a question on the route has no value: "dk", "refused", "skipped" (seen, left empty), or None: not asked yet, or what
    was answered does not hold any more."""
    answer = state.answers.get(question.name)
    if answer is None or not question.asked:
        return None
    if answer.special is not None:
        return answer.special
    return SKIPPED if answer.value is None else None
