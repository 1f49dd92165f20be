"""THE write path: every answer on every channel goes through `submit`, everything else that happens through `record`.

One transaction a screen: lock the interview, ask the engine, append events, save the document, tell the subscribers.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy import insert as plain_insert
from sqlalchemy.dialects import postgresql, sqlite

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.ids import new_id
from app.core.problems import Problem
from app.db import reading, scoped, writing
from app.events import publish
from app.interviews import holder, repository, seats
from app.interviews.holder import Held
from app.interviews.models import InterviewEvent, InterviewRow
from app.interviews.repository import Interview, bucketed
from app.logs import bind

# AAPOR disposition of a finished interview (phone-and-field reference, section 2)
DISPOSITIONS = {
    "complete": "1.1",
    "partial": "1.2",
    "break_off": "2.12",
    "declined": "2.112",
    "screened_out": "4.7",
    "quota_full": "4.8",
}


@dataclass(frozen=True, slots=True)
class Submission:
    """A screen as somebody sent it. `revision`: that of the interview when the screen was shown. `token`: the fencing token of
    an interviewer. `consent`: given together with the first screen. `take_over`: the person insists on this channel."""

    mode: str
    entry: str
    at: str
    raw: engine.Raw
    revision: int
    channel: str = ""
    token: int | None = None
    overrides: Mapping[str, str] | Collection[str] = ()
    consent: engine.Consent | None = None
    take_over: bool = False

    @property
    def by(self) -> str:
        """The channel that wants to write: the mode, unless told otherwise (an email link is answered on the web)."""
        return self.channel or self.mode


@dataclass(frozen=True, slots=True)
class Accepted:
    """Stored. `next`: what comes now."""

    interview: Interview
    next: engine.Screen | engine.End


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was stored: `problems` to mend; `warning`: they may be overridden. `screen` shows what was typed and each problem."""

    interview: Interview
    screen: engine.Screen
    problems: tuple[Problem, ...]
    warning: bool


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing was stored: since the screen was shown, `changed` was answered elsewhere or the screen left the route.
    `screen`: as it is now, with what was typed; None where it is not on the route any more."""

    interview: Interview
    screen: engine.Screen | None
    changed: frozenset[str]
    raw: engine.Raw


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Nothing was stored: somebody else has the interview. `screen` shows what was typed."""

    interview: Interview
    held: Held
    screen: engine.Screen | engine.End


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing was stored: the interview is over, or the study is closed or full (`status`)."""

    interview: Interview
    status: str


Outcome = Accepted | Refused | Stale | HeldBy | Finished


# --- creation -------------------------------------------------------------------------------------


def create(
    workspace_id: str,
    study: Study,
    *,
    now: datetime,
    contact_id: str | None = None,
    occasion: str = "",
    is_test: bool = False,
    outside: Mapping[str, engine.Value] | None = None,
    language: str | None = None,
    assigned_mode: str | None = None,
    interview_id: str | None = None,
) -> tuple[Interview, bool]:
    """The interview of this person, study and occasion, and whether it was made now. Calling again changes nothing.

    `interview_id`: minted by the caller where there is no contact (an anonymous start, tried again, is the same interview).
    ValueError for a named contact in an anonymous study: it keeps no key to a person."""
    if study.basis == "anonymous" and contact_id is not None:
        raise ValueError("an anonymous study has no named contacts")
    questionnaire = catalog.questionnaire(study.version_id)
    now = bucketed(study.basis, now)
    interview_id = interview_id or new_id()
    state = engine.new_state(questionnaire, uuid.uuid4().hex, language or questionnaire.languages[0], outside or {})
    created = {
        "kind": "created",
        "at": now.isoformat(),
        "seed": state.seed,
        "language": state.language,
        "outside": dict(state.outside),
    }
    row: dict[str, Any] = {
        "id": interview_id,
        "workspace_id": workspace_id,
        "study_id": study.id,
        "version_id": study.version_id,
        "contact_id": contact_id,
        "occasion": occasion,
        "is_test": is_test,
        "status": "sampled",
        "language": state.language,
        "mode_assigned": assigned_mode,
        "confirmed": [],
        "holder_token": 0,
        "created_at": now,
        "revision": 1,
        "document": engine.to_json(state),
    }
    with writing() as conn:
        insert = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
        made = conn.execute(
            insert(InterviewRow).values(row).on_conflict_do_nothing().returning(InterviewRow.id)
        ).first()
        if not made:
            return _existing(conn, workspace_id, study.id, contact_id, occasion, interview_id), False
        conn.execute(
            plain_insert(InterviewEvent).values(
                interview_id=interview_id, workspace_id=workspace_id, seq=1, kind="created", at=now, data=created
            )
        )
        interview = repository.get(conn, workspace_id, interview_id)
        assert interview is not None
        _publish(conn, interview, "interview.created", now, {"occasion": occasion})
    return interview, True


def _existing(
    conn: Connection, workspace_id: str, study_id: str, contact_id: str | None, occasion: str, interview_id: str
) -> Interview:
    same = (
        InterviewRow.id == interview_id
        if contact_id is None
        else (InterviewRow.contact_id == contact_id) & (InterviewRow.occasion == occasion)
    )
    row = conn.execute(
        select(InterviewRow.__table__).where(
            scoped(InterviewRow, workspace_id), InterviewRow.study_id == study_id, same
        )
    ).one()
    return repository.interview_of(row._mapping)


# --- reading --------------------------------------------------------------------------------------


def load(workspace_id: str, interview_id: str) -> Interview | None:
    """One interview of a workspace."""
    with reading() as conn:
        return repository.get(conn, workspace_id, interview_id)


def find(workspace_id: str, study_id: str, contact_id: str, occasion: str) -> Interview | None:
    """The interview of this person, study and occasion."""
    with reading() as conn:
        row = conn.execute(
            select(InterviewRow.__table__).where(
                scoped(InterviewRow, workspace_id),
                InterviewRow.study_id == study_id,
                InterviewRow.contact_id == contact_id,
                InterviewRow.occasion == occasion,
            )
        ).one_or_none()
    return repository.interview_of(row._mapping) if row else None


def interviews_of(
    workspace_id: str,
    *,
    study_id: str | None = None,
    contact_id: str | None = None,
    statuses: Collection[str] | None = None,
) -> list[Interview]:
    """The interviews of a study or a contact, oldest first, test ones too."""
    statement = select(InterviewRow.__table__).where(scoped(InterviewRow, workspace_id))
    if study_id is not None:
        statement = statement.where(InterviewRow.study_id == study_id)
    if contact_id is not None:
        statement = statement.where(InterviewRow.contact_id == contact_id)
    if statuses is not None:
        statement = statement.where(InterviewRow.status.in_(statuses))
    with reading() as conn:
        rows = conn.execute(statement.order_by(InterviewRow.created_at, InterviewRow.id)).all()
    return [repository.interview_of(row._mapping) for row in rows]


def screen(interview: Interview, mode: str, at: str | None = None) -> engine.Screen | engine.End:
    """What to show in this mode; pure."""
    return engine.next_screen(catalog.questionnaire(interview.version_id), interview.state, mode, at)


def replayed(workspace_id: str, interview_id: str) -> engine.State | None:
    """The state as its events tell it: equal to the stored document, or there is a bug."""
    with reading() as conn:
        interview = repository.get(conn, workspace_id, interview_id)
        events = repository.events_of(conn, workspace_id, interview_id)
    if interview is None:
        return None
    questionnaire = catalog.questionnaire(interview.version_id)
    first, *rest = events
    state = engine.new_state(questionnaire, first["seed"], first["language"], first["outside"])
    for event in rest:
        state = engine.apply(questionnaire, state, event)
    return state


def way(mode: str, entry: str) -> str:
    """What somebody else may have got hold of: a mode, and on the web how one came in, since a link in a mail and a link in a
    text reach two devices."""
    return f"{mode}/{entry}" if mode == "web" and entry else mode


def needs_confirmation(interview: Interview, mode: str, entry: str = "") -> bool:
    """Whether the person must say who they are before this way shows or continues what was answered another way."""
    here = way(mode, entry)
    if interview.contact_id is None or here in interview.confirmed:
        return False
    return any(not a.blank and way(a.mode, a.entry if entry else "") != here for a in interview.state.answers.values())


def closed_reason(study: Study, interview: Interview | None, now: datetime) -> str | None:
    """Why nobody can answer now: draft, closed, not_open or the status of a finished interview; None: they can."""
    if interview is not None and interview.finished:
        return interview.status
    if interview is not None and interview.is_test:
        return None
    if study.status != "open":
        return "closed" if study.status == "closed" else "not_open"
    if study.closes_at is not None and study.closes_at <= now:
        return "closed"
    if study.opens_at is not None and study.opens_at > now:
        return "not_open"
    return None


# --- writing --------------------------------------------------------------------------------------


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
        state, events = _begin(questionnaire, interview, submission, now_stored)
        taken = engine.answer(
            questionnaire, state, submission.at, submission.raw, submission.mode, now_stored, submission.overrides
        )
        if not isinstance(taken, engine.Accepted):
            shown = engine.next_screen(questionnaire, interview.state, submission.mode, submission.at)
            assert isinstance(shown, engine.Screen)
            again = engine.redisplay(shown, taken.problems, submission.raw)
            return Refused(interview, again, taken.problems, isinstance(taken, engine.Warned))
        if not seats.reserve(conn, interview, study.max_interviews, now):
            return _quota_full(conn, interview, now_stored)
        return _store(conn, questionnaire, interview, submission, taken.state, [*events, *taken.events], now_stored)


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
    questionnaire: engine.Questionnaire, interview: Interview, submission: Submission, now: datetime
) -> tuple[engine.State, list[dict[str, Any]]]:
    """The state with consent and the session's mode and entry in it, and the events of these."""
    state, events = interview.state, list[dict[str, Any]]()
    facts: list[engine.Fact] = []
    if submission.consent is not None and state.consent is None:
        facts.append(submission.consent)
    if (state.mode, state.entry) != (submission.mode, submission.entry):
        facts.append(engine.Session(submission.mode, submission.entry))
    for fact in facts:
        state, made = engine.inform(questionnaire, state, fact, now)
        events.extend(made)
    return state, events


