"""Whole interviews over HTTP against the running product: ``python -m bench.interviews [--people 1 8 32] [--interviews 200]``.

Five pages (NPS; satisfaction and effort; six-way multiple choice; open text only at NPS <= 6; age and gender) by 1, 8 and 32 people
at once, on SQLite and on PostgreSQL in the same run, and with --import while 100,000 contacts are imported. Reports interviews a
second, p50/p95/p99 of a page (its POST, the redirect and the GET that shows the next), CPU of the web process and of the database
per page, and whether the rows equal the interviews finished. The client runs on the same machine and takes its share of it.
"""

import argparse
import asyncio
import csv
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from sqlalchemy import func, make_url, select

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.db import reading
from app.interviews import links, service
from app.interviews.models import InterviewRow
from app.ui.edge import now
from tests import postgres
from tests.product import Product, running_product

QUESTIONNAIRE = Path(__file__).parent.parent / "questionnaires" / "bench_five_pages.yaml"
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
FIELD = re.compile(r'<(?:input|textarea)[^>]* name="(?!do")([^"]+)"')
OPTION = re.compile(r'type="(?:radio|checkbox)" id="[^"]*" name="([^"]+)" value="([^"]*)"')


@dataclass
class Run:
    """What one load measured. `pages`: seconds of each."""

    finished: int = 0
    seconds: float = 0.0
    pages: list[float] = field(default_factory=list)
    web_cpu: float = 0.0
    database_cpu: float = 0.0
    failures: list[str] = field(default_factory=list)


