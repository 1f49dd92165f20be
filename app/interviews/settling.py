"""Interviews left alone: after a while each is classified as partial or break-off by its study's rule. The person may still
return while the link is good; it is under way again then."""

import logging
from datetime import datetime, timedelta

from sqlalchemy import select

from app import engine
from app.catalog import service as catalog
from app.db import reading, writing
from app.events import publish
from app.interviews import quotas, repository
from app.interviews.models import InterviewRow
from app.interviews.service import DISPOSITIONS

log = logging.getLogger(__name__)

LEFT_ALONE = timedelta(hours=24)


def settle(now: datetime, limit: int = 200) -> int:
    """Classify what has been under way without activity for `LEFT_ALONE`; returns how many."""
    with reading() as conn:
        # the sweep spans workspaces; each row names its own
        rows = conn.execute(
            select(InterviewRow.id, InterviewRow.workspace_id)
            .where(InterviewRow.status == "started", InterviewRow.last_activity_at <= now - LEFT_ALONE)
            .order_by(InterviewRow.last_activity_at)
            .limit(limit)
            .execution_options(every_workspace=True)
        ).all()
    return sum(_settle_alone(row.workspace_id, row.id, now) for row in rows)


def _settle_alone(workspace_id: str, interview_id: str, now: datetime) -> bool:
    try:
        return _settle(workspace_id, interview_id, now)
    except Exception:  # one that cannot be read must not keep the others back
        log.exception("interview not settled", extra={"interview_id": interview_id})
        return False


def _settle(workspace_id: str, interview_id: str, now: datetime) -> bool:
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None or interview.status != "started" or interview.held_at(now):
            return False
        if interview.last_activity_at is None or interview.last_activity_at > now - LEFT_ALONE:  # answered just now
            return False
        study = catalog.study(workspace_id, interview.study_id)
        rule = study.partial.get("answered") if study else None
        status = engine.completeness(catalog.questionnaire(interview.version_id), interview.state, rule)
        if status == "complete":  # everything is answered, only the last page was not sent off
            status = "partial"
        repository.save(conn, interview, status=status, disposition=DISPOSITIONS[status])
        quotas.free(conn, interview)
        publish(
            conn,
            workspace_id,
            f"interview.{status}",
            {"is_test": interview.is_test},
            now,
            contact_id=interview.contact_id,
            study_id=interview.study_id,
            interview_id=interview.id,
        )
        return True


TICKS = [("settle interviews", 300, settle)]
