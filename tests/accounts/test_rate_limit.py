"""Rate limits: how many, how fast, and across connections."""

import threading
from datetime import timedelta

import pytest
from flask import Flask

from app.core.clock import FixedClock
from app.rate_limit import allowed, forget, in_use

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("waits", "expected"),
    [
        ([0, 0, 0, 0], [True, True, True, False]),  # three at once, no fourth
        ([0, 0, 0, 19, 1], [True, True, True, False, True]),  # one more each twenty seconds
        ([0, 0, 0, 60, 0, 0, 0], [True, True, True, True, True, True, False]),  # a minute fills it again
        ([0, 0, 0, 0, 0, 0, 20, 0], [True, True, True, False, False, False, True, False]),  # refusals cost nothing
        ([0, 3600, 0, 0, 0], [True, True, True, True, False]),  # idle time is not saved up
    ],
)
def test_three_a_minute(app: Flask, clock: FixedClock, waits: list[int], expected: list[bool]) -> None:
    got = []
    for seconds in waits:
        clock.advance(timedelta(seconds=seconds))
        got.append(allowed("x", 3, MINUTE, clock.now()))
    assert got == expected


def test_buckets_do_not_share(app: Flask, clock: FixedClock) -> None:
    assert allowed("a", 1, MINUTE, clock.now())
    assert allowed("b", 1, MINUTE, clock.now())
    assert not allowed("a", 1, MINUTE, clock.now())


def test_racing_connections_get_no_more_than_the_limit(app: Flask, clock: FixedClock) -> None:
    got: list[bool] = []

    def ask() -> None:
        with app.app_context():
            got.append(allowed("race", 5, MINUTE, clock.now()))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True] * 5


def test_spent_buckets_are_forgotten(app: Flask, clock: FixedClock) -> None:
    allowed("x", 3, MINUTE, clock.now())
    assert forget(clock.now()) == 0
    clock.advance(MINUTE)
    assert forget(clock.now()) == 1


def test_a_bucket_is_in_use_until_all_is_back(app: Flask, clock: FixedClock) -> None:
    assert not in_use("x", clock.now())
    allowed("x", 3, MINUTE, clock.now())
    clock.advance(timedelta(seconds=19))
    assert in_use("x", clock.now())
    clock.advance(timedelta(seconds=2))
    assert not in_use("x", clock.now())
