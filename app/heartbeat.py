"""The scheduler's sign of life: `/readyz` and `flask canvass doctor` fail when it has been silent too long."""

from datetime import datetime, timedelta

from sqlalchemy import String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Instant, db, reading, writing

SILENT = timedelta(seconds=60)


class Heartbeat(db.Model):
    """The last sign of life of a process."""

    __tablename__ = "heartbeats"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


def beat(name: str, now: datetime) -> None:
    """Write that the process `name` was alive at `now`."""
    with writing() as conn:
        known = conn.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=now))
        if not known.rowcount:
            conn.execute(insert(Heartbeat).values(name=name, at=now))


def silence(name: str, now: datetime) -> timedelta | None:
    """How long ago `name` was last alive; None when it never was."""
    with reading() as conn:
        at = conn.scalar(select(Heartbeat.at).where(Heartbeat.name == name))
    return None if at is None else now - at
