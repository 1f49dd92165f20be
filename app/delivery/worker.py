"""Sends what is due, on several connections at a time.

Each message takes three short transactions: (1) claim it, ask the gates again, compose it (claims.py); (2) right before the bytes
that make the provider accept, commit `sending`; (3) record what came of it. A crash before (2) is harmless, a crash after it
leaves `sending`, which recovery.py turns into `unknown` when the lease runs out, never into a second message.

One thread, the clerk, does all of these for a process; the lanes talk to providers and hold no database connection. What several
lanes ask at the same time is committed together. Any number of processes work like this on the same tables.
"""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from flask import current_app
from sqlalchemy import tuple_, update

from app.db import writing
from app.delivery.claims import LEASE, Claimed, claim, waiting
from app.delivery.gateways import Gateway
from app.delivery.models import MessageRow
from app.delivery.outcome import Commit, Lost, Outcome, Withdrawn
from app.delivery.providers import PROVIDERS, Session
from app.delivery.settle import settle

log = logging.getLogger(__name__)

AHEAD = 6  # messages that are claimed at a time for each connection
SPELL = 20.0  # seconds that one tick works at most; the next goes on

Moment = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Passing:
    """A lane is at the point of no return; `go` becomes whether the message is still ours."""

    row: Mapping[str, Any]
    go: "Future[bool]"


@dataclass(frozen=True, slots=True)
class Done:
    """A lane is through with a message; `outcome` is None when it was withdrawn."""

    row: Mapping[str, Any]
    outcome: Outcome | None


Note = Passing | Done


class Lanes:
    """Threads that hand messages over. `notes` is what they ask and tell the clerk."""

    def __init__(self, count: int, settings: Mapping[str, Any]) -> None:
        self.count, self.settings = count, settings
        self.notes: SimpleQueue[Note] = SimpleQueue()
        self._work: SimpleQueue[Claimed | None] = SimpleQueue()
        self._threads: list[Thread] = []
        self.busy = 0

    def put(self, claimed: list[Claimed]) -> None:
        """Hand messages over; no more lanes are started than have something to do."""
        while len(self._threads) < min(self.busy + len(claimed), self.count):
            thread = Thread(target=self._run, name=f"lane-{len(self._threads)}", daemon=True)
            thread.start()
            self._threads.append(thread)
        self.busy += len(claimed)
        for one in claimed:
            self._work.put(one)

    def close(self) -> None:
        for _ in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join(LEASE.total_seconds())

    def _run(self) -> None:
        sessions: dict[str, Session] = {}
        with ExitStack() as stack:

            def session(gateway: Gateway) -> Session:
                if gateway.name not in sessions:
                    opened = PROVIDERS[gateway.provider].session(gateway, self.settings)
                    sessions[gateway.name] = stack.enter_context(opened)
                return sessions[gateway.name]

            while (claimed := self._work.get()) is not None:
                self.notes.put(Done(claimed.row, hand_over(session, claimed, self._commit(claimed.row))))

    def _commit(self, row: Mapping[str, Any]) -> Commit:
        def commit() -> None:
            go: Future[bool] = Future()
            self.notes.put(Passing(row, go))
            if not go.result():
                raise Withdrawn

        return commit


def hand_over(session: Callable[[Gateway], Session], claimed: Claimed, commit: Commit) -> Outcome | None:
    """Talk to the provider. A bug of a provider is an unknown outcome, not a second message."""
    try:
        return session(claimed.gateway).send(claimed.message, commit)
    except Withdrawn:
        log.info("message withdrawn", extra={"message_id": claimed.row["id"]})
        return None
    except Exception as error:
        log.exception("a provider failed", extra={"message_id": claimed.row["id"], "provider": claimed.gateway.name})
        return Lost(type(error).__name__)


def tick(channel: str, now: datetime) -> int:
    """Send what is due on a channel; returns how many messages were handled."""
    if not waiting(channel, now):
        return 0
    began = time.monotonic()

    def moment() -> datetime:
        """The present: `now` and what has passed since, so that a slow provider does not spoil the leases."""
        return now + timedelta(seconds=time.monotonic() - began)

    lanes = Lanes(current_app.config["DELIVERY_LANES"], dict(current_app.config))
    try:
        return _work(channel, lanes, moment, began + SPELL)
    finally:
        while lanes.busy:
            record(lanes, moment)
        lanes.close()


def _work(channel: str, lanes: Lanes, moment: Moment, ends: float) -> int:
    """The clerk: keeps the lanes busy until nothing is due or the spell `ends`, and writes down what they tell."""
    handled = 0
    while time.monotonic() < ends:
        if lanes.busy <= 2 * lanes.count:
            seen, claimed = claim(channel, moment(), AHEAD * lanes.count)
            if not seen:
                break
            handled += seen
            lanes.put(claimed)
        if lanes.busy:
            record(lanes, moment)
    return handled


def record(lanes: Lanes, moment: Moment) -> None:
    """Commit together what the lanes have to say: at least one thing, and whatever else is there."""
    notes = [lanes.notes.get()]
    try:
        while True:
            notes.append(lanes.notes.get_nowait())
    except Empty:
        pass
    passing = [note for note in notes if isinstance(note, Passing)]
    done = [note for note in notes if isinstance(note, Done)]
    lanes.busy -= len(done)
    ours: set[tuple[str, int]] = set()  # should the transaction fail, nobody may go on
    try:
        ours = _write(passing, done, moment())
    except Exception:  # what one of them stumbled over must not be the others' fault
        log.exception("the outcomes of several messages could not be recorded together")
        for each in done:
            try:
                _write([], [each], moment())
            except Exception:
                log.exception("an outcome could not be recorded", extra={"message_id": each.row["id"]})
    for waiting_lane in passing:
        waiting_lane.go.set_result((waiting_lane.row["id"], waiting_lane.row["attempts"]) in ours)


def _write(passing: list[Passing], done: list[Done], now: datetime) -> set[tuple[str, int]]:
    with writing():
        ours = mark_sending([note.row for note in passing], now)
        for note in done:
            if note.outcome is not None:
                settle(note.row, note.outcome, now)
        return ours


def mark_sending(rows: list[Mapping[str, Any]], now: datetime) -> set[tuple[str, int]]:
    """Mark the point of no return; returns the (id, attempt) that may pass it. Another's claim was lost meanwhile: the lease ran
    out, or somebody paused or cancelled."""
    if not rows:
        return set()
    attempts = [(row["id"], row["attempts"]) for row in rows]
    mine = (
        update(MessageRow)
        .where(MessageRow.state == "claimed", tuple_(MessageRow.id, MessageRow.attempts).in_(attempts))
        .values(state="sending", sending_at=now, lease_until=now + LEASE)
        .returning(MessageRow.id, MessageRow.attempts)
        .execution_options(every_workspace=True)  # each by its own id, whichever workspace
    )
    with writing() as conn:
        return {(row.id, row.attempts) for row in conn.execute(mine)}
