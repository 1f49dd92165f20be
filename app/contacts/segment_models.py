"""The table of segments."""

from datetime import datetime

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Scoped, db


class SegmentRow(db.Model, Scoped):
    """A named condition over contacts. source: the expression as written; it is read anew with the attributes of the day."""

    __tablename__ = "segments"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    source: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (UniqueConstraint("workspace_id", "name"),)
