"""Real respondents answer again, and the export must equal the source cell by cell: ``python -m bench.replay [--people 944]``.

The 944 respondents of ``$CORPUS_DIR/respondents/anes96.csv`` (default ``../shared/corpus``) answer anes96 against the running
product, a quarter each on the web, by the link in a mail, by SMS (signed webhooks) and on the phone (interviewers' pages). Then in
a second study once more, each changing to another channel after some question. Prints a report; exits with 1 on any difference.
"""

import argparse
import csv
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from html import unescape
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import requests
from twilio.request_validator import RequestValidator

from app.accounts import service as accounts
from app.accounts.links import set_password
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.ids import new_id
from app.db import db
from app.delivery import invitations
from app.engine import Questionnaire
from app.factory import create_app
from app.fieldwork import service as fieldwork
from app.interviews import links, service
from app.migrations import bring_up_to_date
from config import Development
from tests.product import Product, running_product

CHANNELS = ("web", "email", "sms", "phone")
PASSWORD = "only for this run, of many words"
WARSAW = ZoneInfo("Europe/Warsaw")
THREADS = 4
QUARTER_HOUR = timedelta(minutes=15)  # after it no channel is kept for the last one's sake
HIDDEN = re.compile(r'<input(?=[^>]* type="hidden")(?=[^>]* name="([^"]+)")[^>]* value="([^"]*)"')
FIELD = re.compile(r'<(?:input|select)[^>]* name="([^"]+)"')


@dataclass
class Person:
    """A respondent: `row` is theirs of the source. `path`: a link of their own. `heard`: texts they had before the one awaited."""

    number: int
    row: dict[str, str]
    channel: str
    contact_id: str = ""
    then: str = ""
    after: int = 99
    path: str = ""
    heard: int = 0

    @property
    def phone(self) -> str:
        return f"+48601{self.number:06}"

    @property
    def email(self) -> str:
        return f"r{self.number}@replay.example"


@dataclass
class Field:
    """What the respondents need to know of a study in the field."""

    product: Product
    workspace_id: str
    study: Study
    questionnaire: Questionnaire
    people: list[Person]
    answered: Counter[str] = field(default_factory=Counter)

    @property
    def names(self) -> list[str]:
        return list(self.questionnaire.questions)

    def at_work(self, channel: str, work: Callable[[Person], None]) -> None:
        """Everyone who is on a channel now, some at a time."""
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(work, [person for person in self.people if person.channel == channel]))


# --- a browser ------------------------------------------------------------------------------------


class Browser:
    """A session without JavaScript: shows a page, sends its forms."""

    def __init__(self, url: str) -> None:
        self.url, self.session, self.page = url, requests.Session(), ""

    def get(self, path: str) -> str:
        return self._show(self.session.get(self.url + path.removeprefix(self.url), timeout=60))

    def send(self, action: str, **fields: str) -> str:
        """Send the page's form whose address ends so, with its hidden fields."""
        for form in re.findall(r"<form.*?</form>", self.page, re.S):
            address = re.search(r'action="([^"]*)"', form)
            if address and address[1].partition("?")[0].endswith(action):
                hidden = {name: unescape(value) for name, value in HIDDEN.findall(form)}
                return self._show(self.session.post(self.url + address[1], {**hidden, **fields}, timeout=60))
        raise RuntimeError(f"no form {action} in {self.page}")

    def _show(self, answer: requests.Response) -> str:
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.status_code} from {answer.url}: {answer.text}")
        self.page = answer.text
        return self.page

    @property
    def asked(self) -> set[str]:
        return set(FIELD.findall(self.page))


# --- the four ways to answer ----------------------------------------------------------------------


def on_the_web(field: Field, person: Person, known: int = 0) -> int:
    """Answer pages by the person's link; returns how many questions were answered when it was time to change."""
    browser = Browser(field.product.url)
    browser.get(person.path)
    if 'value="confirm_identity"' in browser.page:
        browser.send(person.path, do="confirm_identity", answer="yes")
    while "<form" in browser.page and known < person.after:
        here = {name: person.row[name] for name in field.names if name in browser.asked}
        browser.send(person.path, do="next", **here)
        known += len(here)
    if person.after < len(field.names):
        ways = {"sms": "text_me", "phone": "call_me"}
        if person.then in ways and "<form" in browser.page:
            person.heard = len(field.product.simulator.messages(to=person.phone))
            browser.send(person.path, do=ways[person.then])
    return known


def by_text(field: Field, person: Person, start: int, stop: int) -> None:
    """Reply to the questions from `start` to before `stop` by signed webhooks, and wait until each was answered by a text."""
    simulator = field.product.simulator
    answered = len(simulator.messages(to=person.phone)) + stop - start
    for name in field.names[start:stop]:
        choice = field.questionnaire.questions[name].choice(person.row[name])
        text_in(field.product, person, str(choice.number) if choice else person.row[name])
    simulator.until(lambda: len(simulator.messages(to=person.phone)) >= answered, 120)


