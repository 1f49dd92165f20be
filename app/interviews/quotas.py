"""Places: neither a study's limit nor a cell of its quotas ever holds more completes than wanted, on whatever channels.

A place is reserved as soon as an answer shows which one it is, prolonged with each answer, expires when it is left alone,
and is taken at completion; who comes back after it expired goes on if there is still room. The study's limit is the
quota called "". Counting happens under the write lock (SQLite) or an advisory lock on the study (PostgreSQL).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from app import engine
from app.catalog.service import Study
from app.db import scoped
from app.interviews.models import Place
from app.interviews.repository import Interview
from app.interviews.targets import targets

RESERVED = timedelta(minutes=30)
LIMIT = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A place an interview needs: `hard`: without it the interview ends."""

    quota: str
    cell: str
    target: int
    hard: bool


@dataclass(frozen=True, slots=True)
class Reservation:
    """`room`: the interview may go on. `events`: the cells it came into and which of them were full, to be written
    down; without their time, which the caller knows."""

    room: bool = True
    events: Sequence[dict[str, Any]] = field(default=())


def reserve(
    conn: Connection,
    study: Study,
    questionnaire: engine.Questionnaire,
    interview: Interview,
    state: engine.State,
    now: datetime,
) -> Reservation:
    """Reserve, prolong or move the interview's places for its state; without room in a hard one it has none. A test interview
    needs none."""
    if interview.is_test or (study.max_interviews is None and not questionnaire.quotas):
        return Reservation()
    _lock(conn, study.id)
    held = {row.quota: row for row in conn.execute(select(Place.__table__).where(*_its(interview)))}
    wanted = _wanted(conn, study, questionnaire, state)
    events = []
    for want in wanted:
        place = held.get(want.quota)
        moved = place is None or place.cell != want.cell
        kept = place is not None and not moved and place.expires_at > now
        full = not kept and _used(conn, interview, want, now) >= want.target
        if full or (moved and want.quota != LIMIT):
            events.append({"kind": "quota", "quota": want.quota, "cell": want.cell, "full": full, "mode": state.mode})
        if full and want.hard:
            free(conn, interview)
            return Reservation(False, events)
    free(conn, interview)
    if wanted:
        its = {"interview_id": interview.id, "workspace_id": interview.workspace_id, "study_id": study.id}
        rows = [{**its, "quota": want.quota, "cell": want.cell, "expires_at": now + RESERVED} for want in wanted]
        conn.execute(insert(Place), [{**row, "taken": False} for row in rows])
    return Reservation(True, events)


def _wanted(conn: Connection, study: Study, questionnaire: engine.Questionnaire, state: engine.State) -> list[Wanted]:
    found = []
    if study.max_interviews is not None:
        found.append(Wanted(LIMIT, "", study.max_interviews, True))
    cells = engine.cells(questionnaire, state)
    changed = targets(conn, study.workspace_id, study.id) if cells else {}
    for quota in questionnaire.quotas:
        cell = cells.get(quota.name)
        if cell is not None:
            target = changed.get((quota.name, cell), quota.targets[cell])
            found.append(Wanted(quota.name, cell, target, quota.kind == "hard"))
    return found


def _its(interview: Interview) -> tuple[Any, ...]:
    return scoped(Place, interview.workspace_id), Place.interview_id == interview.id


def free(conn: Connection, interview: Interview) -> None:
    """Give the reserved places back (declined, screened out, left alone)."""
    conn.execute(delete(Place).where(*_its(interview), Place.taken.is_(False)))


_TAKE = (
    update(Place)
    .where(Place.workspace_id == bindparam("its_workspace"), Place.interview_id == bindparam("its_interview"))
    .values(taken=True, expires_at=bindparam("at"))
)


def take(conn: Connection, interview: Interview, now: datetime) -> None:
    """The interview is complete: its places, if it needed any, are no longer free."""
    conn.execute(_TAKE, {"its_workspace": interview.workspace_id, "its_interview": interview.id, "at": now})


def _used(conn: Connection, interview: Interview, want: Wanted, now: datetime) -> int:
    """Places of a cell taken or reserved by others."""
    statement = (
        select(func.count())
        .select_from(Place)
        .where(
            scoped(Place, interview.workspace_id),
            Place.study_id == interview.study_id,
            Place.quota == want.quota,
            Place.cell == want.cell,
            Place.interview_id != interview.id,
            or_(Place.taken, Place.expires_at > now),
        )
    )
    return conn.scalar(statement) or 0


def _lock(conn: Connection, study_id: str) -> None:
    """One writer at a time for a study's places. SQLite's write transaction is alone already."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(study_id))))
