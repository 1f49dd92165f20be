"""Messages that came in, as rows: each is written before anything is done with it, and taken once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from app.channels.sms.models import Inbound
from app.db import upsert

SAME = timedelta(seconds=4)
"""A message without an id that says the same so soon after is the same."""


def store(conn: Connection, row: dict[str, Any]) -> bool:
    """Keep a message as it came; False when its MessageSid is known."""
    insert = upsert(conn, Inbound).values(row)
    made = conn.execute(insert.on_conflict_do_nothing().returning(Inbound.message_sid))
    return made.first() is not None


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
