"""Inviting, reminding, stopping, and telling managers."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.clock import FixedClock
from app.delivery import invitations, service, worker
from app.delivery.gates import GATES
from app.delivery.invitations import Invited
from app.events import deliver
from app.interviews import service as interviews
from app.interviews.repository import Interview
from app.simulator.launch import RunningSimulator
from tests.delivery.conftest import MAIL, add_contact


def invited(workspace: str, study: Study, clock: FixedClock, contact: contacts.Contact) -> Interview:
    """Somebody whose invitation went out now."""
    interview, _ = interviews.create(workspace, study, contact_id=contact.id, now=clock.now())
    service.enqueue(
        workspace, channel="email", purpose="invitation", interview_id=interview.id, text="Hello", now=clock.now()
    )
    worker.tick("email", clock.now())
    return interview


def answer(interview: Interview, clock: FixedClock, score: int) -> None:
    """Answer the whole interview."""
    consent: engine.Consent | None = engine.Consent(True, "1", "en")
    replies = {"score": str(score), "effort": "4", "reasons": ["price"], "reason": "price"}
    shown = interviews.screen(interview, "web")
    revision = interview.revision
    while isinstance(shown, engine.Screen):
        raw = {item.name: replies[item.name] for item in shown.items if item.name in replies}
        given = interviews.Submission("web", "email", shown.at, raw, revision, consent=consent)
        taken = interviews.submit(interview.workspace_id, interview.id, given, clock.now())
        assert isinstance(taken, interviews.Accepted), taken
        shown, revision, consent = taken.next, taken.interview.revision, None


def purposes(workspace: str, interview: Interview) -> list[tuple[str, int | None, str]]:
    return [(each.purpose, each.wave, each.state) for each in service.attempts_of(workspace, interview.id)]


def test_inviting_again_changes_nothing(
    workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
) -> None:
    people = [anna.id, add_contact(workspace, clock, email="b@example.com").id]
    assert invitations.invite(workspace, study, people, "email", clock.now()) == Invited(queued=2)
    assert invitations.invite(workspace, study, people, "email", clock.now()) == Invited(already=2)
    assert len(interviews.interviews_of(workspace, study_id=study.id)) == 2


def test_who_may_not_be_invited_is_kept_with_the_reason(workspace: str, study: Study, clock: FixedClock) -> None:
    silent = add_contact(workspace, clock, agreed="", email="silent@example.com")
    no_mail = add_contact(workspace, clock, phone="+48512345699")
    done = invitations.invite(workspace, study, [silent.id, no_mail.id, "nobody"], "email", clock.now())
    assert done == Invited(blocked=Counter(no_consent=1, no_endpoint=1), unknown=["nobody"])
    assert {(c.state, c.reason, c.messages) for c in service.attempts(workspace, study.id)} == {
        ("blocked", "no_consent", 1),
        ("blocked", "no_endpoint", 1),
    }


def test_invited_again_once_there_is_consent(workspace: str, study: Study, clock: FixedClock) -> None:
    silent = add_contact(workspace, clock, agreed="", email="silent@example.com")
    assert invitations.invite(workspace, study, [silent.id], "email", clock.now()) == Invited(
        blocked=Counter(no_consent=1)
    )
    assert invitations.invite(workspace, study, [silent.id], "email", clock.now()) == Invited(already=1)
    contacts.give_consent(workspace, silent.id, "email", "research", "consent", "by phone", clock.now())
    assert invitations.invite(workspace, study, [silent.id], "email", clock.now()) == Invited(queued=1)
    assert [each.state for each in service.outbox(workspace).items] == ["queued"]


def test_nobody_is_invited_to_a_closed_study(workspace: str, study: Study, clock: FixedClock) -> None:
    closed = catalog.close_study(workspace, study.id, clock.now())
    problems = invitations.invite(workspace, closed, [], "email", clock.now())
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == ["study_not_open"]


def test_at_night_an_invitation_waits_for_the_morning(
    sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
) -> None:
    clock.advance(timedelta(hours=10))  # 22:00 UTC is 23:00 in Warsaw
    interview = invited(workspace, study, clock, anna)
    (attempt,) = service.attempts_of(workspace, interview.id)
    assert (attempt.state, attempt.reason) == ("queued", "quiet_hours")
    assert attempt.due_at == clock.now().replace(hour=7) + timedelta(days=1)
    clock.set(attempt.due_at)
    worker.tick("email", clock.now())
    assert len(sim.client.mails(MAIL)) == 1


def test_withdrawn_between_queue_and_sending(
    sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
) -> None:
    interview, _ = interviews.create(workspace, study, contact_id=anna.id, now=clock.now())
    service.enqueue(
        workspace, channel="email", purpose="invitation", interview_id=interview.id, text="Hello", now=clock.now()
    )
    contacts.suppress(workspace, channel="email", address=MAIL, reason="opt_out", now=clock.now())
    worker.tick("email", clock.now())
    (attempt,) = service.attempts_of(workspace, interview.id)
    assert (attempt.state, attempt.reason) == ("blocked", "suppressed")
    assert attempt.verdicts == {
        "queued": dict.fromkeys(GATES.names(), "pass"),
        "claimed": {"consent": "suppressed"},
    }
    assert sim.client.mails() == []


@pytest.mark.usefixtures("sim")
class TestReminders:
    def test_on_the_days_of_the_study(
        self, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
    ) -> None:
        interview = invited(workspace, study, clock, anna)
        expected = {2: [], 3: [1], 4: [1], 7: [1, 2], 30: [1, 2]}
        begin = clock.now()
        for day, waves in expected.items():
            clock.set(begin + timedelta(days=day, minutes=1))
            invitations.remind_all(clock.now())
            assert invitations.remind_all(clock.now()) == 0
            assert [wave for purpose, wave, _ in purposes(workspace, interview) if purpose == "reminder"] == waves

    def test_after_a_long_stop_only_one(
        self, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
    ) -> None:
        interview = invited(workspace, study, clock, anna)
        clock.advance(timedelta(days=10))
        assert [invitations.remind(workspace, study, clock.now()) for _ in range(2)] == [1, 0]
        assert purposes(workspace, interview)[1:] == [("reminder", 2, "queued")]

    def test_none_to_those_who_have_finished(
        self, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
    ) -> None:
        interview = invited(workspace, study, clock, anna)
        clock.advance(timedelta(days=3, minutes=1))
        invitations.remind(workspace, study, clock.now())
        answer(interview, clock, 9)
        deliver(clock.now())
        assert purposes(workspace, interview)[1:] == [("reminder", 1, "cancelled")]
        clock.advance(timedelta(days=4))
        assert invitations.remind(workspace, study, clock.now()) == 0

    def test_the_gate_holds_before_the_news_is_out(
        self, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
    ) -> None:
        interview = invited(workspace, study, clock, anna)
        clock.advance(timedelta(days=3, minutes=1))
        invitations.remind(workspace, study, clock.now())
        interviews.decline(workspace, interview.id, "study", "web", clock.now())
        worker.tick("email", clock.now())
        assert purposes(workspace, interview)[1:] == [("reminder", 1, "blocked")]


class TestDetractors:
    @pytest.fixture
    def managers(self, staff: Callable[..., Any]) -> list[accounts.Person]:
        return [staff("manager"), staff("manager", "admin")]

    def test_each_manager_gets_one_mail(
        self, sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact,
        managers: list[accounts.Person],
    ) -> None:  # fmt: skip
        interview, _ = interviews.create(workspace, study, contact_id=anna.id, now=clock.now())
        answer(interview, clock, 3)
        deliver(clock.now())
        worker.tick("email", clock.now())
        assert sorted(mail["to"][0] for mail in sim.client.mails()) == sorted(each.email for each in managers)
        mail = sim.client.mails()[0]
        assert "3" in mail["subject"]
        assert f"/interviews/{interview.id}" in mail["text"]
        assert "anna" not in str(mail).lower()

    @pytest.mark.parametrize(("score", "is_test"), [(7, False), (3, True)])
    def test_nothing_is_said_about_others(
        self, sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact,
        managers: list[accounts.Person], score: int, is_test: bool,
    ) -> None:  # fmt: skip
        interview, _ = interviews.create(workspace, study, contact_id=anna.id, is_test=is_test, now=clock.now())
        answer(interview, clock, score)
        deliver(clock.now())
        worker.tick("email", clock.now())
        assert sim.client.mails() == []


def test_staff_mail_goes_out(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    accounts.mail_staff(workspace, "boss@northwind.example", "Welcome", "Set a password", clock.now())
    worker.tick("email", clock.now())
    assert [mail["subject"] for mail in sim.client.mails("boss@northwind.example")] == ["Welcome"]


class TestThroughTheChannels:
    def test_an_invitation_by_mail(
        self, sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
    ) -> None:
        invitations.invite(workspace, study, [anna.id], "email", clock.now())
        worker.tick("email", clock.now())
        (mail,) = sim.client.mails(MAIL)
        (attempt,) = service.outbox(workspace).items
        assert (attempt.state, attempt.address) == ("sent", MAIL)
        assert mail["one_click_url"]
        assert mail["text"]
        assert mail["html"]

    def test_an_invitation_by_sms_is_not_delivered_at_night(
        self, sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
    ) -> None:
        clock.advance(timedelta(hours=7))  # 20:00 in Warsaw: an hour is left
        invitations.invite(workspace, study, [anna.id], "sms", clock.now())
        worker.tick("sms", clock.now())
        (record,) = sim.client.log("message")
        assert 3500 < int(record["request"]["ValidityPeriod"]) <= 3600
        (attempt,) = service.outbox(workspace).items
        assert record["request"]["StatusCallback"].endswith(f"/webhooks/twilio/status/{attempt.id}/1")

    def test_nothing_to_say_any_more(
        self, sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock
    ) -> None:
        """A mail to nobody: an interview that no contact belongs to."""
        interview, _ = interviews.create(workspace, study, now=clock.now())
        service.enqueue(workspace, channel="email", purpose="resume", interview_id=interview.id, now=clock.now())
        worker.tick("email", clock.now())
        assert purposes(workspace, interview) == [("resume", None, "cancelled")]


def test_the_rate_of_a_sender_is_kept(app: Flask, sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    app.config["SMS_PER_MINUTE"] = 12  # two in ten seconds
    for number in range(3):
        service.enqueue(workspace, channel="sms", purpose="turn", to=f"+4851234567{number}", text="Hi", now=clock.now())
    worker.tick("sms", clock.now())
    assert len(sim.client.log("message")) == 2
    waiting = [each for each in service.outbox(workspace).items if each.state == "queued"]
    assert [each.reason for each in waiting] == ["rate"]
    clock.advance(timedelta(seconds=6))
    worker.tick("sms", clock.now())
    assert len(sim.client.log("message")) == 3


def test_what_somebody_waits_for_goes_first(
    app: Flask, sim: RunningSimulator, workspace: str, study: Study, clock: FixedClock, anna: contacts.Contact
) -> None:
    app.config["DELIVERY_LANES"] = 1  # of two that go out at once either may arrive first
    invitations.invite(workspace, study, [anna.id], "sms", clock.now())
    clock.advance(timedelta(seconds=1))
    service.enqueue(workspace, channel="sms", purpose="turn", to="+48512000000", text="Hi", now=clock.now())
    worker.tick("sms", clock.now())
    assert [record["request"]["To"] for record in sim.client.log("message")] == ["+48512000000", anna.phone]


def test_who_has_no_number_is_invited_by_mail_and_the_outbox_says_why(
    workspace: str, study: Study, clock: FixedClock
) -> None:
    person = add_contact(workspace, clock, email="b@example.com")
    done = invitations.invite(workspace, study, [person.id], "sms", clock.now())
    assert done == Invited(instead=1, blocked=Counter(no_endpoint=1))
    (made,) = interviews.interviews_of(workspace, contact_id=person.id)
    sent = [(each.channel, each.state, each.reason) for each in service.attempts_of(workspace, made.id)]
    assert sent == [("sms", "blocked", "no_endpoint"), ("email", "queued", None)]
    assert invitations.invite(workspace, study, [person.id], "sms", clock.now()) == Invited(already=1)
