"""THE write path: every answer on every channel goes through `submit`.

One transaction a screen: lock the interview, ask the engine, append events, save the document, tell the subscribers.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.db import writing
from app.interviews import holder, quotas, repository, saving, timing
from app.interviews.looking import closed_reason, screen
from app.interviews.repository import Interview, bucketed
from app.interviews.saving import DISPOSITIONS
from app.interviews.submission import Accepted, Finished, HeldBy, Outcome, Refused, Stale, Submission
from app.logs import bind


def submit(workspace_id: str, interview_id: str, submission: Submission, now: datetime) -> Outcome:
    """Take a screen. LookupError: no such interview; ValueError: consent is neither recorded nor given."""
    bind(interview_id=interview_id)
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None:
            raise LookupError(f"no interview {interview_id}")
        study = catalog.study(workspace_id, interview.study_id)
        assert study is not None
        now_stored = bucketed(study.basis, now)
        refused = _not_now(conn, study, interview, submission, now)
        if refused:
            return refused
        questionnaire = catalog.questionnaire(interview.version_id)
        stale = _stale(conn, questionnaire, interview, submission)
        if stale:
            return stale
        late = timing.late(conn, questionnaire, interview, submission, now)
        state, events = _begin(questionnaire, interview, submission, now_stored, late)
        taken = _answer(questionnaire, state, submission, now_stored, late)
        if not isinstance(taken, engine.Accepted):
            shown = engine.next_screen(questionnaire, interview.state, submission.mode, submission.at)
            assert isinstance(shown, engine.Screen)
            again = engine.redisplay(shown, taken.problems, submission.raw)
            return Refused(interview, again, taken.problems, isinstance(taken, engine.Warned))
        events += taken.events
        following = engine.next_screen(questionnaire, taken.state, submission.mode)
        if study.basis != "anonymous":  # it keeps no minutes
            events += timing.begins(conn, questionnaire, interview, taken.state, following, now)
        if not isinstance(following, engine.End) or following.status == "complete":
            place = quotas.reserve(conn, study, questionnaire, interview, taken.state, now)
            events += [{**event, "at": now_stored.isoformat()} for event in place.events]
            if not place.room:
                full = engine.End("quota_full", taken.state.language)
                stored = _store(conn, questionnaire, interview, submission, taken.state, events, now_stored, full)
                return Finished(stored.interview, full.status)
        return _store(conn, questionnaire, interview, submission, taken.state, events, now_stored, following)


def _not_now(
    conn: Connection, study: Study, interview: Interview, submission: Submission, now: datetime
) -> Finished | HeldBy | None:
    reason = closed_reason(study, interview, now)
    if reason:
        return Finished(interview, reason)
    blocked = holder.blocker(interview, submission.by, submission.token, now)
    if blocked and not (submission.take_over and submission.by not in holder.ASSISTED):
        shown = screen(interview, submission.mode, submission.at)
        if isinstance(shown, engine.Screen):
            shown = engine.redisplay(shown, (), submission.raw)
        return HeldBy(interview, blocked, shown)
    return None


def _stale(
    conn: Connection, questionnaire: engine.Questionnaire, interview: Interview, submission: Submission
) -> Stale | None:
    """A page shown before later answers is still good unless those answered the same questions otherwise."""
    shown = engine.next_screen(questionnaire, interview.state, submission.mode, submission.at)
    if not isinstance(shown, engine.Screen) or shown.at != submission.at:
        return Stale(interview, None, frozenset(), submission.raw)
    if submission.revision >= interview.revision:
        return None
    here = {item.name: item for item in shown.items}
    changed = repository.changed_since(conn, interview, submission.revision) & set(here)
    differing = frozenset(name for name in changed if not _same(here[name], submission.raw))
    if not differing:
        return None
    return Stale(interview, engine.redisplay(shown, (), submission.raw), differing, submission.raw)


def _same(item: engine.Item, raw: engine.Raw) -> bool:
    typed = raw.get(item.name, "")
    special = raw.get(f"{item.name}__special", "") or None
    as_list = [typed] if isinstance(typed, str) else list(typed)
    stored = [item.raw] if isinstance(item.raw, str) else list(item.raw)
    return special == item.special and [v for v in as_list if v] == [v for v in stored if v]


def _begin(
    questionnaire: engine.Questionnaire, interview: Interview, submission: Submission, now: datetime, late: bool
) -> tuple[engine.State, list[dict[str, Any]]]:
    """The state with consent and the session's mode and entry in it, and the events of these."""
    state, events = interview.state, list[dict[str, Any]]()
    facts: list[engine.Fact] = []
    if submission.consent is not None and state.consent is None:
        facts.append(submission.consent)
    if (state.mode, state.entry) != (submission.mode, submission.entry):
        facts.append(engine.Session(submission.mode, submission.entry))
    if late:
        facts.append(engine.Timeout(submission.at))
    for fact in facts:
        state, made = engine.inform(questionnaire, state, fact, now)
        events.extend(made)
    return state, events


def _answer(
    questionnaire: engine.Questionnaire, state: engine.State, submission: Submission, now: datetime, late: bool
) -> engine.Outcome:
    at, raw, mode = submission.at, submission.raw, submission.mode
    if late:
        return engine.answer_late(questionnaire, state, at, raw, mode, now)
    return engine.answer(questionnaire, state, at, raw, mode, now, submission.overrides)


def _store(
    conn: Connection,
    questionnaire: engine.Questionnaire,
    interview: Interview,
    submission: Submission,
    state: engine.State,
    events: list[dict[str, Any]],
    now: datetime,
    following: engine.Screen | engine.End,
) -> Accepted:
    ended = isinstance(following, engine.End)
    if isinstance(following, engine.End):
        state, made = engine.inform(questionnaire, state, engine.Closed(following.status), now)
        events.extend(made)
    columns: dict[str, Any] = {
        "status": state.status if ended else "started",
        "language": state.language,
        "mode_answered": submission.mode,
        "entry": interview.entry or submission.entry,
        "last_activity_at": now,
        "disposition": None,  # one who comes back is no partial any more
    }
    if interview.started_at is None:
        columns["started_at"] = now
    if ended:
        columns |= {"completed_at": now, "disposition": DISPOSITIONS[state.status], "holder_expires_at": now}
        if state.status == "complete":
            quotas.take(conn, interview, now)
        else:
            quotas.free(conn, interview)
    elif submission.by not in holder.ASSISTED:
        columns |= holder.columns(holder.self_service(interview, submission.by, now))
    saved = saving.save(conn, interview, state, events, now, columns)
    if interview.started_at is None:
        saving.tell(conn, saved, "interview.started", now)
    elif interview.mode_answered and interview.mode_answered != submission.mode:
        saving.tell(conn, saved, "interview.switched", now, {"from": interview.mode_answered, "to": submission.mode})
    if ended:
        kind = "interview.completed" if state.status == "complete" else "interview.closed"
        saving.tell(conn, saved, kind, now, {"status": state.status})
    return Accepted(saved, following)
