"""The same study as the write path's tests, and a person who agreed to text messages."""

import pytest

from app.contacts import service as contacts
from tests.interviews.conftest import study, workspace  # noqa: F401

OURS, THEIRS = "+15005550006", "+48601234567"


@pytest.fixture
def settings(settings):
    return settings | {"SMS_FROM": OURS}


@pytest.fixture
def person(workspace, clock):
    given = {"external_id": "c1", "name": "Anna Kowalska", "email": "anna@example.org", "phone": THEIRS, "language": "en",
             "time_zone": "Europe/Warsaw", "consent_sms": "yes", "consent_email": "yes", "consent_phone": "yes"}  # fmt: skip
    made = contacts.upsert(workspace, given, "test", clock.now())
    assert not isinstance(made, list), made
    return contacts.contact(workspace, made.contact_id)
