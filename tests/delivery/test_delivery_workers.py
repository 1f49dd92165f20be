"""Workers as processes of their own, on the tables alone and as Celery's on a real RabbitMQ: one that is killed in the middle loses
and repeats nothing."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.accounts import service as accounts
from app.core.clock import OffsetClock
from app.delivery import service
from app.delivery.recovery import recover
from app.delivery.worker import LEASE
from app.factory import create_app
from app.jobs import broker
from app.simulator.launch import RunningSimulator
from app.ui.edge import now
from config import Development
from tests.family import ending_with_parent
from tests.product import PATIENCE, ROOT, environment, free_port

COUNT = 60
QUEUE = "delivery.sms"
ON_THE_WAY = ("queued", "claimed", "sending")

pytestmark = pytest.mark.slow


@contextmanager
def worker(environ: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", "worker", "--queue", QUEUE]
    with open(log, "ab") as out:
        end = ending_with_parent(signal.SIGTERM)
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=out, stderr=out, preexec_fn=end)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


def queue_texts(workspace: str) -> list[str]:
    """A text to each of so many numbers; returns these."""
    numbers = [f"+485120000{number:02}" for number in range(COUNT)]
    for number in numbers:
        service.enqueue(workspace, channel="sms", purpose="turn", to=number, text="Hello", now=now())
    return numbers


@pytest.mark.parametrize("celery", [False, True], ids=["tables alone", "celery"])
def test_a_killed_worker_loses_and_repeats_nothing(
    request: pytest.FixtureRequest, database_url: str, sim: RunningSimulator, tmp_path: Path, celery: bool
) -> None:
    environ = os.environ | environment(sim, database_url, tmp_path, free_port()) | {"SMS_PER_MINUTE": "1000000"}
    if celery:
        environ["BROKER_URL"] = request.getfixturevalue("rabbitmq")
    app, seen, log = create_app(Development(environ)), sim.client, tmp_path / "worker.log"
    seen.behaviour("*", delay=0.2, statuses=[])

    def wake() -> None:
        if celery:
            broker(app).send_task("canvass.tick", [QUEUE], queue=f"canvass.{QUEUE}")

    with app.app_context():
        made = accounts.create_workspace("Northwind", now())
        assert isinstance(made, accounts.Workspace)
        numbers = queue_texts(made.id)
        wake()
        with worker(environ, log) as first:
            seen.until(lambda: len(seen.log("message")) >= 5 or first.poll() is not None)
            assert first.poll() is None, log.read_text()
            with worker(environ, log):  # no new wake: RabbitMQ gives it the one that the dead worker had
                os.kill(first.pid, signal.SIGKILL)
                assert len(seen.log("message")) < COUNT, "killed too late to show anything"
                seen.until(lambda: service.outbox(made.id, state="queued").total == 0)
                OffsetClock(tmp_path / "clock").advance(LEASE * 2)
                recover(now())
                wake()
                seen.until(lambda: not any(service.outbox(made.id, state=state).total for state in ON_THE_WAY))
        assert sorted(record["request"]["To"] for record in seen.log("message")) == numbers
        assert service.outbox(made.id, state="sent").total == COUNT
