"""How studies reach people, and whose turn comes when."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("studies") as batch:
        batch.add_column(sa.Column("protocol", sa.Text(), nullable=False, server_default="{}"))
    with op.batch_alter_table("studies") as batch:
        batch.alter_column("protocol", server_default=None)
    op.create_table(
        "protocol_turns",
        sa.Column("interview_id", sa.String(36), nullable=False),
        sa.Column("study_id", sa.String(36), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT),
        sa.Column("reason", sa.String(40)),
        sa.Column("workspace_id", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "interview_id"], ["interviews.workspace_id", "interviews.id"],
            name=op.f("fk_protocol_turns_workspace_id_interviews"),
        ),
        sa.ForeignKeyConstraint(
            ["workspace_id", "study_id"], ["studies.workspace_id", "studies.id"],
            name=op.f("fk_protocol_turns_workspace_id_studies"),
        ),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_protocol_turns")),
    )  # fmt: skip
    op.create_index(op.f("ix_protocol_turns_due_at"), "protocol_turns", ["due_at"])
    op.create_index(op.f("ix_protocol_turns_workspace_id"), "protocol_turns", ["workspace_id"])
    op.create_index(op.f("ix_protocol_turns_workspace_id_study_id"), "protocol_turns", ["workspace_id", "study_id"])


def downgrade() -> None:
    op.drop_table("protocol_turns")
    with op.batch_alter_table("studies") as batch:
        batch.drop_column("protocol")