def text_in(product: Product, person: Person, body: str) -> None:
    url = f"{product.url}/webhooks/twilio/sms"
    form = {
        "AccountSid": product.environ["TWILIO_ACCOUNT_SID"], "MessageSid": f"SM{new_id().replace('-', '')}",
        "From": person.phone, "To": product.app.config["SMS_FROM"], "Body": body,
    }  # fmt: skip
    signature = RequestValidator(product.environ["TWILIO_AUTH_TOKEN"]).compute_signature(url, form)
    answer = requests.post(url, form, headers={"X-Twilio-Signature": signature}, timeout=60)
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.status_code} for a text: {answer.text}")


def interviewer(field: Field, email: str) -> int:
    """Call whoever comes next until nobody is left; returns how many calls that were."""
    by_number = {person.phone: person for person in field.people}
    browser = Browser(field.product.url)
    browser.get("/sign-in")
    browser.send("/sign-in", email=email, password=PASSWORD)
    calls = 0
    while True:
        browser.get("/calls/")
        browser.send("/next", study=field.study.id)
        if "/dial" not in browser.page:
            return calls
        calls += 1
        browser.send("/dial")
        number = re.search(r'href="tel:([^"]+)"', browser.page)
        assert number, browser.page
        call(field, browser, by_number[number[1]])


def call(field: Field, browser: Browser, person: Person) -> None:
    """One call: the introduction, questions, and their end or what comes instead."""
    browser.send("/begin")
    asked = 0
    while 'action="' in browser.page and re.search(r'action="[^"]*/answer', browser.page):
        if person.channel == "phone" and asked >= person.after:
            browser.get(re.search(r'href="(/calls/[^"]*/end[^"]*)"', browser.page)[1].replace("&amp;", "&"))  # type: ignore[index]
            person.heard = len(field.product.simulator.messages(to=person.phone))
            browser.send("/end", outcome="continues", send={"web": "email"}.get(person.then, person.then))
            return
        name = next(name for name in field.names if name in browser.asked)
        browser.send("/answer", do="next", **{name: person.row[name]})
        asked += 1


# --- the field ------------------------------------------------------------------------------------


def prepare(product: Product, name: str, rows: Sequence[dict[str, str]], workspace_id: str, change: bool) -> Field:
    """The study, its people with their channels, their invitations on the way."""
    dice = random.Random(1996)
    now = product.clock.now()
    pairs = list(permutations(("web", "sms", "phone"), 2))
    study = catalog.open_study(
        workspace_id,
        name,
        questionnaire="anes96",
        channels=["web", "email", "sms", "phone"],
        basis="attributable",
        now=now,
    )
    assert isinstance(study, Study), study
    people = []
    for number, row in enumerate(rows):
        person = Person(number, row, CHANNELS[number % 4])
        if change:
            person.channel, person.then = pairs[number % len(pairs)]
            person.after = dice.randint(1, len(row) - 1)
        given = {
            "external_id": str(number), "name": f"Respondent {number}", "email": person.email, "phone": person.phone,
            "language": "en", "time_zone": "Europe/Warsaw", **{f"consent_{c}": "yes" for c in ("email", "sms", "phone")},
        }  # fmt: skip
        stored = contacts.upsert(workspace_id, given, "replay", now)
        assert isinstance(stored, contacts.Stored), stored
        person.contact_id = stored.contact_id
        people.append(person)
    questionnaire = catalog.questionnaire(study.version_id or "")
    field = Field(product, workspace_id, study, questionnaire, people)
    for channel in ("email", "sms"):
        chosen = [person.contact_id for person in people if person.channel == channel]
        if chosen:
            invitations.invite(workspace_id, study, chosen, channel, now)
    give_links(field, "web")
    call_list(field, [person for person in people if person.channel == "phone"])
    return field


def give_links(field: Field, channel: str) -> None:
    now = field.product.clock.now()
    for person in field.people:
        if channel in (person.channel, person.then) and not person.path:
            interview, _ = service.create(field.workspace_id, field.study, contact_id=person.contact_id, now=now)
            person.path = f"/i/{links.mint_for(interview, 30, 'link', now)}"


def call_list(field: Field, people: list[Person]) -> None:
    found = [contacts.contact(field.workspace_id, person.contact_id) for person in people]
    fieldwork.add_cases(
        field.workspace_id, field.study, "phone", [each for each in found if each], field.product.clock.now()
    )


def collect(field: Field, staff: list[str]) -> None:
    """Everyone answers on the channel they begin on, up to the question after which they change."""
    simulator = field.product.simulator
    for person in field.people:
        if person.channel == "email":
            open_mail(field, person)
        elif person.channel == "sms":
            simulator.until(lambda person=person: simulator.messages(to=person.phone), 120)
    done = dict.fromkeys(range(len(field.people)), 0)
    field.at_work("email", lambda person: done.update({person.number: on_the_web(field, person)}))
    field.at_work("web", lambda person: done.update({person.number: on_the_web(field, person)}))
    field.at_work("sms", lambda person: by_text(field, person, 0, person.after))
    with ThreadPoolExecutor(len(staff)) as pool:
        field.answered["calls"] += sum(pool.map(lambda email: interviewer(field, email), staff))
    for person in field.people:
        person.after = done[person.number] or person.after


