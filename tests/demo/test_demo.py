"""The demo's data: made once, by the verbs that real data goes through."""

from collections import Counter
from datetime import timedelta

import pytest

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.delivery import service as delivery
from app.demo import fill_demo
from app.events import dead_deliveries
from app.fieldwork import service as fieldwork
from app.interviews import service
from app.journeys import service as journeys


@pytest.fixture
def settings(settings):
    return {**settings, "DEMO": "1"}


def test_the_demo_has_people_studies_answers_and_something_under_way(app, clock):
    home = fill_demo(clock.now())
    assert {role for person in accounts.people(home.id) for role in person.roles} == {
        "researcher", "interviewer", "supervisor", "manager", "admin"}  # fmt: skip
    people = contacts.page(home.id, size=200).items
    assert len(people) == 40
    assert {person.language for person in people} == {"en", "pl", "ru", "ro", "it"}
    studies = {study.name: study for study in catalog.studies(home.id)}
    assert {study.status for study in studies.values()} == {"open"}
    assert studies["post_delivery"].channels == ("web", "email", "sms", "phone", "field")
    assert (studies["csat"].basis, studies["practice"].practice) == ("anonymous", True)
    made = service.interviews_of(home.id)
    statuses, modes = Counter(each.status for each in made), Counter(each.mode_answered for each in made)
    assert statuses["complete"] > 200
    assert statuses["started"] > 20
    assert set(modes) >= {"web", "sms", "phone", "field"}
    assert len({each.created_at.date() for each in made}) > 30
    assert all(each.created_at <= clock.now() for each in made)
    scores = [int(each.state.answers["score"].value) for each in made if "score" in each.state.answers]
    assert 0.05 < sum(score <= 6 for score in scores) / len(scores) < 0.4
    assert dead_deliveries(home.id) == []
    assert fieldwork.counts(home.id) == {"NEW": 29}
    assert delivery.outbox(home.id).total == 0
    clock.advance(timedelta(seconds=1))
    assert journeys.tick(clock.now()) == 14


def test_a_second_start_adds_nothing(app, clock):
    home = fill_demo(clock.now())
    before = service.interviews_of(home.id)
    assert fill_demo(clock.now() + timedelta(days=1)) == home
    assert service.interviews_of(home.id) == before


def test_what_happened_is_what_was_answered(app, clock):
    home = fill_demo(clock.now())
    for interview in service.interviews_of(home.id)[::20]:
        assert service.replayed(home.id, interview.id) == interview.state
