"""Lists over a study's interviews, a page at a time: open answers, and people by what became of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.insights.cases import Case, batch_size, batches
from app.insights.results import COUNTED
from app.interviews.scan import scan
from app.ui.paging import SIZE, Page


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """`text` as it was typed. `mode`, `language`, `at` (ISO) and `interview_id` None in an anonymous study."""

    text: str
    mode: str | None = None
    language: str | None = None
    at: str | None = None
    interview_id: str | None = None


def open_answers(study: Study, name: str, search: str, number: int) -> tuple[Page, int]:
    """A page of the answers to an open question that contain `search`, newest first; how many people answered it at all."""
    wanted, people = search.casefold(), 0

    def found() -> Iterator[OpenAnswer]:
        nonlocal people
        people = 0
        columns, size = ("version_id", "document", "language"), batch_size(study)
        for rows in scan(study.workspace_id, study.id, columns, newest_first=True, statuses=COUNTED, batch=size):
            for row in rows:
                answers = list(_answers(row, name))
                people += bool(answers)
                yield from (_shown(study, row, each) for each in answers if wanted in str(each.value).casefold())

    return window(found, number), people


def _answers(row: Any, name: str) -> Iterator[engine.Answer]:
    """The answers of an interview to a question that are on the route: one, in a repeat one a row."""
    questionnaire, state = catalog.questionnaire(row.version_id), engine.from_json(row.document)
    question = questionnaire.questions.get(name)
    if question is None:
        return
    if not question.repeats:
        found = [("", engine.values(questionnaire, state))]
    else:
        rows = engine.rows(questionnaire, state)
        found = [(each.place, dict(each.values)) for each in rows if each.repeats == question.repeats]
    yield from (state.answers[f"{name}{place}"] for place, values in found if values.get(name) is not None)


def _shown(study: Study, row: Any, answer: engine.Answer) -> OpenAnswer:
    text = str(answer.value)
    return (
        OpenAnswer(text)
        if study.basis == "anonymous"
        else OpenAnswer(text, answer.mode, row.language, answer.at, row.id)
    )


def people(study: Study, disposition: str, number: int) -> Page:
    """A page of Cases, oldest first, of all or of one disposition."""

    def found() -> Iterator[Case]:
        for batch in batches(study.workspace_id, study):
            yield from (case for case in batch if disposition in ("", case.disposition))

    return window(found, number)


def window(items: Callable[[], Iterator[Any]], number: int, size: int = SIZE) -> Page:
    """One page of what an iterator gives, holding no more than that; the last page when `number` lies beyond it."""
    kept, total = [], 0
    for total, item in enumerate(items(), 1):
        if (number - 1) * size < total <= number * size:
            kept.append(item)
    last = max(1, -(-total // size))
    return window(items, last, size) if number > last else Page(kept, number, size, total)
