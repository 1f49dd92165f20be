"""The desk: what each role finds at home, the search, dead deliveries."""

from datetime import timedelta

import pytest

from app import events
from app.accounts.audit import trail
from app.core.clock import SystemClock
from app.db import writing
from app.heartbeat import beat
from app.interviews import service as interviews
from tests.insights.conftest import answer, person, study, workspace  # noqa: F401


@pytest.fixture
def broken():
    """A subscriber that fails until it is mended."""
    faults = [ValueError("no such thing")]

    @events.subscriber("tests.broken", "tests.happened")
    def handle(news, now):
        if faults:
            raise faults[0]

    yield faults
    del events._subscribers["tests.broken"]


@pytest.fixture
def dead(broken, workspace, clock):
    with writing() as conn:
        event_id = events.publish(conn, workspace, "tests.happened", {}, clock.now())
    for _ in range(events.ATTEMPTS):
        events.deliver(clock.now())
        clock.advance(timedelta(hours=2))
    return event_id


def test_home_by_role(study, answer, signed_in):
    answer(study, {"score": "9", "reasons": ["none"], "effort": "7"})
    researcher = signed_in("researcher").get("/").text
    assert "NPS 100.0" in researcher
    assert "scheduler" not in researcher
    interviewer = signed_in("interviewer").get("/").text
    assert "Waiting to be called" in interviewer
    assert study.title not in interviewer
    assert 'role="search"' not in interviewer


def test_home_says_what_needs_somebody(dead, signed_in):
    manager = signed_in("manager")
    page = manager.get("/").text
    assert "1 event could not be handled" in page
    assert "has never run here" in page
    beat("scheduler", SystemClock().now() - timedelta(minutes=7))
    assert "silent for 7 minutes" in manager.get("/").text
    beat("scheduler", SystemClock().now())
    assert "scheduler" not in manager.get("/").text


def test_a_dead_delivery_is_tried_again(dead, broken, signed_in, workspace, clock):
    admin = signed_in("admin")
    assert "no such thing" in admin.get("/deliveries").text
    broken.clear()
    assert admin.submit(f"/deliveries/{dead}/tests.broken/retry", page="/deliveries").status_code == 302
    assert events.deliver(clock.now()) == 1
    assert events.dead_deliveries(workspace) == []
    assert trail(workspace, subject=dead).items[0].action == "event.retried"
    again = admin.submit(f"/deliveries/{dead}/tests.broken/retry", page="/account")
    assert again.status_code == 404


def test_search_finds_people_studies_and_interviews(study, person, workspace, clock, signed_in):
    made, _ = interviews.create(workspace, study, contact_id=person.id, now=clock.now())
    manager = signed_in("manager")
    assert "anna@example.org" in manager.get("/search?q=kowalska").text
    assert study.title in manager.get("/search?q=delivery").text
    assert f"/results/interviews/{made.id}" in manager.get(f"/search?q={made.id.upper()}").text
    assert "Nothing is called" in manager.get("/search?q=zzz").text
    assert manager.get("/search").status_code == 200
