"""What customers did comes in, triggers listen, and due turns become interviews with an invitation.

Crash semantics: the due item is unique per trigger, person and occurrence; one transaction makes the interview and the message.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.catalog import service as catalog
from app.catalog.protocol import MODE_OF
from app.catalog.service import Study
from app.contacts import segments
from app.contacts import service as contacts
from app.contacts.service import Allowed, Refused
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.core.wake import wake
from app.db import after_commit, reading, scoped, writing
from app.delivery import service as delivery
from app.events import publish
from app.interviews import service as interviews
from app.journeys import definitions
from app.journeys import merging as merging  # says how turns move when contacts merge
from app.journeys import privacy as privacy  # forgets with contacts
from app.journeys.models import CustomerEvent, DueItem, Trigger
from app.journeys.triggers import KINDS
from app.protocols import service as protocols

log = logging.getLogger(__name__)

ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Received:
    """`new`: False when this source had sent the event before; nothing happened then."""

    id: str
    new: bool


# --- triggers -------------------------------------------------------------------------------------


def add_trigger(workspace_id: str, source: str, now: datetime) -> Any:
    """Add a trigger, or its next version where the name is known; the row, or everything wrong with the file.

    Turns that are already waiting keep the version they were made by."""
    read = definitions.read(source)
    if isinstance(read, list):
        return read
    study = catalog.study_by_name(workspace_id, read.study)
    if study is None:
        remedy = N_("Open the study first, or name one of: {studies}.")
        params = {"study": read.study, "studies": ", ".join(s.name for s in catalog.studies(workspace_id))}
        return [Problem("trigger_study", N_("There is no study “{study}”."), params, path="study", remedy=remedy)]
    segment = segments.segment_named(workspace_id, read.settings["segment"]) if read.settings["segment"] else None
    if isinstance(segment, Problem):
        return [segment.located(path="segment")]
    values = {
        "kind": read.kind,
        "study_id": study.id,
        "source": source,
        "settings": read.settings,
        "changed_at": now,
    }
    if study.basis == "anonymous":
        message, remedy = N_("“{study}” is anonymous: it can invite nobody."), N_("Open a confidential study for this.")
        return [Problem("trigger_anonymous", message, {"study": read.study}, path="study", remedy=remedy)]
    with writing() as conn:
        same = (scoped(Trigger, workspace_id), Trigger.name == read.name)
        known = conn.execute(select(Trigger.id, Trigger.version).where(*same).with_for_update()).one_or_none()
        if known:
            conn.execute(update(Trigger).where(*same).values(version=known.version + 1, **values))
        else:
            fresh = {"id": new_id(), "name": read.name, "version": 1, "active": True, "created_at": now}
            conn.execute(insert(Trigger).values(workspace_id=workspace_id, **fresh, **values))
        return conn.execute(select(Trigger.__table__).where(*same)).one()


def triggers(workspace_id: str) -> list[Any]:
    """Triggers with how many turns are waiting, invited and skipped."""
    with reading() as conn:
        rows = conn.execute(select(Trigger.__table__).where(scoped(Trigger, workspace_id)).order_by(Trigger.name)).all()
        counts = conn.execute(
            select(DueItem.trigger_id, DueItem.state, func.count().label("n"))
            .where(scoped(DueItem, workspace_id))
            .group_by(DueItem.trigger_id, DueItem.state)
        ).all()
    by_trigger: dict[str, dict[str, int]] = {}
    for count in counts:
        by_trigger.setdefault(count.trigger_id, {})[count.state] = count.n
    return [{**row._mapping, "counts": by_trigger.get(row.id, {})} for row in rows]


def set_active(workspace_id: str, trigger_id: str, active: bool, now: datetime) -> bool:
    """Pause or resume; a paused trigger's waiting turns stay. False: there is no such trigger."""
    with writing() as conn:
        done = conn.execute(
            update(Trigger)
            .where(scoped(Trigger, workspace_id), Trigger.id == trigger_id)
            .values(active=active, changed_at=now)
        )
        return done.rowcount == 1


def turns(workspace_id: str, trigger_id: str, limit: int = 100) -> list[Any]:
    """The latest turns of a trigger: who, when, what became of it and why."""
    with reading() as conn:
        return list(
            conn.execute(
                select(DueItem.__table__)
                .where(scoped(DueItem, workspace_id), DueItem.trigger_id == trigger_id)
                .order_by(DueItem.due_at.desc())
                .limit(limit)
            )
        )


