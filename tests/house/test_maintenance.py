"""doctor, backup and restore, clock: each against real parts."""

import json
import tarfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.accounts import service as accounts
from app.core.clock import FixedClock
from app.db import db
from app.time_travel import span
from tests.product import Product


def test_the_doctor_finds_a_running_product_well(server: Product) -> None:
    done = server.run("doctor")
    # the tests' PostgreSQL writes nothing through: that is quicker, and nobody's data
    quick = server.app.config["DATABASE_URL"].startswith("postgresql")
    sick = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("SICK")]
    assert sick == (["commits:"] if quick else []), done.stdout + done.stderr
    assert done.returncode == int(quick)
    assert [line.split()[1] for line in done.stdout.splitlines()] == [
        "database:", "commits:", "migrations:", "SMTP:", "DNS:", "Twilio:", "clock:", "scheduler:", "files:",
    ]  # fmt: skip


def test_the_doctor_names_what_is_sick(app: Flask) -> None:
    done = FlaskCliRunner(app).invoke(args=["canvass", "doctor"])
    assert done.exit_code == 1
    sick = [line.split()[1] for line in done.output.splitlines() if line.startswith("SICK")]
    assert [name for name in sick if name != "commits:"] == ["SMTP:", "Twilio:", "scheduler:"]


def test_a_backup_brings_everything_back(app: Flask, workspace: str, tmp_path: Path, clock: FixedClock) -> None:
    run = FlaskCliRunner(app).invoke
    (tmp_path / "files").mkdir()
    (tmp_path / "files/photo").write_bytes(b"\x89PNG")
    archive = tmp_path / "backup.tar"
    done = run(args=["canvass", "backup", str(archive)])
    assert done.exit_code == 0, done.output
    assert archive.stat().st_mode & 0o077 == 0, "a backup holds personal data"

    accounts.create_workspace("Made after the backup", clock.now())
    (tmp_path / "files/photo").write_bytes(b"altered")
    refused = run(args=["canvass", "restore", str(archive)])
    assert (refused.exit_code, "--replace" in refused.output) == (1, True)
    done = run(args=["canvass", "restore", str(archive), "--replace"])
    assert done.exit_code == 0, done.output
    assert [found.name for found in accounts.workspaces()] == ["Northwind"]
    assert (tmp_path / "files/photo").read_bytes() == b"\x89PNG"


def test_a_backup_does_not_overwrite_another(app: Flask, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    archive.write_bytes(b"precious")
    done = FlaskCliRunner(app).invoke(args=["canvass", "backup", str(archive)])
    assert (done.exit_code, archive.read_bytes()) == (1, b"precious")


def test_a_backup_of_another_kind_of_database_is_refused(app: Flask, tmp_path: Path) -> None:
    run = FlaskCliRunner(app).invoke
    archive, other = tmp_path / "backup.tar", tmp_path / "other.tar"
    run(args=["canvass", "backup", str(archive)])
    with tarfile.open(archive) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    note = tmp_path / "out/canvass.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | {"backend": "oracle"}))
    with tarfile.open(other, "w") as tar:
        tar.add(note, "canvass.json")
    done = run(args=["canvass", "restore", str(other), "--replace"])
    assert (done.exit_code, "oracle" in done.output) == (1, True)


def test_a_running_product_cannot_be_restored_over(server: Product, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar"
    assert server.run("backup", str(archive)).returncode == 0
    if db_of(server) == "sqlite":
        done = server.run("restore", str(archive), "--replace")
        assert (done.returncode, "stop it first" in done.stderr) == (1, True)


def db_of(server: Product) -> str:
    with server.app.app_context():
        return db.engine.dialect.name


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2h", 7200),
        ("90m", 5400),
        ("1d12h", 129600),
        ("45s", 45),
        ("1w", 604800),
        ("h", None),
        ("-2h", None),
        ("", None),
    ],
)
def test_a_time_span_is_read(text: str, seconds: int | None) -> None:
    assert span(text) == (timedelta(seconds=seconds) if seconds else None)


def test_the_clock_moves_for_every_process(server: Product) -> None:
    before = server.clock.offset()
    done = replace(server, environ=server.environ | {"DEMO": "1"}).run("clock", "advance", "2h")
    assert done.returncode == 0, done.stderr
    assert server.clock.offset() - before == timedelta(hours=2)


def test_the_clock_stays_outside_the_demo(server: Product) -> None:
    done = server.run("clock", "advance", "2h")
    assert (done.returncode, "demo only" in done.stderr) == (1, True)
