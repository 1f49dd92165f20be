"""The rows of repeats: each a document of its own."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "interview_rows",
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.String(length=30), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "interview_id"],
            ["interviews.workspace_id", "interviews.id"],
            name=op.f("fk_interview_rows_workspace_id_interviews"),
        ),
        sa.PrimaryKeyConstraint("interview_id", "place", name=op.f("pk_interview_rows")),
    )
    with op.batch_alter_table("interview_rows") as batch:
        batch.create_index(batch.f("ix_interview_rows_workspace_id"), ["workspace_id"])
    with op.batch_alter_table("interviews") as batch:
        batch.add_column(sa.Column("places", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("interviews") as batch:
        batch.alter_column("places", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("interviews") as batch:
        batch.drop_column("places")
    op.drop_table("interview_rows")
