"""Processes that start and end together, and ports that are taken."""

import os
import signal
import socket
import threading
import time
from contextlib import suppress
from pathlib import Path

LISTENING = "0A"  # TCP_LISTEN in /proc/net/tcp


def end_with_parent(parent: int | None = None, grace: float = 5.0) -> None:
    """Stop this process when the one that started it is gone, however it went: by SIGTERM, after `grace` seconds for good.

    A kill -9 of a server's main process otherwise leaves its workers serving.
    """
    born_under = parent if parent is not None else os.getppid()

    def watch() -> None:
        while os.getppid() == born_under:
            time.sleep(0.25)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(grace)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()


def taken(host: str, port: int) -> str | None:
    """None when the port is free, else who listens there ("process 123 (granian)"), as far as the system tells."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return _listener(port) or "another process"
    return None


def _listener(port: int) -> str | None:
    """The process that listens on a TCP port, from Linux's /proc; None elsewhere or for another user's process."""
    inodes = {f"socket:[{inode}]" for table in ("tcp", "tcp6") for inode in _listening_inodes(table, port)}
    if not inodes:
        return None
    for descriptor in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if os.readlink(descriptor) in inodes:
                process = descriptor.parents[1]
                return f"process {process.name} ({(process / 'comm').read_text().strip()})"
    return None


def _listening_inodes(table: str, port: int) -> list[str]:
    with suppress(OSError):
        rows = [line.split() for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]]
        return [row[9] for row in rows if row[3] == LISTENING and int(row[1].rsplit(":", 1)[1], 16) == port]
    return []
