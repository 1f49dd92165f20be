"""A study's interviews with all that numbers and exports need of each: state, questionnaire, disposition, approaches."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.delivery.scan import approaches
from app.fieldwork import service as fieldwork
from app.insights.dispositions import Approach, Facts, disposition
from app.interviews.scan import scan


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
    for rows in scan(workspace_id, study.id, since=since, until=until):
        sent = approaches(workspace_id, [row.id for row in rows])
        yield [_case(row, sent.get(row.id, []), called.get(row.id)) for row in rows]


def answered(state: engine.State) -> bool:
    """Whether any question has an answer; don't know and refused are answers."""
    return any(not answer.blank for answer in state.answers.values())


def _case(row: Any, sent: list[Any], called: str | None) -> Case:
    state = engine.from_json(row.document)
    made = tuple(Approach(each.channel, each.state, each.reason) for each in sent)
    opened = state.consent is not None or bool(state.mode)
    facts = Facts(row.status, answered(state), opened, made, called)
    return Case(row, catalog.questionnaire(row.version_id), state, made, disposition(facts))


def _called(workspace_id: str, study: Study) -> Mapping[str, str]:
    """Dispositions of calls and visits by interview; a visit's, where a person had both, unless none was made."""
    called = fieldwork.dispositions(workspace_id, study.id, "phone")
    visited = fieldwork.dispositions(workspace_id, study.id, "visit")
    return called | {key: code for key, code in visited.items() if code != "3.11" or key not in called}
