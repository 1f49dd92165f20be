"""A study's limit and the cells of its quotas are places of one kind."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "quota_places",
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("quota", sa.String(length=60), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "interview_id"],
            ["interviews.workspace_id", "interviews.id"],
            name=op.f("fk_quota_places_workspace_id_interview_id_interviews"),
        ),
        sa.PrimaryKeyConstraint("interview_id", "quota", name=op.f("pk_quota_places")),
    )
    with op.batch_alter_table("quota_places") as batch:
        batch.create_index(batch.f("ix_quota_places_workspace_id"), ["workspace_id"])
        columns = ["workspace_id", "study_id", "quota", "cell"]
        batch.create_index(batch.f("ix_quota_places_workspace_id_study_id_quota_cell"), columns)
    op.create_table(
        "quota_targets",
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("quota", sa.String(length=60), nullable=False),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "study_id"],
            ["studies.workspace_id", "studies.id"],
            name=op.f("fk_quota_targets_workspace_id_study_id_studies"),
        ),
        sa.PrimaryKeyConstraint("study_id", "quota", "cell", name=op.f("pk_quota_targets")),
    )
    with op.batch_alter_table("quota_targets") as batch:
        batch.create_index(batch.f("ix_quota_targets_workspace_id"), ["workspace_id"])
    op.execute(
        "INSERT INTO quota_places (interview_id, quota, study_id, cell, expires_at, taken, workspace_id) "
        "SELECT interview_id, '', study_id, '', expires_at, taken, workspace_id FROM seats"
    )
    op.drop_table("seats")


def downgrade() -> None:
    op.create_table(
        "seats",
        sa.Column("interview_id", sa.String(length=36), nullable=False),
        sa.Column("study_id", sa.String(length=36), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken", sa.Boolean(), nullable=False),
        sa.Column("workspace_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["workspace_id", "interview_id"],
            ["interviews.workspace_id", "interviews.id"],
            name=op.f("fk_seats_workspace_id_interview_id_interviews"),
        ),
        sa.PrimaryKeyConstraint("interview_id", name=op.f("pk_seats")),
    )
    with op.batch_alter_table("seats") as batch:
        batch.create_index(batch.f("ix_seats_workspace_id"), ["workspace_id"])
        batch.create_index(batch.f("ix_seats_workspace_id_study_id"), ["workspace_id", "study_id"])
    op.execute(
        "INSERT INTO seats (interview_id, study_id, expires_at, taken, workspace_id) "
        "SELECT interview_id, study_id, expires_at, taken, workspace_id FROM quota_places WHERE quota = ''"
    )
    op.drop_table("quota_targets")
    op.drop_table("quota_places")
