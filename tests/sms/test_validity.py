"""A text is not delivered in the night: what the provider may still deliver ends before quiet hours."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.contacts import service as contacts
from app.delivery import facts

SECOND = timedelta(seconds=1)


@given(minutes=st.integers(0, 366 * 24 * 60))
@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_period_ends_with_the_waking_hours(person, minutes):
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    left = facts.awake_for(person, now)
    if contacts.next_waking(person, now) > now:
        return  # nothing is sent: it waits for the morning
    assert timedelta(0) < left <= timedelta(hours=13)
    assert contacts.next_waking(person, now + left - SECOND) == now + left - SECOND, "awake to the last second"
    assert contacts.next_waking(person, now + left + SECOND) > now + left + SECOND, "and no longer"
