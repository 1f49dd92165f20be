"""The rules of calling, as tables: when the next attempt is due, and what a case ends as."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contacts.permission import REASONS
from app.fieldwork import schedule
from app.fieldwork.outcomes import OUTCOMES, STATES, TABLE, final_code, interim_code, offered
from app.fieldwork.schedule import SLICES, Rules, next_call_at, slice_of

WARSAW = "Europe/Warsaw"


def at(text, zone=WARSAW):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# 2 November 2026 is a Monday.
FIRST = [
    ("on a weekday morning: that evening", "2026-11-02T10:00", "2026-11-02T17:00"),
    ("in the evening: at once", "2026-11-02T18:10", "2026-11-02T18:10"),
    ("after hours: the next evening", "2026-11-02T20:30", "2026-11-03T17:00"),
    ("at the weekend: at once", "2026-11-07T12:00", "2026-11-07T12:00"),
    ("at the weekend after hours: Sunday", "2026-11-07T17:00", "2026-11-08T09:00"),
]


@pytest.mark.parametrize(("why", "earliest", "expected"), FIRST, ids=[row[0] for row in FIRST])
def test_the_first_call_is_in_the_evening_or_at_the_weekend(why, earliest, expected):
    assert next_call_at(at(earliest), (WARSAW,)).at == at(expected)


LATER = [
    ("the least used slice: after an evening, a day", ["2026-11-02T18:00"], "2026-11-02T22:00", "2026-11-03T09:00"),
    ("a slice counts by its weight: 2 evenings of 3", ["2026-11-02T18:00", "2026-11-03T18:00"], "2026-11-03T22:00",
     "2026-11-04T09:00"),
    ("full slices leave the weekend, which is within 72 h",
     ["2026-11-02T10:00", "2026-11-02T11:00", "2026-11-03T18:00", "2026-11-04T18:00", "2026-11-05T18:00"],
     "2026-11-05T22:00", "2026-11-07T09:00"),
    ("nothing within 72 h: the balance is dropped",
     ["2026-11-02T09:30", "2026-11-02T10:30", "2026-11-02T17:30", "2026-11-02T18:30", "2026-11-02T19:30"],
     "2026-11-02T23:00", "2026-11-03T09:00"),
    ("two attempts on a local day are enough", ["2026-11-02T10:00", "2026-11-02T18:00"], "2026-11-02T19:00",
     "2026-11-03T09:00"),
]  # fmt: skip


@pytest.mark.parametrize(("why", "made", "earliest", "expected"), LATER, ids=[row[0] for row in LATER])
def test_later_calls_are_balanced(why, made, earliest, expected):
    assert next_call_at(at(earliest), (WARSAW,), [at(each) for each in made]).at == at(expected)


def test_a_holiday_is_left_out():
    rules = Rules(holidays=(date(2026, 11, 2), date(2026, 11, 3)))
    assert next_call_at(at("2026-11-02T10:00"), (WARSAW,), (), rules).at == at("2026-11-04T17:00")


def test_hours_are_local_when_the_clocks_change():
    """In Warsaw the night to Sunday 25 October 2026 is an hour longer: 9:00 is 7:00 UTC before it and 8:00 after."""
    rules = Rules(weights={"weekend": 1}, first=SLICES)
    saturday, sunday = (next_call_at(at(f"2026-10-{day}T05:00"), (WARSAW,), (), rules) for day in (24, 25))
    assert (saturday.at, sunday.at) == (
        datetime(2026, 10, 24, 7, tzinfo=UTC),
        datetime(2026, 10, 25, 8, tzinfo=UTC),
    )


def test_somebody_of_unknown_zone_is_called_when_it_suits_everywhere():
    window = next_call_at(at("2026-11-03T08:00", "America/New_York"), ("America/New_York", "America/Los_Angeles"))
    assert window.at == at("2026-11-03T17:00", "America/New_York")
    rules = Rules(first=SLICES)
    zones = ("America/New_York", "America/Los_Angeles")
    assert next_call_at(at("2026-11-03T08:00", zones[0]), zones, (), rules).at == at("2026-11-03T09:00", zones[1])


def test_zones_without_a_common_hour_fall_back_to_the_first():
    assert next_call_at(at("2026-11-03T18:00"), (WARSAW, "Pacific/Auckland")).at == at("2026-11-03T18:00")


def test_seven_attempts_or_two_weeks_are_enough():
    week = [at("2026-11-02T18:00") + timedelta(days=n) for n in range(7)]
    assert schedule.exhausted(week, week[-1] + timedelta(days=1))
    assert not schedule.exhausted(week[:6], week[-1])
    assert schedule.exhausted(week[:1], week[0] + timedelta(days=15))
    assert not schedule.exhausted([], week[0])
    assert schedule.exhausted(week[:3], week[3], schedule.rules_of({"day": 1, "evening": 1, "weekend": 1, "night": 9}))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.sampled_from([WARSAW, "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe", "Africa/Casablanca"]),
    st.lists(st.integers(0, 13 * 24 * 60), max_size=6),
)
def test_a_window_is_never_early_never_outside_hours_and_has_room(moment, zone, minutes):
    earliest = moment.replace(tzinfo=UTC)
    made = sorted(earliest - timedelta(minutes=m) for m in minutes)
    window = next_call_at(earliest, (zone,), made)
    assert earliest <= window.at < window.until
    hours = schedule.STANDARD.weekend if slice_of(window.at, zone) == "weekend" else schedule.STANDARD.weekday
    local = window.at.astimezone(ZoneInfo(zone))
    assert hours[0] <= local.time() < hours[1]
    assert sum(m.astimezone(ZoneInfo(zone)).date() == local.date() for m in made) < 2


WALLS = [
    ("2026-11-05T18:30", datetime(2026, 11, 5, 17, 30, tzinfo=UTC)),
    ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # twice: the first
    ("2026-03-29T02:30", None),  # skipped
    ("2026-11-05T25:00", None),
    ("soon", None),
]


@pytest.mark.parametrize(("wall", "instant"), WALLS)
def test_a_wall_time_is_read_where_the_person_is(wall, instant):
    assert schedule.local_instant(wall, WARSAW) == instant


# --- outcomes -------------------------------------------------------------------------------------

REFERENCE = [
    ("no_answer", "RETRY", 240, "3.13", ""),
    ("answering_device", "RETRY", 240, "3.14", ""),
    ("message_left", "RETRY", 240, "2.222", ""),
    ("busy", "RETRY", 60, "3.12", ""),
    ("hang_up", "RETRY", 0, "3.9", ""),
    ("soft_refusal", "REFUSED_HOLD", 7 * 24 * 60, "2.112", ""),
    ("hard_refusal", "FINAL", None, "2.112", "hard_refusal"),
    ("do_not_call", "FINAL", None, "2.112", "do_not_call"),
    ("abandoned", "RETRY", 72 * 60, "3.9", ""),
    ("wrong_number", "FINAL", 0, "3.18", "wrong_number"),
    ("break_off", "PARTIAL", None, "2.12", ""),
    ("referred", "SUPERVISOR", None, "3.9", ""),
]


@pytest.mark.parametrize(("name", "to", "delay", "code", "suppress"), REFERENCE)
def test_the_outcomes_of_the_reference(name, to, delay, code, suppress):
    outcome = OUTCOMES[name]
    assert (outcome.to, outcome.delay, outcome.phone, outcome.suppress) == (to, delay, code, suppress)


@pytest.mark.parametrize("outcome", TABLE, ids=lambda o: o.name)
def test_each_outcome_is_whole(outcome):
    assert outcome.to in STATES
    assert outcome.suppress in ("", *REASONS)
    assert outcome.phone or outcome.visit
    assert outcome.delay is not None or outcome.to not in ("RETRY", "REFUSED_HOLD")


def test_visits_have_their_own_codes():
    codes = {outcome.name: outcome.visit for outcome in offered("visit")}
    assert (codes["no_access"], codes["no_one_reached"], codes["unavailable"]) == ("2.23", "2.24", "2.25")
    assert "busy" not in codes
    assert "no_access" not in {outcome.name for outcome in offered("phone")}


FINAL = [
    ("the latest final outcome", ["no_answer", "hard_refusal"], "declined", "2.112"),
    ("a complete interview", ["soft_refusal", "complete"], "complete", "1.1"),
    ("completed on another channel", ["no_answer"], "complete", "1.1"),
    ("at the cap, never reached", ["no_answer"] * 7, "sampled", "3.90"),
    ("at the cap, once reached", ["hard_appointment", *["no_answer"] * 6], "sampled", "2.30"),
    ("at the cap, answered in part", ["break_off", *["busy"] * 6], "partial", "1.2"),
    ("at the cap, broke off", ["break_off", *["busy"] * 6], "break_off", "2.12"),
    ("declined on the web before any call", [], "declined", "2.112"),
    ("closed before any call", [], "closed", "3.11"),
    ("no number left", ["wrong_number"], "sampled", "3.18"),
    ("a reached person's number disconnected", ["hard_appointment", "disconnected"], "sampled", "2.9"),
]


@pytest.mark.parametrize(("why", "names", "interview", "code"), FINAL, ids=[row[0] for row in FINAL])
def test_the_final_disposition(why, names, interview, code):
    assert final_code(names, "phone", interview) == code


@given(st.lists(st.sampled_from([o.name for o in offered("phone")]), min_size=1, max_size=7), st.integers(0, 6))
def test_a_person_once_reached_never_ends_as_no_answer_or_busy(names, place):
    names.insert(min(place, len(names)), "hard_appointment")
    assert final_code(names, "phone", "sampled") not in ("3.12", "3.13")
    assert interim_code(names, "phone") not in ("3.12", "3.13")
