"""Whose turn comes when: one row for each interview that a protocol leads."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Scoped, db


class TurnRow(db.Model, Scoped):
    """`due_at`: when the planner is asked again; None where nothing comes by itself. `reason`: why nothing was next, when it was
    asked last. What was sent is in `messages` and `cases`; this row only says when to look."""

    __tablename__ = "protocol_turns"
    interview_id: Mapped[str] = mapped_column(Id, primary_key=True)
    study_id: Mapped[str] = mapped_column(Id)
    since: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str | None] = mapped_column(String(40))
    __table_args__ = (
        ForeignKeyConstraint(["workspace_id", "interview_id"], ["interviews.workspace_id", "interviews.id"]),
        ForeignKeyConstraint(["workspace_id", "study_id"], ["studies.workspace_id", "studies.id"]),
        Index(None, "due_at"),
        Index(None, "workspace_id", "study_id"),
    )
