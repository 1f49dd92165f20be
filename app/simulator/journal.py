"""The append-only log: one JSON object a line, on the disk before anyone is told that the thing happened."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.core.clock import Clock, SystemClock

Record = dict[str, Any]


class Journal:
    """Records are {"seq": 1.., "at": ISO 8601 UTC, "kind": text, ...}. Sequence numbers never repeat, also after a restart."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._clock = clock or SystemClock()
        self._file = open(path, "a+b")  # noqa: SIM115  (open as long as the program)
        self._lock, self._syncing = threading.Lock(), threading.Lock()
        self._drop_torn_line()
        self._seq = self._synced = max((record["seq"] for record in self.read()), default=0)

    def append(self, kind: str, data: Record) -> Record:
        """Write one record; it survives a power cut once `sync` returned."""
        with self._lock:
            self._seq += 1
            record = {
                "seq": self._seq,
                "at": self._clock.now().isoformat(timespec="milliseconds"),
                "kind": kind,
                **data,
            }
            self._file.write(json.dumps(record).encode() + b"\n")
            self._file.flush()
            return record

    def sync(self, seq: int) -> None:
        """Wait until the record `seq` is on the disk: whoever waits while another syncs shares the next one with the others."""
        with self._syncing:
            if self._synced < seq:
                with self._lock:
                    written = self._seq
                os.fsync(self._file.fileno())
                self._synced = written

    def read(self, after: int = 0) -> Iterator[Record]:
        """The records whose sequence number is above `after`, oldest first, as they are on the disk."""
        with open(self._path, "rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    return  # being written at this moment
                record = json.loads(line)
                if record["seq"] > after:
                    yield record

    def _drop_torn_line(self) -> None:
        """A line cut short by a crash was never acknowledged, and would spoil the next one."""
        whole = self._path.read_bytes()
        if whole and not whole.endswith(b"\n"):
            self._file.truncate(whole.rfind(b"\n") + 1)
