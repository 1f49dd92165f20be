"""The same study and person as the write path's tests, and a trigger two hours after a delivery."""

import pytest

from app.journeys import service
from tests.interviews.conftest import person, study, workspace  # noqa: F401

FILE = """trigger: after_delivery
study: delivery
kind: event_delay
event: delivered
delay: 2h
channels: [email, sms]
window: {from: "08:00", to: "21:00"}
max_late: 24h
outside: {product: item}
"""


@pytest.fixture
def trigger(workspace, study, clock):
    made = service.add_trigger(workspace, FILE, clock.now())
    assert not isinstance(made, list), [str(problem) for problem in made]
    return made