def open_mail(field: Field, person: Person) -> None:
    """Wait for the person's mail and take the link in it."""
    simulator = field.product.simulator
    mails = simulator.until(lambda: simulator.mails(person.email), 120)
    link = next(link for link in mails[-1]["links"] if "/i/" in link)
    person.path = link.partition("?")[0].removeprefix(field.product.url)


def finish(field: Field, staff: list[str]) -> None:
    """Everyone goes on where they changed to, a quarter of an hour later."""
    simulator = field.product.simulator
    for person in field.people:
        if (person.channel, person.then) == ("phone", "web"):
            open_mail(field, person)
    give_links(field, "web")
    call_list(field, [person for person in field.people if (person.channel, person.then) == ("sms", "phone")])
    field.product.clock.advance(QUARTER_HOUR)
    count = len(field.names)
    for person in field.people:
        if person.then == "sms" and person.after < count:
            simulator.until(lambda person=person: len(simulator.messages(to=person.phone)) > person.heard, 120)
    for person in field.people:
        person.channel, start, person.after = person.then, person.after, 99
        person.heard = start
    field.at_work("web", lambda person: void(on_the_web(field, person)))

    def go_on(person: Person) -> None:
        if person.heard < count:
            text_in(field.product, person, "1")  # yes, it is me
            by_text(field, person, person.heard, count)

    field.at_work("sms", go_on)
    with ThreadPoolExecutor(len(staff)) as pool:
        field.answered["calls"] += sum(pool.map(lambda email: interviewer(field, email), staff))


def void(_: object) -> None:
    """A result nobody needs."""


def differences(field: Field, folder: Path) -> list[str]:
    """Every cell of the export that is not the source's."""
    done = field.product.run("export", field.study.name, "--out", str(folder))
    if done.returncode:
        return [done.stderr]
    with open(folder / "survey.csv", encoding="utf-8", newline="") as file:
        exported = {row["interview__external_id"]: row for row in csv.DictReader(file)}
    wrong = [] if len(exported) == len(field.people) else [f"{len(exported)} rows for {len(field.people)} respondents"]
    for person in field.people:
        row = exported.get(str(person.number), {})
        wrong += [
            f"respondent {person.number} ({person.channel}, {person.then}): {name} is {row.get(name)!r}, not {value!r}"
            for name, value in person.row.items()
            if row.get(name) != value
        ]
    return wrong


# --- the run --------------------------------------------------------------------------------------


def source(limit: int) -> list[dict[str, str]]:
    folder = Path(os.environ.get("CORPUS_DIR", "../shared/corpus"))
    file = folder / "respondents" / "anes96.csv"
    if not file.exists():
        raise SystemExit(f"{file} is not there: set CORPUS_DIR to the folder of real inputs.")
    with open(file, encoding="utf-8", newline="") as lines:
        return [
            dict(row)
            for _, row in zip(range(limit), csv.DictReader(lines, delimiter="\t", quotechar="'"), strict=False)
        ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=944, help="only so many of them")
    rows = source(parser.parse_args().people)
    os.environ |= {"SMS_PER_MINUTE": "1000000", "MAIL_PER_MINUTE": "1000000"}
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/canvass.db"
        with create_app(Development({"DATABASE_URL": url, "VAR_DIR": folder})).app_context():
            bring_up_to_date()
            db.engine.dispose()
        with running_product(url, Path(folder)) as product, product.app.app_context():
            return replay(product, rows, Path(folder))


def replay(product: Product, rows: Sequence[dict[str, str]], folder: Path) -> int:
    local = product.clock.now().astimezone(WARSAW)
    evening = local.replace(hour=17, minute=0) + timedelta(days=1)  # when people are called
    product.clock.advance(evening.astimezone(UTC) - local.astimezone(UTC))
    now = product.clock.now()
    home = accounts.create_workspace("Replay", now, contact_line="replay@replay.example", time_zone="Europe/Warsaw")
    assert isinstance(home, accounts.Workspace), home
    staff = [f"i{n}@replay.example" for n in range(THREADS)]
    for email in staff:
        who = accounts.create_user(home.id, email, "Interviewer", ["interviewer"], now)
        assert isinstance(who, accounts.Person), who
        assert not set_password(who, PASSWORD, "system", now)
    wrong: list[str] = []
    for name, change in (("as-they-came", False), ("changing-channel", True)):
        began = time.perf_counter()
        field = prepare(product, name, rows, home.id, change)
        ways = Counter(f"{person.channel} → {person.then}" if change else person.channel for person in field.people)
        collect(field, staff)
        if change:
            finish(field, staff)
        found = differences(field, folder / name)
        wrong += found
        cells = len(rows) * len(field.names)
        print(f"{name}: {len(rows)} respondents, {', '.join(f'{n} {way}' for way, n in sorted(ways.items()))};")
        print(
            f"  {field.answered['calls']} calls; {cells} cells, {len(found)} different, {time.perf_counter() - began:.0f} s"
        )
    for line in wrong[:50]:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
