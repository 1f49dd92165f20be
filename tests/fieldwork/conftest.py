"""A study on the phone, people to call, and interviewers."""

import itertools

import pytest

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.fieldwork import service

_number = itertools.count(100)


@pytest.fixture
def study(workspace, clock):
    return open_study(workspace, clock, "delivery")


def open_study(workspace, clock, name, questionnaire="post_delivery", **settings):
    made = catalog.open_study(
        workspace, name, questionnaire=questionnaire, channels=["web", "email", "sms", "phone", "field"],
        now=clock.now(), **settings,
    )  # fmt: skip
    assert not isinstance(made, list), [str(problem) for problem in made]
    return made


@pytest.fixture
def person(workspace, clock):
    """`person()`: somebody in Warsaw who may be called and visited; keywords change fields."""

    def make(consents=("email", "sms", "phone", "field"), **fields):
        n = next(_number)
        given = {"external_id": f"c{n}", "name": f"Anna {n}", "email": f"anna{n}@example.org", "phone": f"+48601234{n}",
                 "language": "en", "time_zone": "Europe/Warsaw", **fields}  # fmt: skip
        made = contacts.upsert(workspace, given, "test", clock.now())
        assert not isinstance(made, list), made
        for channel in consents:
            contacts.give_consent(workspace, made.contact_id, channel, "research", "consent", "test", clock.now())
        return contacts.contact(workspace, made.contact_id)

    return make


@pytest.fixture
def call_list(workspace, study, person, clock):
    """`call_list(3)`: cases of three new people, due at once (it is Wednesday evening in Warsaw)."""

    def make(count=1, kind="phone", of=study, **fields):
        clock.set(clock.now().replace(hour=17))
        people = [person(**fields) for _ in range(count)]
        service.add_cases(workspace, of, kind, people, clock.now())
        return people

    return make
