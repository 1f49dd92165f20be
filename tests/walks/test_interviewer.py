"""The interviewers: two of them at work on one study, a visit list and practice, each in a browser of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.accounts import links
from app.accounts import service as accounts
from app.contacts import service as contacts
from app.contacts.permission import Allowed
from app.fieldwork import service as fieldwork
from app.fieldwork.service import Case
from app.interviews.repository import Interview
from tests.browser import press_keys, profile, write
from tests.walks.conftest import WARSAW, Look, Shop
from tests.walks.test_customer import say

PASSWORD = "every call counts once"
LONDON = ZoneInfo("Europe/London")
PEOPLE = ("Ada Lovelace", "Ben Okri", "Cleo Laine", "Dora Marsden", "Ella Pratt", "Finn Barr")
PHONE = {name: f"+44740012340{n}" for n, name in enumerate(PEOPLE)}
QUESTIONNAIRE = """questionnaire: parcel_call
title: {en: How your parcel came}
languages: [en]
basis: attributable
purpose: {en: to learn how your parcel came}
minutes: 2
metrics: [{name: nps, kind: nps, question: score}]
partial: {answered: [score]}
pages:
  - name: all
    questions:
      - name: score
        type: nps
        label: {en: "How likely are you to recommend us to a friend or colleague?"}
        dont_know: true
      - name: reasons
        type: multiple_choice
        label: {en: "What influenced your score?"}
        choices:
          - {name: price, label: {en: Price}}
          - {name: courier, label: {en: The courier}}
          - {name: condition, label: {en: The state of the parcel}}
      - name: improve
        type: long_text
        relevant: "${score} <= 6"
        label: {en: "What should we have done better?"}
      - name: parcels
        type: integer
        min: 1
        max: 60
        warning: ". <= 20"
        warning_message: {en: "More than 20 parcels is rare."}
        label: {en: "How many parcels did you get from us this year?"}
      - name: ease
        type: ces_7
        label: {en: "How easy or difficult was it to get your parcel?"}
        low: {en: Very difficult}
        high: {en: Very easy}
        dont_know: true
"""


@dataclass
class Interviewer:
    """An interviewer and their browser."""

    shop: Shop
    email: str
    browser: Callable[[], BrowserContext]
    context: BrowserContext
    page: Page

    def sign_in(self) -> None:
        self.page.goto(f"{self.shop.product.url}/calls/")
        self.page.get_by_label("E-mail address").fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Today’s work")

    def crash(self) -> None:
        """The browser is gone, with its cookies; a new one is started."""
        self.context.close()
        self.context = self.browser()
        self.page = self.context.new_page()

    def keys(self, *pressed: str) -> None:
        press_keys(self.page, *pressed)

    def write(self, text: str) -> None:
        write(self.page, text)

    def sees(self, text: str) -> None:
        """The page with this text is there, its script too."""
        expect(self.page.locator("main").get_by_text(text).first).to_be_visible()
        self.page.wait_for_load_state()

    def work(self) -> None:
        self.page.goto(f"{self.shop.product.url}/calls/")

    def next(self) -> str:
        """Take the next person; returns their name."""
        self.work()
        self.keys("Enter")
        expect(self.page.locator(".ph-who")).to_be_visible()
        return self.page.locator(".ph-who h1").inner_text()

    def dial(self) -> None:
        self.keys("Enter")
        self.sees("May we begin?")

    def agree(self) -> None:
        self.keys("Enter")
        self.sees("recommend us")

    def end(self, outcome: str, note: str = "") -> None:
        """End the call with an outcome, by its name on the page."""
        self.keys("e")
        self.sees("How did the call end?")
        self.page.get_by_label(outcome).check()
        if note:
            self.page.locator("#note").fill(note)
        self.page.get_by_role("button", name="End the call").click()


@dataclass
class Team:
    shop: Shop
    jan: Interviewer
    ewa: Interviewer

    def case(self, name: str) -> Case:
        """The call of a person in the study of parcels."""
        with self.shop.product.app.app_context():
            (found,) = fieldwork.cases_of_interview(self.shop.workspace_id, self.interview(name).id)
            return found

    def interview(self, name: str) -> Interview:
        return self.shop.interview(name)

    def answers(self, name: str) -> dict[str, object]:
        state = self.interview(name).state
        return {each: answer.special or answer.value for each, answer in state.answers.items()}


@pytest.fixture(scope="module")
def calls(shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> Shop:
    """Six people in England, to be called on a working day's evening there, by Jan and Ewa."""
    file = tmp_path_factory.mktemp("questionnaires") / "parcel_call.yaml"
    file.write_text(QUESTIONNAIRE)
    shop.run("publish", str(file))
    for name in PEOPLE:
        shop.customer(name, name, email_of(name), PHONE[name], language="en",
                      time_zone="Europe/London", consent_field="yes")  # fmt: skip
    channels = ["web", "email", "sms", "phone", "field"]
    shop.study("parcel", questionnaire="parcel_call", channels=channels)
    evening(shop)
    shop.run("cases", "add", "parcel", "--channel", "phone", "--all")
    now = shop.product.clock.now()
    with shop.product.app.app_context():
        for name in ("Jan Kos", "Ewa Lis"):
            person = accounts.create_user(shop.workspace_id, email_of(name), name, ["interviewer"], now, language="en")
            assert isinstance(person, accounts.Person), person
            assert not links.set_password(person, PASSWORD, "command", now)
    return shop


