"""Several gateways a channel, tokens shared by all workers, pauses, what a message costs."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OLD = ("queued", "claimed", "sending", "sent", "delivered", "failed", "unknown", "blocked", "cancelled")
NEW = ("queued", "held", *OLD[1:])
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("messages") as batch:
        batch.drop_index(batch.f("ix_messages_route_sending_at"))
        batch.drop_constraint(batch.f("ck_messages_state"), type_="check")
        batch.create_check_constraint(batch.f("ck_messages_state"), f"state IN {NEW}")
        batch.alter_column("provider", existing_type=sa.String(20), type_=sa.String(40))
        batch.add_column(sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("price", sa.BigInteger()))
        batch.add_column(sa.Column("currency", sa.String(3)))
    with op.batch_alter_table("messages") as batch:
        batch.alter_column("pinned", server_default=None)
    tables()


def tables() -> None:
    op.create_table(
        "gateways",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.Column("closed_until", INSTANT),
        sa.Column("problem", sa.String(80)),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_gateways")),
    )
    op.create_table(
        "buckets",
        sa.Column("key", sa.String(300), nullable=False),
        sa.Column("paid_until", INSTANT, nullable=False),
        sa.Column("promised_until", INSTANT, nullable=False),
        sa.Column("pace", sa.Float(), nullable=False),
        sa.Column("slowed_at", INSTANT),
        sa.Column("closed_until", INSTANT),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_buckets")),
    )
    op.create_table(
        "holds",
        sa.Column("workspace_id", sa.String(36), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("study_id", sa.String(36), nullable=False),
        sa.Column("actor", sa.String(60), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel", "study_id", name=op.f("pk_holds")),
    )


def downgrade() -> None:
    for table in ("holds", "buckets", "gateways"):
        op.drop_table(table)
    op.execute("UPDATE messages SET state = 'queued' WHERE state = 'held'")
    with op.batch_alter_table("messages") as batch:
        batch.drop_column("currency")
        batch.drop_column("price")
        batch.drop_column("pinned")
        batch.alter_column("provider", existing_type=sa.String(40), type_=sa.String(20))
        batch.drop_constraint(batch.f("ck_messages_state"), type_="check")
        batch.create_check_constraint(batch.f("ck_messages_state"), f"state IN {OLD}")
        batch.create_index(batch.f("ix_messages_route_sending_at"), ["route", "sending_at"])
