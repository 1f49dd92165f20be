"""Calls through HTTP, as an interviewer's browser without JavaScript makes them."""

import re
from datetime import timedelta

import pytest

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.db import writing
from app.events import deliver, publish
from app.fieldwork import recovery, service
from app.interviews import channel
from app.interviews import service as interviews
from tests.fieldwork.conftest import open_study
from tests.interviews.test_write_path import send

REST = [("reasons", {"reasons": ["price"]}), ("improve", {"improve": "Come earlier"}), ("effort", {"effort": "6"})]


@pytest.fixture
def case(workspace, call_list):
    call_list()
    (made,) = service.cases_in(workspace, ["NEW"])
    return made


def answers(case):
    state = interviews.load(case.workspace_id, case.interview_id).state
    return {name: answer.special or answer.value for name, answer in state.answers.items()}


def test_a_whole_call(workspace, case, interviewer):
    jan = interviewer()
    assert "Anna" in jan.next().text
    assert "+48 60 123" in jan.page.text or "+48 601" in jan.page.text
    introduction = jan.submit("/dial").text
    assert "tel:+48601234" in introduction
    for words in ("Am I speaking with Anna", "Northwind", "voluntary", "help@northwind.example", "May we begin?"):
        assert words in introduction
    question = jan.submit("/begin").text
    assert "on a scale from 0 to 10" in question
    assert "Read both ends of the scale" in question
    page = jan.submit("/answer", score="4")
    for name, fields in REST:
        assert f'value="{name}"' in page.text, page.text
        page = jan.submit("/answer", **fields)
    assert "Interview complete" in page.text
    assert "Next person" in page.text
    done = service.case(workspace, case.id)
    assert (done.state, done.disposition, done.actor) == ("FINAL", "1.1", None)
    (attempt,) = service.attempts_of(workspace, case.interview_id)
    assert (attempt.outcome, attempt.disposition) == ("complete", "1.1")
    stored = interviews.load(workspace, case.interview_id)
    assert (stored.status, stored.mode_answered, stored.entry, stored.confirmed) == (
        "complete",
        "phone",
        "call",
        ("phone",),
    )
    assert stored.state.consent.given
    assert stored.state.consent.version


def test_dont_know_refused_back_and_jump(workspace, case, interviewer):
    jan = interviewer()
    jan.call()
    jan.submit("/answer", score="9")
    jan.submit("/answer", **{"reasons__special": "refused"})
    assert answers(case) == {"score": 9, "reasons": "refused"}
    assert "how easy or difficult" in jan.page.text
    jan.submit("/answer", effort="special:dk", do="back")  # not stored: the last answer would end the interview
    assert "What influenced your score" in jan.page.text
    jan.submit("/answer", reasons="price", do="back")  # what was chosen is kept
    assert answers(case) == {"score": 9, "reasons": ("price",)}
    token = re.search(r"[?&]t=(\d+)", jan.page.text)[1]
    jan.get(f"/calls/{case.id}?t={token}&at=score")
    assert re.search(r'value="9"[^>]*checked', jan.page.text)
    jan.submit("/answer", score="2")  # the route changes: the detractors' question comes
    assert "What should we have done better?" in jan.page.text


def test_a_bad_answer_is_shown_again_and_nothing_is_stored(workspace, clock, person, interviewer):
    study = open_study(workspace, clock, "five", "bench_five_pages")
    clock.set(clock.now().replace(hour=17))
    service.add_cases(workspace, study, "phone", [person()], clock.now())
    (case,) = service.cases_in(workspace, ["NEW"])
    jan = interviewer()
    page = jan.call()
    page = jan.submit("/answer")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert answers(case) == {}


def test_a_second_tab_only_reads_until_it_takes_over_and_then_the_first_is_stale(workspace, case, interviewer, staff):
    me = staff("interviewer")
    first, second = interviewer(person=me), interviewer(person=me)
    first.call()
    reading = second.next().text
    assert "this one only reads" in reading
    assert "data-question" not in reading
    second.submit("/take")
    assert "on a scale from 0 to 10" in second.page.text
    stale = first.submit("/answer", score="3")
    assert stale.status_code == 409
    assert "<dd>3</dd>" in stale.text
    assert answers(case) == {}
    again = first.submit("/take")  # with what was typed
    assert re.search(r'value="3"[^>]*checked', again.text)
    first.submit("/answer", score="3")
    assert answers(case) == {"score": 3}


def test_who_goes_on_by_the_web_meanwhile_wins_and_the_interviewer_is_told(workspace, case, interviewer, clock):
    jan = interviewer()
    jan.call()
    send(interviews.load(workspace, case.interview_id), "score", {"score": "9"}, clock, take_over=True)
    page = jan.submit("/answer", score="1")
    assert page.status_code == 409
    assert "They continue on the web" in page.text
    assert "<dd>1</dd>" in page.text
    assert answers(case) == {"score": 9}
    link = re.search(r'href="([^"]*/end\?[^"]*)"', page.text)[1].replace("&amp;", "&")
    jan.get(link)
    jan.submit("/end", outcome="continues")
    assert service.case(workspace, case.id).state == "RETRY"


