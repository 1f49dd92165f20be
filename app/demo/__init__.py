"""The demo's data: customers, studies in the field and some weeks of answers, so that every page has something to show.

Everything goes through the verbs that real data goes through. The same dice roll the same answers each time.
"""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import yaml
from flask_babel import force_locale, gettext

from app.accounts.demo import seed_demo
from app.accounts.service import Workspace, people
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.contacts.service import Allowed, Contact
from app.db import writing
from app.demo.answering import MOODS, Respondent, fill_in
from app.demo.history import tell_history
from app.events import deliver
from app.fieldwork import service as fieldwork
from app.interviews import service, wording
from app.interviews.repository import Interview
from app.journeys import service as journeys

HERE = Path(__file__).parent
WEEKS = 6
HOST_SITES = ("http://localhost:8000",)  # where somebody who tries embedding is likely to serve a page of their own
# channel -> mode and entry of those who answer there
SESSIONS = {"email": ("web", "email"), "sms": ("sms", "sms"), "phone": ("phone", "call"), "field": ("field", "visit")}
SHARES = {"email": 50, "sms": 25, "phone": 17, "field": 8}
FORMS = {"web": "web", "sms": "sms", "phone": "script", "field": "script"}


def fill_demo(now: datetime) -> Workspace:
    """The demo's workspace with people, studies and answers; one that has studies is left as it is."""
    home = seed_demo(now)
    if not catalog.studies(home.id):
        with writing():  # all or nothing: a start that is interrupted begins again
            _fill(home, now)
    return home


def _fill(home: Workspace, now: datetime) -> None:
    workspace_id = home.id
    dice = Random(WEEKS)  # noqa: S311  the demo's dice
    begin = now - timedelta(weeks=WEEKS)
    customers = _customers(workspace_id, begin)
    tell_history(workspace_id, home.time_zone, begin, now)
    delivery, nps, csat = _studies(workspace_id, begin)
    for n in range(190):
        _delivered(delivery, dice.choice(customers), n, _moment(dice, begin, now), dice)
    for n in range(110):
        _visitor(nps, n, _moment(dice, begin, now), ("link", "embed"), dice)
    for n in range(80):
        _visitor(csat, n, _moment(dice, begin, now), ("qr",), dice)
    while deliver(now):  # what follows from past answers happens without a mail to the manager for each of them
        pass
    for study in (delivery, nps, csat):
        catalog.change_study(workspace_id, study.id, {"manager_mail": True}, now=now)
    _today(workspace_id, customers, now, dice)


def _customers(workspace_id: str, at: datetime) -> list[Contact]:
    with open(HERE / "contacts.csv", "rb") as file:
        report = contacts.import_csv(workspace_id, file, at, source="contacts.csv")
    if report.bad or report.problems:
        raise RuntimeError(f"the demo's contacts: {report.bad or report.problems}")
    return sorted(contacts.page(workspace_id, size=200).items, key=lambda person: person.external_id or "")


def _studies(workspace_id: str, at: datetime) -> tuple[Study, Study, Study]:
    """Deliveries on every channel, recommendation on the web and embedded, an anonymous one; and one to practise on."""
    every = ["web", "email", "sms", "phone", "field"]
    opened = [
        _open(workspace_id, "post_delivery", at, channels=every, reminders=(3, 7)),
        _open(workspace_id, "nps", at, channels=["web"], sites=HOST_SITES, reshow_days=1),
        _open(workspace_id, "csat", at, channels=["web"], basis="anonymous"),
    ]
    _open(workspace_id, "practice", at, questionnaire="post_delivery", channels=["phone", "field"], practice=True)
    return opened[0], opened[1], opened[2]


def _open(workspace_id: str, name: str, at: datetime, **settings: Any) -> Study:
    made = catalog.open_study(workspace_id, name, now=at, manager_mail=False, **settings)
    if isinstance(made, list):
        raise RuntimeError(f"the demo's study {name}: {[str(problem) for problem in made]}")
    return made