def email_of(name: str) -> str:
    return f"{name.split()[0].lower()}@shop.example"


def evening(shop: Shop) -> None:
    """Half past five in London on a working day: the hours of first calls."""
    shop.clock_to(18)
    while (now := shop.product.clock.now()).astimezone(LONDON).weekday() >= 5:
        shop.product.clock.advance(timedelta(days=1))
    shop.product.clock.advance(now.astimezone(WARSAW).replace(hour=18, minute=30).astimezone(UTC) - now)


@pytest.fixture
def team(calls: Shop, chromium: Browser) -> Iterator[Team]:
    """Jan and Ewa, signed in."""
    contexts: list[BrowserContext] = []

    def browser() -> BrowserContext:
        context = profile(chromium, locale="en-GB")
        contexts.append(context)
        return context

    made = []
    for name in ("Jan Kos", "Ewa Lis"):
        context = browser()
        one = Interviewer(calls, email_of(name), browser, context, context.new_page())
        one.sign_in()
        made.append(one)
    yield Team(calls, *made)
    for context in contexts:
        context.close()


def test_two_interviewers_at_work(team: Team, look: Look, tmp_path: Path) -> None:
    jan, ewa = team.jan, team.ewa
    both(look, jan.page, "today")
    hers, his = ewa.next(), jan.next()
    assert hers != his
    look(jan.page, "before")

    then = make_an_appointment(team, hers, look)
    interview_and_crash(team, his, look)
    texting = ewa.next()
    assert texting not in (hers, his)
    ewa.dial()
    resume(team, his, look)
    send_the_rest(team, texting, look)

    team.shop.product.clock.advance(then - timedelta(minutes=10) - team.shop.product.clock.now())
    refuse_softly(team, hers, look)
    refuse_firmly(team, hers, look, tmp_path)


def both(look: Look, page: Page, name: str) -> None:
    """Look at a page on a desk's screen and on a telephone's."""
    look(page, name)
    page.set_viewport_size({"width": 320, "height": 640})
    look(page, f"{name}-320")
    page.set_viewport_size({"width": 1280, "height": 900})


def make_an_appointment(team: Team, name: str, look: Look) -> datetime:
    """Ewa makes an appointment in the person's time, and sees both times; returns when it is."""
    ewa = team.ewa
    ewa.dial()
    ewa.keys("e")
    ewa.sees("How did the call end?")
    ewa.page.get_by_label("Appointment at a time they named").check()
    now = team.shop.product.clock.now().astimezone(LONDON)
    there = now.replace(hour=19, minute=30, second=0, microsecond=0)
    ewa.page.locator("#wall").fill(f"{there:%Y-%m-%dT%H:%M}")
    ewa.sees(f"Here that is {there:%a} 20:30.")
    both(look, ewa.page, "appointment")
    ewa.page.get_by_role("button", name="End the call").click()
    ewa.sees("19:30 in Europe/London")
    ewa.sees("20:30 here")
    look(ewa.page, "appointment-made")
    assert (team.case(name).state, team.case(name).appointment) == ("APPOINTMENT", "hard")
    return there.astimezone(UTC)


