"""One queue through Celery on RabbitMQ, both real: a worker that is killed in the middle loses and repeats nothing."""

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

COUNT = 40
QUEUE = "delivery.sms"

pytestmark = pytest.mark.slow


@contextmanager
def celery_worker(environ: dict[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", "worker", "--queue", QUEUE]
    with open(log, "ab") as out:
        end = ending_with_parent(signal.SIGTERM)
        process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=out, stderr=out, preexec_fn=end)
    try:
        yield process
    finally:
        process.kill()
        process.wait(PATIENCE)


def test_a_killed_celery_worker_loses_and_repeats_nothing(
    rabbitmq: str, database_url: str, sim: RunningSimulator, tmp_path: Path
) -> None:
    environ = os.environ | environment(sim, database_url, tmp_path, free_port())
    environ |= {"BROKER_URL": rabbitmq, "SMS_PER_MINUTE": "1000000"}
    app = create_app(Development(environ))
    seen, log = sim.client, tmp_path / "celery.log"
    seen.behaviour("*", delay=0.2, statuses=[])
    with app.app_context():
        made = accounts.create_workspace("Northwind", now())
        assert isinstance(made, accounts.Workspace)
        numbers = [f"+485120000{number:02}" for number in range(COUNT)]
        for number in numbers:
            service.enqueue(made.id, channel="sms", purpose="turn", to=number, text="Hello", now=now())

        def wake() -> None:
            broker(app).send_task("canvass.tick", [QUEUE], queue=f"canvass.{QUEUE}")

        wake()
        with celery_worker(environ, log) as first:
            seen.until(lambda: len(seen.log("message")) >= 5 or first.poll() is not None)
            assert first.poll() is None, log.read_text()
            os.kill(first.pid, signal.SIGKILL)
        taken = len(seen.log("message"))
        assert taken < COUNT, "killed too late to show anything"
        with celery_worker(environ, log):  # no new wake: RabbitMQ gives it the one that the dead worker had
            seen.until(lambda: len(service.outbox(made.id, state="queued").items) == 0)
            OffsetClock(tmp_path / "clock").advance(LEASE * 2)
            recover(now())
            wake()
            states = ("queued", "claimed", "sending")
            seen.until(lambda: sum(service.outbox(made.id, state=state).total for state in states) == 0)
        assert sorted(record["request"]["To"] for record in seen.log("message")) == numbers
        assert service.outbox(made.id, state="sent").total == COUNT
