"""Alembic's environment. `flask db migrate -m "why" --rev-id 0002` writes a revision; `flask db upgrade` runs them."""

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from app.db import Instant, Json, Searchable, db

PLAIN = {
    Instant: "sa.DateTime(timezone=True)",
    Json: "sa.Text()",
    Searchable: "sa.Text().with_variant(postgresql.JSONB(), 'postgresql')",
}


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our column types as SQLAlchemy's own, so that a revision never depends on later code."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def pragma(connection: Connection, statement: str) -> list[Any]:
    """Run a SQLite pragma outside any transaction of SQLAlchemy's."""
    rows: list[Any] = connection.connection.driver_connection.execute(statement).fetchall()  # type: ignore[union-attr]
    return rows


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        transactional_ddl=True,  # on SQLite too: a revision that fails leaves nothing behind
        **current_app.extensions["migrate"].configure_args,
    )
    with context.begin_transaction():
        context.run_migrations()
        if connection.dialect.name == "sqlite":
            broken = pragma(connection, "PRAGMA foreign_key_check")
            if broken:
                raise RuntimeError(f"the migration leaves {len(broken)} rows without their parent, such as {broken[0]}")


with db.engine.connect().execution_options(every_workspace=True) as connection:  # a revision is about tables
    if connection.dialect.name == "sqlite":
        # rebuilding a table with foreign keys on would empty the tables that cascade from it
        pragma(connection, "PRAGMA foreign_keys=OFF")
        try:
            migrate(connection)
        finally:
            pragma(connection, "PRAGMA foreign_keys=ON")
    else:
        migrate(connection)
