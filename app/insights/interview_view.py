"""One interview for staff: what was answered, what happened, and the attempts to reach the person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.delivery import service as delivery
from app.delivery.reasons import explain
from app.delivery.views import BADGES, PURPOSE_NAMES, STATE_NAMES
from app.fieldwork import service as fieldwork
from app.insights import words
from app.insights.blueprint import bp, may_read
from app.insights.cases import disposition_of
from app.insights.dispositions import NAMES
from app.insights.labels import said
from app.insights.table import asks_for_more
from app.interviews import service as interviews
from app.interviews.repository import Interview
from app.interviews.scan import events_of


@bp.get("/interviews/<interview_id>")
@may_read
def interview(interview_id: str) -> ResponseReturnValue:
    """Who, when and how stand beside the answers only where the study promised no more: a time would tell who it was, too. In an
    anonymous study the answers of one interview are not shown at all."""
    found = interviews.load(current_user.workspace_id, interview_id)
    study = catalog.study(current_user.workspace_id, found.study_id) if found else None
    if found is None or study is None:
        abort(404)
    questionnaire = catalog.questionnaire(found.version_id)
    named, anonymous = study.basis == "attributable", study.basis == "anonymous"
    about = found.workspace_id, found.id
    return render_template(
        "insights/interview.html", study=study, interview=found, words=words, names=NAMES, named=named, anonymous=anonymous,
        disposition=disposition_of(study, found), outcomes=fieldwork.OUTCOMES,
        answers=[] if anonymous else answered(questionnaire, found),
        off_route=[] if anonymous else off_route(questionnaire, found),
        person=who(study, [found.contact_id]).get(found.contact_id or "") if named else None,
        messages=delivery.attempts_of(*about) if named else [],
        visits=fieldwork.attempts_of(*about) if named else [],
        events=events_of(*about) if named else [],
        states=STATE_NAMES, purposes=PURPOSE_NAMES, badges=BADGES, explain=lambda code: explain(code, _),
    )  # fmt: skip


def who(study: Study, contact_ids: Sequence[str | None]) -> Mapping[str, Contact]:
    """The people of some interviews, by contact id; nobody in an anonymous study."""
    known = [each for each in contact_ids if each]
    return contacts.named(study.workspace_id, known) if known and study.basis != "anonymous" else {}


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer as staff read it. `label`: as the person saw it, of a grid's row the row; `answer`: None for what was not asked but
    calculated or known; `text`: how its value reads, "" for none."""

    question: engine.Question
    label: str
    answer: engine.Answer | None
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """What stands together: the row of a repeat, a grid, or what is neither ("" and ""). `place`: which row ("[2][1]"); `row`: its
    title as the person saw it ("Person 2"), where it has none its number ("member 2 · visit 1")."""

    place: str
    row: str
    grid: str
    answers: Sequence[Shown]


def answered(questionnaire: engine.Questionnaire, interview: Interview) -> list[Group]:
    """The questions on the route in order, with the answer and how it reads; computed and outside values too."""
    state, values = interview.state, _values(questionnaire, interview.state)
    nodes = [*questionnaire.outside, *engine.path(questionnaire, state)]
    known = [node for node in nodes if node.name in values and not asks_for_more(node)]
    titles = engine.row_titles(questionnaire, state)
    groups = groupby(known, key=lambda node: (node.repeats, _place(node), node.grid.name if node.grid else ""))
    return [
        Group(
            place,
            titles.get(found[0].name) or _row(found[0]),
            _grid(found[0], interview.language) if grid else "",
            [_shown(node, values, interview) for node in found],
        )
        for (_repeats, place, grid), found in ((key, list(nodes)) for key, nodes in groups)
    ]


def off_route(questionnaire: engine.Questionnaire, interview: Interview) -> list[tuple[str, str]]:
    """Answers that are kept but count nowhere, because a later one led elsewhere: name and how they read."""
    values = _values(questionnaire, interview.state)
    kept = [(name, questionnaire.question(name), answer) for name, answer in interview.state.answers.items()]
    return [
        (name, _read(question, answer.value, interview.language))
        for name, question, answer in kept
        if question is not None
        and not asks_for_more(question)
        and answer.value is not None
        and values.get(name) is None
    ]


def _values(questionnaire: engine.Questionnaire, state: engine.State) -> dict[str, engine.Value | None]:
    """What is on the route, rows of repeats by their full names (`age[2]`)."""
    rows = engine.rows(questionnaire, state)
    inside = {f"{name}{row.place}": value for row in rows for name, value in row.values.items()}
    return engine.values(questionnaire, state) | inside


def _place(node: engine.Question) -> str:
    return node.name.removeprefix(node.bare)


def _row(node: engine.Question) -> str:
    numbers = _place(node).strip("[]").split("][")
    return " · ".join(f"{repeat} {number}" for repeat, number in zip(node.repeats, numbers, strict=False))


def _grid(node: engine.Question, language: str) -> str:
    return node.grid.label.plain(language) if node.grid else ""


def _shown(node: engine.Question, values: Mapping[str, engine.Value | None], interview: Interview) -> Shown:
    answer, value = interview.state.answers.get(node.name), values[node.name]
    label = node.row or node.label
    words = answer.wording if answer and not node.row else label.plain(interview.language) if label else ""
    return Shown(node, words or node.name, answer, "" if value is None else _read(node, value, interview.language))


def _read(question: engine.Question, value: engine.Value, language: str) -> str:
    """A value as a person reads it; a point of a scale with its label ("4 Satisfied")."""
    text = question.format(value, language)
    point = question.choice(str(value)) if question.value_type == "number" else None
    words = said(question, point, language) if point else text
    return text if words == text else f"{text} {words}"