# --- events come in -------------------------------------------------------------------------------


def receive(
    workspace_id: str,
    *,
    source: str,
    event_id: str,
    kind: str,
    contact_id: str | None,
    at: datetime,
    data: Mapping[str, Any],
    now: datetime,
    audience: str | None = None,
) -> Received:
    """Take what a customer did, or a decision about an audience (events.Event). The same (source, event_id) again changes nothing.

    data: as kinds.read gives it."""
    row: dict[str, Any] = {
        "id": new_id(),
        "workspace_id": workspace_id,
        "source": source,
        "event_id": event_id,
        "kind": kind,
        "contact_id": contact_id,
        "at": at,
        "received_at": now,
        "data": dict(data),
    }
    with writing() as conn:
        dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
        made = conn.execute(
            dialect.insert(CustomerEvent).values(row).on_conflict_do_nothing().returning(CustomerEvent.id)
        ).first()
        if not made:
            known = conn.scalar(
                select(CustomerEvent.id).where(
                    scoped(CustomerEvent, workspace_id),
                    CustomerEvent.source == source,
                    CustomerEvent.event_id == event_id,
                )
            )
            return Received(str(known), False)
        told = {"source": source, **row["data"]}
        publish(conn, workspace_id, f"customer.{kind}", told, at, contact_id=contact_id, audience=audience)
        if contact_id:
            _queue_turns(conn, workspace_id, row)
    return Received(str(row["id"]), True)


def _queue_turns(conn: Connection, workspace_id: str, event: Mapping[str, Any]) -> None:
    listening = conn.execute(
        select(Trigger.id, Trigger.version, Trigger.kind, Trigger.study_id, Trigger.settings).where(
            scoped(Trigger, workspace_id), Trigger.active.is_(True)
        )
    ).all()
    dialect = sqlite if conn.dialect.name == "sqlite" else postgresql
    for trigger in listening:
        turn = KINDS[trigger.kind].turn(trigger.settings, event)
        if turn is None:
            continue
        conn.execute(
            dialect.insert(DueItem)
            .values(
                id=new_id(),
                workspace_id=workspace_id,
                trigger_id=trigger.id,
                trigger_version=trigger.version,
                contact_id=event["contact_id"],
                customer_event_id=event["id"],
                study_id=trigger.study_id,
                settings=trigger.settings,
                occurrence=turn.occurrence,
                due_at=turn.due_at,
                state="waiting",
                attempts=0,
            )
            .on_conflict_do_nothing()
        )
        after_commit(lambda: wake("journeys"))


# --- turns fall due -------------------------------------------------------------------------------


def tick(now: datetime, limit: int = 100) -> int:
    """Invite those whose turn has come; returns how many turns were settled, each in a transaction of its own."""
    with reading() as conn:
        # the queue spans workspaces; each row names its own
        rows = conn.execute(
            select(DueItem.id, DueItem.workspace_id)
            .join(Trigger, (Trigger.id == DueItem.trigger_id) & (Trigger.workspace_id == DueItem.workspace_id))
            .where(DueItem.state == "waiting", DueItem.due_at <= now, Trigger.active.is_(True))
            .order_by(DueItem.due_at, DueItem.id)
            .limit(limit)
            .execution_options(every_workspace=True)
        ).all()
    return sum(_settle_alone(row.workspace_id, row.id, now) for row in rows)


def _settle_alone(workspace_id: str, item_id: str, now: datetime) -> bool:
    """One turn that fails keeps no other back: it is tried again after 2, 4, 8 … minutes and has failed after `ATTEMPTS`."""
    try:
        return _settle(workspace_id, item_id, now)
    except Exception as error:
        log.exception("turn failed", extra={"due_item": item_id})
        _failed(workspace_id, item_id, f"{type(error).__name__}: {error}"[:500], now)
        return False


def _failed(workspace_id: str, item_id: str, reason: str, now: datetime) -> None:
    mine = (scoped(DueItem, workspace_id), DueItem.id == item_id, DueItem.state == "waiting")
    with writing() as conn:
        attempts = conn.scalar(select(DueItem.attempts).where(*mine).with_for_update())
        if attempts is None:  # another process has settled it
            return
        again = (
            {"due_at": now + timedelta(minutes=2 ** (attempts + 1))} if attempts + 1 < ATTEMPTS else {"state": "failed"}
        )
        conn.execute(update(DueItem).where(*mine).values(attempts=attempts + 1, reason=reason, **again))


