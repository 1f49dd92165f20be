"""Records what came of a message: a provider's answer, or a receipt."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from sqlalchemy import Connection, Update, bindparam, update

from app.contacts import service as contacts
from app.db import writing
from app.delivery import buckets, health
from app.delivery.bad_addresses import came_back, code, weigh
from app.delivery.gateways import gateways
from app.delivery.models import MessageRow
from app.delivery.outcome import Accepted, Fate, Lost, Outcome, Refused, retry_at
from app.delivery.service import tell
from app.delivery.states import before

log = logging.getLogger(__name__)

# a request that broke off may still be at work on the provider's side; its log is asked after that
SETTLING = timedelta(minutes=2)
LATER = (Fate.RETRY, Fate.THROTTLED, Fate.UNAVAILABLE)


def settle(row: Mapping[str, Any], outcome: Outcome, now: datetime) -> None:
    """Record a provider's answer to the attempt `row["attempts"]`. Nothing happens when a receipt came first."""
    with writing() as conn:
        if isinstance(outcome, Accepted):
            accepted(conn, row, outcome, now)
        elif isinstance(outcome, Lost):
            health.fault(conn, row["provider"], now)
            if _enter(
                conn, row, "unknown", reason="lost", detail=outcome.detail, due_at=now + SETTLING, lease_until=None,
                pinned=True,
            ):  # fmt: skip
                tell(conn, row, "message.unknown", now)
        else:
            refuse(conn, row, outcome, now)
    log.info(
        "message handed over",
        extra={"message_id": row["id"], "channel": row["channel"], "outcome": type(outcome).__name__},
    )


def accepted(
    conn: Connection, row: Mapping[str, Any], outcome: Accepted, now: datetime, reason: str | None = None
) -> bool:
    """The provider has it. False when the row has gone further already."""
    kept = {} if row["purpose"] != "staff" else {"text": None, "html": None}  # it may carry a link that signs in
    done = _enter(
        conn, row, "sent", reason=reason, detail=None, provider_id=outcome.provider_id, segments=outcome.segments,
        sent_at=now, lease_until=None, settled_at=None, **cost(row, outcome), **kept,
    )  # fmt: skip
    if done:
        tell(conn, row, "message.sent", now)
    return done


def cost(row: Mapping[str, Any], outcome: Accepted) -> dict[str, Any]:
    """What it costs: as the provider says, else by the price list of its gateway."""
    if outcome.price is not None:
        return {"price": outcome.price, "currency": outcome.currency}
    gateway = next((each for each in gateways(current_app.config) if each.name == row["provider"]), None)
    price = gateway.cost(outcome.segments) if gateway else None
    return {} if price is None or gateway is None else {"price": price, "currency": gateway.currency}


def refuse(
    conn: Connection, row: Mapping[str, Any], refusal: Refused, now: datetime, was_accepted: bool = False
) -> None:
    """It did not pass: try later, or fail and let contacts know what is wrong with the address. `was_accepted`: the provider took
    it, and its bill, before it failed."""
    detail = f"{refusal.code} {refusal.detail}".strip()
    if refusal.fate is Fate.CONFIGURATION:
        at = health.close(conn, row["provider"], detail, now)
        if was_accepted:
            fail(conn, row, "configuration", detail, now)
        else:
            _queue_again(conn, row, at if _no_other(row) else now, "configuration", detail)
        return
    if refusal.fate in LATER:
        if refusal.fate is Fate.THROTTLED:
            buckets.slow(conn, row["provider"], row["route"], now)
        elif refusal.fate is Fate.UNAVAILABLE:
            health.fault(conn, row["provider"], now)
        try_later(conn, row, row["attempts"], refusal.fate.value, detail, now)
        return
    reason = {Fate.BAD_ENDPOINT: "address_refused", Fate.SUPPRESSED: "stopped"}.get(refusal.fate, refusal.fate.value)
    if fail(conn, row, reason, detail, now):
        _blame_address(row, refusal.fate, detail, now)


def try_later(conn: Connection, row: Mapping[str, Any], attempts: int, reason: str, detail: str, now: datetime) -> None:
    """Queue it again after a while, or at once where another gateway can try; give up after the last attempt."""
    at = retry_at(attempts, now)
    if at is None:
        fail(conn, row, "given_up", detail, now)
    else:
        elsewhere = reason == Fate.UNAVAILABLE and not _no_other(row)
        _queue_again(conn, row, now if elsewhere else at, reason, detail, attempts=attempts)


def _queue_again(conn: Connection, row: Mapping[str, Any], at: datetime, reason: str, detail: str, **more: Any) -> None:
    _enter(
        conn, row, "queued", reason=reason, detail=detail, due_at=at, provider_id=None, lease_until=None, sent_at=None,
        **more,
    )  # fmt: skip


def _no_other(row: Mapping[str, Any]) -> bool:
    others = [each for each in gateways(current_app.config) if each.name != row["provider"]]
    return row["pinned"] or not any(each.channel == row["channel"] for each in others)


def fail(conn: Connection, row: Mapping[str, Any], reason: str, detail: str, now: datetime) -> bool:
    done = _enter(conn, row, "failed", reason=reason, detail=detail, settled_at=now, lease_until=None)
    if done:
        tell(conn, row, "message.failed", now, reason=reason)
    return done


def delivered(conn: Connection, row: Mapping[str, Any], outcome: Accepted, now: datetime) -> None:
    """It reached the person, says a receipt or the provider's log."""
    known = {} if row["price"] is not None and outcome.price is None else cost(row, outcome)
    if _enter(
        conn, row, "delivered", reason=None, detail=None, provider_id=outcome.provider_id, settled_at=now,
        lease_until=None, sent_at=row["sent_at"] or now, **known,
    ):  # fmt: skip
        tell(conn, row, "message.delivered", now)


def _enter(conn: Connection, row: Mapping[str, Any], state: str, **columns: Any) -> bool:
    """Move this attempt to `state` if it may go there from where it is now."""
    its = {f"its_{name}": row[name] for name in ("workspace_id", "id", "attempts")}
    new = {f"new_{name}": value for name, value in columns.items()}
    return conn.execute(_entering(state, tuple(columns)), its | new).rowcount == 1


@lru_cache
def _entering(state: str, columns: tuple[str, ...]) -> Update:
    """Made once for each kind of step: making it takes longer than running it."""
    table = MessageRow.__table__
    its = [table.c[name] == bindparam(f"its_{name}") for name in ("workspace_id", "id", "attempts")]
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in columns}
    return update(table).where(*its, table.c.state.in_(before(state))).values(state=state, **new)


def _blame_address(row: Mapping[str, Any], fate: Fate, detail: str, now: datetime) -> None:
    workspace_id, to = row["workspace_id"], row["address"]
    if row["channel"] == "email":
        known = code(detail)
        weight = "hard" if fate is Fate.BAD_ENDPOINT else weigh(known) if known else "refused"
        if row["contact_id"]:
            came_back(workspace_id, to, weight, now)
    elif fate is Fate.BAD_ENDPOINT:
        contacts.mark_endpoint(workspace_id, "phone", to, "failed", now)
    elif fate is Fate.WRONG_CHANNEL:
        contacts.mark_endpoint(workspace_id, "phone", to, "landline", now)
    elif fate is Fate.SUPPRESSED:
        contacts.suppress(workspace_id, channel="sms", address=to, reason="opt_out", now=now)
