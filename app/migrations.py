"""Alembic through flask-migrate, and what revision a database is at."""

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate, upgrade

from app.db import db
from config import ROOT

DIRECTORY = str(ROOT / "migrations")


def init_migrations(app: Flask) -> None:
    Migrate(app, db, directory=DIRECTORY, render_as_batch=True)


def newest_revision() -> str | None:
    """The last revision this program has."""
    config = Config()
    config.set_main_option("script_location", DIRECTORY)
    return ScriptDirectory.from_config(config).get_current_head()


def database_revision() -> str | None:
    """The revision the database is at; None for one that was never migrated."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def bring_up_to_date() -> None:
    """Run the revisions that the database lacks."""
    if database_revision() != newest_revision():
        upgrade(DIRECTORY)
