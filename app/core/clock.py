"""The only place that reads the time. Logic takes `now` as an argument; edges call `Clock.now()`."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that a test moves by hand."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        self._now = now

    def advance(self, delta: timedelta) -> None:
        self._now += delta


class OffsetClock:
    """The system's time plus the seconds written in a file: demo and tests advance every process at once."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset()

    def offset(self) -> timedelta:
        try:
            return timedelta(seconds=float(self.path.read_text() or 0))
        except FileNotFoundError:
            return timedelta(0)

    def advance(self, delta: timedelta) -> None:
        """Write the new offset whole or not at all, since other processes read it at any moment."""
        fresh = self.path.with_suffix(f".{os.getpid()}")
        fresh.write_text(str((self.offset() + delta).total_seconds()))
        os.replace(fresh, self.path)
