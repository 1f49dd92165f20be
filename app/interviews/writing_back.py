"""Answers become attributes of the person's profile, as the questionnaire declares (`writes`)."""

import logging
from datetime import datetime
from typing import Any

from app import engine
from app.catalog import service as catalog
from app.contacts import editing
from app.contacts.editing import Origin
from app.db import reading
from app.events import News, subscriber
from app.interviews import repository
from app.interviews.repository import Interview

log = logging.getLogger(__name__)


@subscriber("contacts.write_back", "interview.completed")
def write_back(news: News, now: datetime) -> None:
    """Write a complete interview's answers; tests, practice and trials write nothing."""
    with reading() as conn:
        interview = repository.get(conn, news.workspace_id, news.interview_id) if news.interview_id else None
    study = catalog.study(news.workspace_id, interview.study_id) if interview else None
    if (
        interview is None
        or study is None
        or interview.is_test
        or study.practice
        or study.trial
        or not interview.contact_id
    ):
        return
    values, origins = _values(interview, news.at)
    if values:
        try:
            problems = editing.write(news.workspace_id, interview.contact_id, values, origins, now)
        except LookupError:  # erased meanwhile
            return
        for problem in problems:
            log.warning(
                "an answer does not fit its attribute", extra={"interview_id": interview.id, "attribute": problem.name}
            )


def _values(interview: Interview, at: datetime) -> tuple[dict[str, Any], dict[str, Origin]]:
    """The values by attribute and where they come from, without those that newer ones have overtaken."""
    assert interview.contact_id
    questionnaire = catalog.questionnaire(interview.version_id)
    answers = engine.values(questionnaire, interview.state)
    known = editing.origins(interview.workspace_id, interview.contact_id)
    values, origins = dict[str, Any](), dict[str, Origin]()
    for write in questionnaire.writes:
        value, there = answers.get(write.question), known.get(write.attribute)
        overtaken = there is not None and there.at > at and there.by != write.over
        if value is None or value in (engine.DK, engine.REFUSED) or overtaken:
            continue
        values[write.attribute] = list(value) if isinstance(value, tuple) else value
        origins[write.attribute] = Origin(
            write.attribute, "interview", at, None, interview.id, interview.version_id, write.question
        )
    return values, origins
