"""Taking the next case: order, permission, the locks, and what a crash leaves behind."""

from datetime import timedelta

import pytest

from app.contacts import service as contacts
from app.fieldwork import recovery, service
from app.interviews import holder
from app.interviews import service as interviews
from app.interviews.holder import SELF_SERVICE
from tests.fieldwork.conftest import open_study
from tests.interviews.test_write_path import send


@pytest.fixture
def jan(staff):
    return staff("interviewer").id


@pytest.fixture
def ewa(staff):
    return staff("interviewer").id


def call(workspace, who, clock, outcome, **told):
    """Take, dial and code the next case; returns it as it stands then."""
    taken = service.next_case(workspace, who, clock.now())
    assert isinstance(taken, service.Leased), taken
    assert isinstance(service.dial(workspace, taken.case.id, who, taken.token, clock.now()), service.Dialled)
    done = service.code(workspace, taken.case.id, who, taken.token, outcome, clock.now(), **told)
    assert isinstance(done, service.Coded), done
    return done.case


def test_nobody_gets_what_a_colleague_has(workspace, call_list, jan, ewa, clock):
    call_list(2)
    first, second = (service.next_case(workspace, who, clock.now()) for who in (jan, ewa))
    assert first.case.id != second.case.id
    assert service.next_case(workspace, jan, clock.now()) == service.UnderWay(service.case(workspace, first.case.id))


def test_fresh_cases_come_in_a_seeded_order_not_that_of_the_list(workspace, call_list, jan, clock):
    people = call_list(8)
    order = [call(workspace, jan, clock, "no_answer").contact_id for _ in people]
    assert sorted(order) == sorted(p.id for p in people)
    assert order != [p.id for p in people]


def test_before_the_evening_nobody_fresh_is_called(workspace, study, person, jan, clock):
    service.add_cases(workspace, study, "phone", [person()], clock.now())
    assert service.next_case(workspace, jan, clock.now()) is None
    clock.set(clock.now().replace(hour=16))  # 17:00 in Warsaw
    assert service.next_case(workspace, jan, clock.now())


def test_the_order_of_the_reference(workspace, study, call_list, jan, ewa, clock):
    call_list(6)
    wall = "2026-11-04T19:30"
    retry = call(workspace, ewa, clock, "no_answer").id
    busy = call(workspace, ewa, clock, "busy").id
    soft = call(workspace, ewa, clock, "soft_appointment", wall=wall).id
    orphan = call(workspace, ewa, clock, "hard_appointment", wall="2026-11-04T19:00").id
    own = call(workspace, jan, clock, "hard_appointment", wall=wall).id
    fresh = service.next_case(workspace, jan, clock.now())
    service.put_back(workspace, fresh.case.id, jan, fresh.token, clock.now())
    clock.set(clock.now().replace(hour=18, minute=30))
    _due_now(workspace, retry, clock)
    forced = call_list_one_more(workspace, study, clock)
    service.force(workspace, forced, None, "the client asked", "boss", clock.now())
    order = []
    while isinstance(taken := service.next_case(workspace, jan, clock.now()), service.Leased):
        order.append(taken.case.id)
        service.dial(workspace, taken.case.id, jan, taken.token, clock.now())
        service.code(workspace, taken.case.id, jan, taken.token, "hard_refusal", clock.now())
    assert order == [forced, own, orphan, soft, busy, retry, fresh.case.id]


def _due_now(workspace, case_id, clock):
    from app.db import writing
    from app.fieldwork import store

    with writing() as conn:
        store.save(conn, service.case(workspace, case_id), next_at=clock.now())


def call_list_one_more(workspace, study, clock):
    made = contacts.upsert(workspace, {"external_id": "late", "phone": "+48601999999"}, "test", clock.now())
    contacts.give_consent(workspace, made.contact_id, "phone", "research", "consent", "test", clock.now())
    person = contacts.contact(workspace, made.contact_id)
    service.add_cases(workspace, study, "phone", [person], clock.now())
    interview, _ = interviews.create(workspace, study, contact_id=person.id, now=clock.now())
    return service.cases_of_interview(workspace, interview.id)[0].id


def test_an_appointment_is_not_offered_to_a_colleague_until_its_interviewer_is_late(
    workspace, call_list, jan, ewa, clock
):
    call_list()
    made = call(workspace, jan, clock, "hard_appointment", wall="2026-11-04T19:00")
    clock.set(clock.now().replace(minute=50))  # ten minutes early
    assert service.next_case(workspace, ewa, clock.now()) is None
    assert service.next_case(workspace, jan, clock.now()).case.id == made.id
    service.put_back(workspace, made.id, jan, 2, clock.now())
    clock.set(clock.now().replace(hour=18, minute=16))
    assert service.next_case(workspace, ewa, clock.now()).case.id == made.id


