"""The scheduler process: calls each package's ticks again and again. Tables are the truth; a tick looks at its table.

A package offers `TICKS`, a list of (name, seconds between, function taking `now` and returning how many it handled).
One scheduler works at a time: others wait for the file lock (SQLite) or the advisory lock (PostgreSQL) to come free.
"""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.blocking import BlockingScheduler
from filelock import FileLock, Timeout
from flask import Flask
from sqlalchemy import text

from app.accounts.sign_in import TICKS as ACCOUNTS
from app.catalog.service import TICKS as CATALOG
from app.channels.email.inbound import TICKS as EMAIL
from app.channels.sms.inbound import TICKS as SMS
from app.channels.sms.timers import TICKS as SMS_TIMERS
from app.contacts.uploads import TICKS as CONTACTS
from app.core.clock import SystemClock
from app.core.wake import on_wake
from app.db import db
from app.delivery.ticks import TICKS as DELIVERY
from app.events import deliver
from app.fieldwork.recovery import TICKS as FIELDWORK
from app.heartbeat import beat
from app.interviews.settling import TICKS as INTERVIEWS
from app.journeys.service import TICKS as JOURNEYS
from app.ui.edge import app_clock

log = logging.getLogger(__name__)

Tick = tuple[str, float, Callable[[datetime], int]]

BEAT = 10.0  # seconds
LOCK = 0x43616E76  # "Canv": the advisory lock's key

# Every tick of the product; a package adds its line here.
TICKS: list[Tick] = [
    ("events", 1, deliver),
    *ACCOUNTS,
    *CATALOG,
    *CONTACTS,
    *INTERVIEWS,
    *DELIVERY,
    *FIELDWORK,
    *JOURNEYS,
    *SMS,
    *SMS_TIMERS,
    *EMAIL,
]


def run_scheduler(app: Flask) -> None:
    """Tick until SIGTERM or SIGINT. Call it in a process of its own."""
    scheduler = BlockingScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(max(2, len(TICKS) + 1))})
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=False) if scheduler.running else exit_now())
    with app.app_context(), only_one():
        log.info("the scheduler works", extra={"count": len(TICKS)})
        _add(scheduler, "heartbeat", BEAT, partial(_beat, app))
        for name, seconds, function in TICKS:
            _add(scheduler, name, seconds, partial(run_tick, app, name, function))
        on_wake(lambda queue: _soon(scheduler, queue))
        scheduler.start()


def exit_now() -> None:
    raise SystemExit(0)


def _add(scheduler: BlockingScheduler, name: str, seconds: float, call: Callable[[], Any]) -> None:
    # one late run stands for all the missed ones, and a tick never overlaps itself
    scheduler.add_job(
        call, "interval", seconds=seconds, id=name, next_run_time=datetime.now(UTC), coalesce=True,
        max_instances=1, misfire_grace_time=None,
    )  # fmt: skip


def _soon(scheduler: BlockingScheduler, name: str) -> None:
    if scheduler.running and scheduler.get_job(name):
        scheduler.modify_job(name, next_run_time=datetime.now(UTC))


def run_tick(app: Flask, name: str, function: Callable[[datetime], int]) -> int:
    """Call one tick with the app's time; a failure is logged and does not stop the others. Returns how many it handled."""
    with app.app_context():
        try:
            count = function(app_clock().now())
        except Exception:  # any bug of a package must not stop the others
            log.exception("a tick failed", extra={"tick": name})
            return 0
    if count:
        log.info("tick", extra={"tick": name, "count": count})
    return count


def run_all_ticks(app: Flask) -> int:
    """Call every tick once, in order: for tests, and for a command that must see its effect. Returns how many were handled."""
    return sum(run_tick(app, name, function) for name, _, function in TICKS)


def _beat(app: Flask) -> None:
    with app.app_context():
        beat("scheduler", SystemClock().now())


class SchedulerRuns(RuntimeError):
    """Another scheduler works on this database."""


@contextmanager
def only_one(wait: bool = True) -> Iterator[None]:
    """Hold the one scheduler's lock of this database; wait for it, or raise SchedulerRuns. A crash frees it."""
    if db.engine.dialect.name == "sqlite":
        lock = FileLock(f"{db.engine.url.database}.scheduler.lock", timeout=-1 if wait else 0)
        try:
            lock.acquire()
        except Timeout:
            raise SchedulerRuns from None
        try:
            yield
        finally:
            lock.release()
        return
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK}):
            if not wait:
                raise SchedulerRuns
            time.sleep(1)
        yield
        connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
