"""The scheduler process: calls each package's ticks again and again. Tables are the truth; a tick looks at its table.

A package offers `TICKS`, a list of (name, seconds between, function taking `now` and returning how many it handled).
One scheduler works at a time: others wait for the file lock (SQLite) or the advisory lock (PostgreSQL) to come free.

Workers are as many as one likes: the ticks of SHARED claim their rows. They look at their tables every second, or with BROKER_URL
are Celery's, and a wake is a task: what RabbitMQ carries is only that there is work, so a message that it loses costs a second.
"""

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Event, Thread
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
from app.protocols.service import TICKS as PROTOCOLS
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
    *PROTOCOLS,
    *SMS,
    *SMS_TIMERS,
    *EMAIL,
]


# Those that any number of processes may work on at the same time.
SHARED = ("events", "delivery.email", "delivery.sms")
EXPIRES = 600  # seconds after which a wake nobody heard is of no use
TASK = "canvass.tick"


def run_scheduler(app: Flask) -> None:
    """Tick until SIGTERM or SIGINT. Call it in a process of its own."""
    scheduler = BlockingScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(max(2, len(TICKS) + 1))})
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: scheduler.shutdown(wait=False) if scheduler.running else exit_now())
    with app.app_context(), only_one():
        log.info("the scheduler works", extra={"count": len(TICKS)})
        _add(scheduler, "heartbeat", BEAT, partial(_beat, app))
        for name, seconds, function in TICKS:
            call = partial(run_tick, app, name, function)
            if app.config["BROKER_URL"] and name in SHARED:
                call = partial(_offer, app, name, call)
            _add(scheduler, name, seconds, call)
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


def _offer(app: Flask, name: str, call: Callable[[], int]) -> int:
    """Leave a tick to the Celery workers; do it ourselves while the broker cannot be reached."""
    return 0 if _send(broker(app), name) else call()


def run_worker(app: Flask, names: Sequence[str]) -> None:
    """Work on these queues until SIGTERM or SIGINT, beside any number of other workers. Call it in a process of its own."""
    if app.config["BROKER_URL"]:
        options = {
            "pool": "threads", "concurrency": len(names), "queues": ",".join(map(_queue, names)),
            "hostname": f"canvass-{os.getpid()}@%h", "loglevel": "WARNING",
        }  # fmt: skip
        switches = [f"--{name}={value}" for name, value in options.items()]
        broker(app).worker_main(["worker", *switches, "--without-gossip", "--without-mingle"])
        return
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    functions = {name: function for name, _, function in TICKS if name in names}

    def work(name: str) -> None:
        while not stop.is_set():
            if not run_tick(app, name, functions[name]):
                stop.wait(1)

    threads = [Thread(target=work, args=(name,), name=name) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def broker(app: Flask) -> Any:
    """The Celery application of BROKER_URL, made once. A task that a dying worker had is given to another (acks_late)."""
    if "celery" not in app.extensions:
        from celery import Celery  # an extra: only who sets BROKER_URL needs it
        from kombu.entity import Queue

        made = Celery("canvass", broker=app.config["BROKER_URL"])
        made.conf.update(
            task_acks_late=True, task_reject_on_worker_lost=True, task_ignore_result=True, worker_prefetch_multiplier=1,
            worker_hijack_root_logger=False, broker_connection_timeout=2, broker_connection_retry_on_startup=True,
            task_queues=[Queue(_queue(name), routing_key=_queue(name), message_ttl=EXPIRES, max_length=1000) for name in SHARED],
            task_create_missing_queues=False,
        )  # fmt: skip
        functions = {name: function for name, _, function in TICKS}

        @made.task(name=TASK)
        def tick(name: str) -> None:
            run_tick(app, name, functions[name])

        app.extensions["celery"] = made
    return app.extensions["celery"]


def _queue(name: str) -> str:
    return f"canvass.{name}"


def _send(celery: Any, name: str) -> bool:
    """Ask the workers to look at a queue; False when the broker cannot be reached."""
    from kombu.exceptions import OperationalError

    try:
        celery.send_task(TASK, [name], queue=_queue(name), expires=EXPIRES, retry=False)
    except OperationalError as fault:
        log.warning("the broker cannot be reached", extra={"queue": name, "fault": type(fault).__name__})
        return False
    return True


def init_wake(app: Flask) -> None:
    """With BROKER_URL, whatever wakes a queue in this process wakes the Celery workers."""

    def pass_on(queue: str) -> None:
        if queue in SHARED:
            _send(broker(app), queue)

    if app.config["BROKER_URL"]:
        on_wake(pass_on)


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