class Connection:
    """HTTP/1.1 with keep-alive, as little as the load needs."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, body: str = "") -> tuple[int, dict[str, str], str]:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        head = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept-Language: en\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        writer.write(f"{head}\r\n{body}".encode())
        status = int((await reader.readline()).split()[1])
        headers = {}
        while (line := (await reader.readline()).decode().strip()) != "":
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return status, headers, (await reader.readexactly(int(headers.get("content-length", 0)))).decode()


def answers(html: str, chance: random.Random) -> dict[str, str]:
    """Something valid for each question of a page."""
    hidden = dict(HIDDEN.findall(html))
    options: dict[str, list[str]] = {}
    for name, value in OPTION.findall(html):
        if not value.startswith("special:") and not name.endswith("__special"):
            options.setdefault(name, []).append(value)
    given = {name: chance.choice(values) for name, values in options.items()}
    for name in FIELD.findall(html):
        if (
            name not in hidden
            and name not in given
            and "__" not in name
            and not name.endswith("_to")
            and name != "override"
        ):
            given[name] = "42"
    return {**hidden, **given, "do": "next"}


async def person(connection: Connection, path: str, run: Run, chance: random.Random) -> None:
    """One interview, from the link to thanks."""
    _, _, html = await connection.request("GET", path)
    for _ in range(8):
        if "<form" not in html:
            run.finished += 1
            return
        began = time.perf_counter()
        status, headers, html = await connection.request("POST", path.split("?")[0], urlencode(answers(html, chance)))
        if status == 303:
            status, _, html = await connection.request("GET", headers["location"])
        run.pages.append(time.perf_counter() - began)
        if status != 200:
            run.failures.append(f"{status}: {html[:200]}")
            return
    run.failures.append("did not end")


async def load(url: str, paths: list[str], people: int) -> Run:
    """`people` at once share the links among them."""
    run, address = Run(), urlsplit(url)
    queue = list(reversed(paths))

    async def one(number: int) -> None:
        connection, chance = Connection(address.hostname or "", address.port or 80), random.Random(number)
        while queue:
            await person(connection, queue.pop(), run, chance)

    began = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(people)))
    run.seconds = time.perf_counter() - began
    return run


def cpu(pids: list[int]) -> float:
    """Seconds of CPU that processes have used."""
    ticks = 0
    for pid in pids:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:
            continue
        # of a process, and of its children that ended
        ticks += sum(int(stat[i]) for i in (11, 12, 13, 14))
    return ticks / os.sysconf("SC_CLK_TCK")


def database_cpu(url: str) -> float:
    """Seconds of CPU that the cluster behind a URL has used: its postmaster, which counts those it has reaped, and the living.
    0 for SQLite, which works inside our processes."""
    host = make_url(url).query.get("host")
    if not host:
        return 0.0
    postmaster = int(Path(str(host), "data", "postmaster.pid").read_text().split()[0])
    return cpu([postmaster, *children(postmaster)])


def children(pid: int) -> list[int]:
    return [int(c) for c in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()]


def processes(word: str, within: int | None = None) -> list[int]:
    """Processes whose command line holds a word, and their children."""
    found = subprocess.run(["pgrep", "-f", word], capture_output=True, text=True).stdout.split()
    pids = [int(pid) for pid in found if within is None or _below(int(pid), within)]
    return sorted({*pids, *(child for pid in pids for child in children(pid))})


def _below(pid: int, ancestor: int) -> bool:
    while pid > 1:
        if pid == ancestor:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            return False
    return False


def prepare(product: Product, count: int) -> list[str]:
    """A study and as many personal links."""
    with product.app.app_context():
        moment = now()
        found = accounts.workspace_by_name("Bench")
        made = found or accounts.create_workspace(
            "Bench", moment, organisation="Bench", contact_line="bench@example.org"
        )
        assert not isinstance(made, list), made
        if found is None:
            published = catalog.publish_source(
                made.id, QUESTIONNAIRE.read_text(), file=QUESTIONNAIRE.name, now=moment, actor="bench"
            )
            assert not isinstance(published, list), published
        study = catalog.open_study(made.id, "bench", questionnaire="bench_five_pages", channels=["web"], now=moment)
        assert not isinstance(study, list), [str(problem) for problem in study]
        paths = []
        for _ in range(count):
            interview, _ = service.create(made.id, study, now=moment, language="en")
            token = links.mint(
                made.id, study.id, purpose="invitation", interview_id=interview.id, now=moment,
                expires_at=moment + timedelta(days=30),
            )  # fmt: skip
            paths.append(f"/i/{token}")
    return paths


def completed(product: Product) -> int:
    with product.app.app_context(), reading() as conn:
        counting = select(func.count()).select_from(InterviewRow).where(InterviewRow.status == "complete")
        return conn.scalar(counting.execution_options(every_workspace=True)) or 0


def measure(product: Product, people: int, count: int, contacts: Path | None, url: str) -> Run:
    paths = prepare(product, count)
    before = completed(product)
    web = processes("canvass web", product.process.pid)
    importing = None
    if contacts:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", "contacts", "import", str(contacts)]
        importing = subprocess.Popen(command, env=product.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    cpu_before = cpu(web), database_cpu(url)
    run = asyncio.run(load(product.url, paths, people))
    run.web_cpu, run.database_cpu = cpu(web) - cpu_before[0], database_cpu(url) - cpu_before[1]
    if importing:
        importing.terminate()
        importing.wait()
    if completed(product) - before != run.finished:
        run.failures.append(f"{completed(product) - before} rows, {run.finished} finished")
    return run


def report(database: str, people: int, run: Run, importing: bool) -> None:
    pages = len(run.pages)
    cuts = statistics.quantiles(run.pages, n=100) if pages > 1 else [0.0] * 99
    p50, p95, p99 = (1000 * cuts[i] for i in (49, 94, 98))
    note = "  while importing" if importing else ""
    print(
        f"{database:10} {people:2} people  {run.finished / run.seconds:6.1f} interviews/s  page p50 {p50:6.1f}  p95 {p95:6.1f}  "
        f"p99 {p99:6.1f} ms  CPU/page: web {1000 * run.web_cpu / pages:5.2f} ms, database {1000 * run.database_cpu / pages:5.2f} ms"
        f"  rows {'equal' if not run.failures else 'DIFFER'}{note}"
    )
    for failure in run.failures[:3]:
        print("   ", failure)


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """An empty database; the product makes its tables when it starts."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    binaries = postgres.binaries()
    assert binaries, "no PostgreSQL here"
    with postgres.cluster(binaries) as cluster:
        yield cluster.format("postgres")


def contact_file(folder: Path, count: int = 100_000) -> Path:
    path = folder / "contacts.csv"
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["external_id", "name", "email", "language", "consent_email"])
        writer.writerows([f"c{n}", f"Person {n}", f"person{n}@example.org", "en", "yes"] for n in range(count))
    return path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--interviews", type=int, default=200, help="per load")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), nargs="+", default=["sqlite", "postgresql"])
    parser.add_argument(
        "--import", dest="importing", action="store_true", help="also while 100,000 contacts are imported"
    )
    options = parser.parse_args()
    failed = False
    for kind in options.database:
        with tempfile.TemporaryDirectory(prefix="canvass-bench-") as name, database(kind, Path(name)) as url:
            folder = Path(name)
            os.chmod(folder, 0o755)
            with running_product(url, folder) as product:
                measure(product, 8, 16, None, url)  # warm
                for people in options.people:
                    run = measure(product, people, options.interviews, None, url)
                    report(kind, people, run, False)
                    failed |= bool(run.failures)
                if options.importing:
                    run = measure(product, options.people[-1], options.interviews, contact_file(folder), url)
                    report(kind, options.people[-1], run, True)
                    failed |= bool(run.failures)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
