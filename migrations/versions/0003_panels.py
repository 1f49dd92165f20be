"""A study knows the panel that sends people to it and where to send them back."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("studies") as batch:
        batch.add_column(sa.Column("panel", sa.Text(), nullable=False, server_default="{}"))
    with op.batch_alter_table("studies") as batch:
        batch.alter_column("panel", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("studies") as batch:
        batch.drop_column("panel")