def _delivered(study: Study, customer: Contact, n: int, at: datetime, dice: Random) -> None:
    """A delivery some weeks ago, and how the customer answered some hours later, on a channel they agreed to."""
    event = _event(study.workspace_id, customer, f"order-{n}", at, at, dice)
    channel = dice.choices(list(SHARES), list(SHARES.values()))[0]
    if not _may(study, customer, channel):
        return
    mode, entry = SESSIONS[channel]
    interview, _ = service.create(
        study.workspace_id, study, contact_id=customer.id, occasion=event, now=at, assigned_mode=mode,
        outside=_order(n, customer.language, dice), language=customer.language,
    )  # fmt: skip
    later = at + timedelta(minutes=dice.randint(125, 900))
    fate = dice.random()
    if fate < 0.04:
        service.decline(study.workspace_id, interview.id, "study", mode, later)
    elif fate < 0.8:
        _answer(study, interview, mode, entry, later, dice, screens=1 if fate < 0.16 else None)


def _visitor(study: Study, n: int, at: datetime, entries: tuple[str, ...], dice: Random) -> None:
    """Somebody without a name who came by a link, a code on a box, or the site the study is embedded in."""
    language = dice.choice(("en", "pl", "pl", "ro", "it", "ru"))
    interview, _ = service.create(study.workspace_id, study, now=at, language=language)
    _answer(study, interview, "web", dice.choice(entries), at, dice, screens=1 if dice.random() < 0.12 else None)


def _answer(
    study: Study, interview: Interview, mode: str, entry: str, at: datetime, dice: Random, screens: int | None
) -> None:
    mood = dice.choices(list(MOODS), list(MOODS.values()))[0]
    questionnaire = catalog.questionnaire(interview.version_id)
    with force_locale(interview.language):
        read = wording.statement(study, questionnaire, FORMS[mode], interview.language, gettext)
    fill_in(interview, Respondent(mood, _words(), dice), mode, entry, at, read.version, screens)


def _today(workspace_id: str, customers: list[Contact], now: datetime, dice: Random) -> None:
    """What is under way: deliveries whose two hours have just passed."""
    trigger = journeys.add_trigger(workspace_id, (HERE / "after_delivery.yaml").read_text("utf-8"), now)
    if isinstance(trigger, list):
        raise RuntimeError(f"the demo's trigger: {trigger}")
    _call_list(workspace_id, customers, now)
    for n, customer in enumerate(customers[::3]):
        _event(workspace_id, customer, f"today-{n}", now - timedelta(hours=2, minutes=5), now, dice)


def _call_list(workspace_id: str, customers: list[Contact], now: datetime) -> None:
    """People to call and to visit, and a few to practise on."""
    every = ["phone", "field", "web", "email", "sms"]
    study = _open(workspace_id, "experience_quality", now, channels=every)
    practice = _open(workspace_id, "practice", now)
    (interviewer,) = people(workspace_id, "interviewer")
    to_visit = [customer for customer in customers if _may(study, customer, "field")]
    to_call = [customer for customer in customers if _may(study, customer, "phone") and customer not in to_visit]
    fieldwork.add_cases(workspace_id, study, "visit", to_visit, now, assigned_to=interviewer.id)
    fieldwork.add_cases(workspace_id, study, "phone", to_call, now)
    fieldwork.add_cases(workspace_id, practice, "phone", to_call[:5], now)


def _may(study: Study, customer: Contact, channel: str) -> bool:
    return isinstance(contacts.may_contact(study.workspace_id, customer.id, channel, study.id), Allowed)


def _event(workspace_id: str, customer: Contact, event_id: str, at: datetime, now: datetime, dice: Random) -> str:
    """A delivery that the shop reported; returns the id it has here."""
    data = _order(int(event_id.rpartition("-")[2]), customer.language, dice)
    taken = journeys.receive(
        workspace_id,
        source="shop",
        event_id=event_id,
        kind="delivered",
        contact_id=customer.id,
        at=at,
        data=data,
        now=now,
    )
    return taken.id


def _order(n: int, language: str, dice: Random) -> dict[str, str]:
    return {"product": dice.choice(_words()["products"][language]), "order_id": f"N{20000 + n}"}


def _moment(dice: Random, begin: datetime, end: datetime) -> datetime:
    """Some time between, by day, more often lately."""
    days = (end - begin).days
    day = begin + timedelta(days=int(days * dice.random() ** 0.7))
    return min(day.replace(hour=dice.randint(7, 19), minute=dice.randint(0, 59)), end - timedelta(days=1))


@cache
def _words() -> dict[str, Any]:
    words: dict[str, Any] = yaml.safe_load((HERE / "words.yaml").read_text("utf-8"))
    return words
