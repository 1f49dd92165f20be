"""How fast contacts are imported: ``python -m bench.contacts [--rows 1000000] [--database postgresql|sqlite] [--again]``.

A file of customers (id, name, email, number, language, consent to mail, account, four typed attributes) is imported into an empty
database as `flask canvass contacts import` does; with --again a second time with another attribute in every row, so that
each is an update. Prints rows a second, CPU seconds of the importer and of PostgreSQL, and the importer's peak memory after a tenth
of the file and at its end: the same, if memory is constant. The cluster is the tests' own, which makes nothing durable.
"""

import argparse
import contextlib
import resource
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from flask_migrate import upgrade

from app import models as models
from app.accounts import service as accounts
from app.contacts import definitions, service
from app.contacts.attributes import Definition
from app.contacts.cleaner import collect_seldom
from app.factory import create_app
from app.migrations import DIRECTORY
from bench.interviews import cpu, processes
from config import Testing
from tests import postgres

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
HEADER = "external_id,name,email,phone,language,consent_email,account,age,plan,spend,joined\n"
PLANS = {"gold": "Gold", "silver": "Silver", "free": "Free"}
DECLARED = [
    Definition("age", "number", "Age"),
    Definition("plan", "choice", "Plan", PLANS),
    Definition("spend", "number", "Spend"),
    Definition("joined", "date", "Joined"),
]


@dataclass
class Run:
    """What one import measured: seconds of the wall clock and of CPU, megabytes."""

    rows: int
    wall: float
    importer: float
    database: float
    early: float
    peak: float


def write(path: Path, rows: int, shift: int) -> None:
    """A file of customers; `shift` moves their spending, so that importing it again changes every row."""
    plans = list(PLANS)
    with path.open("w") as file:
        file.write(HEADER)
        for n in range(rows):
            account = f"Company {n % 2000}" if n % 5 == 0 else ""
            file.write(
                f"C-{n},Person Number{n},person{n}@example.com,+48{510_000_000 + n},pl,yes,{account},"
                f"{18 + n % 70},{plans[n % 3]},{(n + shift) % 1000}.5,20{10 + n % 16}-0{1 + n % 9}-1{n % 10}\n"
            )


def memory() -> float:
    """The peak so far of the importer and of the processes it started, whichever was larger, in MB."""
    return max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024


def measure(workspace_id: str, path: Path, home: str) -> Run:
    size, early = path.stat().st_size, 0.0

    def progress(read: int) -> None:
        nonlocal early
        early = early or (memory() if read > size / 10 else 0.0)

    collect_seldom()  # as the command does
    before, began = (time.process_time(), used(home), children()), time.monotonic()
    with path.open("rb") as file:
        report = service.import_csv(workspace_id, file, NOW, progress, source=path.name)
    wall = time.monotonic() - began
    here = time.process_time() - before[0] + children() - before[2]
    assert (report.problems, report.bad_count) == ([], 0), report.bad[:3]
    return Run(report.rows, wall, here, used(home) - before[1], early, memory())


def children() -> float:
    """Seconds of CPU of processes that were started and have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def used(home: str) -> float:
    """Seconds of CPU of the processes of a cluster."""
    return cpu(processes(home)) if home else 0.0


def report(what: str, run: Run) -> None:
    print(
        f"{what}: {run.rows} rows in {run.wall:.1f} s, {run.rows / run.wall:.0f} a second; CPU {run.importer:.1f} s here, "
        f"{run.database:.1f} s in the database, {1e6 * (run.importer + run.database) / run.rows:.0f} µs a row; "
        f"peak {run.early:.0f} MB after a tenth, {run.peak:.0f} MB at the end",
        flush=True,
    )


@contextlib.contextmanager
def database(kind: str, folder: Path) -> Iterator[tuple[str, str]]:
    """The URL of an empty database and the cluster's folder."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'canvass.db'}", ""
        return
    binaries = postgres.binaries()
    assert binaries, "no PostgreSQL here: apt-get install postgresql"
    with postgres.cluster(binaries) as url:
        with psycopg.connect(url.format("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE bench")
        yield url.format("bench"), url.partition("host=")[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--again", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database(chosen.database, Path(name)) as (url, home):
        app = create_app(Testing({"DATABASE_URL": url, "VAR_DIR": name}))
        with app.app_context():
            upgrade(DIRECTORY)
            made = accounts.create_workspace("Bench", NOW, contact_line="bench@example.org")
            assert isinstance(made, accounts.Workspace), made
            assert definitions.declare(made.id, DECLARED, "command", NOW) == []
            for what, shift in [("new", 0), ("changed", 1)][: 2 if chosen.again else 1]:
                path = Path(name) / f"{what}.csv"
                write(path, chosen.rows, shift)
                report(what, measure(made.id, path, home))


if __name__ == "__main__":
    main()
