"""The interviewer's screen in a real browser: a whole call by keyboard alone; every page accessible and whole at 320 px."""

import os

import pytest
from playwright.sync_api import expect

from app.fieldwork import recovery, service
from app.interviews import service as interviews
from tests.browser import press_keys, write
from tests.fieldwork.conftest import open_study

SHOTS = os.environ.get("SHOTS")  # a folder: keep what the pages look like


@pytest.fixture
def tab(context, page, served, signed_in, staff):
    """`tab(person)`: a signed-in interviewer's browser tab, at today's work."""

    def make(*roles, person=None):
        cookie = signed_in(*roles, person=person).get_cookie("session")
        context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
        page.goto(f"{served}/calls/")
        return page

    return make


@pytest.fixture
def fits(axe):
    def check(page, name):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if SHOTS:
                page.screenshot(path=f"{SHOTS}/{name}-{width}.png", full_page=True)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        page.set_viewport_size({"width": 1280, "height": 800})

    return check


def answered(workspace, interview_id):
    answers = interviews.load(workspace, interview_id).state.answers
    return {name: answer.special or answer.value for name, answer in answers.items()}


def test_a_call_by_keyboard_alone(workspace, call_list, tab, fits):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    page = tab("interviewer")
    fits(page, "today")
    press_keys(page, "Enter")  # next person
    expect(page.get_by_role("heading", name="Before you call")).to_be_visible()
    fits(page, "before")
    press_keys(page, "Enter")  # call
    expect(page.get_by_text("May we begin?")).to_be_visible()
    fits(page, "introduction")
    press_keys(page, "Enter")  # they agree
    expect(page.get_by_text("on a scale from 0 to 10")).to_be_visible()
    fits(page, "question")
    press_keys(page, "1", "0")
    expect(page.locator("[data-code='10']")).to_be_checked()
    press_keys(page, "4", "Enter")
    expect(page.get_by_text("What influenced your score")).to_be_visible()
    fits(page, "several")
    press_keys(page, "1", "3", "r", "d", "2", "3", "Enter")  # a code clears don't know, and the other way round
    expect(page.get_by_text("What should we have done better?")).to_be_visible()
    write(page, "Come before noon, bring a receipt")
    fits(page, "words")
    press_keys(page, "Control+Enter")
    expect(page.get_by_text("how easy or difficult")).to_be_visible()
    press_keys(page, "b")
    expect(page.locator("#q-improve")).to_have_value("Come before noon, bring a receipt")
    press_keys(page, "PageUp")  # back, and what was typed is kept
    expect(page.locator("legend").filter(has_text="What influenced your score")).to_be_visible()
    press_keys(page, "j")
    expect(page.locator("[data-jump] a").first).to_be_focused()
    fits(page, "jump")
    page.locator("body").click(position={"x": 2, "y": 300})
    press_keys(page, "Enter")
    expect(page.get_by_text("how easy or difficult")).to_be_visible()
    press_keys(page, "n")
    write(page, "Speaks slowly")
    press_keys(page, "Escape", "?")
    expect(page.get_by_text("leave a text field")).to_be_visible()
    press_keys(page, "Tab", "Tab")
    page.locator(".ph-read").first.click()
    press_keys(page, "d", "Enter")
    expect(page.get_by_role("heading", name="Interview complete")).to_be_visible()
    fits(page, "complete")
    stored = answered(workspace, case.interview_id)
    assert (stored["score"], stored["effort"], stored["improve"]) == (4, "dk", "Come before noon, bring a receipt")
    assert len(stored["reasons"]) == 2


def test_the_end_of_a_call(workspace, call_list, tab, fits, clock):
    call_list(2)
    page = tab("interviewer")
    press_keys(page, "Enter")
    expect(page.get_by_role("heading", name="Before you call")).to_be_visible()
    press_keys(page, "Enter")
    expect(page.get_by_text("May we begin?")).to_be_visible()
    press_keys(page, "e")
    expect(page.get_by_text("How did the call end?")).to_be_visible()
    page.get_by_label("Appointment at a time they named").check()
    fits(page, "end")
    press_keys(page, "Enter")
    expect(page.get_by_role("alert").filter(has_text="Give a day and a time")).to_be_visible()
    fits(page, "end-problem")
    page.locator("#wall").fill("2026-11-05T18:30")
    expect(page.get_by_text("Here that is Thu 17:30.")).to_be_visible()
    page.get_by_role("button", name="End the call").click()
    expect(page.get_by_text("Thu 5 Nov 18:30 in Europe/Warsaw")).to_be_visible()
    fits(page, "today-appointment")


