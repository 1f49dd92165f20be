"""What hangs on a contact, in whichever package: each registers how its rows move when two contacts become one."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from app.db import scoped

Mover = Callable[[Connection, str, str, str, datetime], list[str]]
"""(conn, workspace_id, merged_id, kept_id, now) -> the ids of the rows that now belong to the kept contact."""
_movers: dict[str, Mover] = {}


def moves(table: str) -> Callable[[Mover], Mover]:
    """Register how the rows of a table move. ValueError for a table that has a mover."""

    def register(mover: Mover) -> Mover:
        if _movers.setdefault(table, mover) is not mover:
            raise ValueError(f"two movers for {table}")
        return mover

    return register


def repoint(model: Any) -> None:
    """Register a table whose rows only name the contact, in `contact_id`."""

    def mover(conn: Connection, workspace_id: str, merged_id: str, kept_id: str, now: datetime) -> list[str]:
        return repointed(conn, model, workspace_id, merged_id, kept_id)

    moves(model.__tablename__)(mover)


def repointed(conn: Connection, model: Any, workspace_id: str, merged_id: str, kept_id: str, *which: Any) -> list[str]:
    """Give the rows of one contact to another, all of them or those that meet the conditions; returns their ids."""
    mine = (scoped(model, workspace_id), model.contact_id == merged_id, *which)
    ids = list(conn.scalars(select(model.id).where(*mine).order_by(model.id)))
    conn.execute(update(model).where(*mine).values(contact_id=kept_id))
    return ids


def movers() -> dict[str, Mover]:
    """By table."""
    return dict(_movers)
