"""A study's interviews with all that numbers and exports need of each: state, questionnaire, disposition, approaches."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.delivery.scan import Approach, approaches
from app.fieldwork import service as fieldwork
from app.insights.dispositions import Facts, disposition
from app.interviews.repository import Interview
from app.interviews.scan import BATCH, scan

FEW = 25
"""Interviews with repeats that are held at a time."""


@dataclass(frozen=True, slots=True)
class Case:
    """`row`: the columns of `interviews`. `disposition`: AAPOR, of now."""

    row: Any
    questionnaire: engine.Questionnaire
    state: engine.State
    approaches: tuple[Approach, ...]
    disposition: str


def batches(
    workspace_id: str, study: Study, since: datetime | None = None, until: datetime | None = None
) -> Iterator[list[Case]]:
    """Every interview of a study that counts, oldest first, in batches."""
    called = _called(workspace_id, study)
    for rows in scan(workspace_id, study.id, since=since, until=until, batch=batch_size(study)):
        sent = approaches(workspace_id, [row.id for row in rows])
        yield [_case(row, sent.get(row.id, []), called.get(row.id)) for row in rows]


def batch_size(study: Study) -> int:
    """How many interviews are held at a time: one with 200 rows of 30 questions takes some megabytes."""
    repeats = catalog.questionnaire(study.version_id).repeats() if study.version_id else ()
    return FEW if repeats else BATCH


def disposition_of(study: Study, interview: Interview) -> str:
    """The AAPOR disposition of one interview, as of now."""
    sent = approaches(interview.workspace_id, [interview.id]).get(interview.id, [])
    called = {case.kind: case.disposition for case in fieldwork.cases_of_interview(study.workspace_id, interview.id)}
    return _disposition(interview.status, interview.state, sent, _either(called.get("phone"), called.get("visit")))


def answered(state: engine.State) -> bool:
    """Whether any question has an answer; don't know and refused are answers."""
    return any(not answer.blank for answer in state.answers.values())


def _case(row: Any, sent: Sequence[Approach], called: str | None) -> Case:
    state = engine.from_json(row.document)
    code = _disposition(row.status, state, sent, called)
    return Case(row, catalog.questionnaire(row.version_id), state, tuple(sent), code)


def _disposition(status: str, state: engine.State, sent: Sequence[Approach], called: str | None) -> str:
    opened = state.consent is not None or bool(state.mode)
    return disposition(Facts(status, answered(state), opened, sent, called))


def _called(workspace_id: str, study: Study) -> Mapping[str, str | None]:
    """Dispositions of calls and visits by interview."""
    phone = fieldwork.dispositions(workspace_id, study.id, "phone")
    visits = fieldwork.dispositions(workspace_id, study.id, "visit")
    return {key: _either(phone.get(key), visits.get(key)) for key in phone.keys() | visits.keys()}


def _either(called: str | None, visited: str | None) -> str | None:
    """A visit's, where a person had both, unless none was made."""
    return called if visited in (None, "3.11") and called else visited
