"""Waking hours over clock changes and unknown zones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contacts.waking import WAKING, day_window, next_awake

LONDON = ("Europe/London",)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-28T20:59", "2026-03-28T20:59"),  # GMT, still open
        ("2026-03-28T21:00", "2026-03-29T07:00"),  # closed; tomorrow 8:00 is BST, not today's offset
        ("2026-03-29T07:59", "2026-03-29T07:59"),
        ("2026-10-24T20:00", "2026-10-25T08:00"),  # 21:00 BST; tomorrow 8:00 is GMT
        ("2026-10-25T07:30", "2026-10-25T08:00"),
        ("2026-10-25T20:59", "2026-10-25T20:59"),
    ],
)
def test_the_window_is_local_on_either_side_of_a_clock_change(now, expected):
    assert next_awake(LONDON, utc(now)) == utc(expected)


@pytest.mark.parametrize(
    ("day", "window", "opening", "closing"),
    [
        # 01:00-02:00 does not happen on 29 March, and happens twice on 25 October
        ("2026-03-29", ("01:30", "08:00"), "2026-03-29T01:30", "2026-03-29T07:00"),
        ("2026-03-29", ("00:15", "01:30"), "2026-03-29T00:15", "2026-03-29T00:30"),
        ("2026-10-25", ("01:30", "08:00"), "2026-10-25T01:30", "2026-10-25T08:00"),
        ("2026-10-25", ("00:15", "01:30"), "2026-10-24T23:15", "2026-10-25T00:30"),
    ],
)
def test_an_edge_in_a_gap_or_fold_is_read_so_that_nobody_is_disturbed(day, window, opening, closing):
    start, end = (time.fromisoformat(edge) for edge in window)
    assert day_window(LONDON[0], date.fromisoformat(day), (start, end)) == (utc(opening), utc(closing))


def test_a_window_that_vanishes_in_the_fold_waits_for_the_next_day():
    window = (time(1, 10), time(1, 50))
    assert next_awake(LONDON, utc("2026-10-25T00:00"), window) == utc("2026-10-26T01:10")


def test_an_unknown_zone_waits_until_every_plausible_zone_is_awake():
    zones = ("Europe/Warsaw", "America/New_York")
    assert next_awake(zones, utc("2026-11-04T07:00")) == utc("2026-11-04T13:00")  # 8:00 in New York, 14:00 in Warsaw
    assert next_awake(zones, utc("2026-11-04T20:00")) == utc("2026-11-05T13:00")  # 21:00 in Warsaw: tomorrow


def test_without_a_common_hour_most_zones_decide():
    zones = ("Europe/London", "America/Los_Angeles", "Pacific/Guam")
    assert next_awake(zones, utc("2026-11-04T12:00")) == utc("2026-11-04T16:00")  # 8:00 in Los Angeles


@pytest.mark.parametrize(("zones", "window"), [((), WAKING), (LONDON, (time(9), time(9)))])
def test_no_zone_and_no_window_are_bugs(zones, window):
    with pytest.raises(ValueError, match="needs a zone"):
        next_awake(zones, utc("2026-11-04T12:00"), window)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from(["Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]),
)
def test_the_found_moment_is_inside_and_none_before_it_is(naive, zone):
    now = naive.replace(tzinfo=UTC)
    found = next_awake((zone,), now)
    assert found >= now
    assert WAKING[0] <= found.astimezone(ZoneInfo(zone)).time() < WAKING[1]
    assert found - now <= timedelta(hours=12)
