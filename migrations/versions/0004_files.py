"""Files: pictures of questionnaires, and what respondents send."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "files",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("interview_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_files")),
    )
    with op.batch_alter_table("files") as batch:
        batch.create_index(batch.f("ix_files_workspace_id"), ["workspace_id"])
        batch.create_index(batch.f("ix_files_workspace_id_interview_id"), ["workspace_id", "interview_id"])
        batch.create_index(
            "uq_files_name",
            ["workspace_id", "name"],
            unique=True,
            sqlite_where=sa.text("interview_id IS NULL"),
            postgresql_where=sa.text("interview_id IS NULL"),
        )


def downgrade() -> None:
    op.drop_table("files")
