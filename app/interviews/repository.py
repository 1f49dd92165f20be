"""Rows of interviews and what they mean in Python. Core statements, made once: this is the answer path."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app import engine
from app.interviews.models import InterviewEvent, InterviewRow, RowDocument
from app.interviews.states import Key, states

FINISHED = frozenset({"complete", "declined", "screened_out", "quota_full", "closed"})


@dataclass(frozen=True, slots=True)
class Holder:
    """Who may write: `token` fences off an earlier holder of the same channel."""

    channel: str
    actor: str
    token: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Interview:
    """`status`: sampled, started, complete, partial, break_off, declined, screened_out, quota_full or closed.
    `revision`: the number of its last event. `holder`: as stored, expired or not. `confirmed`: the ways (service.way) on
    which the person has said that they are the one asked."""

    id: str
    workspace_id: str
    study_id: str
    version_id: str
    contact_id: str | None
    occasion: str
    is_test: bool
    status: str
    language: str
    state: engine.State
    revision: int
    holder: Holder | None
    holder_token: int
    confirmed: tuple[str, ...]
    mode_assigned: str | None
    mode_offered: str | None
    mode_answered: str | None
    entry: str | None
    disposition: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    last_activity_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.status in FINISHED

    def held_at(self, now: datetime) -> Holder | None:
        """The holder, if the claim is still good at `now`."""
        return self.holder if self.holder and self.holder.expires_at > now else None


_COLUMNS = InterviewRow.__table__
_ONE = select(_COLUMNS).where(
    InterviewRow.id == bindparam("interview_id"), InterviewRow.workspace_id == bindparam("workspace_id")
)
_ONE_LOCKED = _ONE.with_for_update()
_CHANGED = select(InterviewEvent.data).where(
    InterviewEvent.interview_id == bindparam("interview_id"),
    InterviewEvent.workspace_id == bindparam("workspace_id"),
    InterviewEvent.seq > bindparam("revision"),
    InterviewEvent.kind == "answered",
)
_APPEND = insert(InterviewEvent)
_ROWS = select(RowDocument.interview_id, RowDocument.place, RowDocument.document).where(
    RowDocument.interview_id.in_(bindparam("interview_ids", expanding=True)),
    RowDocument.workspace_id == bindparam("workspace_id"),
)
_ADD_ROWS = insert(RowDocument)
_DELETE_ROW = delete(RowDocument).where(
    RowDocument.interview_id == bindparam("its_id"),
    RowDocument.workspace_id == bindparam("its_workspace"),
    RowDocument.place == bindparam("its_place"),
)
_EVENTS = (
    select(InterviewEvent.data)
    .where(
        InterviewEvent.interview_id == bindparam("interview_id"),
        InterviewEvent.workspace_id == bindparam("workspace_id"),
    )
    .order_by(InterviewEvent.seq)
)


def interviews_from(conn: Connection, rows: Sequence[Mapping[Any, Any]]) -> list[Interview]:
    """Rows of one workspace as values, each with the documents of its repeats' rows."""
    kept = row_documents(conn, [row for row in rows if row["places"]])
    return [_interview_of(row, engine.from_json(row["document"], kept.get(row["id"]))) for row in rows]


def interview_from(conn: Connection, row: Mapping[Any, Any]) -> Interview:
    """A row as a value. Its state is the one this process has, if that is of the same revision."""
    key: Key = (row["workspace_id"], row["id"], row["revision"], row["document"])
    state = states.get(key)
    if state is None:
        rows = row_documents(conn, [row]).get(row["id"]) if row["places"] else None
        state = engine.from_json(row["document"], rows)
        states.keep(conn, key, state)
    return _interview_of(row, state)


def row_documents(conn: Connection, rows: Sequence[Mapping[Any, Any]]) -> dict[str, dict[str, str]]:
    """Interview -> place -> document, for rows of `interviews` of one workspace."""
    kept: dict[str, dict[str, str]] = {}
    if rows:
        asked = {"interview_ids": [row["id"] for row in rows], "workspace_id": rows[0]["workspace_id"]}
        for found in conn.execute(_ROWS, asked):
            kept.setdefault(found.interview_id, {})[found.place] = found.document
    return kept


def _interview_of(row: Mapping[Any, Any], state: engine.State) -> Interview:
    values = dict(row)
    del values["places"], values["document"]
    channel, actor = values.pop("holder_channel"), values.pop("holder_actor")
    expires_at, token = values.pop("holder_expires_at"), values["holder_token"]
    values["holder"] = Holder(channel, actor, token, expires_at) if channel else None
    values["confirmed"] = tuple(values["confirmed"])
    return Interview(**values, state=state)


