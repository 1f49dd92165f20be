"""Typed attributes, several external ids, accounts and households, merges; a contact's attributes as jsonb on PostgreSQL."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"



def upgrade() -> None:
    with op.batch_alter_table("contacts") as batch:
        batch.add_column(sa.Column("kind", sa.String(length=10), nullable=False, server_default="customer"))
        batch.add_column(sa.Column("customer_since", sa.DateTime(timezone=True)))
        batch.add_column(sa.Column("merged_into", sa.String(length=36)))
    with op.batch_alter_table("contacts") as batch:
        batch.alter_column("kind", server_default=None)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("contacts", "attributes", type_=postgresql.JSONB(), postgresql_using="attributes::jsonb")
    profiles()
    groups()


def profiles() -> None:
    op.create_table(
        "external_ids",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        workspace(),
        of_contact("external_ids", "contact_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_external_ids")),
        sa.UniqueConstraint("workspace_id", "scheme", "value", name=op.f("uq_external_ids_workspace_id_scheme_value")),
    )
    index("external_ids", "workspace_id")
    index("external_ids", "workspace_id", "contact_id")
    op.create_table(
        "attribute_definitions",
        workspace(),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("choices", sa.Text(), nullable=False),
        sa.Column("personal", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_attribute_definitions")),
    )
    op.create_table(
        "attribute_origins",
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("by", sa.String(length=10), nullable=False),
        sa.Column("actor", sa.String(length=64)),
        sa.Column("interview_id", sa.String(length=36)),
        sa.Column("version_id", sa.String(length=36)),
        sa.Column("question", sa.String(length=200)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        workspace(),
        of_contact("attribute_origins", "contact_id"),
        sa.PrimaryKeyConstraint("contact_id", "name", name=op.f("pk_attribute_origins")),
    )
    index("attribute_origins", "workspace_id")


def groups() -> None:
    op.create_table(
        "contact_groups",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("key", sa.String(length=200)),
        sa.Column("owner_id", sa.String(length=36)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        workspace(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_groups")),
        sa.UniqueConstraint("workspace_id", "id", name=op.f("uq_contact_groups_workspace_id_id")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_contact_groups_workspace_id_key")),
    )
    index("contact_groups", "workspace_id")
    op.create_table(
        "contact_group_members",
        sa.Column("group_id", sa.String(length=36), nullable=False),
        sa.Column("contact_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        workspace(),
        of_contact("contact_group_members", "contact_id"),
        sa.ForeignKeyConstraint(
            ["workspace_id", "group_id"],
            ["contact_groups.workspace_id", "contact_groups.id"],
            name=op.f("fk_contact_group_members_workspace_id_contact_groups"),
        ),
        sa.PrimaryKeyConstraint("group_id", "contact_id", name=op.f("pk_contact_group_members")),
    )
    index("contact_group_members", "workspace_id")
    index("contact_group_members", "workspace_id", "contact_id")
    op.create_table(
        "contact_merges",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kept_id", sa.String(length=36), nullable=False),
        sa.Column("merged_id", sa.String(length=36), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kept", sa.Text(), nullable=False),
        sa.Column("merged", sa.Text(), nullable=False),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        workspace(),
        of_contact("contact_merges", "kept_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merges")),
    )
    index("contact_merges", "workspace_id")
    index("contact_merges", "workspace_id", "kept_id")


def workspace() -> "sa.Column[str]":
    return sa.Column("workspace_id", sa.String(length=36), nullable=False)


def of_contact(table: str, column: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_workspace_id_contacts")
    return sa.ForeignKeyConstraint(["workspace_id", column], ["contacts.workspace_id", "contacts.id"], name=name)


def index(table: str, *columns: str) -> None:
    op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, list(columns))


def downgrade() -> None:
    for table in ("contact_merges", "contact_group_members", "contact_groups", "attribute_origins", "attribute_definitions", "external_ids"):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("contacts", "attributes", type_=sa.Text(), postgresql_using="attributes::text")
    with op.batch_alter_table("contacts") as batch:
        for column in ("kind", "customer_since", "merged_into"):
            batch.drop_column(column)
