"""`flask canvass backup` and `restore`: the database and the files, in one tar archive, taken while the product runs."""

import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import URL, inspect

from app.db import db
from app.jobs import SchedulerRuns, only_one
from app.migrations import database_revision, newest_revision
from app.ui.edge import now

NOTE, DATABASE, FILES = "canvass.json", "database", "files"


@click.command("backup")
@click.argument("archive", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@with_appcontext
def backup(archive: Path) -> None:
    """Write the database and the uploaded files to ARCHIVE, a tar file. The product may go on running."""
    if archive.exists():
        raise click.ClickException(f"{archive} exists; choose another name")
    take(archive, now())
    click.echo(f"{archive}: {archive.stat().st_size / 1_000_000:.1f} MB")


@click.command("restore")
@click.argument("archive", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Overwrite a database that holds data.")
@with_appcontext
def restore(archive: Path, replace: bool) -> None:
    """Put the database and the files of ARCHIVE in place. Stop the product first."""
    if inspect(db.engine).get_table_names() and not replace:
        raise click.ClickException("This database holds tables. Add --replace to overwrite them with the archive.")
    try:
        with only_one(wait=False):
            note = put_back(archive)
    except SchedulerRuns:
        raise click.ClickException("Canvass is running on this database: stop it first.") from None
    click.echo(f"Restored the backup of {note['at']}.")
    if note["revision"] != newest_revision():
        click.echo("It is from another version of Canvass: run `flask db upgrade`.")


def take(archive: Path, at: datetime) -> None:
    """Write a backup; it appears under its name only when it is whole."""
    url = db.engine.url
    note = {"at": at.isoformat(), "backend": url.get_backend_name(), "revision": database_revision()}
    with tempfile.TemporaryDirectory(dir=archive.parent.resolve()) as folder:
        copy = Path(folder) / DATABASE
        dump_sqlite(url, copy) if note["backend"] == "sqlite" else dump_postgresql(url, copy)
        (Path(folder) / NOTE).write_text(json.dumps(note))
        whole = Path(folder) / "whole"
        with tarfile.open(whole, "w") as tar:
            tar.add(Path(folder) / NOTE, NOTE)
            tar.add(copy, DATABASE)
            if uploads().exists():
                tar.add(uploads(), FILES)
        whole.chmod(0o600)
        os.replace(whole, archive)


def put_back(archive: Path) -> dict[str, Any]:
    """Replace the database and the files by the archive's; returns its note. ClickException when it does not fit here."""
    url = db.engine.url
    with tempfile.TemporaryDirectory(dir=current_app.config["VAR"]) as folder, tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
        note: dict[str, Any] = json.loads((Path(folder) / NOTE).read_text())
        if note["backend"] != url.get_backend_name():
            raise click.ClickException(
                f"The archive is of {note['backend']}, this database is {url.get_backend_name()}."
            )
        copy = Path(folder) / DATABASE
        load_sqlite(url, copy) if note["backend"] == "sqlite" else load_postgresql(url, copy)
        if (Path(folder) / FILES).exists():
            shutil.rmtree(uploads(), ignore_errors=True)
            shutil.move(Path(folder) / FILES, uploads())
    return note


def uploads() -> Path:
    folder: Path = current_app.config["VAR"] / FILES
    return folder


def dump_sqlite(url: URL, copy: Path) -> None:
    """SQLite's online backup (https://www.sqlite.org/backup.html), then a check of the copy."""
    with closing(sqlite3.connect(str(url.database))) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
        found = target.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise click.ClickException(f"The copy is damaged: {found}")


def load_sqlite(url: URL, copy: Path) -> None:
    with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(str(url.database))) as target:
        source.backup(target)


def dump_postgresql(url: URL, copy: Path) -> None:
    run_tool("pg_dump", "--format=custom", "--no-owner", f"--file={copy}", address(url))


def load_postgresql(url: URL, copy: Path) -> None:
    run_tool(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--single-transaction",
        f"--dbname={address(url)}",
        str(copy),
    )


def address(url: URL) -> str:
    """The database as libpq writes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def run_tool(name: str, *arguments: str) -> None:
    """Run a PostgreSQL client program of the newest version here; ClickException with its message when it fails."""
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    program = str(newest[-1]) if newest else shutil.which(name)
    if not program:
        raise click.ClickException(f"{name} is not installed: apt-get install postgresql-client")
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise click.ClickException(f"{name}: {done.stderr.strip()}")


commands = [backup, restore]