def test_the_heartbeat_says_what_is_lost(workspace, case, interviewer, clock):
    jan = interviewer()
    jan.call()
    token, csrf = (re.search(rf'data-{name}="([^"]+)"', jan.page.text)[1] for name in ("token", "csrf"))

    def beat(t=token):
        return jan.client.post(f"/calls/{case.id}/heartbeat", data={"t": t}, headers={"X-CSRFToken": csrf})

    assert beat().json == {"case": True, "interview": True, "texts": 0}
    with writing() as conn:
        publish(conn, workspace, "message.held", {"channel": "sms", "body": "call me later"}, clock.now(),
                contact_id=case.contact_id, interview_id=case.interview_id)  # fmt: skip
    assert beat().json["texts"] == 1
    assert "call me later" in jan.get(f"/calls/{case.id}?t={token}").text
    assert beat("999").status_code == 409
    clock.advance(timedelta(minutes=3))
    recovery.expire(clock.now())
    assert beat().json["case"] is False


def test_answers_from_another_channel_are_shown_to_who_confirms(workspace, case, interviewer, clock):
    send(interviews.load(workspace, case.interview_id), "score", {"score": "9"}, clock)
    clock.advance(timedelta(minutes=11))
    jan = interviewer()
    jan.next()
    page = jan.submit("/dial").text
    assert "Am I speaking with" in page
    assert "May we begin?" not in page  # they agreed on the web
    token = re.search(r'data-token="(\d+)"', page)[1]
    assert "Answers so far" not in jan.get(f"/calls/{case.id}?t={token}&at=score").text
    page = jan.submit("/begin").text
    assert "Answers so far" in page
    assert "What influenced your score" in page


def test_an_appointment_tells_both_times(workspace, case, interviewer):
    jan = interviewer()
    jan.call()
    token = re.search(r'data-token="(\d+)"', jan.page.text)[1]
    jan.get(f"/calls/{case.id}/end?t={token}")
    page = jan.submit("/end", outcome="hard_appointment", wall="2026-11-05T22:00", note="after work")
    assert page.status_code == 422
    assert "between 8:00 and 21:00" in page.text
    assert "after work" in page.text
    page = jan.submit("/end", outcome="hard_appointment", wall="2026-11-05T18:30", note="after work")
    assert "Thu 5 Nov 18:30 in Europe/Warsaw" in page.text
    assert "Thu 5 Nov 17:30 here" in page.text
    assert service.case(workspace, case.id).appointment == "hard"
    assert "Anna" in page.text  # among today's appointments


def test_a_break_off_goes_on_where_it_stopped(workspace, case, interviewer, clock, staff):
    me = staff("interviewer")
    jan = interviewer(person=me)
    jan.call()
    jan.submit("/answer", score="9")
    token = re.search(r'data-token="(\d+)"', jan.page.text)[1]
    jan.get(f"/calls/{case.id}/end?t={token}")
    jan.submit("/end", outcome="break_off", wall="2026-11-04T19:30")
    left = service.case(workspace, case.id)
    assert (left.state, left.disposition, left.keeper) == ("PARTIAL", "2.12", me.id)
    clock.set(left.next_at)
    assert interviewer().next().request.path == "/calls/"  # a colleague does not get it
    page = jan.call()
    assert "What influenced your score" in page.text


def test_the_rest_is_sent_by_text_message(workspace, case, interviewer):
    jan = interviewer()
    jan.call()
    jan.submit("/answer", score="9")
    assert "By text message to +48 601 234" in jan.page.text
    token = re.search(r'data-token="(\d+)"', jan.page.text)[1]
    jan.get(f"/calls/{case.id}/end?t={token}&outcome=continues&send=sms")
    page = jan.submit("/end", outcome="continues", send="sms")
    assert "The rest goes to +48601234" in page.text
    assert service.case(workspace, case.id).last_outcome == "continues"
    assert interviews.load(workspace, case.interview_id).holder.channel == "sms"


def test_a_hard_refusal_before_the_interview(workspace, case, interviewer):
    jan = interviewer()
    jan.next()
    jan.submit("/dial")
    token = re.search(r'data-token="(\d+)"', jan.page.text)[1]
    jan.get(f"/calls/{case.id}/end?t={token}")
    jan.submit("/end", outcome="hard_refusal")
    assert service.case(workspace, case.id).disposition == "2.112"
    assert isinstance(contacts.may_contact(workspace, case.contact_id, "email"), contacts.Refused)


def test_the_interview_is_read_in_the_persons_language(workspace, case, interviewer):
    jan = interviewer()
    jan.call()
    page = jan.submit("/answer", score="7", do="language:pl").text
    assert "W skali od 0 do 10" in page
    assert re.search(r'value="7"[^>]*checked', page)
    assert interviews.load(workspace, case.interview_id).language == "pl"


