"""kill -9 at each step of a send, then a restart: the person gets the message once.

The worker is a process of its own. It is stopped from outside: the other side of its conversation holds still (SMTP step
by step, Twilio before and after it takes the message), or the test holds the database's write lock at that moment.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from flask import Flask
from sqlalchemy import text

from app.db import db, writing
from app.delivery import service
from app.delivery.recovery import WINDOW, recover
from app.delivery.worker import LEASE, tick
from app.simulator.launch import RunningSimulator
from tests.delivery.conftest import MAIL, NUMBER
from tests.delivery.scripted_smtp import ScriptedSmtp, Stop, scripted_smtp
from tests.product import ROOT


@pytest.fixture
def smtp() -> Iterator[ScriptedSmtp]:
    with scripted_smtp() as server:
        yield server


@pytest.fixture
def settings(settings: dict[str, str], smtp: ScriptedSmtp) -> dict[str, str]:
    return settings | {"SMTP_URL": smtp.url}


Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def start(settings: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Start a worker on a channel, with other settings where given."""
    running: list[subprocess.Popen[bytes]] = []

    def run(channel: str, **other: str) -> "subprocess.Popen[bytes]":
        environ = os.environ | settings | {"CANVASS_ENV": "testing"} | other
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", "deliver", "--once", "--channel", channel]
        running.append(subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL))
        return running[-1]

    yield run
    for process in running:
        process.kill()
        process.wait()


@contextmanager
def locked_database() -> Iterator[None]:
    """Nobody else writes a message meanwhile."""
    with writing() as conn:
        if conn.dialect.name == "postgresql":
            conn.execute(text("LOCK TABLE messages IN SHARE ROW EXCLUSIVE MODE"))
        yield


def kill(process: "subprocess.Popen[bytes]") -> None:
    os.kill(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def now() -> datetime:
    return datetime.now(UTC)


def restart(channel: str) -> None:
    """A new worker, at once and again when the lease of the dead one has run out."""
    for at in (now(), now() + LEASE + timedelta(minutes=1)):
        recover(at)
        tick(channel, at)


def queue_mail(workspace: str) -> str:
    return service.enqueue(
        workspace, channel="email", purpose="staff", to=MAIL, subject="Hello", text="Hello", now=now()
    )


def queue_text(workspace: str) -> str:
    return service.enqueue(workspace, channel="sms", purpose="turn", to=NUMBER, text="How likely?", now=now())


def state(workspace: str, message: str) -> str:
    found = service.attempt(workspace, message)
    assert found is not None
    return found.state


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    ("step", "locked_from", "left", "ends"),
    [
        ("connect", None, "claimed", "sent"),
        ("ehlo", None, "claimed", "sent"),
        ("rcpt", None, "claimed", "sent"),
        ("data", None, "claimed", "sent"),
        ("content", "data", "claimed", "sent"),  # everything but the dot is over there; `sending` is not committed
        ("accepted", None, "sending", "unknown"),  # taken, not confirmed
        ("replied", "accepted", "sending", "unknown"),  # confirmed, not recorded
    ],
)
def test_a_mail_arrives_once(
    smtp: ScriptedSmtp, workspace: str, start: Start, step: str, locked_from: str | None, left: str, ends: str
) -> None:
    message = queue_mail(workspace)
    first = smtp.stop(locked_from or step)
    worker = start("email")
    assert first.reached.wait(300)
    with locked_database() if locked_from else nullcontext():
        last = smtp.stop(step)
        first.go.set() if locked_from else None
        assert last.reached.wait(300)
        kill(worker)
    assert state(workspace, message) == left
    smtp.go_on()
    restart("email")
    assert state(workspace, message) == ends
    assert len(smtp.mailbox) == 1


@pytest.mark.usefixtures("app")
def test_a_worker_killed_before_its_claim_leaves_the_mail_queued(
    smtp: ScriptedSmtp, workspace: str, start: Start
) -> None:
    message = queue_mail(workspace)
    with locked_database():
        worker = start("email")
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(3)  # it waits for the database; should it not have come so far, the outcome is the same
        kill(worker)
    assert state(workspace, message) == "queued"
    restart("email")
    assert (state(workspace, message), len(smtp.mailbox)) == ("sent", 1)


@pytest.mark.usefixtures("app")
def test_a_mail_that_a_server_lost_stays_unknown_until_a_person_decides(
    smtp: ScriptedSmtp, workspace: str, start: Start
) -> None:
    """The one moment nobody can see into: after the dot. At most once wins; sent again by hand, it has the same Message-ID."""
    smtp.loses = True
    message = queue_mail(workspace)
    tick("email", now())
    assert state(workspace, message) == "unknown"
    smtp.loses = False
    restart("email")
    assert (state(workspace, message), smtp.mailbox) == ("unknown", [])
    assert service.again(workspace, message, "system", now())
    tick("email", now() + timedelta(seconds=1))
    (mail,) = smtp.mailbox
    assert f"Message-ID: <{message}@".encode() in mail


