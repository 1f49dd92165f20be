"""From what a customer did to an invitation, once, at the right time, or a reason why not."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from app.catalog import service as catalog
from app.contacts import segments
from app.contacts import service as contacts
from app.core.problems import Problem
from app.delivery import service as delivery
from app.interviews import service as interviews
from app.journeys import definitions, intake, service
from app.journeys.durations import duration
from tests.journeys.conftest import FILE


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", timedelta(hours=2)),
        ("30m", timedelta(minutes=30)),
        ("1d 12h", timedelta(days=1, hours=12)),
        ("1W", timedelta(weeks=1)),
    ],
)
def test_durations(text, expected):
    assert duration(text) == expected


@pytest.mark.parametrize("text", ["", "2", "h", "two hours", "-1h", 2, None])
def test_what_is_no_duration_says_how_to_write_one(text):
    assert isinstance(duration(text), Problem)


def test_a_file_with_many_mistakes_reports_each_with_its_line():
    wrong = FILE.replace("after_delivery", "After!").replace("2h", "soon").replace("[email, sms]", "[pigeon]")
    wrong = (
        wrong.replace('"08:00"', '"22:00"').replace("24h", "never").replace("outside: {product: item}", "outside: no")
    )
    wrong += "colour: red\n"
    problems = definitions.read(wrong)
    assert [(p.code, p.line) for p in sorted(problems, key=lambda p: p.line)] == [
        ("trigger_name", 1),
        ("duration", 5),
        ("trigger_channels", 6),
        ("trigger_window", 7),
        ("duration", 8),
        ("trigger_outside", 9),
        ("trigger_key", 10),
    ]


@pytest.mark.parametrize("source", ["", "just text", "a: [", "trigger: x\nkind: never_heard\n"])
def test_what_is_no_trigger_file_is_said(source):
    assert all(isinstance(problem, Problem) for problem in definitions.read(source))


def deliver(workspace, person, clock, event_id="d-1", kind="delivered", **more):
    given = {"event_id": event_id, "kind": kind, "external_id": person.external_id, "item": "a red kettle", **more}
    taken = intake.take(workspace, given, "Europe/Warsaw", clock.now())
    assert not isinstance(taken, list), taken
    return taken


def test_two_hours_after_a_delivery_an_invitation_is_queued(workspace, study, person, trigger, clock):
    deliver(workspace, person, clock)
    assert service.tick(clock.now()) == 0
    clock.advance(timedelta(hours=2))
    assert service.tick(clock.now()) == 1
    (interview,) = interviews.interviews_of(workspace, study_id=study.id)
    assert (interview.contact_id, interview.language, interview.mode_assigned) == (person.id, "pl", "web")
    assert interview.state.outside["product"] == "a red kettle"
    (attempt,) = delivery.attempts_of(workspace, interview.id)
    assert (attempt.channel, attempt.purpose, attempt.state, attempt.due_at) == (
        "email",
        "invitation",
        "queued",
        clock.now(),
    )


def test_the_same_event_twice_is_one_and_two_deliveries_are_two(workspace, study, person, trigger, clock):
    assert deliver(workspace, person, clock).new
    assert not deliver(workspace, person, clock).new
    deliver(workspace, person, clock, "d-2")
    clock.advance(timedelta(hours=2))
    for _ in range(2):
        service.tick(clock.now())
    assert len(interviews.interviews_of(workspace, study_id=study.id)) == 2


def test_another_event_makes_nobodys_turn(workspace, person, trigger, clock):
    deliver(workspace, person, clock, kind="returned")
    clock.advance(timedelta(hours=3))
    assert service.tick(clock.now()) == 0


def test_at_night_the_invitation_waits_for_the_morning_there(workspace, study, person, trigger, clock):
    clock.set(datetime(2026, 11, 4, 20, 30, tzinfo=UTC))  # 21:30 in Warsaw
    deliver(workspace, person, clock)
    clock.advance(timedelta(hours=2))
    service.tick(clock.now())
    (interview,) = interviews.interviews_of(workspace, study_id=study.id)
    assert delivery.attempts_of(workspace, interview.id)[0].due_at == datetime(2026, 11, 5, 7, 0, tzinfo=UTC)


def test_without_an_address_it_goes_by_text_message(workspace, study, trigger, clock):
    given = {"external_id": "c2", "phone": "+48602345678", "time_zone": "Europe/Warsaw", "consent_sms": "yes"}
    stored = contacts.upsert(workspace, given, "test", clock.now())
    deliver(workspace, contacts.contact(workspace, stored.contact_id), clock)
    clock.advance(timedelta(hours=2))
    service.tick(clock.now())
    (interview,) = interviews.interviews_of(workspace, study_id=study.id)
    assert delivery.attempts_of(workspace, interview.id)[0].channel == "sms"


def test_who_opted_out_is_skipped_with_every_reason(workspace, study, person, trigger, clock):
    contacts.suppress(workspace, channel="email", address=person.email, reason="opt_out", now=clock.now())
    deliver(workspace, person, clock)
    clock.advance(timedelta(hours=2))
    service.tick(clock.now())
    (turn,) = service.turns(workspace, trigger.id)
    assert (turn.state, turn.reason) == ("skipped", "email: suppressed; sms: opted_out")
    assert interviews.interviews_of(workspace) == []


def test_what_was_due_while_we_were_down_is_asked_or_skipped_by_how_late_it_is(workspace, person, trigger, clock):
    deliver(workspace, person, clock, "d-1")
    clock.advance(timedelta(hours=10))
    deliver(workspace, person, clock, "d-2")
    clock.advance(timedelta(hours=20))
    assert service.tick(clock.now()) == 2
    assert {turn.state for turn in service.turns(workspace, trigger.id)} == {"skipped", "invited"}
    assert [turn.reason for turn in service.turns(workspace, trigger.id) if turn.state == "skipped"] == ["too_late"]


def test_a_segment_is_asked_when_the_turn_is_due(workspace, study, person, clock):
    (unknown,) = service.add_trigger(workspace, FILE + "segment: regulars\n", clock.now())
    assert (unknown.code, unknown.path) == ("no_segment", "segment")
    segments.save(workspace, "regulars", "count-events('delivered') >= 2", "test", clock.now())
    made = service.add_trigger(workspace, FILE + "segment: regulars\n", clock.now())
    deliver(workspace, person, clock, "d-1")
    clock.advance(timedelta(hours=2))
    service.tick(clock.now())
    deliver(workspace, person, clock, "d-2")
    clock.advance(timedelta(hours=2))
    service.tick(clock.now())
    turns = service.turns(workspace, made.id)
    assert [(turn.state, turn.reason) for turn in turns] == [("invited", None), ("skipped", "not_in_segment")]


def test_a_closed_study_and_a_paused_trigger_ask_nobody(workspace, study, person, trigger, clock):
    deliver(workspace, person, clock, "d-1")
    clock.advance(timedelta(hours=2))
    service.set_active(workspace, trigger.id, False, clock.now())
    assert service.tick(clock.now()) == 0
    service.set_active(workspace, trigger.id, True, clock.now())
    catalog.close_study(workspace, study.id, clock.now())
    service.tick(clock.now())
    assert service.turns(workspace, trigger.id)[0].reason == "study_not_open"


def test_a_changed_file_is_the_next_version(workspace, trigger, clock):
    again = service.add_trigger(workspace, FILE.replace("2h", "3h"), clock.now())
    assert (again.id, again.version, again.settings["delay_seconds"]) == (trigger.id, 2, 10_800)


def test_an_unknown_study_is_said(workspace, study, clock):
    (problem,) = service.add_trigger(workspace, FILE.replace("study: delivery", "study: nothing"), clock.now())
    assert problem.code == "trigger_study"
    assert "delivery" in problem.remedy_text()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"event_id": ""}, "event_field"),
        ({"kind": None}, "event_field"),
        ({"external_id": "nobody"}, "event_contact"),
        ({"at": "yesterday"}, "event_time"),
        ({"at": "2027-01-01T00:00:00Z"}, "event_future"),
        ({"event_id": "x" * 121}, "event_long"),
        ({"kind": "a\0b"}, "bad_character"),
    ],
)
def test_an_event_that_cannot_be_taken_says_why(workspace, person, clock, change, code):
    given = {"event_id": "d-1", "kind": "delivered", "external_id": person.external_id, **change}
    assert code in [problem.code for problem in intake.take(workspace, given, "UTC", clock.now())]


def test_a_wall_time_is_read_in_the_workspaces_zone(workspace, person, trigger, clock):
    deliver(workspace, person, clock, at="2026-11-04T11:00:00")  # 10:00 UTC in Warsaw's winter
    assert service.turns(workspace, trigger.id)[0].due_at == datetime(2026, 11, 4, 12, tzinfo=UTC)


def test_a_csv_takes_the_good_rows_and_returns_the_bad_with_reasons(workspace, person, trigger, clock):
    lines = [
        "event_id,kind,external_id,item\n",
        "1,delivered,c1,kettle\n",
        "2,delivered,nobody,x\n",
        ",delivered,c1,x\n",
        "1,delivered,c1,kettle\n",
    ]
    report = intake.import_csv(workspace, io.BytesIO("".join(lines).encode()), "UTC", clock.now())
    assert (report.new, report.repeated) == (1, 1)
    assert [(line, problems[0].code) for line, _, problems in report.bad] == [(3, "event_contact"), (4, "event_field")]


def test_events_come_by_the_api_with_a_key_that_may(app, workspace, person, trigger, clock):
    from app.accounts import keys

    key = keys.create_key(workspace, "shop", ["events:write"], None, "test", clock.now())
    client, headers = app.test_client(), {"Authorization": f"Bearer {key}"}
    body = {
        "events": [{"event_id": "1", "kind": "delivered", "external_id": "c1"}, {"event_id": "2", "kind": "delivered"}]
    }
    answer = client.post("/api/v1/events", json=body, headers=headers)
    assert answer.status_code == 422
    good, bad = answer.get_json()["results"]
    assert good["new"] is True
    assert bad["problems"][0]["code"] == "event_contact"
    assert (
        client.post("/api/v1/events", json=body["events"][0], headers=headers).get_json()["results"][0]["new"] is False
    )
    assert client.post("/api/v1/events", json=body).status_code == 401
    other = keys.create_key(workspace, "other", ["results:read"], None, "test", clock.now())
    assert client.post("/api/v1/events", json=body, headers={"Authorization": f"Bearer {other}"}).status_code == 403
    assert client.post("/api/v1/events", data="{", headers=headers, content_type="application/json").status_code == 400
    assert client.post("/api/v1/events", json=[1], headers=headers).status_code == 400
