"""Bad input is said, one bad turn stops no other, and a turn keeps the version it was made by."""

import io
import logging
from datetime import timedelta

import pytest
from sqlalchemy import insert

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.core.ids import new_id
from app.core.problems import Problem
from app.db import writing
from app.interviews import service as interviews
from app.journeys import definitions, intake, service
from app.journeys.durations import duration
from app.journeys.models import Trigger
from tests.interviews.conftest import open_study
from tests.journeys.conftest import FILE
from tests.journeys.test_triggers import deliver


def changed(before, after):
    assert before in FILE
    return FILE.replace(before, after)


@pytest.mark.parametrize(
    "source",
    [
        changed('{from: "08:00", to: "21:00"}', '{start: "08:00", end: "21:00"}'),
        changed('{from: "08:00", to: "21:00"}', "{from: 08:00, to: 7}"),
        changed('{from: "08:00", to: "21:00"}', "08:00-21:00"),
        changed("[email, sms]", "[[email]]"),
        changed("[email, sms]", "[{email: 1}]"),
        changed("{product: item}", "{product: [item]}"),
        changed("2h", "99999999999999999999w"),
        changed("2h", "200000w"),
        changed("after_delivery", "2026-99-99"),
        changed("trigger:", "? [a, b]\n: 1\ntrigger:"),
        "trigger: \x07",
        "\ud800",
        "[" * 10_000,
        "a: &a [*a]",
        "trigger: x\ntrigger: y\nkind: event_delay\n",
    ],
)
def test_a_file_that_is_wrong_in_an_odd_way_is_said(source):
    problems = definitions.read(source)
    assert problems
    assert all(isinstance(problem, Problem) for problem in problems)


def test_durations_have_an_end():
    assert isinstance(duration("9" * 5000 + "h"), Problem)
    assert duration("520w") == timedelta(weeks=520)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"at": "0001-01-01T00:00:00+14:00"}, "event_time"),
        ({"at": "9999-12-31T23:59:59-14:00"}, "event_time"),
        ({"kind": "k" * 52}, "event_long"),
        ({"event_id": {"a": 1}}, "event_text"),
        ({"item": "a\0b"}, "bad_character"),
        ({"item": "\udcff"}, "bad_character"),
        ({"it\0em": "x"}, "bad_character"),
    ],
)
def test_an_event_that_cannot_be_stored_says_why(workspace, person, clock, change, code):
    given = {"event_id": "d-1", "kind": "delivered", "external_id": person.external_id, **change}
    assert code in [problem.code for problem in intake.take(workspace, given, "UTC", clock.now())]


def test_the_longest_kind_of_event_is_stored(workspace, person, clock):
    assert deliver(workspace, person, clock, kind="k" * 51).new


def test_a_csv_as_people_have_them(workspace, person, trigger, clock):
    text = (
        "event_id;kind;external_id;item\r\n"
        '1;delivered;c1;"a kettle;\r\nred"\r\n'
        "2;delivered;c1;Łódź;too many\r\n"
        "\r\n"
        "3;delivered;c1;Łódź\r\n"
        '4;delivered;c1;"not closed\r\n'
    )
    report = intake.import_csv(workspace, io.BytesIO(text.encode("cp1250")), "UTC", clock.now())
    assert (report.new, report.repeated) == (2, 0)
    assert [(line, problems[0].code) for line, _, problems in report.bad] == [
        (4, "too_many_cells"),
        (7, "unreadable_row"),
    ]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"\0\0\0"])
def test_what_is_no_csv_is_said(workspace, clock, body):
    assert isinstance(intake.import_csv(workspace, io.BytesIO(body), "UTC", clock.now()), Problem)


def test_one_turn_that_fails_keeps_no_other_back_and_is_seen(workspace, study, person, trigger, clock, caplog):
    open_study(workspace, clock, "nameless", "csat_5", basis="anonymous")
    bad = FILE.replace("after_delivery", "bad").replace("study: delivery", "study: nameless")
    with writing() as conn:  # as a file taken before it was checked would stand there
        _insert_trigger(conn, workspace, definitions.read(bad), clock.now())
    deliver(workspace, person, clock)
    clock.advance(timedelta(hours=2))
    with caplog.at_level(logging.CRITICAL):
        assert service.tick(clock.now()) == 1
        for _ in range(service.ATTEMPTS):
            clock.advance(timedelta(hours=1))
            service.tick(clock.now())
    states = {row["name"]: row["counts"] for row in service.triggers(workspace)}
    assert states == {"after_delivery": {"invited": 1}, "bad": {"failed": 1}}
    bad_id = next(row["id"] for row in service.triggers(workspace) if row["name"] == "bad")
    [turn] = service.turns(workspace, bad_id)
    assert "ValueError" in turn.reason
    assert service.retry(workspace, bad_id, clock.now()) == 1
    assert service.turns(workspace, bad_id)[0].state == "waiting"


def test_an_anonymous_study_invites_no_named_customer(workspace, study, clock):
    open_study(workspace, clock, "nameless", "csat_5", basis="anonymous")
    [problem] = service.add_trigger(workspace, FILE.replace("study: delivery", "study: nameless"), clock.now())
    assert problem.code == "trigger_anonymous"


def test_a_waiting_turn_keeps_the_version_it_was_made_by(workspace, study, person, trigger, clock):
    deliver(workspace, person, clock)
    assert service.add_trigger(workspace, FILE.replace("[email, sms]", "[sms]"), clock.now()).version == 2
    clock.advance(timedelta(hours=2))
    assert service.tick(clock.now()) == 1
    [interview] = interviews.interviews_of(workspace, contact_id=person.id)
    assert interview.mode_assigned == "web"  # by email, as version 1 says


def test_a_channel_that_the_study_has_not_is_not_used(workspace, person, clock):
    catalog.open_study(workspace, "delivery", questionnaire="post_delivery", channels=["web", "sms"], now=clock.now())
    service.add_trigger(workspace, FILE, clock.now())
    deliver(workspace, person, clock)
    clock.advance(timedelta(hours=2))
    service.tick(clock.now())
    [interview] = interviews.interviews_of(workspace, contact_id=person.id)
    assert interview.mode_assigned == "sms"


def test_an_erased_customer_is_asked_nothing(workspace, study, person, trigger, clock):
    deliver(workspace, person, clock)
    contacts.erase(workspace, person.id, clock.now())
    problems = intake.take(workspace, {"event_id": "2", "kind": "delivered", "external_id": "c1"}, "UTC", clock.now())
    assert [problem.code for problem in problems] == ["event_contact"]
    clock.advance(timedelta(hours=2))
    assert service.tick(clock.now()) == 1
    assert [turn.state for turn in service.turns(workspace, trigger.id)] == ["skipped"]
    assert interviews.interviews_of(workspace, contact_id=person.id) == []


def test_a_wall_time_that_comes_twice_is_the_first_of_them(workspace, person, trigger, clock):
    deliver(workspace, person, clock, at="2026-10-25T02:30:00")  # clocks go back at 3:00 in Warsaw
    assert service.turns(workspace, trigger.id)[0].due_at.isoformat() == "2026-10-25T02:30:00+00:00"


def _insert_trigger(conn, workspace, read, now):
    conn.execute(
        insert(Trigger).values(
            id=new_id(), workspace_id=workspace, name=read.name, version=1, kind=read.kind, source="",
            study_id=catalog.study_by_name(workspace, read.study).id, settings=read.settings, active=True,
            created_at=now, changed_at=now,
        )
    )  # fmt: skip
