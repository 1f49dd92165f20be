"""What happened elsewhere and ends or frees cases here."""

from datetime import datetime

from app.db import writing
from app.events import News, subscriber
from app.fieldwork import planning, store
from app.fieldwork.finishing import finalise
from app.fieldwork.models import CaseRow


@subscriber("fieldwork_over", "interview.completed", "interview.declined", "interview.closed")
def interview_over(news: News, now: datetime) -> None:
    """The interview ended, on whichever channel: so do its cases, but one that an interviewer has is theirs to code."""
    with writing() as conn:
        for case in store.cases_where(news.workspace_id, CaseRow.interview_id == news.interview_id, lock=True):
            if not case.leased_at(now) and case.state != "FINAL":
                finalise(conn, case, now)


@subscriber("fieldwork_permission", "consent.given", "contact.unsuppressed", "contact.updated")
def may_be_called_again(news: News, now: datetime) -> None:
    """Somebody who could not be contacted perhaps can: their blocked cases are asked about again when their turn comes."""
    with writing() as conn:
        blocked = (CaseRow.contact_id == news.contact_id, CaseRow.state == "BLOCKED")
        for case in store.cases_where(news.workspace_id, *blocked, lock=True):
            window = planning.next_window(case, now) if case.attempts else planning.first_window(case, now)
            store.save(
                conn,
                case,
                state="RETRY" if case.attempts else "READY",
                reason=None,
                next_at=window.at,
                until=window.until,
            )