def test_a_soft_refusal_waits_a_week_for_a_converter_and_a_second_one_is_final(workspace, call_list, jan, ewa, clock):
    call_list()
    held = call(workspace, jan, clock, "soft_refusal")
    assert (held.state, held.next_at >= clock.now() + timedelta(days=7)) == ("REFUSED_HOLD", True)
    clock.set(held.next_at)
    assert service.next_case(workspace, ewa, clock.now()) is None
    service.set_skills(workspace, ewa, True, (), "boss", clock.now())
    again = call(workspace, ewa, clock, "soft_refusal")
    assert (again.state, again.disposition) == ("FINAL", "2.112")
    assert interviews.load(workspace, again.interview_id).status == "declined"


def test_an_interviewer_gets_the_languages_they_speak(workspace, call_list, jan, clock):
    call_list(language="pl")
    service.set_skills(workspace, jan, False, ("ro",), "boss", clock.now())
    assert service.next_case(workspace, jan, clock.now()) is None
    service.set_skills(workspace, jan, False, ("ro", "pl"), "boss", clock.now())
    assert service.next_case(workspace, jan, clock.now())


def test_no_consent_is_blocked_with_its_reason_until_there_is_one(app, workspace, call_list, jan, clock):
    (person,) = call_list(consents=())
    (blocked,) = service.cases_in(workspace, ["BLOCKED"])
    assert blocked.reason == "no_consent"
    assert service.next_case(workspace, jan, clock.now()) is None
    contacts.give_consent(workspace, person.id, "phone", "research", "consent", "test", clock.now())
    _deliver(clock)
    assert service.next_case(workspace, jan, clock.now()).case.id == blocked.id


def _deliver(clock):
    from app.events import deliver

    deliver(clock.now())


def test_who_was_suppressed_since_is_not_offered_and_not_dialled(workspace, call_list, jan, clock):
    first, second = call_list(2)
    taken = service.next_case(workspace, jan, clock.now())
    for person in (first, second):
        contacts.suppress(workspace, channel="all", contact_id=person.id, reason="opt_out", now=clock.now())
    problem = service.dial(workspace, taken.case.id, jan, taken.token, clock.now())
    assert problem.code == "not_permitted"
    service.put_back(workspace, taken.case.id, jan, taken.token, clock.now())
    clock.advance(timedelta(minutes=6))
    assert service.next_case(workspace, jan, clock.now()) is None
    assert len(service.cases_in(workspace, ["BLOCKED"])) == 2


def test_a_hard_refusal_is_final_on_every_channel(workspace, study, call_list, jan, clock):
    (person,) = call_list()
    done = call(workspace, jan, clock, "hard_refusal")
    assert (done.state, done.disposition) == ("FINAL", "2.112")
    assert interviews.load(workspace, done.interview_id).status == "declined"
    for channel in ("email", "sms", "phone", "field"):
        assert isinstance(contacts.may_contact(workspace, person.id, channel, study.id), contacts.Refused)


def test_a_wrong_number_leads_to_the_next_one_then_to_the_end(workspace, call_list, jan, clock):
    (person,) = call_list()
    contacts.upsert(workspace, {"external_id": person.external_id, "phone": "+48221234567"}, "test", clock.now())
    numbers = [e.address for e in contacts.contact(workspace, person.id).endpoints if e.channel == "phone"]
    done = call(workspace, jan, clock, "wrong_number")
    if len(numbers) > 1:
        assert done.state == "RETRY"
        done = call(workspace, jan, clock, "disconnected")
    assert done.state == "FINAL"


def test_one_number_is_called_for_one_study_at_a_time(workspace, study, person, jan, ewa, clock):
    clock.set(clock.now().replace(hour=17))
    other = open_study(workspace, clock, "second", "csat")
    who = person()
    for each in (study, other):
        service.add_cases(workspace, each, "phone", [who], clock.now())
    taken = service.next_case(workspace, jan, clock.now())
    assert service.next_case(workspace, ewa, clock.now()) is None
    service.put_back(workspace, taken.case.id, jan, taken.token, clock.now())
    clock.advance(timedelta(minutes=6))
    assert service.next_case(workspace, ewa, clock.now())


