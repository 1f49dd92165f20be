"""How studies talk by text message, timers of conversations, and pairs of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("studies") as batch:
        batch.add_column(sa.Column("texting", sa.Text(), nullable=False, server_default="{}"))
    with op.batch_alter_table("studies") as batch:
        batch.alter_column("texting", server_default=None)
    with op.batch_alter_table("sms_conversations") as batch:
        batch.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("reply_due_at", INSTANT))
    with op.batch_alter_table("sms_conversations") as batch:
        batch.alter_column("version", server_default=None)
        batch.create_index(batch.f("ix_sms_conversations_state_reply_due_at"), ["state", "reply_due_at"])
        batch.create_index(batch.f("ix_sms_conversations_state_expires_at"), ["state", "expires_at"])
    with op.batch_alter_table("sms_inbound") as batch:
        batch.create_index(batch.f("ix_sms_inbound_their_number_at"), ["their_number", "at"])
    op.create_table(
        "sms_pairs",
        sa.Column("our_number", sa.String(40), nullable=False),
        sa.Column("their_number", sa.String(20), nullable=False),
        sa.Column("used_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("our_number", "their_number", name=op.f("pk_sms_pairs")),
    )


def downgrade() -> None:
    op.drop_table("sms_pairs")
    with op.batch_alter_table("sms_inbound") as batch:
        batch.drop_index(batch.f("ix_sms_inbound_their_number_at"))
    with op.batch_alter_table("sms_conversations") as batch:
        batch.drop_index(batch.f("ix_sms_conversations_state_expires_at"))
        batch.drop_index(batch.f("ix_sms_conversations_state_reply_due_at"))
        batch.drop_column("reply_due_at")
        batch.drop_column("version")
    with op.batch_alter_table("studies") as batch:
        batch.drop_column("texting")
