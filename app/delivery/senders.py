"""Which of our numbers writes to whom: a study may have several, and a person always hears from the same one.

The pair of numbers is a row of its own, which is also what keeps two messages of one person from being taken at once.
"""

import re
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Connection, String, select
from sqlalchemy.orm import Mapped, mapped_column

from app.catalog.service import Study
from app.db import Instant, db, reading, upsert
from app.delivery import facts


class Pair(db.Model):
    """One of our numbers and one of theirs. Numbers are shared by workspaces, so it belongs to none."""

    __tablename__ = "sms_pairs"
    our_number: Mapped[str] = mapped_column(String(40), primary_key=True)
    their_number: Mapped[str] = mapped_column(String(20), primary_key=True)
    used_at: Mapped[datetime] = mapped_column(Instant)


def of(channel: str, study: Study | None, to: str | None) -> str:
    """The sender of a study's message to an address: by SMS one of its numbers; "" where none is set."""
    senders = facts.sender_of(channel, study)
    return sticky(senders, to or "") if channel == "sms" else senders


def pool(senders: str) -> list[str]:
    """The numbers of a setting such as "+15005550006, +15005550007"."""
    return [sender for sender in re.split(r"[,;\s]+", senders) if sender]


def sticky(senders: str, to: str) -> str:
    """The one of the pool that this number heard from last, else one that a hash of the two picks, so that all share the load and a
    number that is added moves few people. "" where the pool is empty."""
    numbers = pool(senders)
    if len(numbers) < 2:
        return "".join(numbers)
    theirs = select(Pair.our_number).where(Pair.their_number == to, Pair.our_number.in_(numbers))
    with reading() as conn:
        known = conn.scalars(theirs.order_by(Pair.used_at.desc()).limit(1)).first()
    return known or max(numbers, key=lambda number: sha256(f"{number} {to}".encode()).digest())


def lock(conn: Connection, our_number: str, their_number: str, now: datetime) -> None:
    """Keep every other message of these two numbers waiting until the transaction ends, and note that they are in use."""
    row = {"our_number": our_number, "their_number": their_number, "used_at": now}
    statement = upsert(conn, Pair).values(row)
    keys = ["our_number", "their_number"]
    conn.execute(statement.on_conflict_do_update(index_elements=keys, set_={"used_at": now}))
