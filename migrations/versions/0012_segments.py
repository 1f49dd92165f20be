"""Segments, an index of what happened by kind, and samples."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

INSTANT = sa.DateTime(timezone=True)
MEMBERS = {"draw_id": "sample_draws", "contact_id": "contacts", "study_id": "studies", "interview_id": "interviews"}
KINDS = "ix_events_workspace_id_kind_at_contact_id"


def upgrade() -> None:
    op.create_table(
        "segments",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("workspace_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segments")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_segments_workspace_id_name")),
    )
    op.create_index(op.f("ix_segments_workspace_id"), "segments", ["workspace_id"])
    op.create_index(op.f(KINDS), "events", ["workspace_id", "kind", "at", "contact_id"])
    draws()
    members()


def draws() -> None:
    texts = ("universe", "source", "plan", "exclusions", "strata")
    numbers = ("frame_count", "eligible", "drawn")
    names = {"name": 60, "segment": 60, "channel": 10, "seed": 60, "frame_hash": 64, "actor": 64, "workspace_id": 36}
    op.create_table(
        "sample_draws",
        sa.Column("id", sa.String(36), nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in names.items()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_draws")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_sample_draws_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "name", name=op.f("uq_sample_draws_workspace_id_name")),
    )
    op.create_index(op.f("ix_sample_draws_workspace_id"), "sample_draws", ["workspace_id"])


def members() -> None:
    op.create_table(
        "sample_members",
        sa.Column("draw_id", sa.String(36), nullable=False),
        sa.Column("contact_id", sa.String(36), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=False),
        sa.Column("probability", sa.Double(), nullable=False),
        sa.Column("replicate", sa.Integer(), nullable=False),
        sa.Column("study_id", sa.String(36)),
        sa.Column("interview_id", sa.String(36)),
        sa.Column("released_at", INSTANT),
        sa.Column("workspace_id", sa.String(36), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["workspace_id", column], [f"{table}.workspace_id", f"{table}.id"],
                name=op.f(f"fk_sample_members_workspace_id_{table}"),
            )
            for column, table in MEMBERS.items()
        ),
        sa.PrimaryKeyConstraint("draw_id", "contact_id", name=op.f("pk_sample_members")),
    )  # fmt: skip
    for columns in ([], ["contact_id"], ["study_id"], ["interview_id"]):
        indexed = ["workspace_id", *columns]
        op.create_index(op.f(f"ix_sample_members_{'_'.join(indexed)}"), "sample_members", indexed)


def downgrade() -> None:
    op.drop_table("sample_members")
    op.drop_table("sample_draws")
    op.drop_index(op.f(KINDS), "events")
    op.drop_table("segments")
