"""How fast a gateway may send towards one route: token buckets in the database, so that all workers together keep the rate.

A bucket is two instants (the generic cell rate algorithm, ITU-T I.371): each token moves `paid_until` on by 1/rate, and it may be
ahead of the present by BURST. Whoever finds none is told when to come back: each a step later than the one before, so that a
long queue is not rewritten whenever there is room for one. A receiver's "too fast" halves the rate, which doubles again by and by.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, select, update

from app.db import upsert
from app.delivery.models import BucketRow

BURST = timedelta(seconds=10)
CLOSED = timedelta(seconds=60)  # after "too fast"
DOUBLES = timedelta(minutes=10)
SLOWEST = 1 / 64


@dataclass(slots=True)
class Bucket:
    """A row of `buckets`, to be changed and saved."""

    key: str
    paid_until: datetime
    promised_until: datetime
    pace: float = 1.0
    slowed_at: datetime | None = None
    closed_until: datetime | None = None

    def speed(self, now: datetime) -> float:
        """The part of the rate in force now, up to 1."""
        if self.slowed_at is None:
            return 1.0
        return min(1.0, self.pace * 2.0 ** max(0.0, (now - self.slowed_at) / DOUBLES))

    def take(self, rate: float, now: datetime, urgent: bool = False) -> datetime | None:
        """Spend one token of `rate` a second; or, when there is none, the instant to ask again. `urgent`: it comes back as soon as
        there is room, before those that were told to wait."""
        step = timedelta(seconds=1 / (rate * self.speed(now)))
        shut = self.closed_until is not None and now < self.closed_until
        if not shut and self.paid_until < now + BURST:
            self.paid_until = max(self.paid_until, now) + step
            return None
        room = max(self.paid_until - BURST, self.closed_until if shut and self.closed_until else now)
        if urgent:
            return room + step
        self.promised_until = max(self.promised_until, room) + step
        return self.promised_until

    def charge(self, tokens: int, rate: float, now: datetime) -> None:
        """Spend tokens that were used already."""
        self.paid_until += timedelta(seconds=tokens / (rate * self.speed(now)))

    def slow(self, now: datetime) -> None:
        """The receiver says that this was too fast. What comes at once stands for one."""
        if self.closed_until is None or self.closed_until <= now:
            self.pace, self.slowed_at, self.closed_until = max(self.speed(now) / 2, SLOWEST), now, now + CLOSED


_FIELDS = tuple(Bucket.__dataclass_fields__)


def key(gateway: str, route: str) -> str:
    return f"{gateway} {route}"


def load(conn: Connection, keys: Collection[str], now: datetime) -> dict[str, Bucket]:
    """The buckets, made where they are missing, locked until the transaction ends."""
    wanted = select(*(getattr(BucketRow, name) for name in _FIELDS)).where(BucketRow.key.in_(keys))
    locked = wanted.order_by(
        BucketRow.key
    ).with_for_update()  # in one order, so that workers do not lock each other out
    found = {row.key: Bucket(**row._mapping) for row in conn.execute(locked)}
    if missing := sorted(set(keys) - set(found)):
        new = [{"key": one, "paid_until": now, "promised_until": now, "pace": 1.0} for one in missing]
        conn.execute(upsert(conn, BucketRow).values(new).on_conflict_do_nothing())
        found = {row.key: Bucket(**row._mapping) for row in conn.execute(locked)}
    return found


_SAVE = (
    update(BucketRow.__table__)
    .where(BucketRow.__table__.c.key == bindparam("its_key"))
    .values({name: bindparam(f"new_{name}") for name in _FIELDS[1:]})
)


def save(conn: Connection, changed: Collection[Bucket]) -> None:
    """Write buckets that are locked."""
    rows = [{"its_key": each.key, **{f"new_{name}": getattr(each, name) for name in _FIELDS[1:]}} for each in changed]
    if rows:
        conn.execute(_SAVE, rows)


def slow(conn: Connection, gateway: str, route: str, now: datetime) -> None:
    """Slow a route down in the caller's transaction."""
    (bucket,) = load(conn, [key(gateway, route)], now).values()
    bucket.slow(now)
    save(conn, [bucket])
