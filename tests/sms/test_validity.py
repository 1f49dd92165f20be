"""A text is not delivered in the night: what the provider may still deliver ends before quiet hours."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.contacts import service as contacts
from app.delivery import composing, facts
from app.delivery import service as delivery
from app.interviews import service

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


def test_an_invitation_carries_it_and_an_answer_to_a_reply_does_not(workspace, study, person, clock):
    made, _ = service.create(workspace, study, contact_id=person.id, language="en", now=clock.now())
    evening = datetime(2026, 11, 4, 19, 30, tzinfo=UTC)  # half past eight in Warsaw; quiet from nine

    def valid_for(purpose):
        id = delivery.enqueue(workspace, channel="sms", purpose=purpose, interview_id=made.id, now=evening)
        row = {"id": id, "channel": "sms", "purpose": purpose, "attempts": 0, "workspace_id": workspace, "text": "Hello",
               "interview_id": made.id, "study_id": study.id, "contact_id": person.id, "address": None, "subject": None,
               "html": None}  # fmt: skip
        sent = composing.outgoing(row, facts.subject(workspace, row), "+15005550006", evening)
        return sent.valid_for

    assert valid_for("invitation") == timedelta(minutes=30)
    assert valid_for("turn") is None
