"""Wakes a worker that would otherwise look at its table at the next tick. The tables are the truth; a lost wake costs time only."""

from collections.abc import Callable

_wakers: list[Callable[[str], None]] = []


def on_wake(waker: Callable[[str], None]) -> None:
    """Register who is told (jobs.py does, once, in a process that runs workers, or in each where a broker carries it)."""
    _wakers.append(waker)


def wake(queue: str) -> None:
    """Say that `queue` has work."""
    for waker in _wakers:
        waker(queue)
