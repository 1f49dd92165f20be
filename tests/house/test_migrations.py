"""Migrations make the tables the models describe, and lose nothing: walked over filled databases, on both databases."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade

from app.db import db
from app.factory import create_app
from app.migrations import DIRECTORY, newest_revision
from config import Testing

NOW = datetime(2026, 11, 4, 12)
Content = dict[str, list[dict[str, Any]]]


@pytest.fixture
def app(empty_database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """The application on a database without any table."""
    app = create_app(Testing({"DATABASE_URL": empty_database_url, "VAR_DIR": str(tmp_path)}))
    with app.app_context():
        yield app
        for engine in db.engines.values():
            engine.dispose()


def test_the_migrations_make_the_tables_of_the_models(app: Flask) -> None:
    upgrade(DIRECTORY)
    with db.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), db.metadata)
    assert differences == [], "write a revision: flask db migrate --rev-id 000N -m 'why'"


def test_each_revision_keeps_the_content_of_the_one_before(app: Flask) -> None:
    revisions = [script.revision for script in ScriptDirectory(DIRECTORY).walk_revisions()][::-1]
    assert revisions[-1] == newest_revision()
    content: Content = {}
    for number, revision in enumerate(revisions):
        upgrade(DIRECTORY, revision)
        assert kept(content, read()) == {}
        fill(number)
        content = read()
    assert all(content[table] for table in content if table != "alembic_version")


def test_a_rebuilt_parent_keeps_its_children(app: Flask, tmp_path: Path) -> None:
    """SQLite changes a table by making it anew: with foreign keys on, the rows that hang on it would go with it."""
    folder = tmp_path / "migrations"
    shutil.copytree(DIRECTORY, folder)
    (folder / "versions/rebuild.py").write_text(
        f"import sqlalchemy as sa\nfrom alembic import op\nrevision = 'rebuild'\ndown_revision = {newest_revision()!r}\n"
        "def upgrade():\n"
        "    with op.batch_alter_table('contacts', recreate='auto') as batch:\n"
        "        batch.add_column(sa.Column('added', sa.Text()))\n"
        "        batch.alter_column('id', type_=sa.Text())\n"
    )
    upgrade(str(folder), newest_revision() or "")
    fill(0)
    before = read()
    upgrade(str(folder), "rebuild")
    after = read()
    assert "added" in after["contacts"][0]
    assert kept(before, after) == {}


def read() -> Content:
    """Every row of every table, as it lies in the database."""
    metadata = sa.MetaData()
    with db.engine.connect() as connection:
        metadata.reflect(connection)
        return {table.name: rows(connection, table) for table in metadata.sorted_tables}


def rows(connection: sa.Connection, table: sa.Table) -> list[dict[str, Any]]:
    found = connection.execute(sa.select(table).order_by(*table.primary_key).execution_options(every_workspace=True))
    return [{name: as_text(value) for name, value in row._mapping.items()} for row in found]


def as_text(value: Any) -> Any:
    """A JSON document as the text it was, before its column became jsonb."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def kept(before: Content, after: Content) -> dict[str, tuple[Any, Any]]:
    """What of `before` is not in `after`: tables and columns that were dropped on purpose do not count."""
    lost = {}
    for name in before.keys() & after.keys() - {"alembic_version"}:
        columns = set(after[name][0]) if after[name] else set()
        was = [{key: value for key, value in row.items() if key in columns} for row in before[name]]
        now = (
            [{key: value for key, value in row.items() if key in row and key in was[0]} for row in after[name]]
            if was
            else []
        )
        if was and was != now:
            lost[name] = (was, now)
    return lost


def fill(number: int) -> None:
    """Two rows in every table, each hanging on a parent's row where it must."""
    metadata = sa.MetaData()
    with db.engine.begin() as connection:
        metadata.reflect(connection)
        allowed = {table.name: choices(connection, table.name) for table in metadata.sorted_tables}
        made: Content = {}
        for table in metadata.sorted_tables:
            if table.name != "alembic_version":
                rows = [row_of(table, f"{number}{copy}", allowed[table.name], made) for copy in "ab"]
                connection.execute(table.insert(), rows)
                made[table.name] = rows


def choices(connection: sa.Connection, table: str) -> dict[str, str]:
    """For a column that a CHECK limits to a list, the list's first value."""
    checks = [check["sqltext"] for check in sa.inspect(connection).get_check_constraints(table)]
    found = [
        re.match(r"\(*\"?(\w+)\"?\)*(?:::text)?\s*(?:IN|=\s*ANY)\s*\(.*?'(\w+)'", check, re.I | re.S)
        for check in checks
    ]
    return {match[1]: match[2] for match in found if match}


def row_of(table: sa.Table, mark: str, allowed: dict[str, str], made: Content) -> dict[str, Any]:
    row = {column.name: allowed.get(column.name) or value(column, mark) for column in table.columns}
    for key in table.foreign_key_constraints:
        parents = made.get(key.referred_table.name)
        if parents:
            parent = parents["ab".index(mark[-1])]
            row.update(
                {own: parent[element.column.name] for own, element in zip(key.column_keys, key.elements, strict=True)}
            )
    return row


def value(column: sa.Column[Any], mark: str) -> Any:
    """Something of the column's type that differs from row to row."""
    kind = column.type
    if isinstance(kind, sa.Boolean):
        return True
    if isinstance(kind, (sa.Integer, sa.Float, sa.Numeric)):
        return int(mark, 16)
    if isinstance(kind, sa.DateTime):
        return NOW
    if isinstance(kind, sa.Date):
        return NOW.date()
    if isinstance(kind, sa.LargeBinary):
        return mark.encode()
    if column.name == "workspace_id":
        return mark
    if column.name == "attributes":  # JSON before and after it became jsonb
        return {"mark": f"{mark} ąя€"} if isinstance(kind, sa.JSON) else as_text({"mark": f"{mark} ąя€"})
    text = f"{column.name} {mark} ąя€"
    return text[-kind.length :] if getattr(kind, "length", None) else text