def test_notes_are_for_colleagues(workspace, case, interviewer):
    jan = interviewer()
    jan.next()
    page = jan.submit("/note", note="Ask for the son first")
    assert "Ask for the son first" in page.text


def test_practice_calls_nobody_and_counts_nothing(workspace, clock, person, interviewer):
    study = open_study(workspace, clock, "training", "nps", practice=True)
    service.add_cases(workspace, study, "phone", [person(consents=())], clock.now())
    jan = interviewer()
    assert "Nobody is due right now" in jan.next().text
    assert "Practise" in jan.page.text
    page = jan.submit("/next", study=study.id)
    assert "nobody is called" in page.text
    jan.submit("/dial")
    assert "tel:" not in jan.page.text
    jan.submit("/begin")
    (attempt,) = service.attempts_of(workspace, service.cases_in(workspace, ["IN_CALL"])[0].interview_id)
    assert interviews.load(workspace, attempt.interview_id).is_test
    assert service.counts(workspace) == {}


def test_a_supervisor_assigns_with_a_reason(workspace, case, interviewer, staff):
    ewa = staff("interviewer")
    boss = interviewer("supervisor")
    boss.get(f"/calls/{case.id}")
    boss.submit("/supervise", do="force", to=ewa.id, reason="speaks their dialect")
    assert "Done" in boss.page.text
    assert interviewer().next().request.path == "/calls/"
    assert interviewer(person=ewa).next().request.path == f"/calls/{case.id}"
    assert "Queue" in boss.get("/calls/queue").text
    assert boss.get("/calls/team").status_code == 200
    boss.submit(f"/team/{ewa.id}", converter="on", language="pl")
    assert service.skills(workspace)[ewa.id] == (True, ("pl",))


def test_call_me_queues_a_call_and_going_elsewhere_calls_it_off(workspace, study, person, clock):
    interview, _ = interviews.create(workspace, study, contact_id=person().id, now=clock.now())
    phone = channel.get("phone")
    phone.open(workspace, interview.id, clock.now())
    (case,) = service.cases_of_interview(workspace, interview.id)
    assert (case.state, case.appointment) == ("APPOINTMENT", "transfer")
    phone.release(workspace, interview.id, clock.now())
    assert service.case(workspace, case.id).appointment is None


def test_completed_on_the_web_it_leaves_the_queue(workspace, case, interviewer, clock):
    interviews.decline(workspace, case.interview_id, "study", "web", clock.now())
    deliver(clock.now())
    assert service.case(workspace, case.id).state == "FINAL"


def test_a_visit_on_the_same_pages(workspace, study, person, interviewer, staff, clock):
    ewa = staff("interviewer")
    who = person(attributes={"address": "Polna 1, Warszawa"})
    service.add_cases(workspace, study, "visit", [who], clock.now(), assigned_to=ewa.id)
    (case,) = service.visits_of(workspace, ewa.id)
    tab = interviewer(person=ewa)
    assert "Polna 1" in tab.get("/visits/").text
    tab.get(f"/visits/{case.id}")
    tab.submit("/take")
    tab.submit("/dial")
    token = re.search(r'data-token="(\d+)"', tab.page.text)[1]
    page = tab.get(f"/visits/{case.id}/end?t={token}").text
    assert "No access to the building" in page
    assert "Busy" not in page
    tab.submit("/end", outcome="no_one_reached")
    assert service.case(workspace, case.id).disposition == "2.24"
    tab.get(f"/visits/{case.id}")
    tab.submit("/take")
    tab.submit("/dial")
    assert "What influenced" not in tab.submit("/begin").text
    tab.submit("/answer", score="9")
    assert answers(case) == {"score": 9}
    assert interviews.load(workspace, case.interview_id).mode_answered == "field"
    assert interviewer().get(f"/visits/{case.id}").status_code == 200
    assert interviewer().get(f"/calls/{case.id}").status_code == 404


SHOWN = """
questionnaire: shown
title: Shown
languages: [en]
basis: attributable
purpose: to learn
minutes: 1
pages:
  - name: all
    questions:
      - name: leaf
        type: single_choice
        label: Which leaf
        media: {image: a map.png, audio: leaf.mp3}
        choices: [{name: oak, label: Oak, media: {video: oak.mp4}}, {name: elm, label: Elm}]
"""


def test_the_interviewer_has_what_the_question_shows(workspace, clock, call_list, interviewer):
    assert isinstance(catalog.publish_source(workspace, SHOWN, now=clock.now()), catalog.Version)
    call_list(of=open_study(workspace, clock, "shown", "shown"))
    jan = interviewer()
    jan.call()
    page = jan.page.text
    assert '<img class="ph-media" src="/files/named/a%20map.png" alt="Which leaf" loading="lazy">' in page
    assert (
        '<audio class="ph-media" controls preload="none" src="/files/named/leaf.mp3" aria-label="Which leaf">' in page
    )
    assert '<video class="ph-media" controls preload="none" src="/files/named/oak.mp4" aria-label="Oak">' in page
    assert "On the web the question shows or plays" in page
