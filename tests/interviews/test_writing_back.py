"""Answers become attributes of the profile."""

from datetime import timedelta

import pytest

from app import events
from app.catalog import service as catalog
from app.contacts import definitions, editing
from app.contacts import service as contacts
from app.contacts.attributes import Definition
from app.interviews import service
from tests.interviews.conftest import open_study
from tests.interviews.test_write_path import CONSENT

DEFINITION = """
questionnaire: profile
title: Profile
languages: [en]
basis: attributable
purpose: to know you
minutes: 1
writes:
  - {question: size, attribute: company_size}
  - {question: likes, attribute: needs}
  - {question: news, attribute: newsletter, over: staff}
  - {question: age, attribute: age}
pages:
  - name: main
    questions:
      - {name: size, type: single_choice, label: Size, choices: [{name: s, label: Small}, {name: l, label: Large}]}
      - {name: likes, type: multiple_choice, label: Likes, choices: [{name: price, label: Price}, {name: care, label: Care}]}
      - {name: news, type: yes_no, label: News}
      - {name: age, type: integer, label: Age, dont_know: yes}
"""
DECLARED = [
    Definition("company_size", "choice", "Company size", {"s": "Small", "m": "Medium", "l": "Large"}),
    Definition("needs", "tags", "Needs"),
    Definition("newsletter", "boolean", "Newsletter"),
    Definition("age", "number", "Age"),
]
ANSWERS = {"size": "l", "likes": ["price", "care"], "news": "yes", "age": "41"}
WRITTEN = {"company_size": "l", "needs": ["care", "price"], "newsletter": True, "age": 41}


@pytest.fixture
def study(workspace, clock):
    assert definitions.declare(workspace, DECLARED, "command", clock.now()) == []
    published = catalog.publish_source(workspace, DEFINITION, file="profile.yaml", now=clock.now(), actor="test")
    assert not isinstance(published, list), published
    return open_study(workspace, clock, "profile", "profile")


def complete(study, person, clock, answers=ANSWERS, **settings):
    made, _ = service.create(study.workspace_id, study, contact_id=person.id, now=clock.now(), **settings)
    sent = service.Submission("web", "email", "main", answers, made.revision, consent=CONSENT)
    assert isinstance(service.submit(study.workspace_id, made.id, sent, clock.now()), service.Accepted)
    return made


def attributes(person):
    return contacts.contact(person.workspace_id, person.id).attributes


def tell(clock):
    events.deliver(clock.now(), limit=1000)


def test_answers_are_written_typed_and_remember_where_they_come_from(workspace, study, person, clock):
    made = complete(study, person, clock)
    assert attributes(person) == {}
    tell(clock)
    assert attributes(person) == WRITTEN
    origin = editing.origins(workspace, person.id)["company_size"]
    assert (origin.by, origin.interview_id, origin.question, origin.version_id) == (
        "interview",
        made.id,
        "size",
        study.version_id,
    )
    assert origin.at == clock.now()
    told = {"source": "interview", "interview": made.id, "fields": sorted(WRITTEN)}
    assert events.timeline(workspace, person.id)[0].data == told


def test_a_test_interview_writes_nothing(study, person, clock):
    complete(study, person, clock, is_test=True)
    tell(clock)
    assert attributes(person) == {}


def test_an_anonymous_study_writes_nothing(workspace, study, person, clock):
    hidden = open_study(workspace, clock, "hidden", "profile", basis="anonymous")
    made, _ = service.create(workspace, hidden, now=clock.now())
    sent = service.Submission("web", "link", "main", ANSWERS, made.revision, consent=CONSENT)
    assert isinstance(service.submit(workspace, made.id, sent, clock.now()), service.Accepted)
    tell(clock)
    assert attributes(person) == {}


def test_practice_writes_nothing(workspace, study, person, clock):
    complete(open_study(workspace, clock, "practice", "profile", practice=True), person, clock)
    tell(clock)
    assert attributes(person) == {}


def test_dont_know_writes_nothing_and_keeps_what_is_known(workspace, study, person, clock):
    editing.edit(workspace, person.id, {}, {"age": "30"}, "staff-1", clock.now())
    complete(study, person, clock, {**ANSWERS, "age__special": "dk", "age": ""})
    tell(clock)
    assert attributes(person) == WRITTEN | {"age": 30}


def test_staffs_newer_value_stays_unless_the_definition_says_otherwise(workspace, study, person, clock):
    complete(study, person, clock)
    later = clock.now() + timedelta(minutes=5)
    editing.edit(workspace, person.id, {}, {"company_size": "m", "newsletter": "no"}, "staff-1", later)
    tell(clock)
    assert attributes(person) == WRITTEN | {"company_size": "m"}
    assert editing.origins(workspace, person.id)["company_size"].by == "staff"


def test_staffs_older_value_is_replaced(workspace, study, person, clock):
    editing.edit(workspace, person.id, {}, {"company_size": "m"}, "staff-1", clock.now())
    clock.advance(timedelta(minutes=5))
    complete(study, person, clock)
    tell(clock)
    assert attributes(person) == WRITTEN


def test_an_answer_that_does_not_fit_is_left_out_and_told(workspace, study, person, clock, caplog):
    definitions.declare(workspace, [Definition("age", "date", "Age")], "command", clock.now())
    complete(study, person, clock)
    tell(clock)
    assert attributes(person) == {name: value for name, value in WRITTEN.items() if name != "age"}
    assert [record.attribute for record in caplog.records if "does not fit" in record.message] == ["age"]


@pytest.mark.parametrize(
    ("writes", "code"),
    [("{question: nope, attribute: a}", "unknown_name"), ("{question: n, attribute: a}", "bad_write"),
     ("{question: q, attribute: a}, {question: q, attribute: a}", "duplicate_name"),
     ("{question: r, attribute: a}", "bad_write"), ("{question: q, attribute: A b}", "bad_name")],
)  # fmt: skip
def test_a_definition_says_what_is_wrong_with_its_writes(workspace, clock, writes, code):
    text = f"""
questionnaire: wrong
title: Wrong
languages: [en]
basis: attributable
purpose: to see
minutes: 1
writes: [{writes}]
pages:
  - name: main
    questions: [{{name: q, type: text, label: Q}}, {{name: n, type: note, label: N}}]
  - repeat: row
    count: "2"
    pages: [{{name: inner, questions: [{{name: r, type: text, label: R}}]}}]
"""
    problems = catalog.publish_source(workspace, text, file="wrong.yaml", now=clock.now(), actor="test")
    assert [problem.code for problem in problems] == [code]
