"""Seats: a study with a limit never has more completes than seats, whatever the channels and processes.

A seat is reserved when an interview starts, prolonged with each answer, expires when it is left alone, and is taken at
completion; who comes back after it expired goes on if there is still room. Counting happens under
the write lock (SQLite) or an advisory lock on the study (PostgreSQL).
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from app.db import scoped
from app.interviews.models import Seat
from app.interviews.repository import Interview

RESERVED = timedelta(minutes=30)


def reserve(conn: Connection, interview: Interview, limit: int | None, now: datetime) -> bool:
    """Reserve or prolong a seat; False: the study is full. No limit: always True. A test interview needs no seat."""
    if limit is None or interview.is_test:
        return True
    _lock(conn, interview.study_id)
    mine = (scoped(Seat, interview.workspace_id), Seat.interview_id == interview.id)
    if conn.execute(update(Seat).where(*mine).values(expires_at=now + RESERVED)).rowcount:
        if _used(conn, interview, now) <= limit:
            return True
        free(conn, interview)  # its reservation had expired and someone else has the seat
        return False
    if _used(conn, interview, now) >= limit:
        return False
    conn.execute(
        insert(Seat).values(
            interview_id=interview.id,
            workspace_id=interview.workspace_id,
            study_id=interview.study_id,
            expires_at=now + RESERVED,
            taken=False,
        )
    )
    return True


_TAKE = (
    update(Seat)
    .where(Seat.workspace_id == bindparam("its_workspace"), Seat.interview_id == bindparam("its_interview"))
    .values(taken=True)
)


def take(conn: Connection, interview: Interview) -> None:
    """The interview is complete: its seat, if it needed one, is no longer free."""
    conn.execute(_TAKE, {"its_workspace": interview.workspace_id, "its_interview": interview.id})


def free(conn: Connection, interview: Interview) -> None:
    """Give a reserved seat back (declined, screened out)."""
    mine = (scoped(Seat, interview.workspace_id), Seat.interview_id == interview.id)
    conn.execute(delete(Seat).where(*mine, Seat.taken.is_(False)))


def _used(conn: Connection, interview: Interview, now: datetime) -> int:
    """Seats taken or reserved by anyone, this interview's own included."""
    return (
        conn.scalar(
            select(func.count())
            .select_from(Seat)
            .where(
                scoped(Seat, interview.workspace_id),
                Seat.study_id == interview.study_id,
                or_(Seat.taken, Seat.expires_at > now),
            )
        )
        or 0
    )


def _lock(conn: Connection, study_id: str) -> None:
    """One writer at a time for a study's seats. SQLite's write transaction is alone already."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtext(study_id))))
