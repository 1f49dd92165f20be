"""Cases, the attempts made on them, appointments, notes, and the numbers that are being called right now."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Json, Scoped, db


def _belongs(column: str, target: str) -> ForeignKeyConstraint:
    """A reference that cannot leave the workspace."""
    return ForeignKeyConstraint(["workspace_id", column], [f"{target}.workspace_id", f"{target}.id"])


class CaseRow(db.Model, Scoped):
    """One interview on one kind of contact (phone or visit). `state`: one of outcomes.STATES; `before`: the state it was taken
    from, to which it returns when it is put back uncalled. It is offered from `next_at` until `until` (None: any time).

    `keeper`: who has it alone until `kept_until` (None: for good): an appointment's or a broken-off interview's interviewer, the
    owner of a visit. `forced`: a supervisor put it first. `number`: the one before the interviewer, contacts say which.
    `shuffle`: its place in the seeded random order of fresh cases.
    The lease: `actor` holds it with `token`, the fencing token of the interview's holder, until `expires_at`;
    `attempt_id`: the call or visit under way. `reason`: why it is BLOCKED or with the SUPERVISOR.
    """

    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    study_id: Mapped[str] = mapped_column(Id)
    interview_id: Mapped[str] = mapped_column(Id)
    contact_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))
    language: Mapped[str] = mapped_column(String(10))
    is_test: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12))
    before: Mapped[str | None] = mapped_column(String(12))
    reason: Mapped[str | None] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(default=50)
    shuffle: Mapped[int]
    next_at: Mapped[datetime] = mapped_column(Instant)
    until: Mapped[datetime | None] = mapped_column(Instant)
    appointment: Mapped[str | None] = mapped_column(String(10))  # hard, soft, transfer: of the one that is open
    keeper: Mapped[str | None] = mapped_column(Id)
    kept_until: Mapped[datetime | None] = mapped_column(Instant)
    forced: Mapped[bool] = mapped_column(default=False)
    number: Mapped[str | None] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    last_outcome: Mapped[str | None] = mapped_column(String(30))
    last_at: Mapped[datetime | None] = mapped_column(Instant)
    disposition: Mapped[str] = mapped_column(String(10), default="3.11")
    actor: Mapped[str | None] = mapped_column(Id)
    token: Mapped[int | None]
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    attempt_id: Mapped[str | None] = mapped_column(Id)
    created_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        _belongs("study_id", "studies"),
        _belongs("interview_id", "interviews"),
        _belongs("contact_id", "contacts"),
        UniqueConstraint("workspace_id", "id"),
        UniqueConstraint("interview_id", "kind"),
        Index(None, "workspace_id", "kind", "state", "next_at"),
        Index(None, "workspace_id", "study_id", "state"),
        Index(None, "workspace_id", "actor"),
        Index(None, "state", "expires_at"),
    )


class AttemptRow(db.Model, Scoped):
    """One call or one visit. `begun_at`: when the person said who they are and that they go on. `outcome` None: not coded yet.
    `slice`: of the person's local time."""

    __tablename__ = "call_attempts"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id)
    study_id: Mapped[str] = mapped_column(Id)
    interview_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))
    user_id: Mapped[str] = mapped_column(Id)
    number: Mapped[str | None] = mapped_column(String(20))
    slice: Mapped[str] = mapped_column(String(10))
    started_at: Mapped[datetime] = mapped_column(Instant)
    begun_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(String(30))
    disposition: Mapped[str | None] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(Text, default="")
    is_test: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        _belongs("case_id", "cases"),
        Index(None, "workspace_id", "case_id", "started_at"),
        Index(None, "workspace_id", "interview_id"),
        Index(None, "workspace_id", "user_id", "started_at"),
    )


class AppointmentRow(db.Model, Scoped):
    """When to come back. `wall` and `zone`: the time as the person said it, where they are. kind: hard, soft or transfer (the
    person asks to be called now). state: open, kept, or cancelled."""

    __tablename__ = "appointments"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id)
    kind: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Instant)
    wall: Mapped[str] = mapped_column(String(16))
    zone: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[str | None] = mapped_column(Id)  # whom it was made with
    state: Mapped[str] = mapped_column(String(10))
    made_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (_belongs("case_id", "cases"), Index(None, "workspace_id", "case_id"))


class NoteRow(db.Model, Scoped):
    """What an interviewer wrote for colleagues. `question`: beside which question, "" for the case."""

    __tablename__ = "case_notes"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id)
    user_id: Mapped[str] = mapped_column(Id)
    question: Mapped[str] = mapped_column(String(60), default="")
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (_belongs("case_id", "cases"), Index(None, "workspace_id", "case_id"))


class NumberLock(db.Model, Scoped):
    """A number that an interviewer has before them: no colleague calls it for another study meanwhile."""

    __tablename__ = "number_locks"
    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(Id, primary_key=True)
    case_id: Mapped[str] = mapped_column(Id)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class InterviewerRow(db.Model, Scoped):
    """What an interviewer can do. `converter`: wins back people who refused softly. `languages`: [] for all. The row is also
    what makes one interviewer's two clicks on "next" wait for each other."""

    __tablename__ = "interviewers"
    user_id: Mapped[str] = mapped_column(Id, primary_key=True)
    converter: Mapped[bool] = mapped_column(default=False)
    languages: Mapped[list[str]] = mapped_column(Json)
    __table_args__ = (ForeignKeyConstraint(["workspace_id", "user_id"], ["users.workspace_id", "users.id"]),)