def test_who_is_answering_by_themselves_is_left_in_peace(workspace, call_list, jan, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    interview = interviews.load(workspace, case.interview_id)
    send(interview, "score", {"score": "9"}, clock)
    assert service.next_case(workspace, jan, clock.now()) is None
    clock.advance(SELF_SERVICE)
    assert service.next_case(workspace, jan, clock.now()).case.id == case.id


def test_text_messages_and_calls_wait_for_each_other(workspace, call_list, jan, clock):
    call_list(2)
    first = service.next_case(workspace, jan, clock.now()).case
    texting = send(interviews.load(workspace, first.interview_id), "score", {"score": "9"}, clock, mode="sms")
    assert isinstance(texting, interviews.HeldBy)
    assert texting.held.interviewer
    other = next(c for c in service.cases_in(workspace, ["NEW"]) if c.id != first.id)
    interview = interviews.load(workspace, other.interview_id)
    assert isinstance(send(interview, "score", {"score": "9"}, clock, mode="sms"), interviews.Accepted)
    taken = service.take(workspace, other.id, jan, clock.now(), supervisor=True)
    assert isinstance(taken, service.UnderWay)
    service.put_back(workspace, first.id, jan, 1, clock.now())
    problem = service.take(workspace, other.id, jan, clock.now(), supervisor=True)
    assert problem.code == "active_elsewhere"


def test_completed_elsewhere_it_is_final_and_not_offered(workspace, call_list, jan, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    interviews.decline(workspace, case.interview_id, "study", "web", clock.now())
    assert service.next_case(workspace, jan, clock.now()) is None
    assert service.case(workspace, case.id).state == "FINAL"


def test_call_me_is_a_live_transfer(workspace, study, person, jan, clock):
    clock.set(clock.now().replace(hour=17))
    interview, _ = interviews.create(workspace, study, contact_id=person().id, now=clock.now())
    service.call_me(workspace, interview.id, "phone", clock.now())
    service.call_me(workspace, interview.id, "phone", clock.now())
    taken = service.next_case(workspace, jan, clock.now())
    assert (taken.case.interview_id, taken.case.appointment) == (interview.id, "transfer")


def test_call_me_at_night_is_for_the_morning(workspace, study, person, jan, clock):
    clock.set(clock.now().replace(hour=22))
    interview, _ = interviews.create(workspace, study, contact_id=person().id, now=clock.now())
    service.call_me(workspace, interview.id, "phone", clock.now())
    assert service.next_case(workspace, jan, clock.now()) is None
    clock.set(clock.now().replace(day=5, hour=8))
    assert service.next_case(workspace, jan, clock.now())


def test_at_the_cap_a_case_is_exhausted(workspace, call_list, jan, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    for _ in range(7):
        done = call(workspace, jan, clock, "no_answer")
        if done.state == "RETRY":
            clock.set(done.next_at)
    assert (done.state, done.disposition, done.attempts) == ("EXHAUSTED", "3.90", 7)
    slices = [attempt.slice for attempt in service.attempts_of(workspace, case.interview_id)]
    assert {name: slices.count(name) for name in set(slices)} == {"day": 2, "evening": 3, "weekend": 2}


def test_a_case_whose_hours_passed_waits_for_the_next_ones(workspace, call_list, jan, clock):
    call_list()
    clock.set(clock.now().replace(hour=21))
    assert service.next_case(workspace, jan, clock.now()) is None
    assert recovery.roll(clock.now()) == 1
    (case,) = service.cases_in(workspace, ["NEW"])
    assert case.next_at == clock.now().replace(day=5, hour=16)


# --- leases ---------------------------------------------------------------------------------------


def test_a_crash_before_dialling_frees_the_case_and_counts_nothing(workspace, call_list, jan, ewa, clock):
    call_list()
    lost = service.next_case(workspace, jan, clock.now())
    assert service.next_case(workspace, ewa, clock.now()) is None
    clock.advance(timedelta(seconds=90))
    again = service.next_case(workspace, ewa, clock.now())
    assert (again.case.id, again.case.attempts, again.case.before) == (lost.case.id, 0, "READY")
    assert isinstance(service.dial(workspace, lost.case.id, jan, lost.token, clock.now()), service.Lost)


def test_a_crash_after_dialling_is_coded_by_the_same_interviewer_then_the_supervisor(
    workspace, call_list, jan, ewa, clock
):
    call_list()
    lost = service.next_case(workspace, jan, clock.now())
    service.dial(workspace, lost.case.id, jan, lost.token, clock.now())
    clock.advance(timedelta(seconds=90))
    assert service.next_case(workspace, ewa, clock.now()) is None
    mine = service.next_case(workspace, jan, clock.now())
    assert (mine.case.id, mine.case.state) == (lost.case.id, "WRAP")
    clock.advance(timedelta(seconds=90))
    recovery.expire(clock.now())
    clock.advance(timedelta(minutes=10))
    recovery.expire(clock.now())
    left = service.case(workspace, lost.case.id)
    assert (left.state, left.reason) == ("SUPERVISOR", "uncoded")
    boss = service.take(workspace, left.id, ewa, clock.now(), supervisor=True)
    done = service.code(workspace, left.id, ewa, boss.token, "no_answer", clock.now())
    assert (done.case.state, done.case.attempts) == ("RETRY", 1)


def test_a_heartbeat_keeps_it_and_says_when_the_respondent_took_over(workspace, call_list, jan, clock):
    call_list()
    mine = service.next_case(workspace, jan, clock.now())
    for _ in range(10):
        clock.advance(timedelta(seconds=15))
        assert service.renew(workspace, mine.case.id, jan, mine.token, clock.now()) == (True, True)
    interview = interviews.load(workspace, mine.case.interview_id)
    send(interview, "score", {"score": "9"}, clock, take_over=True)
    assert service.renew(workspace, mine.case.id, jan, mine.token, clock.now()) == (True, False)
    service.dial(workspace, mine.case.id, jan, mine.token, clock.now())
    done = service.code(workspace, mine.case.id, jan, mine.token, "continues", clock.now())
    assert done.case.state == "RETRY"


def test_a_newer_tab_takes_the_place_of_the_first(workspace, call_list, jan, clock):
    call_list()
    first = service.next_case(workspace, jan, clock.now())
    second = service.take(workspace, first.case.id, jan, clock.now())
    assert service.renew(workspace, first.case.id, jan, first.token, clock.now()) == (False, False)
    assert service.renew(workspace, first.case.id, jan, second.token, clock.now()) == (True, True)
    stale = holder.claim(workspace, first.case.interview_id, "phone", "somebody", clock.now())
    assert isinstance(stale, holder.Held)


# --- the supervisor -------------------------------------------------------------------------------


def test_a_supervisor_reopens_with_a_reason_that_is_kept(workspace, call_list, jan, clock):
    from app.accounts.audit import trail

    call_list()
    taken = call(workspace, jan, clock, "referred", note="wants to speak to the manager")
    assert taken.state == "SUPERVISOR"
    assert service.reopen(workspace, taken.id, " ", "boss", clock.now()).code == "no_reason"
    assert service.reopen(workspace, taken.id, "spoke to them", "boss", clock.now()).state == "READY"
    (entry,) = trail(workspace, action="case.reopen").items
    assert (entry.before["state"], entry.after["state"], entry.after["reason"]) == (
        "SUPERVISOR", "READY", "spoke to them",
    )  # fmt: skip


def test_what_a_refusal_ended_is_not_reopened(workspace, call_list, jan, clock):
    call_list()
    done = call(workspace, jan, clock, "hard_refusal")
    assert service.reopen(workspace, done.id, "try again", "boss", clock.now()).code == "case_over"


BAD = [
    ("referred", {}, "no_note"),
    ("hard_appointment", {}, "bad_time"),
    ("hard_appointment", {"wall": "2026-11-04T12:00"}, "past_time"),
    ("hard_appointment", {"wall": "2026-11-05T22:00"}, "outside_hours"),
    ("complete", {}, "no_outcome"),
    ("no_access", {}, "no_outcome"),
]


@pytest.mark.parametrize(("name", "told", "problem"), BAD)
def test_a_bad_outcome_changes_nothing(workspace, call_list, jan, clock, name, told, problem):
    call_list()
    taken = service.next_case(workspace, jan, clock.now())
    ids = (workspace, taken.case.id, jan, taken.token)
    assert [p.code for p in service.code(*ids, "no_answer", clock.now())] == ["not_called"]
    service.dial(*ids, clock.now())
    assert [p.code for p in service.code(*ids, name, clock.now(), **told)] == [problem]
    assert service.case(workspace, taken.case.id).state == "IN_CALL"


def test_one_message_is_left_at_most(workspace, call_list, jan, clock):
    call_list()
    done = call(workspace, jan, clock, "message_left")
    clock.set(done.next_at)
    taken = service.next_case(workspace, jan, clock.now())
    service.dial(workspace, done.id, jan, taken.token, clock.now())
    (problem,) = service.code(workspace, done.id, jan, taken.token, "message_left", clock.now())
    assert problem.code == "message_left_before"