def get(conn: Connection, workspace_id: str, interview_id: str, lock: bool = False) -> Interview | None:
    """One interview; `lock` keeps other writers out until the transaction ends."""
    statement = _ONE_LOCKED if lock else _ONE
    row = conn.execute(statement, {"interview_id": interview_id, "workspace_id": workspace_id}).one_or_none()
    return interview_from(conn, row._mapping) if row else None


def changed_since(conn: Connection, interview: Interview, revision: int) -> set[str]:
    """The questions answered after `revision`."""
    rows = conn.execute(
        _CHANGED,
        {"interview_id": interview.id, "workspace_id": interview.workspace_id, "revision": revision},
    )
    return {row.data["name"] for row in rows}


def events_of(conn: Connection, workspace_id: str, interview_id: str, kind: str = "") -> list[engine.Event]:
    """All events of an interview, in order, or those of one kind."""
    statement = _EVENTS.where(InterviewEvent.kind == kind) if kind else _EVENTS
    rows = conn.execute(statement, {"interview_id": interview_id, "workspace_id": workspace_id})
    return [row.data for row in rows]


def append(conn: Connection, interview: Interview, events: Sequence[dict[str, Any]], now: datetime) -> int:
    """Add events after `interview.revision`; returns the new revision."""
    if not events:
        return interview.revision
    conn.execute(
        _APPEND,
        [
            {
                "interview_id": interview.id,
                "workspace_id": interview.workspace_id,
                "seq": seq,
                "kind": event["kind"],
                "at": now,
                "data": event,
            }
            for seq, event in enumerate(events, interview.revision + 1)
        ],
    )
    return interview.revision + len(events)


# Always the same columns, so that the statement is made and compiled once.
_SAVED = (
    *(
        "status",
        "language",
        "mode_offered",
        "mode_answered",
        "entry",
        "disposition",
        "confirmed",
        "revision",
        "document",
        "places",
    ),
    *("started_at", "completed_at", "last_activity_at"),
    *("holder_channel", "holder_actor", "holder_token", "holder_expires_at"),
)
_SAVE = (
    update(InterviewRow)
    .where(
        InterviewRow.id == bindparam("its_id"),
        InterviewRow.workspace_id == bindparam("its_workspace"),
        InterviewRow.revision == bindparam("its_revision"),
    )
    .values({name: bindparam(f"new_{name}") for name in _SAVED})
)


def save(conn: Connection, interview: Interview, state: engine.State | None = None, **changes: Any) -> None:
    """Write columns of an interview that this transaction has locked, and its new state: the main document and those of the
    repeats' rows that changed. RuntimeError when its revision moved: a bug."""
    held = interview.holder
    if state is not None:
        _save_rows(conn, interview, state)
    after = state or interview.state
    now = {
        **{name: getattr(interview, name) for name in _SAVED if hasattr(interview, name)},
        "confirmed": list(interview.confirmed),
        "holder_channel": held.channel if held else None,
        "holder_actor": held.actor if held else None,
        "holder_expires_at": held.expires_at if held else None,
        "document": engine.main_document(after),
        "places": len(after.answers.rows),
        **changes,
    }
    its = {"its_id": interview.id, "its_workspace": interview.workspace_id, "its_revision": interview.revision}
    if conn.execute(_SAVE, {**{f"new_{name}": now[name] for name in _SAVED}, **its}).rowcount != 1:
        raise RuntimeError(f"interview {interview.id} changed under its lock")
    states.keep(conn, (interview.workspace_id, interview.id, now["revision"], now["document"]), after)


def _save_rows(conn: Connection, interview: Interview, state: engine.State) -> None:
    """A row's answers that did not change are the very same object in the new state."""
    old = interview.state.answers.rows
    changed = {place: row for place, row in state.answers.rows.items() if old.get(place) is not row}
    if not changed:
        return
    its = {"its_id": interview.id, "its_workspace": interview.workspace_id}
    conn.execute(_DELETE_ROW, [{**its, "its_place": place} for place in changed])
    conn.execute(
        _ADD_ROWS,
        [
            {
                "interview_id": interview.id,
                "workspace_id": interview.workspace_id,
                "place": place,
                "document": engine.row_document(row),
            }
            for place, row in changed.items()
        ],
    )


def bucketed(basis: str, now: datetime) -> datetime:
    """The instant that is stored: an anonymous study keeps the hour only, so that a time cannot tell who answered."""
    if basis != "anonymous":
        return now
    return now - timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
