"""Contacts of a workspace that exists."""

from datetime import datetime

import pytest

from app.contacts import service
from app.core.clock import FixedClock


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now()


@pytest.fixture
def anna(workspace: str, now: datetime) -> str:
    """A contact with an address and a number, who consented to everything."""
    yes = {f"consent_{channel}": "yes" for channel in ("email", "sms", "phone", "field")}
    fields = {"external_id": "A-1", "name": "Anna Nowak", "email": "anna@example.com", "phone": "+48512345678"}
    stored = service.upsert(workspace, fields | yes, "test", now)
    assert isinstance(stored, service.Stored)
    return stored.contact_id
