"""Ten thousand invitations through everything that goes wrong at once: requests lost before and after they were taken, 429, 500,
451, callbacks repeated, reordered, late and missing, workers and the whole product killed, the database crashed.

Nobody is asked twice and nobody is missed, by the simulator's log, not ours; every message of which nobody knew whether it was
accepted is settled by its gateway's policy.
"""

import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.core.clock import OffsetClock
from app.db import db, reading, writing
from app.delivery import invitations
from app.delivery.models import MessageRow
from app.factory import create_app
from app.simulator.launch import running_simulator
from config import Development
from tests.product import PATIENCE, Product, environment, free_port, start, stop, wait_until_ready

PEOPLE = int(os.environ.get("CHAOS_PEOPLE", 10_000))  # half by mail, half by SMS
WORKERS = 2
STEP = timedelta(minutes=6)  # of the product's clock, between two looks at what is left
DISORDER = [
    {"share": 0.02, "drop": True},  # taken, and the answer lost
    {"share": 0.02, "lose": True},  # lost, and nothing taken
    {"share": 0.002, "drop": True, "delay": 5},
    {"share": 0.03, "code": 20429},
    {"share": 0.01, "code": 20500},
    {"share": 0.01, "code": 20503},
    {"share": 0.05, "statuses": ["delivered", "sent", "queued"]},
    {"share": 0.05, "statuses": []},
    {"share": 0.05, "repeat": 2},
    {"share": 0.01, "late": 1},
    {"share": 0.05, "code": 451},
    {"share": 0.02, "code": 450},
]
GATEWAYS = """
email:
  - name: mail
    url: "smtp://{host}:{smtp_port}"
    unknown: ask
    per_minute: 1000000
sms:
  - name: texts
    account_sid: "{account_sid}"
    auth_token: "{auth_token}"
    api_base: "{url}"
    unknown: resend
    per_minute: 1000000
"""


def awake(now: datetime) -> str:
    """A zone where it is ten in the morning: the product's clock must not leave the provider's, whose log is searched by time."""
    ahead = (10 - now.hour + 11) % 24 - 11
    return f"Etc/GMT{-ahead:+d}"  # west is positive there


def invited(product: Product) -> tuple[str, dict[str, set[str]]]:
    """A workspace whose people are invited, and their addresses by channel."""
    now = product.clock.now()
    home = accounts.create_workspace("Chaos", now, contact_line="help@chaos.example")
    study = catalog.open_study(
        home.id, "chaos", questionnaire="post_delivery", channels=["web", "email", "sms"], now=now
    )
    assert isinstance(study, catalog.Study), [str(problem) for problem in study]
    asked: dict[str, set[str]] = {"email": set(), "sms": set()}
    known: dict[str, list[str]] = {"email": [], "sms": []}
    with writing():
        for number in range(PEOPLE):
            channel = ("email", "sms")[number % 2]
            address = f"p{number}@d{number % 25}.example" if channel == "email" else f"+4851{number:07}"
            fields = {"email" if channel == "email" else "phone": address, f"consent_{channel}": "yes"}
            fields |= {"external_id": f"c{number}", "language": "en", "time_zone": awake(now)}
            stored = contacts.upsert(home.id, fields, "test", now)
            assert isinstance(stored, contacts.Stored), stored
            asked[channel].add(address)
            known[channel].append(stored.contact_id)
    for channel, people in known.items():
        done = invitations.invite(home.id, study, people, channel, now)
        assert isinstance(done, invitations.Invited)
        assert done.queued == len(people)
    return home.id, asked


@contextmanager
def city(url: str, folder: Path) -> Iterator[Product]:
    """A simulator that stays, and the product beside it, which is killed and started again."""
    port = free_port()
    with running_simulator(f"http://127.0.0.1:{port}", folder / "simulator") as simulator:
        gateways = folder / "gateways.yaml"
        gateways.write_text(GATEWAYS.format(**vars(simulator)))
        environ = os.environ | environment(simulator, url, folder, port) | {"GATEWAYS_FILE": str(gateways)}
        app, clock, log = create_app(Development(environ)), OffsetClock(folder / "clock"), folder / "product.log"
        address = f"http://127.0.0.1:{port}"
        yield Product(address, simulator.client, app, clock, environ, start("serve", environ, log), log)


def started_again(product: Product) -> Product:
    """The whole product, killed and started once more."""
    os.killpg(product.process.pid, signal.SIGKILL)
    product.process.wait(PATIENCE)
    return replace(product, process=start("serve", product.environ, product.log))


@contextmanager
def workers(product: Product) -> Iterator[list[subprocess.Popen[bytes]]]:
    running = [start("worker", product.environ, product.log) for _ in range(WORKERS)]
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.wait(PATIENCE)


def plain(url: str) -> str:
    return url.replace("postgresql+psycopg", "postgresql")


