"""A study of a shipped questionnaire, open on every channel, and a person to ask."""

import pytest

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.contacts import service as contacts


@pytest.fixture
def workspace(app, clock):
    made = accounts.create_workspace("Shop", organisation="The Shop", contact_line="help@shop.example", now=clock.now())
    return made.id


@pytest.fixture
def study(workspace, clock):
    return open_study(workspace, clock, "delivery", "post_delivery")


def open_study(workspace, clock, name, questionnaire, **settings):
    made = catalog.open_study(
        workspace,
        name,
        questionnaire=questionnaire,
        channels=["web", "email", "sms", "phone", "field"],
        now=clock.now(),
        **settings,
    )
    assert not isinstance(made, list), [str(problem) for problem in made]
    return made


@pytest.fixture
def person(workspace, clock):
    given = {"external_id": "c1", "name": "Anna Kowalska", "email": "anna@example.org", "phone": "+48601234567",
             "language": "pl", "time_zone": "Europe/Warsaw",
             "consent_email": "yes", "consent_sms": "yes", "consent_phone": "yes"}  # fmt: skip
    made = contacts.upsert(workspace, given, "test", clock.now())
    assert not isinstance(made, list), made
    return contacts.contact(workspace, made.contact_id)
