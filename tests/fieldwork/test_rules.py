"""What each outcome does to a case, row by row, on calls and visits; and the rules of who may go on with it."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from app.contacts import service as contacts
from app.contacts.permission import Allowed, Refused
from app.fieldwork import recovery, service
from app.fieldwork.outcomes import TABLE
from app.interviews import service as interviews
from tests.fieldwork.conftest import open_study

WALL = "2026-11-05T18:30"


@pytest.fixture
def jan(staff):
    return staff("interviewer").id


@pytest.fixture
def ewa(staff):
    return staff("interviewer").id


def begin(workspace, case_id, who, clock, supervisor=False):
    """Take a case by name and dial (knock); returns the ids that go with every further verb."""
    taken = service.take(workspace, case_id, who, clock.now(), supervisor)
    assert isinstance(taken, service.Leased), taken
    ids = (workspace, case_id, who, taken.token)
    assert isinstance(service.dial(*ids, clock.now()), service.Dialled)
    return ids


def attempt(workspace, case_id, who, clock, outcome, **told):
    ids = begin(workspace, case_id, who, clock, supervisor=True)
    done = service.code(*ids, outcome, clock.now(), **told)
    assert isinstance(done, service.Coded), done
    return done.case


def told_for(outcome):
    return {"wall": WALL if outcome.asks == "time" else "", "note": "as they said" if outcome.asks == "note" else ""}


ROWS = [
    (outcome, kind) for outcome in TABLE if outcome.by_hand for kind in ("phone", "visit") if getattr(outcome, kind)
]


@pytest.mark.parametrize(("outcome", "kind"), ROWS, ids=[f"{outcome.name}-{kind}" for outcome, kind in ROWS])
def test_each_outcome_sends_the_case_on(workspace, study, call_list, jan, clock, outcome, kind):
    """State, code and earliest next attempt; suppressed on every channel or on none; the interview ended or not."""
    (person,) = call_list(kind=kind)
    (fresh,) = service.cases_in(workspace, ["NEW"])
    case = attempt(workspace, fresh.id, jan, clock, outcome.name, **told_for(outcome))
    assert (case.state, case.disposition, case.attempts) == (outcome.to, getattr(outcome, kind), 1)
    assert (case.actor, case.attempt_id, case.last_outcome) == (None, None, outcome.name)
    if outcome.delay and outcome.to != "FINAL":
        assert case.next_at >= clock.now() + timedelta(minutes=outcome.delay)
    if outcome.asks == "time":
        early = timedelta(minutes=15) if outcome.name == "hard_appointment" else timedelta()
        assert case.next_at == clock.now().replace(day=5, hour=17, minute=30) - early
    everywhere = outcome.suppress not in ("", "wrong_number")
    shut = [isinstance(contacts.may_contact(workspace, person.id, each), Refused) for each in ("email", "sms", "field")]
    assert shut == [everywhere, everywhere or outcome.number == "next", everywhere]
    assert interviews.load(workspace, case.interview_id).finished == bool(outcome.ends)
    (made,) = service.attempts_of(workspace, case.interview_id)
    assert (made.outcome, made.disposition, made.ended_at) == (outcome.name, getattr(outcome, kind), clock.now())


@pytest.mark.parametrize("name", [o.name for o in TABLE if o.by_hand and o.phone and o.suppress])
def test_practice_suppresses_nobody(workspace, person, jan, clock, name):
    training = open_study(workspace, clock, "training", practice=True)
    who = person()
    service.add_cases(workspace, training, "phone", [who], clock.now())
    (case,) = service.cases_in(workspace, ["NEW"])
    attempt(workspace, case.id, jan, clock, name)
    assert contacts.suppressions(workspace, who.id) == []
    assert isinstance(contacts.may_contact(workspace, who.id, "phone"), Allowed)


def test_a_broken_off_interview_is_first_for_its_interviewer_then_for_anybody(workspace, call_list, jan, ewa, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    left = attempt(workspace, case.id, jan, clock, "break_off")
    clock.set(left.next_at)
    assert service.next_case(workspace, ewa, clock.now()) is None
    clock.set(left.kept_until)
    assert service.next_case(workspace, ewa, clock.now()).case.id == case.id


def test_cut_off_calls_go_on_at_once_with_the_same_number_and_interviewer(workspace, call_list, jan, ewa, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    left = attempt(workspace, case.id, jan, clock, "hang_up")
    assert service.next_case(workspace, ewa, clock.now()) is None
    again = service.next_case(workspace, jan, clock.now())
    assert (again.case.id, again.case.number) == (case.id, left.number)


def test_the_third_attempt_waits_for_the_persons_next_day(workspace, call_list, jan, clock):
    """In Honolulu it is another day than here: the attempts count by the day there."""
    call_list(time_zone="Pacific/Honolulu", phone="+18085551234")
    (case,) = service.cases_in(workspace, ["NEW"])
    clock.set(clock.now().replace(day=5, hour=3))  # Wednesday 17:00 there
    attempt(workspace, case.id, jan, clock, "busy")
    clock.advance(timedelta(hours=1))
    left = attempt(workspace, case.id, jan, clock, "busy")
    local = left.next_at.astimezone(ZoneInfo("Pacific/Honolulu"))
    assert (local.day, local.hour >= 9) == (5, True)


def test_an_appointment_is_kept_in_the_law_but_not_in_the_slices(workspace, call_list, jan, clock):
    """A hard appointment may be a third attempt of the day; nobody is called before eight for all that."""
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    attempt(workspace, case.id, jan, clock, "busy")
    attempt(workspace, case.id, jan, clock, "hard_appointment", wall="2026-11-04T20:45")
    clock.set(clock.now().replace(hour=19, minute=30))
    assert service.next_case(workspace, jan, clock.now()).case.id == case.id
    clock.advance(timedelta(minutes=31))  # 21:01 in Warsaw
    recovery.expire(clock.now())
    assert service.next_case(workspace, jan, clock.now()) is None


def test_a_final_case_without_an_ended_interview_is_reopened_by_a_reason(workspace, call_list, jan, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    done = attempt(workspace, case.id, jan, clock, "wrong_number")
    assert (done.state, service.take(workspace, case.id, jan, clock.now(), True).code) == ("FINAL", "case_closed")
    assert service.reopen(workspace, case.id, "a new number came", "boss", clock.now()).state == "READY"
    assert service.reopen(workspace, case.id, "once more", "boss", clock.now()).code == "case_open"


def test_a_call_that_is_not_coded_is_not_reopened_away(workspace, call_list, jan, ewa, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    begin(workspace, case.id, jan, clock, supervisor=True)
    clock.advance(timedelta(minutes=2))
    recovery.expire(clock.now())
    clock.advance(timedelta(minutes=10))
    recovery.expire(clock.now())
    assert service.case(workspace, case.id).state == "SUPERVISOR"
    assert service.reopen(workspace, case.id, "never mind", "boss", clock.now()).code == "uncoded"
    ids = (workspace, case.id, ewa, service.take(workspace, case.id, ewa, clock.now(), supervisor=True).token)
    assert service.code(*ids, "no_answer", clock.now()).case.state == "RETRY"


def test_a_finished_visit_stays_on_its_interviewers_list(workspace, study, person, jan, clock):
    service.add_cases(workspace, study, "visit", [person()], clock.now(), assigned_to=jan)
    (case,) = service.visits_of(workspace, jan)
    attempt(workspace, case.id, jan, clock, "hard_refusal")
    assert [each.state for each in service.visits_of(workspace, jan)] == ["FINAL"]
    assert service.visits_of(workspace, None) == []


def test_due_counts_what_would_be_offered_to_this_interviewer(workspace, study, call_list, jan, ewa, clock):
    call_list(2)
    first, _ = service.cases_in(workspace, ["NEW"])
    attempt(workspace, first.id, jan, clock, "hard_appointment", wall="2026-11-04T18:10")
    days = {who: service.days_work(workspace, who, [study.id], clock.now()) for who in (jan, ewa)}
    assert (days[jan].waiting, days[ewa].waiting) == (2, 1)
    assert (len(days[jan].due), len(days[ewa].due)) == (1, 0)


def test_practice_has_no_number_to_call(workspace, person, jan, clock):
    training = open_study(workspace, clock, "training", practice=True)
    service.add_cases(workspace, training, "phone", [person()], clock.now())
    taken = service.next_case(workspace, jan, clock.now(), training.id)
    assert taken.case.number is None
    assert service.next_case(workspace, jan, clock.now()) == service.UnderWay(service.case(workspace, taken.case.id))