def keep_commits(url: str) -> None:
    """Write what is committed before saying so; the tests' cluster does not, and forgets it in a crash."""
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {connection.info.dbname} SET synchronous_commit = on")  # type: ignore[arg-type]


def crash_database(url: str) -> None:
    """Kill one of PostgreSQL's processes: it ends all the others and recovers from its log, as after a power cut."""
    with psycopg.connect(plain(url)) as connection:
        (pid,) = connection.execute("SELECT pg_backend_pid()").fetchone() or (0,)
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    db.engine.dispose()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            psycopg.connect(plain(url)).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.1)


def left(home: str) -> Counter[str]:
    """The messages by state; `unsettled` are the unknown ones that the policy has yet to settle."""
    open_ = MessageRow.settled_at.is_(None)
    statement = select(MessageRow.state, open_, func.count()).where(MessageRow.workspace_id == home)
    counted: Counter[str] = Counter()
    with reading() as conn:
        for state, unsettled, count in conn.execute(statement.group_by(MessageRow.state, open_)):
            counted["unsettled" if state == "unknown" and unsettled else state] += count
    return counted


def sent_by(counted: Counter[str]) -> int:
    return counted["sent"] + counted["delivered"]


def harm(product: Product, running: list[subprocess.Popen[bytes]], url: str, chance: random.Random) -> str:
    """Break something; says what."""
    if chance.random() < 0.2:
        crash_database(url)
        return "database"
    number = chance.randrange(WORKERS)
    running[number].kill()
    running[number].wait(PATIENCE)
    running[number] = start("worker", product.environ, product.log)
    return "worker"


def storm(product: Product, home: str, url: str, goal: int) -> Counter[str]:
    """Break things while messages go out, until `goal` have left; returns what was broken."""
    harmed, chance = Counter[str](), random.Random(7)
    deadline = time.monotonic() + PATIENCE * 3
    with workers(product) as running:
        while sent_by(left(home)) < goal:
            assert time.monotonic() < deadline, left(home)
            time.sleep(2 + 3 * chance.random())
            harmed[harm(product, running, url, chance)] += 1
    return harmed


def calm(product: Product, home: str) -> Counter[str]:
    """Let time pass until nothing is left to do; returns the states at the end."""
    deadline = time.monotonic() + PATIENCE * 3
    before: Counter[str] = Counter()
    with workers(product):
        while (counted := left(home)) and any(
            counted[state] for state in ("queued", "claimed", "sending", "unsettled")
        ):
            assert time.monotonic() < deadline, counted
            if counted == before:
                product.clock.advance(STEP)
            before = counted
            time.sleep(2)
    return counted


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_nobody_is_asked_twice_and_nobody_is_missed(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if request.config.getoption("--database") != "postgresql":
        pytest.skip("several workers need PostgreSQL: --database postgresql")
    url = request.getfixturevalue("database_url")
    keep_commits(url)
    with city(url, tmp_path) as product, product.app.app_context():
        wait_until_ready(product.url, product.process, product.log)
        home, asked = invited(product)
        product.simulator.chaos(*DISORDER, seed=11)
        harmed = storm(product, home, url, PEOPLE // 2)
        product = started_again(product)
        harmed["product"] += 1
        harmed += storm(product, home, url, PEOPLE * 8 // 10)
        product.simulator.chaos()
        states = calm(product, home)
        report(product, harmed, states, asked, home)
        stop(product.process)


def report(product: Product, harmed: Counter[str], states: Counter[str], asked: dict[str, set[str]], home: str) -> None:
    """Compare what left with who was to be asked, in the simulator's own log."""
    log = product.simulator.log
    texts = Counter(
        record["message"]["to"] for record in log("message") if record["message"]["direction"] == "outbound-api"
    )
    mails = Counter(record["recipients"][0] for record in log("mail"))
    lost = {record["request"]["To"] for record in log("lost")} | {
        record["recipients"][0] for record in log("mail_lost")
    }
    with reading() as conn:
        waiting = select(MessageRow.address).where(MessageRow.workspace_id == home, MessageRow.state == "unknown")
        unknown = set(conn.execute(waiting).scalars())
    print(f"\nbroken: {dict(harmed)}; at the end: {dict(states)}")
    print(f"texts taken {texts.total()} of {len(asked['sms'])}, mails taken {mails.total()} of {len(asked['email'])}")
    print(
        f"requests lost {len(lost)}, refused {len(log('refused')) + len(log('mail_refused'))}, left to a person {len(unknown)}"
    )
    twice = [to for to, count in (texts + mails).items() if count > 1]
    assert twice == []
    assert set(texts) == asked["sms"], "a text that Twilio's log does not know is sent again"
    assert asked["email"] - set(mails) <= unknown, "a mail of which nobody knows waits for a person"
    assert set(mails) <= asked["email"]
    assert states["failed"] == 0
