"""The bus: leases, failures, subscribers that are gone, and transactions that join."""

import logging
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import events
from app.db import after_commit, reading, writing
from app.events import EventDelivery


@pytest.fixture
def heard():
    """A subscriber of our own for the kind `test.said`, and what it does; gone afterwards."""
    calls, behaviour = [], [lambda news: None]

    @events.subscriber("test", "test.said")
    def hear(news, now):
        calls.append(news.id)
        behaviour[0](news)

    yield calls, behaviour
    events._subscribers.pop("test", None)


def say(clock):
    with writing() as conn:
        return events.publish(conn, "w1", "test.said", {}, clock.now())


def deliver(clock):
    return events.deliver(clock.now(), limit=1000)


def delivery(event_id):
    with reading() as conn:
        return conn.execute(
            select(EventDelivery.__table__).where(
                EventDelivery.workspace_id == "w1", EventDelivery.event_id == event_id
            )
        ).one()


def fail(news):
    raise OSError("no")


def test_it_is_told_once(app, clock, heard):
    event_id = say(clock)
    deliver(clock)
    deliver(clock)
    assert (heard[0], delivery(event_id).state) == ([event_id], "done")


def test_a_poisonous_one_is_dead_after_its_tries_and_can_be_tried_again(app, clock, heard, caplog):
    calls, behaviour = heard
    behaviour[0] = fail
    event_id = say(clock)
    with caplog.at_level(logging.CRITICAL):
        for _ in range(events.ATTEMPTS + 3):
            deliver(clock)
            clock.advance(timedelta(hours=2))
    assert len(calls) == events.ATTEMPTS
    [dead] = events.dead_deliveries("w1")
    assert (dead.event_id, dead.error) == (event_id, "OSError: no")
    assert events.dead_deliveries("w2") == []
    behaviour[0] = lambda news: None
    with writing() as conn:
        events.revive(conn, "w1", event_id, "test", clock.now())
    deliver(clock)
    assert (delivery(event_id).state, events.dead_deliveries("w1")) == ("done", [])


def test_one_that_kills_its_worker_is_dead_after_its_tries(app, clock, heard):
    """Whoever is killed writes no failure: only the claims count."""
    event_id = say(clock)
    for _ in range(events.ATTEMPTS):
        assert events._claim(clock.now(), 10) == [(event_id, "test")]
        clock.advance(events.LEASE)
    assert events._claim(clock.now(), 10) == []
    assert [dead.event_id for dead in events.dead_deliveries("w1")] == [event_id]


def test_a_late_failure_does_not_undo_what_another_process_did(app, clock, heard):
    """The lease of a slow worker ran out and another one finished; the slow one's failure is not a reason to do it again."""
    event_id = say(clock)
    events._claim(clock.now(), 10)
    events._run(event_id, "test", clock.now())
    events._failed(event_id, "test", "late", clock.now())
    assert delivery(event_id).state == "done"


def test_news_for_a_subscriber_that_is_gone_is_seen_by_a_person(app, clock, heard):
    event_id = say(clock)
    events._subscribers.pop("test")
    clock.advance(events.ORPHANED)
    deliver(clock)
    [dead] = events.dead_deliveries("w1")
    assert (dead.event_id, dead.subscriber) == (event_id, "test")
    assert "test" in dead.error


def test_after_commit_waits_for_the_outermost_and_not_for_a_rollback(app):
    called = []
    with writing():
        with writing():
            after_commit(lambda: called.append(1))
        assert called == []
    assert called == [1]
    with suppress(ZeroDivisionError), writing():
        after_commit(lambda: called.append(2))
        raise ZeroDivisionError
    assert called == [1]
    with pytest.raises(RuntimeError):
        after_commit(lambda: called.append(3))


def test_a_thread_has_a_transaction_of_its_own(app, clock):
    seen = []

    def other():
        with app.app_context(), reading() as conn:
            seen.append(conn.scalar(select(EventDelivery.event_id).where(EventDelivery.workspace_id == "w1").limit(1)))

    with writing() as conn:
        events.publish(conn, "w1", "test.said", {}, clock.now())
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        with reading() as joined:
            assert joined is conn
    assert seen == [None]


def test_reads_joined_in_one_see_one_snapshot(app, clock):
    count = select(events.Event.id).where(events.Event.workspace_id == "w1")
    with reading() as conn:
        assert conn.execute(count).all() == []
        with writing() as writer:
            events.publish(writer, "w1", "nobody.listens", {}, clock.now())
        with reading() as again:
            assert again is conn
            assert again.execute(count).all() == []
    with reading() as conn:
        assert len(conn.execute(count).all()) == 1
