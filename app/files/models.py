"""The table of files; their content lies under VAR_DIR/files (see service)."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, Scoped, db

OF_THE_WORKSPACE = text("interview_id IS NULL")


class FileRow(db.Model, Scoped):
    """`interview_id`: whose respondent sent it; none: a file of the workspace, which questionnaires call by its name.
    `media_type`: as its first bytes say, whatever the sender claimed."""

    __tablename__ = "files"
    id: Mapped[str] = mapped_column(Id, primary_key=True)
    interview_id: Mapped[str | None] = mapped_column(Id)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (
        Index(None, "workspace_id", "interview_id"),
        Index("uq_files_name", "workspace_id", "name", unique=True, sqlite_where=OF_THE_WORKSPACE,
              postgresql_where=OF_THE_WORKSPACE),
    )  # fmt: skip
