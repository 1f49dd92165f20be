"""Mails that come in."""

import sqlalchemy as sa
from alembic import op


revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "mail_in",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_mail_in")),
    )
    with op.batch_alter_table("mail_in") as batch:
        batch.create_index(batch.f("ix_mail_in_message_id"), ["message_id"])
        batch.create_index(batch.f("ix_mail_in_outcome_at"), ["outcome", "at"])


def downgrade() -> None:
    op.drop_table("mail_in")
