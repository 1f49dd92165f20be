"""Rows of cases and what they mean in Python."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, update

from app.contacts import service as contacts
from app.contacts.service import Contact
from app.db import reading, scoped
from app.fieldwork.models import AttemptRow, CaseRow, NumberLock
from app.fieldwork.outcomes import OUTCOMES

LEASE = timedelta(seconds=90)  # renewed by a heartbeat of 15 s
CHANNEL = {"phone": "phone", "visit": "field"}
"""The channel (and mode) of each kind of case."""


@dataclass(frozen=True, slots=True)
class Case:
    """A row of `cases`; see models.CaseRow."""

    id: str
    workspace_id: str
    study_id: str
    interview_id: str
    contact_id: str
    kind: str
    language: str
    is_test: bool
    state: str
    before: str | None
    reason: str | None
    priority: int
    next_at: datetime
    until: datetime | None
    appointment: str | None
    keeper: str | None
    kept_until: datetime | None
    forced: bool
    number: str | None
    attempts: int
    last_outcome: str | None
    last_at: datetime | None
    disposition: str
    actor: str | None
    token: int | None
    expires_at: datetime | None
    attempt_id: str | None
    created_at: datetime

    @property
    def channel(self) -> str:
        return CHANNEL[self.kind]

    @property
    def finished(self) -> bool:
        return self.state in ("FINAL", "EXHAUSTED")

    def leased_at(self, now: datetime) -> bool:
        """Whether somebody has it."""
        return self.actor is not None and self.expires_at is not None and self.expires_at > now


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call or a visit. `outcome` None: under way, or to be coded."""

    id: str
    case_id: str
    interview_id: str
    kind: str
    user_id: str
    number: str | None
    slice: str
    started_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    outcome: str | None
    disposition: str | None
    note: str


CASE_COLUMNS = [getattr(CaseRow, field.name) for field in fields(Case)]
_ATTEMPT_COLUMNS = [getattr(AttemptRow, field.name) for field in fields(Attempt)]
NO_LEASE: dict[str, Any] = {"actor": None, "token": None, "expires_at": None, "attempt_id": None, "before": None}


def get(conn: Connection, workspace_id: str, case_id: str, lock: bool = False) -> Case | None:
    """One case; `lock` keeps other writers out until the transaction ends."""
    statement = select(*CASE_COLUMNS).where(scoped(CaseRow, workspace_id), CaseRow.id == case_id)
    row = conn.execute(statement.with_for_update() if lock else statement).one_or_none()
    return Case(**row._mapping) if row else None


def cases_where(
    workspace_id: str,
    *where: Any,
    order: Sequence[Any] = (CaseRow.next_at,),
    limit: int = 500,
    lock: bool = False,
) -> list[Case]:
    """Cases by a condition; `lock` as in get()."""
    statement = select(*CASE_COLUMNS).where(scoped(CaseRow, workspace_id), *where).order_by(*order).limit(limit)
    with reading() as conn:
        return [Case(**row._mapping) for row in conn.execute(statement.with_for_update() if lock else statement)]


def save(conn: Connection, case: Case, **columns: Any) -> None:
    conn.execute(
        update(CaseRow).where(scoped(CaseRow, case.workspace_id), CaseRow.id == case.id).values(**columns)
    )  # fmt: skip


def attempts_where(workspace_id: str, *where: Any, limit: int = 500) -> list[Attempt]:
    """Calls and visits, oldest first."""
    statement = select(*_ATTEMPT_COLUMNS).where(scoped(AttemptRow, workspace_id), *where)
    with reading() as conn:
        rows = conn.execute(statement.order_by(AttemptRow.started_at, AttemptRow.id).limit(limit))
        return [Attempt(**row._mapping) for row in rows]


def attempts_on(case: Case) -> list[Attempt]:
    return attempts_where(case.workspace_id, AttemptRow.case_id == case.id)


def counted(attempts: Sequence[Attempt]) -> list[datetime]:
    """When the attempts that count towards the cap were made: not those that go on at once (cut off, another number)."""
    return [each.started_at for each in attempts if each.outcome and OUTCOMES[each.outcome].delay != 0]


def outcomes(attempts: Sequence[Attempt]) -> list[str]:
    return [each.outcome for each in attempts if each.outcome]


def zones_of(case: Case, contact: Contact | None = None) -> tuple[str, ...]:
    """Where the person may be."""
    person = contact or contacts.contact(case.workspace_id, case.contact_id)
    return contacts.zones(person) if person else ("UTC",)


def free_number(conn: Connection, case: Case) -> None:
    """Let colleagues call the number again."""
    conn.execute(
        delete(NumberLock).where(scoped(NumberLock, case.workspace_id), NumberLock.case_id == case.id)
    )  # fmt: skip