def interview_and_crash(team: Team, name: str, look: Look) -> None:
    """Jan asks by keyboard: a code, refused, out of range, rare, a note, a jump back that changes the route. Then the
    browser dies."""
    jan = team.jan
    jan.dial()
    both(look, jan.page, "introduction")
    jan.agree()
    both(look, jan.page, "question")
    jan.keys("9", "Enter")
    jan.sees("What influenced your score?")
    jan.keys("r", "Enter")
    jan.sees("How many parcels")
    jan.write("99")
    jan.keys("Enter")
    expect(jan.page.locator(".ph-hard")).to_be_focused()
    look(jan.page, "out-of-range")
    jan.page.locator("#q-parcels").fill("25")
    jan.keys("Enter")
    jan.sees("More than 20 parcels is rare.")
    both(look, jan.page, "rare")
    jan.keys("y", "Enter")
    jan.sees("How easy or difficult")
    jan.keys("n")
    jan.write("Speaks slowly, hears badly")
    jan.page.get_by_role("button", name="Keep the note").click()
    jan.sees("Speaks slowly, hears badly")
    jan.keys("j")
    look(jan.page, "jump")
    jan.page.locator("[data-jump] a").first.click()
    expect(jan.page.locator("[data-code='9']")).to_be_checked()
    jan.keys("4", "Enter")
    jan.sees("What should we have done better?")
    jan.write("Ring the bell, then wait.")
    jan.keys("Control+Enter")
    jan.sees("How easy or difficult")
    jan.crash()
    assert team.answers(name) == {
        "score": 4,
        "reasons": "refused",
        "parcels": 25,
        "improve": "Ring the bell, then wait.",
    }
    team.shop.product.clock.advance(timedelta(seconds=100))


def resume(team: Team, name: str, look: Look) -> None:
    """After the lease ran out the call is still Jan's to go on with, with every answer there."""
    jan = team.jan
    jan.sign_in()
    jan.sees("To be coded")
    look(jan.page, "to-be-coded")
    assert jan.next() == name
    jan.sees("The connection was lost during this call")
    jan.sees("How easy or difficult")
    jan.sees("Answers so far (4)")
    look(jan.page, "resumed")
    jan.keys("d", "Enter")
    jan.sees("Interview complete")
    look(jan.page, "complete")
    assert team.answers(name)["ease"] == "dk"
    done = team.case(name)
    assert (done.state, done.disposition, done.attempts) == ("FINAL", "1.1", 1)


def send_the_rest(team: Team, name: str, look: Look) -> None:
    """Ewa hands the rest over to text messages and sees the interview go on there."""
    ewa, shop, sim = team.ewa, team.shop, team.shop.product.simulator
    ewa.agree()
    ewa.keys("9", "Enter")
    ewa.sees("What influenced your score?")
    ewa.page.get_by_text("Send the rest").click()
    ewa.page.get_by_role("link", name="By text message").click()
    look(ewa.page, "send-the-rest")
    ewa.page.get_by_role("button", name="End the call").click()
    ewa.sees("They go on by themselves")
    look(ewa.page, "watch")
    sim.until(lambda: sim.messages(to=PHONE[name]))
    device = ewa.context.new_page()
    device.goto(f"{sim.base_url}/phones/{PHONE[name]}")
    for text in ("1", "1 3", "2"):
        say(device, shop, PHONE[name], text)
    ewa.page.bring_to_front()
    ewa.sees("75 % done")
    both(look, ewa.page, "watch-on")
    say(device, shop, PHONE[name], "6")
    ewa.page.bring_to_front()
    ewa.sees("The interview is complete.")
    look(ewa.page, "watch-complete")
    assert team.answers(name) == {"score": 9, "reasons": ("price", "condition"), "parcels": 2, "ease": 6}
    assert {a.mode for a in team.interview(name).state.answers.values()} == {"phone", "sms"}


def refuse_softly(team: Team, appointed: str, look: Look) -> None:
    """Ten minutes before Ewa's appointment Jan gets somebody else, who refuses for now."""
    jan = team.jan
    jan.work()
    expect(jan.page.get_by_text(appointed)).to_have_count(0)
    name = jan.next()
    assert name != appointed
    jan.dial()
    jan.end("Refused for now", "has no time before Christmas")
    expect(jan.page.get_by_role("heading", level=1)).to_have_text("Today’s work")
    look(jan.page, "refused-for-now")
    held = team.case(name)
    assert held.state == "REFUSED_HOLD"
    assert held.next_at >= team.shop.product.clock.now() + timedelta(days=7) - timedelta(minutes=1)
    with team.shop.product.app.app_context():
        assert isinstance(contacts.may_contact(team.shop.workspace_id, held.contact_id, "email"), Allowed)


