"""A person under a protocol, a clock moved by hand, and the ticks called by hand."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app import engine
from app.catalog import service as catalog
from app.channels.sms import inbound
from app.channels.sms.turn import Text
from app.contacts import service as contacts
from app.db import reading, writing
from app.delivery import composing
from app.delivery import service as delivery
from app.delivery.models import MessageRow
from app.events import deliver
from app.interviews import service as interviews
from app.protocols import declaring, service

_sids = itertools.count()
OURS, THEIRS = "+15005550006", "+48601234567"
SOURCE = """mode: sequential
max_late_hours: 48
offers: [call_me, online]
steps:
  - channel: email
    reminders: [{after_days: 3, texts: {en: {subject: Two minutes?, body: We miss your opinion.}}}, {after_days: 5}]
    partials: [{after_days: 2}]
  - channel: sms
    after_days: 7
    reminders: [{after_days: 2, texts: {en: {body: Once more from us.}}}]
    partials: [{after_days: 1}]
  - channel: phone
    after_days: 5
"""


@pytest.fixture
def settings(settings):
    return settings | {"SMS_FROM": OURS, "MAIL_FROM": "ask@northwind.example"}


class Walk:
    """One person under a protocol."""

    def __init__(self, study, contact, clock):
        self.study, self.contact, self.clock, self.workspace = study, contact, clock, study.workspace_id
        self.interview_id = None

    @property
    def interview(self):
        return interviews.load(self.workspace, self.interview_id)

    def start(self):
        assert service.start(self.study, [self.contact.id], self.clock.now(), "test") == 1
        (made,) = interviews.interviews_of(self.workspace, study_id=self.study.id, contact_id=self.contact.id)
        self.interview_id = made.id
        self.run()

    def run(self):
        """What the scheduler does: the news, the turns, the outbox (here each message goes at once)."""
        for _ in range(2):
            deliver(self.clock.now())
            service.tick(self.clock.now())
        with writing() as conn:
            conn.execute(
                update(MessageRow)
                .where(MessageRow.workspace_id == self.workspace, MessageRow.state == "queued")
                .where(MessageRow.due_at <= self.clock.now())
                .values(state="sent", sent_at=self.clock.now())
            )

    def day(self, days):
        """Go on hour by hour, as a scheduler would."""
        for _ in range(days * 24):
            self.clock.advance(timedelta(hours=1))
            self.run()

    @property
    def sent(self):
        found = delivery.attempts_of(self.workspace, self.interview_id)
        return [(each.channel, each.purpose, each.wave, each.state) for each in found if each.purpose != "turn"]

    def message(self, number=-1):
        """A message as it is composed."""
        attempt = delivery.attempts_of(self.workspace, self.interview_id)[number]
        with reading() as conn:
            row = dict(
                conn.execute(
                    select(MessageRow.__table__).where(
                        MessageRow.workspace_id == self.workspace, MessageRow.id == attempt.id
                    )
                )
                .one()
                ._mapping
            )
        about = composing.facts.subject(self.workspace, row)
        return composing.outgoing(row, about, OURS, self.clock.now())

    def answer(self, **replies):
        """Answer the next page on the web."""
        shown = interviews.screen(self.interview, "web")
        raw = {item.name: replies[item.name] for item in shown.items if item.name in replies}
        consent = engine.Consent(True, "1", "en")
        given = interviews.Submission("web", "email", shown.at, raw, self.interview.revision, consent=consent)
        taken = interviews.submit(self.workspace, self.interview_id, given, self.clock.now())
        assert isinstance(taken, interviews.Accepted), taken

    def text(self, body):
        return inbound.receive(Text("AC1", f"SM{next(_sids)}", OURS, THEIRS, body), self.clock.now())

    def plan(self):
        (found,) = service.foresee(catalog.study(self.workspace, self.study.id), [self.contact], self.clock.now())
        return found.plan


@pytest.fixture
def walk(workspace, clock):
    clock.set(datetime(2026, 3, 23, 10, tzinfo=UTC))  # Monday; on the 29th Warsaw's clocks go forward
    study = catalog.open_study(
        workspace, "walk", questionnaire="post_delivery", channels=["web", "email", "sms", "phone"], now=clock.now()
    )
    study = declaring.declare(study, SOURCE, clock.now(), "test")
    assert isinstance(study, catalog.Study), study
    given = {"external_id": "c1", "name": "Anna", "email": "anna@example.org", "phone": THEIRS, "language": "en",
             "time_zone": "Europe/Warsaw", "consent_sms": "yes", "consent_email": "yes", "consent_phone": "yes"}  # fmt: skip
    made = contacts.upsert(workspace, given, "test", clock.now())
    return Walk(study, contacts.contact(workspace, made.contact_id), clock)