def _store(
    conn: Connection,
    questionnaire: engine.Questionnaire,
    interview: Interview,
    submission: Submission,
    state: engine.State,
    events: list[dict[str, Any]],
    now: datetime,
) -> Accepted:
    following = engine.next_screen(questionnaire, state, submission.mode)
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
        seats.take(conn, interview)
    elif submission.by not in holder.ASSISTED:
        columns |= holder.columns(holder.self_service(interview, submission.by, now))
    saved = _save(conn, interview, state, events, now, columns)
    if interview.started_at is None:
        _publish(conn, saved, "interview.started", now)
    elif interview.mode_answered and interview.mode_answered != submission.mode:
        _publish(conn, saved, "interview.switched", now, {"from": interview.mode_answered, "to": submission.mode})
    if ended:
        _publish(conn, saved, "interview.completed", now, {"status": state.status})
    return Accepted(saved, following)


def _quota_full(conn: Connection, interview: Interview, now: datetime) -> Finished:
    closed = _close(conn, interview, "quota_full", now)
    return Finished(closed, "quota_full")


def record(
    workspace_id: str, interview_id: str, facts: Sequence[engine.Fact], now: datetime, *, confirmed: str | None = None
) -> Interview:
    """Write down what is no answer: consent, language, a session, outside data; `confirmed`: the way (see `way`) on which
    the person said that they are the one asked. A finished interview stays as it is. LookupError: no such interview."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None:
            raise LookupError(f"no interview {interview_id}")
        if interview.finished:
            return interview
        study = catalog.study(workspace_id, interview.study_id)
        assert study is not None
        now = bucketed(study.basis, now)
        questionnaire = catalog.questionnaire(interview.version_id)
        state, events = interview.state, list[dict[str, Any]]()
        for fact in facts:
            state, made = engine.inform(questionnaire, state, fact, now)
            events.extend(made)
        columns: dict[str, Any] = {"language": state.language}
        if confirmed and confirmed not in interview.confirmed:
            columns["confirmed"] = [*interview.confirmed, confirmed]
            said = {"kind": "confirmed", "mode": confirmed, "at": now.isoformat()}
            state = engine.apply(questionnaire, state, said)
            events.append(said)
        return _save(conn, interview, state, events, now, columns)


def decline(workspace_id: str, interview_id: str, scope: str, mode: str, now: datetime) -> Interview:
    """The person declines this study ("study") or all of ours ("everything"): the interview ends, its answers stay, and they are
    not approached again, on any channel, for this study or for anything."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None:
            raise LookupError(f"no interview {interview_id}")
        if interview.finished:
            return interview
        questionnaire = catalog.questionnaire(interview.version_id)
        state, events = engine.inform(questionnaire, interview.state, engine.Declined(scope), now)
        columns = {
            "status": "declined",
            "disposition": DISPOSITIONS["declined"],
            "last_activity_at": now,
            "holder_expires_at": now,
        }
        saved = _save(conn, interview, state, list(events), now, columns)
        seats.free(conn, interview)
        if interview.contact_id is not None and not interview.is_test:  # practice suppresses nobody
            contacts.suppress(
                workspace_id,
                channel="all",
                contact_id=interview.contact_id,
                study_id=interview.study_id if scope == "study" else None,
                reason="opt_out",
                now=now,
            )
        _publish(conn, saved, "interview.declined", now, {"scope": scope, "mode": mode})
        return saved


