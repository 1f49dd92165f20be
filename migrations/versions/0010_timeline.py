"""A decision of the company is one event for an audience."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    with op.batch_alter_table("events") as batch:
        batch.add_column(sa.Column("audience", sa.String(60)))
        batch.create_index(batch.f("ix_events_workspace_id_audience_at"), ["workspace_id", "audience", "at"])
    with op.batch_alter_table("customer_events") as batch:
        batch.alter_column("contact_id", existing_type=sa.String(36), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM due_items WHERE customer_event_id IN (SELECT id FROM customer_events WHERE contact_id IS NULL)")
    op.execute("DELETE FROM customer_events WHERE contact_id IS NULL")
    with op.batch_alter_table("customer_events") as batch:
        batch.alter_column("contact_id", existing_type=sa.String(36), nullable=False)
    with op.batch_alter_table("events") as batch:
        batch.drop_index(batch.f("ix_events_workspace_id_audience_at"))
        batch.drop_column("audience")