@contextmanager
def deaf_twilio() -> Iterator[tuple[str, Callable[[], None]]]:
    """An address that takes connections and reads nothing; waiting for it ends when a whole request lies in its socket."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def wait_for_request() -> None:
            listener.settimeout(300)
            connection, _ = listener.accept()
            with connection:
                while b"Body=" not in (seen := connection.recv(65536, socket.MSG_PEEK)):
                    assert seen, "closed before the whole request was there"

        yield f"http://127.0.0.1:{listener.getsockname()[1]}", wait_for_request


@pytest.mark.usefixtures("app")
def test_a_text_that_twilio_never_took_waits_for_a_person(sim: RunningSimulator, workspace: str, start: Start) -> None:
    message = queue_text(workspace)
    with deaf_twilio() as (url, wait_for_request):
        worker = start("sms", TWILIO_API_BASE=url)
        wait_for_request()
        kill(worker)
    assert state(workspace, message) == "sending"
    restart("sms")
    assert state(workspace, message) == "unknown"
    recover(now() + WINDOW * 2)
    found = service.attempt(workspace, message)
    assert found is not None
    assert (found.state, found.reason) == ("unknown", "not_found")
    assert sim.client.log("message") == []
    assert service.again(workspace, message, "system", now())
    tick("sms", now() + timedelta(seconds=1))
    assert len(sim.client.log("message")) == 1


@pytest.mark.usefixtures("app")
def test_a_text_that_twilio_took_is_found_in_its_log(sim: RunningSimulator, workspace: str, start: Start) -> None:
    message = queue_text(workspace)
    sim.client.behaviour(NUMBER, delay=20, times=1)
    worker = start("sms")
    sim.client.until(lambda: sim.client.messages(NUMBER))
    kill(worker)
    assert state(workspace, message) == "sending"
    restart("sms")
    assert state(workspace, message) in ("sent", "delivered")
    assert len(sim.client.log("message")) == 1


@contextmanager
def slow_twilio(sim: RunningSimulator) -> Iterator[tuple[str, Stop]]:
    """An address that hands a request on to the simulator and gives its answer back when told to `go`."""
    stop = Stop()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept = {name: self.headers[name] for name in ("Authorization", "Content-Type")}
            answer = requests.post(sim.url + self.path, body, headers=kept, timeout=300)
            stop.reached.set()
            stop.go.wait(300)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", stop
        server.shutdown()


@pytest.mark.usefixtures("app")
def test_a_text_taken_and_confirmed_but_not_recorded(sim: RunningSimulator, workspace: str, start: Start) -> None:
    message = queue_text(workspace)
    with slow_twilio(sim) as (url, stop):
        worker = start("sms", TWILIO_API_BASE=url)
        assert stop.reached.wait(300)
        with locked_database():
            stop.go.set()
            with pytest.raises(subprocess.TimeoutExpired):
                worker.wait(1)  # time to read the answer: it cannot record it, nor end, while the database is locked
            kill(worker)
    assert state(workspace, message) == "sending"
    restart("sms")
    assert state(workspace, message) in ("sent", "delivered")
    assert len(sim.client.log("message")) == 1


@pytest.mark.usefixtures("app")
def test_no_connection_to_the_database_is_held_while_a_provider_is_talked_to(
    smtp: ScriptedSmtp, workspace: str
) -> None:
    free: dict[str, bool] = {}
    pool = db.engine.pool

    def watch(step: str) -> None:
        """The server holds still until every connection is back: the clerk may be looking for more to do."""
        deadline = time.monotonic() + 60
        while pool.checkedout() and time.monotonic() < deadline:  # type: ignore[attr-defined]
            pass
        free[step] = not pool.checkedout()  # type: ignore[attr-defined]

    smtp.watch = watch
    queue_mail(workspace)
    tick("email", now())
    assert [step for step in ("connect", "ehlo", "mail", "rcpt", "data", "accepted") if not free[step]] == []


def test_cancelled_in_the_middle_of_the_conversation(app: Flask, smtp: ScriptedSmtp, workspace: str) -> None:
    message = queue_mail(workspace)

    def cancel_at(step: str) -> None:
        if step == "rcpt":
            with app.app_context():
                assert service.drop(workspace, message, "system", now())

    smtp.watch = cancel_at
    tick("email", now())
    assert (state(workspace, message), smtp.mailbox) == ("cancelled", [])
    queue_mail(workspace)
    smtp.watch = lambda step: None
    tick("email", now())
    assert len(smtp.mailbox) == 1
