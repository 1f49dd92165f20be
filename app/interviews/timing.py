"""Pages with a time limit, on the web: when their time began, how much is left, and asking for more.

The time of a page begins when the page before it is taken: that writes an event "shown", and so does asking for more time.
Looking at a page writes nothing. Where there is no such event (the first page of a visit, and every page of an anonymous study,
which keeps no minutes), the time began when the form that is sent was shown, as its token says.
A page that also asks for consent has no limit: nobody agrees by waiting.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app import engine
from app.catalog import service as catalog
from app.db import reading, writing
from app.interviews import repository
from app.interviews.repository import Interview
from app.interviews.submission import Submission

GRACE = timedelta(seconds=5)  # what a page needs to travel
MOST = 11  # the first time and ten more (WCAG 2.2.1)


def limited(questionnaire: engine.Questionnaire, state: engine.State, mode: str, at: str) -> engine.Page | None:
    """The page of this screen, where its time is limited."""
    page = questionnaire.page(at) if mode == "web" and state.consent is not None else None
    return page if page is not None and page.time_limit else None


def left(
    questionnaire: engine.Questionnaire,
    state: engine.State,
    interview: Interview | None,
    at: str,
    shown: datetime,
    now: datetime,
) -> timedelta | None:
    """How much time is left for a page of the web; none or less: it is over. None: there is no limit. `shown`: when the form
    was, for want of a better beginning."""
    page = limited(questionnaire, state, "web", at)
    if page is None or page.time_limit is None:
        return None
    with reading() as conn:
        begun = _begun(conn, interview, at) if interview else []
    return timedelta(seconds=page.time_limit) - (now - (begun[-1] if begun else shown))


def late(
    conn: Connection, questionnaire: engine.Questionnaire, interview: Interview, submission: Submission, now: datetime
) -> bool:
    """Whether a page comes after its time: at once where the browser says that it sent it for that, else after a grace."""
    page = limited(questionnaire, interview.state, submission.mode, submission.at)
    begun = _begun(conn, interview, submission.at) if page else []
    start = begun[-1] if begun else submission.shown
    if page is None or page.time_limit is None or start is None:
        return False
    over = now - start - timedelta(seconds=page.time_limit)
    return over > GRACE or (submission.time_over and over >= timedelta())


def begins(
    conn: Connection,
    questionnaire: engine.Questionnaire,
    interview: Interview,
    state: engine.State,
    following: engine.Screen | engine.End,
    now: datetime,
) -> list[dict[str, Any]]:
    """The event with which the time of the page that follows begins, the first time it does."""
    if isinstance(following, engine.End) or not limited(questionnaire, state, state.mode, following.at):
        return []
    return [] if _begun(conn, interview, following.at) else [_shown(following.at, now)]


def more(workspace_id: str, interview_id: str, at: str, now: datetime) -> bool:
    """The person asks for more time: the page's begins again. False: it cannot, or not so often."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None or interview.finished:
            return False
        page = limited(catalog.questionnaire(interview.version_id), interview.state, "web", at)
        begun = _begun(conn, interview, at)
        if page is None or not page.more_time or not begun or len(begun) >= MOST:
            return False
        revision = repository.append(conn, interview, [_shown(at, now)], now)
        repository.save(conn, interview, revision=revision)
        return True


def _shown(at: str, now: datetime) -> dict[str, Any]:
    return {"kind": "shown", "screen": at, "at": now.isoformat()}


def _begun(conn: Connection, interview: Interview, at: str) -> list[datetime]:
    """When the time of a page began, each time."""
    events = repository.events_of(conn, interview.workspace_id, interview.id, "shown")
    return [datetime.fromisoformat(event["at"]) for event in events if event["screen"] == at]