def retry(workspace_id: str, trigger_id: str, now: datetime) -> int:
    """Let the turns of a trigger that failed wait again, due now; returns how many."""
    failed = (scoped(DueItem, workspace_id), DueItem.trigger_id == trigger_id, DueItem.state == "failed")
    with writing() as conn:
        return conn.execute(
            update(DueItem).where(*failed).values(state="waiting", attempts=0, reason=None, due_at=now)
        ).rowcount


def _settle(workspace_id: str, item_id: str, now: datetime) -> bool:
    with writing() as conn:
        mine = (scoped(DueItem, workspace_id), DueItem.id == item_id)
        item = conn.execute(
            select(DueItem.__table__).where(*mine, DueItem.state == "waiting").with_for_update(skip_locked=True)
        ).one_or_none()
        if item is None:  # another process took it
            return False
        invited = _invite(conn, workspace_id, item, now)
        if isinstance(invited, str):
            conn.execute(update(DueItem).where(*mine).values(state="invited", interview_id=invited, reason=None))
        else:
            conn.execute(update(DueItem).where(*mine).values(state="skipped", reason=invited.message))
        return True


@dataclass(frozen=True, slots=True)
class _Skip:
    message: str


def _invite(conn: Connection, workspace_id: str, item: Any, now: datetime) -> str | _Skip:
    """The interview's id, or why there is none."""
    settings = item.settings
    if now - item.due_at > timedelta(seconds=settings["max_late_seconds"]):
        return _Skip("too_late")
    study = catalog.study(workspace_id, item.study_id)
    if study is None or study.status != "open":
        return _Skip("study_not_open")
    segment = settings.get("segment")
    if segment and not segments.contains(workspace_id, segment, item.contact_id, now):
        return _Skip("not_in_segment")
    chosen = "" if study.protocol else _channel(workspace_id, item.contact_id, study, settings["channels"])
    if isinstance(chosen, _Skip):
        return chosen
    contact = contacts.contact(workspace_id, item.contact_id)
    if contact is None:
        return _Skip("no_contact")
    event = conn.execute(
        select(CustomerEvent.__table__).where(
            scoped(CustomerEvent, workspace_id), CustomerEvent.id == item.customer_event_id
        )
    ).one_or_none()
    interview, created = interviews.create(
        workspace_id,
        study,
        now=now,
        contact_id=item.contact_id,
        occasion=item.occurrence,
        outside=_outside(settings["outside"], contact.attributes, event.data if event else {}),
        language=contact.language,
        assigned_mode=MODE_OF.get(protocols.assigned_channel(study, contact) if study.protocol else chosen),
    )
    if created and study.protocol:  # it says on which channels, and when
        protocols.enrol(conn, study, interview, now)
    elif created:
        window = (time.fromisoformat(settings["window"][0]), time.fromisoformat(settings["window"][1]))
        delivery.enqueue(
            workspace_id,
            channel=chosen,
            purpose="invitation",
            interview_id=interview.id,
            contact_id=item.contact_id,
            now=now,
            due_at=contacts.next_waking(contact, now, window),
        )
    return interview.id


def _channel(workspace_id: str, contact_id: str, study: Study, channels: list[str]) -> str | _Skip:
    """The first channel by which this person may be asked (who opted out on one is refused on the next by contacts); else every
    reason."""
    reasons = []
    for name in channels:
        if name not in study.channels:
            reasons.append(f"{name}: not_in_study")
            continue
        verdict = contacts.may_contact(workspace_id, contact_id, name, study.id)
        if isinstance(verdict, Allowed):
            return name
        assert isinstance(verdict, Refused)
        reasons.append(f"{name}: {verdict.reason}")
    return _Skip("; ".join(reasons))


def _outside(mapping: Mapping[str, str], attributes: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """Outside data by name: the event's, then the contact's; `mapping` renames the event's."""
    given = {**attributes, **data, **{name: data[key] for name, key in mapping.items() if key in data}}
    return {name: value for name, value in given.items() if isinstance(value, str | int | float | bool)}


TICKS = [("journeys", 2, tick)]
