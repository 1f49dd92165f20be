"""Messages that came in, as rows: each is written before anything is done with it, and taken once."""

from collections import deque
from concurrent.futures import Future
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import Connection, select, update

from app.channels.sms.models import Inbound
from app.db import upsert, writing

SAME = timedelta(seconds=4)
"""A message without an id that says the same so soon after is the same."""


Row = dict[str, Any]


def store(conn: Connection, rows: list[Row]) -> list[bool]:
    """Keep messages as they came; for each False when its MessageSid was known. Of two alike in `rows` one is kept."""
    insert = upsert(conn, Inbound).on_conflict_do_nothing().returning(Inbound.account_sid, Inbound.message_sid)
    new = {tuple(row) for row in conn.execute(insert, rows)}
    return [(row["account_sid"], row["message_sid"]) in new for row in rows]


class Intake:
    """Keeps what comes in. What requests bring while another one commits is committed together, right after it: a disk may commit
    only a few dozen times a second."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Row, Future[bool]]] = deque()
        self._writes = Lock()

    def keep(self, row: Row) -> bool:
        """Return once the row is committed; False when its MessageSid was known. Never inside `writing()`: others' rows join."""
        kept: Future[bool] = Future()
        self._waiting.append((row, kept))
        with self._writes:
            if not kept.done():
                self._write([self._waiting.popleft() for _ in range(len(self._waiting))])
        return kept.result()

    def _write(self, waiting: list[tuple[Row, Future[bool]]]) -> None:
        try:
            with writing() as conn:
                made = store(conn, [row for row, _ in waiting])
        except Exception as error:
            if len(waiting) == 1:
                waiting[0][1].set_exception(error)
            else:  # what is wrong with one must not be the others' fault
                for one in waiting:
                    self._write([one])
            return
        for (_, kept), new in zip(waiting, made, strict=True):
            kept.set_result(new)


intake = Intake()


def untaken(conn: Connection, account_sid: str, message_sid: str) -> Any:
    """A message that was stored and not taken yet, locked against a second taker; None when there is none."""
    mine = (Inbound.account_sid == account_sid, Inbound.message_sid == message_sid, Inbound.outcome == "stored")
    return conn.execute(select(Inbound.__table__).where(*mine).with_for_update()).one_or_none()


def stored(conn: Connection, limit: int) -> list[Any]:
    """What was stored and not taken yet, in the order it came."""
    waiting = select(Inbound.__table__).where(Inbound.outcome == "stored")
    return list(conn.execute(waiting.order_by(Inbound.at, Inbound.message_sid).limit(limit)))


def settled(conn: Connection, account_sid: str, message_sid: str, interview_id: str | None, outcome: str) -> None:
    """Note what a message was taken for."""
    mine = (Inbound.account_sid == account_sid, Inbound.message_sid == message_sid)
    conn.execute(update(Inbound).where(*mine).values(interview_id=interview_id, outcome=outcome))


def said_just_now(conn: Connection, our_number: str, their_number: str, body: str, now: datetime) -> bool:
    """Whether the same words between the same numbers came within the last seconds."""
    same = (Inbound.their_number == their_number, Inbound.at > now - SAME, Inbound.our_number == our_number)
    return conn.execute(select(Inbound.at).where(*same, Inbound.body == body).limit(1)).first() is not None
