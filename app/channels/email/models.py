"""Mails that came in."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Id, Instant, db


class MailIn(db.Model):
    """A mail as it came, written before anything is done with it; the same bytes again change nothing (`digest`: their SHA-256).

    It belongs to no workspace until the mail it is about, or its sender, is known. `outcome`: what it was taken for; `stored`
    before that, `failed` when it cannot be taken. `raw` goes once it is taken: a person's words then stand on their timeline."""

    __tablename__ = "mail_in"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Instant)
    message_id: Mapped[str | None] = mapped_column(Id, index=True)
    outcome: Mapped[str] = mapped_column(String(20), default="stored")
    __table_args__ = (Index(None, "outcome", "at"),)
