"""Pause, resume and cancel what goes out: of a study, on a channel, or all of a workspace; also what is on its way.

A pause moves messages to `held`, and claims.py what is queued while it lasts. A message that a worker talks to a provider about is
taken back as long as the worker has not passed the point of no return: it finds the row in another state there.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, update

from app.accounts import service as accounts
from app.core.wake import wake
from app.db import after_commit, reading, scoped, upsert, writing
from app.delivery.models import HoldRow, MessageRow
from app.delivery.purposes import PURPOSES
from app.delivery.states import WAITING

PAUSABLE = tuple(name for name, purpose in PURPOSES.items() if name != "staff" and not purpose.final_word)
_EVERY = {"every_workspace": True}


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pause is about: "" for every channel, "" for every study."""

    channel: str = ""
    study_id: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """A pause in force."""

    workspace_id: str
    channel: str
    study_id: str
    actor: str
    created_at: datetime

    def covers(self, row: Mapping[str, Any]) -> bool:
        return (
            self.workspace_id == row["workspace_id"]
            and self.channel in ("", row["channel"])
            and self.study_id in ("", row["study_id"])
            and row["purpose"] in PAUSABLE
        )


_COLUMNS = [getattr(HoldRow, name).label(name) for name in Hold.__dataclass_fields__]


def covered(holds: Collection[Hold], row: Mapping[str, Any]) -> bool:
    return any(hold.covers(row) for hold in holds)


def all_holds(conn: Connection) -> list[Hold]:
    """Of every workspace."""
    return [Hold(*row) for row in conn.execute(select(*_COLUMNS).execution_options(**_EVERY))]


def holds(workspace_id: str) -> list[Hold]:
    """The pauses of a workspace, oldest first."""
    statement = select(*_COLUMNS).where(scoped(HoldRow, workspace_id)).order_by(HoldRow.created_at)
    with reading() as conn:
        return [Hold(*row) for row in conn.execute(statement)]


def pause(workspace_id: str, scope: Scope, actor: str, now: datetime) -> int:
    """Hold what waits or is on its way, and all that comes; returns how many messages that are now."""
    row = {"workspace_id": workspace_id, "channel": scope.channel, "study_id": scope.study_id}
    with writing() as conn:
        new = upsert(conn, HoldRow).values(row | {"actor": actor, "created_at": now})
        conn.execute(new.on_conflict_do_nothing())
        waits = MessageRow.state.in_(("queued", "claimed"))
        held = {"state": "held", "reason": "held", "detail": None, "lease_until": None}
        count = conn.execute(update(MessageRow).where(*_in(workspace_id, scope), waits).values(held)).rowcount
        _audit(conn, workspace_id, actor, "pause", scope, count, now)
    return count


def resume(workspace_id: str, scope: Scope, actor: str, now: datetime) -> int:
    """End a pause; returns how many messages go on. Those that another pause covers stay."""
    with writing() as conn:
        ended = conn.execute(
            delete(HoldRow).where(
                scoped(HoldRow, workspace_id), HoldRow.channel == scope.channel, HoldRow.study_id == scope.study_id
            )
        )
        count = release(conn, workspace_id, now)
        if ended.rowcount:
            _audit(conn, workspace_id, actor, "resume", scope, count, now)
        for channel in ("email", "sms"):
            after_commit(partial(wake, f"delivery.{channel}"))
    return count


def release(conn: Connection, workspace_id: str, now: datetime) -> int:
    """Queue again what is held without a pause that covers it."""
    its = (scoped(MessageRow, workspace_id), MessageRow.state == "held")
    covers = [
        (HoldRow.channel == "") | (HoldRow.channel == MessageRow.channel),
        (HoldRow.study_id == "") | (HoldRow.study_id == MessageRow.study_id),
    ]
    paused = select(HoldRow.channel).where(scoped(HoldRow, workspace_id), *covers).exists()
    queued = {"state": "queued", "reason": "resumed"}
    return conn.execute(update(MessageRow).where(*its, ~paused).values(queued)).rowcount


def cancel(workspace_id: str, scope: Scope, actor: str, now: datetime) -> int:
    """Cancel what has not gone yet; returns how many messages that were."""
    columns = {"state": "cancelled", "reason": "cancelled", "settled_at": now, "lease_until": None}
    with writing() as conn:
        its = update(MessageRow).where(*_in(workspace_id, scope), MessageRow.state.in_(WAITING))
        count = conn.execute(its.values(columns)).rowcount
        _audit(conn, workspace_id, actor, "cancel", scope, count, now)
    return count


def release_all(now: datetime) -> int:
    """What a worker held while its pause was just ending."""
    with reading() as conn:
        holding = select(MessageRow.workspace_id).where(MessageRow.state == "held").distinct()
        homes = list(conn.execute(holding.execution_options(**_EVERY)).scalars())
    if not homes:  # an idle queue keeps no writer waiting
        return 0
    with writing() as conn:
        return sum(release(conn, home, now) for home in homes)


def _in(workspace_id: str, scope: Scope) -> list[ColumnElement[bool]]:
    found = [scoped(MessageRow, workspace_id), MessageRow.purpose.in_(PAUSABLE)]
    if scope.channel:
        found.append(MessageRow.channel == scope.channel)
    if scope.study_id:
        found.append(MessageRow.study_id == scope.study_id)
    return found


def _audit(conn: Connection, workspace_id: str, actor: str, verb: str, scope: Scope, count: int, now: datetime) -> None:
    after = {"channel": scope.channel or "all", "study": scope.study_id or "all", "messages": count}
    accounts.audit(conn, workspace_id, actor, f"outbox.{verb}", "outbox", scope.study_id or "all", None, after, now)
