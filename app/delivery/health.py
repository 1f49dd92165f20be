"""How the gateways do. A fault halves a gateway's share of the traffic, at most once in a while; without another it comes back
step by step. What a person has to mend closes it, and from time to time a message tries whether it was mended."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from app.db import reading, upsert, writing
from app.delivery.gateways import Health
from app.delivery.models import GatewayRow

PATIENCE = timedelta(seconds=10)  # faults within it count once: they have one cause
HEALS = timedelta(minutes=1)
STEP = 10  # percent
CLOSED = timedelta(minutes=15)


def health(conn: Connection) -> dict[str, Health]:
    """Gateways that had a fault, by name; the others do well."""
    columns = [getattr(GatewayRow, name) for name in Health.__dataclass_fields__]
    ill = select(GatewayRow.name, *columns).where(GatewayRow.share < 100)
    return {name: Health(*state) for name, *state in conn.execute(ill)}


def states() -> dict[str, Health]:
    with reading() as conn:
        return health(conn)


def fault(conn: Connection, name: str, now: datetime) -> None:
    """It did not answer, or not properly."""
    _make(conn, name, now)
    due = or_(GatewayRow.share == 100, GatewayRow.changed_at <= now - PATIENCE)
    conn.execute(
        update(GatewayRow).where(GatewayRow.name == name, due).values(share=GatewayRow.share // 2, changed_at=now)
    )


def close(conn: Connection, name: str, problem: str, now: datetime) -> datetime:
    """It refuses what we are configured as; returns when it is tried again."""
    _make(conn, name, now)
    shut = {"share": STEP, "changed_at": now, "closed_until": now + CLOSED, "problem": problem[:80]}
    conn.execute(update(GatewayRow).where(GatewayRow.name == name).values(shut))
    return now + CLOSED


def reopen(name: str, now: datetime) -> None:
    """A person says that it is mended."""
    with writing() as conn:
        conn.execute(update(GatewayRow).where(GatewayRow.name == name).values(closed_until=None, changed_at=now))


def heal(now: datetime) -> int:
    """Give back a step to each gateway that had no fault lately; returns how many."""
    quiet = (GatewayRow.share < 100, GatewayRow.changed_at <= now - HEALS)
    open_ = or_(GatewayRow.closed_until.is_(None), GatewayRow.closed_until <= now)
    with reading() as conn:
        ill = conn.execute(select(GatewayRow.name, GatewayRow.share).where(*quiet, open_)).all()
    if not ill:
        return 0
    with writing() as conn:
        for name, share in ill:
            better = {"share": min(100, share + STEP), "changed_at": now}
            if better["share"] == 100:
                better |= {"problem": None, "closed_until": None}
            conn.execute(update(GatewayRow).where(GatewayRow.name == name, GatewayRow.share == share).values(better))
    return len(ill)


def _make(conn: Connection, name: str, now: datetime) -> None:
    new = {"name": name, "share": 100, "changed_at": now}
    conn.execute(upsert(conn, GatewayRow).values(new).on_conflict_do_nothing())
