"""A RabbitMQ of our own for the tests: loopback only, own folder, node name and ports; gone with the process that started it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.family import ending_with_parent
from tests.leaving_out import left_out
from tests.product import free_port

EPMD = "epmd"  # Erlang's name server; one of our own, since a node would leave one running
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")  # the one on the PATH insists on Debian's own user and folders
PATIENCE = 120  # seconds


def unprivileged() -> int | None:
    """The user to run as where we are root; None when we are nobody special."""
    if os.getuid() != 0:
        return None
    for name in ("rabbitmq", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    return 65534


@contextlib.contextmanager
def broker() -> Iterator[str]:
    """Run one; yields its address for BROKER_URL."""
    home = Path(tempfile.mkdtemp(prefix="canvass-rabbit-"))
    port, distribution, names, user = free_port(), free_port(), free_port(), unprivileged()
    if user is not None:
        os.chown(home, user, -1)
    (home / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{port}\nnum_acceptors.tcp = 2\n")
    (home / "plugins").write_text("[].\n")
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8",
        "RABBITMQ_NODENAME": f"canvass-{os.getpid()}@localhost",
        "RABBITMQ_CONFIG_FILE": str(home / "rabbitmq.conf"), "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "data"), "RABBITMQ_LOG_BASE": str(home / "log"), "RABBITMQ_LOGS": "-",
        "RABBITMQ_DIST_PORT": str(distribution), "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1 +sbwt none",
        "ERL_EPMD_PORT": str(names), "ERL_EPMD_ADDRESS": "127.0.0.1",
    }  # fmt: skip
    with open(home / "output", "wb") as out:
        common: dict[str, Any] = {"env": environ, "cwd": home, "user": user, "stdout": out, "stderr": out}
        end = ending_with_parent(signal.SIGTERM)
        names_server = subprocess.Popen([EPMD], **common, preexec_fn=end)
        process = subprocess.Popen([SERVER], **common, start_new_session=True, preexec_fn=end)
    try:
        _wait(port, process, home / "output")
        yield f"amqp://guest:guest@127.0.0.1:{port}//"
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # nothing in it is worth keeping
        process.wait(PATIENCE)
        names_server.kill()
        names_server.wait(PATIENCE)
        shutil.rmtree(home, ignore_errors=True)


def _wait(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    """Until it greets: it answers a wrong protocol header with its own (AMQP 0-9-1, section 4.2.2)."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"RabbitMQ did not start:\n{output.read_text()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"AMQP\0\0\0\0")
            if connection.recv(8).startswith(b"AMQP"):
                return
        time.sleep(0.05)
    raise RuntimeError(f"RabbitMQ did not answer:\n{output.read_text()}")


@pytest.fixture(scope="session")
def rabbitmq() -> Iterator[str]:
    """The address of a broker."""
    if not SERVER.exists():
        left_out("no RabbitMQ here: apt-get install rabbitmq-server")
    with broker() as url:
        yield url
