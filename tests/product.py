"""The real product over sockets: web server, scheduler and simulator as processes of their own."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from flask import Flask

from app.core.clock import OffsetClock
from app.factory import create_app
from app.simulator.client import SimulatorClient
from app.simulator.launch import RunningSimulator, running_simulator
from config import Development
from tests.family import ending_with_parent

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180
"""Seconds after which a test gives up on a process; no statement on how quick one is."""

_claims: list[socket.socket] = []


@dataclass(frozen=True)
class Product:
    """A running product. `app` is an application on the same database, for arranging and looking; `clock` moves all processes."""

    url: str
    simulator: SimulatorClient
    app: Flask
    clock: OffsetClock
    environ: dict[str, str]
    process: subprocess.Popen[bytes]
    log: Path

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`flask canvass …` beside the product."""
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", *arguments]
        return subprocess.run(command, env=self.environ, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE)


def free_port() -> int:
    """A port nobody listens on, below the range the system hands out by itself; no other test process gets it.

    What claims it is a name that one process at a time can bind (unix(7), abstract sockets); it ends with the process.
    """
    while True:
        port = random.randrange(20000, 32000)
        claim = socket.socket(socket.AF_UNIX)
        with suppress(OSError), socket.socket() as probe:
            claim.bind(f"\0canvass-test-port-{port}")
            probe.bind(("127.0.0.1", port))
            _claims.append(claim)
            return port


@contextmanager
def running_product(database_url: str, folder: Path) -> Iterator[Product]:
    """Start the product on a database that has its tables; it is ready when this yields and gone afterwards."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running_simulator(url, folder / "simulator") as simulator:
        environ = os.environ | environment(simulator, database_url, folder, port)
        log = folder / "product.log"
        process = start("serve", environ, log)
        app = create_app(Development(environ))
        try:
            wait_until_ready(url, process, log)
            yield Product(url, simulator.client, app, OffsetClock(folder / "clock"), environ, process, log)
        finally:
            stop(process)


def start(command: str, environ: dict[str, str], log: Path) -> subprocess.Popen[bytes]:
    """`flask canvass COMMAND` in a process group of its own, which ends with the test run."""
    arguments = [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", command]
    end = ending_with_parent(signal.SIGTERM)
    with open(log, "ab") as out:
        return subprocess.Popen(
            arguments, env=environ, cwd=ROOT, stdout=out, stderr=out, start_new_session=True, preexec_fn=end
        )


def environment(simulator: RunningSimulator, database_url: str, folder: Path, port: int) -> dict[str, str]:
    return {
        "CANVASS_ENV": "development",
        "DEMO": "",
        "DATABASE_URL": database_url,
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CLOCK_FILE": str(folder / "clock"),
        "SECRET_KEY": "for-one-test-run-" + "0" * 32,
        "SMTP_URL": f"smtp://{simulator.host}:{simulator.smtp_port}",
        "TWILIO_API_BASE": simulator.url,
        "TWILIO_ACCOUNT_SID": simulator.account_sid,
        "TWILIO_AUTH_TOKEN": simulator.auth_token,
    }


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until /readyz answers 200: the server binds its port before the application is there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the product ended with {process.returncode}:\n{log.read_text()}")
        try:
            if requests.get(f"{url}/readyz", timeout=PATIENCE).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise RuntimeError(f"the product was not ready within {PATIENCE} s:\n{log.read_text()}")


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise RuntimeError(f"the product did not stop within {PATIENCE} s of SIGTERM") from None


@pytest.fixture(scope="module")
def server(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, on a database of the test module's own."""
    with running_product(module_database_url, tmp_path_factory.mktemp("product")) as product:
        yield product