def test_a_warning_is_overridden_with_a_note(workspace, clock, person, tab, fits):
    """Out of range is a hard check; what the interviewer may confirm is a soft one."""
    study = open_study(workspace, clock, "five", "bench_five_pages", practice=True)
    service.add_cases(workspace, study, "phone", [person()], clock.now())
    page = tab("interviewer")
    page.get_by_role("button", name="Practise").click()
    expect(page.get_by_text("You speak both parts")).to_be_visible()
    fits(page, "practice")
    press_keys(page, "Enter")
    expect(page.get_by_text("May we begin?")).to_be_visible()
    press_keys(page, "Enter")
    expect(page.locator("[data-question]")).to_be_visible()
    press_keys(page, "Enter")  # nothing chosen
    expect(page.locator(".ph-hard")).to_be_focused()
    fits(page, "hard")


def test_a_lost_lease_is_said_at_once(workspace, call_list, tab, fits, clock):
    call_list()
    (case,) = service.cases_in(workspace, ["NEW"])
    page = tab("interviewer")
    page.clock.install()
    press_keys(page, "Enter")
    expect(page.get_by_role("heading", name="Before you call")).to_be_visible()
    press_keys(page, "Enter")
    expect(page.get_by_text("May we begin?")).to_be_visible()
    press_keys(page, "Enter")
    expect(page.locator("[data-question]")).to_be_visible()
    page.clock.run_for(16_000)
    expect(page.locator("[data-lease]")).to_be_hidden()
    clock.set(service.case(workspace, case.id).expires_at)
    recovery.expire(clock.now())
    page.clock.run_for(16_000)
    expect(page.get_by_text("no longer holds the case")).to_be_visible()
    press_keys(page, "7", "Enter")
    expect(page.get_by_text("This was not stored")).to_be_visible()
    fits(page, "lost")
    page.get_by_role("button", name="Take it again").click()
    expect(page.locator("[data-code='7']")).to_be_checked()


def test_the_supervisors_pages_fit(workspace, call_list, served, tab, fits, staff, clock):
    jan = staff("interviewer").id
    call_list(3)
    for outcome in ("no_answer", "referred"):
        taken = service.next_case(workspace, jan, clock.now())
        ids = (workspace, taken.case.id, jan, taken.token)
        service.dial(*ids, clock.now())
        service.code(*ids, outcome, clock.now(), note="asks for the manager")
    service.next_case(workspace, jan, clock.now())
    page = tab("supervisor")
    for address in ("/calls/queue", "/calls/queue?state=RETRY", "/calls/team", f"/calls/{taken.case.id}", "/visits/"):
        page.goto(served + address)
        fits(page, "supervisor" + address.replace("/", "-").replace("?", "-")[:20])


def test_a_visit_with_several_questions_on_a_page(workspace, study, person, served, tab, fits, staff, clock):
    """The codes belong to the question that has the focus."""
    ewa = staff("interviewer")
    many = open_study(workspace, clock, "politics", "anes96")
    who = person(attributes={"address": "Polna 1, Warszawa"})
    service.add_cases(workspace, many, "visit", [who], clock.now(), assigned_to=ewa.id)
    (case,) = service.visits_of(workspace, ewa.id)
    page = tab(person=ewa)
    page.goto(f"{served}/visits/")
    fits(page, "visits")
    page.get_by_role("link", name=who.name).click()
    fits(page, "visit-case")
    page.get_by_role("button", name="Take this case").click()
    page.get_by_role("button", name="I am at the door").click()
    expect(page.get_by_text("May we begin?")).to_be_visible()
    press_keys(page, "Enter")
    expect(page.locator("#q-popul")).to_be_focused()
    write(page, "190")
    press_keys(page, "Tab", "Escape", "d")  # don't know belongs to the question with the focus
    page.locator("#q-TVnews").fill("9")
    fits(page, "visit-page")
    press_keys(page, "Enter")
    expect(page.locator(".ph-hard").first).to_be_visible()
    page.locator("#q-TVnews").fill("7")
    expect(page.locator("#q-popul")).to_have_value("")
    page.locator("#q-popul").fill("190")  # takes don't know back
    expect(page.locator("[name='popul__special']").first).not_to_be_checked()
    page.locator("#q-TVnews").press("Enter")
    expect(page.locator("legend").filter(has_text="Bill Clinton")).to_be_visible()
    assert answered(workspace, case.interview_id) == {"popul": 190, "TVnews": 7}
    page.locator("[name='ClinLR']").first.focus()
    press_keys(page, "3")
    expect(page.locator("[name='ClinLR'][data-code='3']")).to_be_checked()
    fits(page, "visit-scales")