def refuse_firmly(team: Team, name: str, look: Look, folder: Path) -> None:
    """Ewa gets her appointment; a firm refusal keeps every channel away from then on, and says why."""
    ewa, shop = team.ewa, team.shop
    assert ewa.next() == name
    ewa.sees("They named this time")
    look(ewa.page, "appointment-due")
    ewa.dial()
    ewa.end("Refused firmly")
    expect(ewa.page.get_by_role("heading", level=1)).to_have_text("Today’s work")
    assert (team.case(name).state, team.case(name).disposition) == ("FINAL", "2.112")
    shop.study("nps", channels=["web", "email", "sms", "phone", "field"])
    file = folder / "again.csv"
    file.write_text(f"external_id\n{name}\n")
    for channel in ("email", "sms"):
        said = shop.run("invite", "nps", "--channel", channel, "--contacts", str(file), code=3)
        assert "0 invitations are on their way" in said
        assert "1 not invited" in said
    for channel in ("phone", "field"):
        said = shop.run("cases", "add", "nps", "--channel", channel, "--file", str(file))
        assert said.startswith("1 added (1 of them may not be contacted)")
    assert not shop.product.simulator.messages(to=PHONE[name])
    assert not shop.product.simulator.mails(email_of(name))


def test_practice_and_visits(team: Team, look: Look, tmp_path: Path) -> None:
    practise(team, look)
    visit(team, look, tmp_path)


def practise(team: Team, look: Look) -> None:
    """A whole call is tried out; even a firm refusal touches nobody."""
    shop, jan = team.shop, team.jan
    shop.study("training", questionnaire="parcel_call", channels=["phone"], practice=True)
    shop.run("cases", "add", "training", "--channel", "phone", "--all")
    jan.work()
    look(jan.page, "practice-today")
    jan.page.get_by_role("button", name="Practise").click()
    jan.sees("You speak both parts")
    name = jan.page.locator(".ph-who h1").inner_text()
    look(jan.page, "practice")
    jan.dial()
    expect(jan.page.locator("[data-tel]")).to_have_count(0)
    jan.agree()
    expect(jan.page.get_by_text("Send the rest")).to_have_count(0)
    jan.end("Refused firmly")
    expect(jan.page.get_by_role("heading", level=1)).to_have_text("Today’s work")
    with shop.product.app.app_context():
        person = contacts.by_external_id(shop.workspace_id, name)
        assert person
        assert contacts.suppressions(shop.workspace_id, person.id) == []


def visit(team: Team, look: Look, folder: Path) -> None:
    """Ewa's list: nobody at home twice over, somebody else, and one whole interview, a page at a time."""
    shop, ewa = team.shop, team.ewa
    file = folder / "visits.csv"
    rows = []
    for n in range(4):
        rows.append(f"V{n}")
        shop.customer(f"V{n}", f"Vera {n}", language="en", time_zone="Europe/London", consent_field="yes",
                      **{"text:address": "12 High Street, Leeds"})  # fmt: skip
    file.write_text("external_id\n" + "\n".join(rows) + "\n")
    shop.run("cases", "add", "parcel", "--channel", "field", "--file", str(file), "--to", ewa.email)
    for n, outcome in enumerate(("No access to the building", "Nobody reached", "Somebody else answered")):
        knock(ewa, f"Vera {n}")
        ewa.keys("e")
        ewa.sees("How did the visit end?")
        ewa.page.get_by_label(outcome).check()
        ewa.page.get_by_role("button", name="End the visit").click()
        expect(ewa.page.get_by_role("heading", level=1)).to_have_text("Visits")
    knock(ewa, "Vera 3")
    look(ewa.page, "visit-introduction")
    ewa.keys("Enter")
    ewa.sees("recommend us")
    both(look, ewa.page, "visit-page")
    ewa.page.locator("[name=score][data-code='10']").check()
    ewa.page.locator("[name=reasons][data-code='2']").check()
    ewa.page.locator("#q-parcels").fill("3")
    ewa.page.locator("[name=ease][data-code='7']").check()
    ewa.page.get_by_role("button", name="Next").click()
    ewa.sees("Interview complete")
    ewa.page.goto(f"{shop.product.url}/visits/")
    both(look, ewa.page, "visits")
    with shop.product.app.app_context():
        ewa_id = next(each.id for each in accounts.people(shop.workspace_id) if each.email == ewa.email)
        codes = sorted(case.disposition for case in fieldwork.visits_of(shop.workspace_id, ewa_id))
    assert codes == ["1.1", "2.23", "2.24", "2.25"]


def knock(ewa: Interviewer, name: str) -> None:
    ewa.page.goto(f"{ewa.shop.product.url}/visits/")
    ewa.page.get_by_role("link", name=name).click()
    ewa.page.get_by_role("button", name="Take this case").click()
    ewa.page.get_by_role("button", name="I am at the door").click()
    ewa.sees("May we begin?")
