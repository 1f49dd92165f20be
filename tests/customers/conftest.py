"""A customer of an account, and an attributable study with scores that they can answer."""

import pytest

from app import engine
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.interviews import service as interviews
from app.journeys import intake

SCORES = """
questionnaire: scores
title: How we are doing
languages: [en]
basis: attributable
purpose: to get better
minutes: 1
metrics:
  - {name: nps, kind: nps, question: recommend}
pages:
  - name: main
    questions:
      - {name: recommend, type: nps, label: Would you recommend us?}
"""


@pytest.fixture
def anna(workspace, clock):
    """Anna Nowak of Acme, in Warsaw."""
    yes = {f"consent_{channel}": "yes" for channel in ("email", "sms", "phone", "field")}
    fields = {"external_id": "A-1", "name": "Anna Nowak", "email": "anna@example.com", "phone": "+48512345678",
              "language": "pl", "time_zone": "Europe/Warsaw", "account": "Acme"}  # fmt: skip
    stored = contacts.upsert(workspace, fields | yes, "test", clock.now())
    return contacts.contact(workspace, stored.contact_id)


@pytest.fixture
def study(workspace, clock):
    return open_study(workspace, clock, SCORES, "scores")


def open_study(workspace, clock, source, name):
    published = catalog.publish_source(workspace, source, file=f"{name}.yaml", now=clock.now(), actor="test")
    assert not isinstance(published, list), [str(problem) for problem in published]
    made = catalog.open_study(
        workspace, name, questionnaire=name, channels=["web", "email", "sms", "phone"], now=clock.now()
    )
    assert not isinstance(made, list), [str(problem) for problem in made]
    return made


def answer(study, person, clock, score="9"):
    made, _ = interviews.create(study.workspace_id, study, contact_id=person.id, now=clock.now())
    consent = engine.Consent(True, "1", "en")
    sent = interviews.Submission("web", "email", "main", {"recommend": score}, made.revision, consent=consent)
    done = interviews.submit(study.workspace_id, made.id, sent, clock.now())
    assert isinstance(done, interviews.Accepted), done
    return made


@pytest.fixture
def happens(workspace, clock):
    """`happens("ticket", id="T-1", state="closed")`: an event from outside, Anna's unless `audience` says whose."""

    def take(kind, event_id="", **data):
        whose = {} if "audience" in data else {"external_id": "A-1"}
        given = {"event_id": event_id or f"{kind}-{sorted(data.items())}"[:120], "kind": kind, **whose, **data}
        taken = intake.take(workspace, given, "Europe/Warsaw", clock.now())
        assert not isinstance(taken, list), [str(problem) for problem in taken]
        return taken

    return take
