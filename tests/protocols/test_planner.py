"""What the planner says comes next. Times are of Warsaw (UTC+1 in December) unless a test says otherwise."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.catalog.protocol import protocol
from app.protocols.planner import FAILED, GONE, LATE, WAITING, Next, Person, Sent, later, plan, route

BEGIN = datetime(2026, 12, 1, 11, tzinfo=UTC)
STEPS = [
    {"channel": "email", "reminders": [{"after_days": 2}, {"after_days": 4}], "partials": [{"after_days": 1}, {"after_days": 3}]},
    {"channel": "sms", "after_days": 7, "reminders": [{"after_days": 2}]},
    {"channel": "phone", "after_days": 5},
]  # fmt: skip


def made(mode="sequential", steps=STEPS):
    return protocol({"mode": mode, "steps": steps})


def person(*sent, **facts):
    return Person(
        "study", facts.pop("contact_id", "c"), BEGIN, facts.pop("zones", ("Europe/Warsaw",)), sent=sent, **facts
    )


def days(number, hours=0.0):
    return BEGIN + timedelta(days=number, hours=hours)


def sent(channel, purpose="invitation", wave=0, state=GONE, day=0.0, reason=""):
    return Sent(channel, purpose, wave, state, days(day), reason)


MAIL, TEXT, CALL = sent("email"), sent("sms", day=7), sent("phone", day=12)

SEQUENTIAL = {
    "first the mail": ((), {}, 0, ("email", "invitation", 0, 0)),
    "then a reminder": ((MAIL,), {}, 1, ("email", "reminder", 1, 2)),
    "the second after the first": ((MAIL, sent("email", "reminder", 1, day=2)), {}, 3, ("email", "reminder", 2, 4)),
    "of two that are overdue the last": ((MAIL,), {}, 6, ("email", "reminder", 2, 4)),
    "never two messages within a day": ((MAIL, sent("email", "reminder", 1, day=3.25)), {}, 3.5, ("email", "reminder", 2, 4.25)),
    "the next step goes before what is overdue": ((MAIL,), {}, 8, ("sms", "invitation", 0, 7)),
    "then the text's own reminder": ((MAIL, TEXT), {}, 8, ("sms", "reminder", 1, 9)),
    "then a call": ((MAIL, TEXT, sent("sms", "reminder", 1, day=9)), {}, 10, ("phone", "invitation", 0, 12)),
    "who began is told so": ((MAIL,), {"active_at": days(1), "mode": "web"}, 1.5, ("email", "partial", 1, 2)),
    "again after three days": (
        (MAIL, sent("email", "partial", 1, day=2)), {"active_at": days(1), "mode": "web"}, 3, ("email", "partial", 2, 4),
    ),
    "the next channel waits from the last answer": (
        (MAIL, sent("email", "partial", 2, day=9)), {"active_at": days(6), "mode": "web"}, 10, ("sms", "invitation", 0, 13),
    ),
    "no address: the next at once": ((), {"refusals": {"email": "no_endpoint"}}, 0, ("sms", "invitation", 0, 0)),
    "came back: the next at once": (
        (sent("email", state=FAILED, day=0.25, reason="address_refused"),), {}, 1, ("sms", "invitation", 0, 0.25),
    ),
    "left out as too late: the next waits all the same": ((sent("email", state=LATE, day=3),), {}, 4, ("sms", "invitation", 0, 10)),
    "two without an address": (
        (MAIL,), {"refusals": {"sms": "no_endpoint"}}, 8, ("phone", "invitation", 0, 7),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("messages", "facts", "day", "expected"), SEQUENTIAL.values(), ids=SEQUENTIAL)
def test_one_channel_after_the_other(messages, facts, day, expected):
    channel, purpose, wave, due = expected
    assert plan(made(), person(*messages, **facts), days(day)).next == Next(channel, purpose, wave, days(due))


NOTHING = {
    "waits for the outbox": ((sent("email", state=WAITING),), {}, "on_its_way"),
    "all was tried": ((MAIL, TEXT, sent("sms", "reminder", 1, day=9), CALL), {}, "done"),
    "nobody can be reached": ((), {"refusals": dict.fromkeys(("email", "sms", "phone"), "no_consent")}, "unreachable"),
    "said no by text": ((MAIL, TEXT), {"over": "refused"}, "refused"),
    "has answered": ((MAIL,), {"over": "complete"}, "complete"),
    "enough like them": ((MAIL,), {"over": "quota_full"}, "quota_full"),
    "the study is over": ((MAIL,), {"over": "study_shut"}, "study_shut"),
}


@pytest.mark.parametrize(("messages", "facts", "why"), NOTHING.values(), ids=NOTHING)
def test_why_nothing_comes(messages, facts, why):
    found = plan(made(), person(*messages, **facts), days(20))
    assert (found.next, found.why) == (None, why)


def test_the_reasons_against_the_other_channels_are_told():
    found = plan(made(), person(refusals={"email": "bad_endpoint", "sms": "no_consent"}), BEGIN)
    assert found.next.channel == "phone"
    assert found.others == {"email": "bad_endpoint", "sms": "no_consent"}


def test_the_preferred_channel_first_with_the_waits_in_their_places():
    assert [(each.channel, each.after_days) for each in route(made("preferred"), "s", "c", "phone")] == [
        ("phone", 0), ("email", 7), ("sms", 5),
    ]  # fmt: skip
    found = plan(made("preferred"), person(preferred="sms"), BEGIN)
    assert found.next.channel == "sms"
    for unknown in ("", "fax"):
        assert route(made("preferred"), "s", "c", unknown) == made().steps


def test_all_at_once():
    mode = made("concurrent")
    assert plan(mode, person(), BEGIN).next.channel == "email"
    assert plan(mode, person(MAIL), BEGIN).next == Next("sms", "invitation", 0, BEGIN)
    everywhere = (MAIL, sent("sms"), sent("phone"))
    assert plan(mode, person(*everywhere), BEGIN).next == Next("email", "reminder", 1, days(2))
    answers_by_text = person(*everywhere, active_at=days(1), mode="sms")
    assert plan(mode, answers_by_text, days(1)).why == "done", "the text has no wave for those who began"
    assert plan(mode, person(*everywhere, active_at=days(1), mode="web"), days(1)).next == Next(
        "email", "partial", 1, days(2)
    )


def test_by_lot_the_shares_are_kept_and_each_lot_stays():
    steps = [{"channel": "email", "share": 3}, {"channel": "sms", "share": 1}]
    mode = made("random", steps)
    drawn = Counter(route(mode, "study", f"c{number}", "")[0].channel for number in range(4000))
    assert 2850 < drawn["email"] < 3150
    other = Counter(route(mode, "study", f"c{n}", "") == route(mode, "another", f"c{n}", "") for n in range(200))
    assert other[False] > 20, "another study draws anew"
    found = plan(mode, person(refusals={"email": "no_endpoint", "sms": "no_endpoint"}), BEGIN)
    assert (found.next, found.why) == (None, "unreachable"), "no other channel takes the place of the one drawn"
    assert sorted(found.others.values()) == ["no_endpoint", "not_drawn"]


@pytest.mark.parametrize(
    ("zone", "at", "days", "then"),
    [
        ("Europe/London", "2026-03-27T09:30", 3, "2026-03-30T09:30"),  # forward on the 29th
        ("Europe/London", "2026-10-23T09:30", 3, "2026-10-26T09:30"),  # back on the 25th
        ("Europe/Warsaw", "2026-03-28T10:00", 1, "2026-03-29T10:00"),
        ("Europe/Warsaw", "2026-10-24T20:59", 1, "2026-10-25T20:59"),
    ],
)
def test_days_are_days_on_the_wall_where_the_clocks_change(zone, at, days, then):
    here = ZoneInfo(zone)
    began = datetime.fromisoformat(at).replace(tzinfo=here)
    assert later(began.astimezone(UTC), days, zone) == datetime.fromisoformat(then).replace(tzinfo=here).astimezone(UTC)


def test_a_time_that_is_left_out_or_happens_twice():
    gap = later(datetime(2026, 3, 28, 1, 30, tzinfo=UTC), 1, "Europe/London")  # 01:30 is not there on the 29th
    assert gap == datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "an hour after, by the clock"
    twice = later(datetime(2026, 10, 24, 0, 30, tzinfo=UTC), 1, "Europe/London")  # 01:30 is there twice on the 25th
    assert twice == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    night = Sent("email", "invitation", 0, GONE, datetime(2026, 10, 23, 0, 30, tzinfo=UTC))
    found = plan(made(), person(night, zones=("Europe/London",)), night.at)
    assert found.next.due_at == datetime(2026, 10, 25, 8, tzinfo=UTC), "at eight on the wall, which is winter's"


def test_messages_come_in_waking_hours_and_calls_have_their_own():
    late = datetime(2026, 12, 1, 22, tzinfo=UTC)
    one = Person("study", "c", late, ("Europe/Warsaw",))
    assert plan(made(), one, late).next.due_at == datetime(2026, 12, 2, 7, tzinfo=UTC)
    caller = Person("study", "c", late, ("Europe/Warsaw",), preferred="phone")
    assert plan(made("preferred"), caller, late).next.due_at == late
