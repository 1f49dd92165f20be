"""Rate limits that hold over processes: a row per bucket and one guarded statement, by the generic cell rate algorithm
(ITU-T I.371): `limit` at once, then one more each `per / limit`."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, String, case, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.tokens import token_hash
from app.db import db, reading, upsert, writing

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class RateLimit(db.Model):
    """A bucket, kept as a hash because its name may hold an address. `full_until`: microseconds since 1970."""

    __tablename__ = "rate_limits"
    bucket: Mapped[str] = mapped_column(String(64), primary_key=True)
    full_until: Mapped[int] = mapped_column(BigInteger, index=True)


def allowed(bucket: str, limit: int, per: timedelta, now: datetime) -> bool:
    """Take one of `limit` per `per` from `bucket` ("sign-in:ip:192.0.2.1"); False when none is left, and then nothing is taken.

    Joins the caller's transaction: what that one rolls back was not counted.
    """
    instant, window = (now - EPOCH) // MICROSECOND, per // MICROSECOND
    step = window // limit
    with writing() as conn:
        later = case((RateLimit.full_until > instant, RateLimit.full_until), else_=instant) + step
        taken = conn.execute(
            upsert(conn, RateLimit)
            .values(bucket=token_hash(bucket), full_until=instant + step)
            .on_conflict_do_update(
                index_elements=[RateLimit.bucket],
                set_={"full_until": later},
                where=RateLimit.full_until <= instant + window - step,
            )
            .returning(RateLimit.bucket)
        ).first()
    return taken is not None


def in_use(bucket: str, now: datetime) -> bool:
    """Whether anything that was taken from `bucket` has not come back yet."""
    full_until = select(RateLimit.full_until).where(RateLimit.bucket == token_hash(bucket))
    with reading() as conn:
        return (conn.scalar(full_until) or 0) > (now - EPOCH) // MICROSECOND


def forget(now: datetime) -> int:
    """Delete the buckets that hold nothing any more; returns how many."""
    with writing() as conn:
        return conn.execute(delete(RateLimit).where(RateLimit.full_until <= (now - EPOCH) // MICROSECOND)).rowcount