def close(workspace_id: str, interview_id: str, status: str, now: datetime) -> Interview | None:
    """End an interview without an answer: screened_out, quota_full or closed. A finished one stays as it is."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is None or interview.finished:
            return interview
        return _close(conn, interview, status, now)


def _close(conn: Connection, interview: Interview, status: str, now: datetime) -> Interview:
    questionnaire = catalog.questionnaire(interview.version_id)
    state, events = engine.inform(questionnaire, interview.state, engine.Closed(status), now)
    columns = {
        "status": status,
        "disposition": DISPOSITIONS.get(status),
        "completed_at": now,
        "holder_expires_at": now,
    }
    saved = _save(conn, interview, state, list(events), now, columns)
    seats.free(conn, interview)
    _publish(conn, saved, "interview.closed", now, {"status": status})
    return saved


def offered(workspace_id: str, interview_id: str, mode: str) -> None:
    """Note the mode that was offered to the person last."""
    with writing() as conn:
        interview = repository.get(conn, workspace_id, interview_id, lock=True)
        if interview is not None:
            repository.save(conn, interview, mode_offered=mode)


def _save(
    conn: Connection,
    interview: Interview,
    state: engine.State,
    events: list[dict[str, Any]],
    now: datetime,
    columns: dict[str, Any],
) -> Interview:
    revision = repository.append(conn, interview, events, now)
    repository.save(conn, interview, revision=revision, document=engine.to_json(state), **columns)
    known = {name: value for name, value in columns.items() if not name.startswith("holder_") and name != "confirmed"}
    claim = interview.holder
    if "holder_channel" in columns:
        claim = repository.Holder(*(columns[f"holder_{part}"] for part in ("channel", "actor", "token", "expires_at")))
    elif "holder_expires_at" in columns and claim:
        claim = replace(claim, expires_at=columns["holder_expires_at"])
    return replace(
        interview,
        state=state,
        revision=revision,
        holder=claim,
        holder_token=claim.token if claim else interview.holder_token,
        confirmed=tuple(columns.get("confirmed", interview.confirmed)),
        **known,
    )


def _publish(
    conn: Connection, interview: Interview, kind: str, now: datetime, data: dict[str, Any] | None = None
) -> None:
    publish(
        conn,
        interview.workspace_id,
        kind,
        {**(data or {}), "is_test": interview.is_test},
        now,
        contact_id=interview.contact_id,
        study_id=interview.study_id,
        interview_id=interview.id,
    )
