"""A whole protocol without a process: a clock moved by hand, the ticks called by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.catalog import service as catalog
from app.contacts import service as contacts
from app.db import writing
from app.delivery import service as delivery
from app.delivery.claims import claim
from app.delivery.models import MessageRow
from app.delivery.settle import fail
from app.fieldwork import service as fieldwork
from app.interviews import holder
from app.interviews import service as interviews
from app.journeys import intake
from app.journeys import service as journeys
from app.protocols import declaring, service
from app.protocols.models import TurnRow
from tests.protocols.conftest import SOURCE, Walk


def test_mail_reminder_partial_text_call_and_a_refusal_that_ends_all(walk):
    walk.start()
    assert walk.sent == [("email", "invitation", 0, "sent")]
    assert (walk.interview.mode_assigned, walk.interview.mode_offered) == ("web", "web")
    walk.day(3)
    assert walk.sent[1:] == [("email", "reminder", 1, "sent")]
    reminder = walk.message()
    assert reminder.subject == "Two minutes?"
    assert "We miss your opinion." in reminder.text
    assert "We miss your opinion." in reminder.html
    assert "I would rather be called: http://localhost/i/" in reminder.text
    walk.answer(score="9")  # on the 26th at 10:00
    walk.day(3)
    assert walk.sent[2:] == [("email", "partial", 1, "sent")], "who began gets no second reminder"
    assert "You began our survey" in walk.message().text
    walk.day(3)  # until the 1st of April, 10:00 UTC, which is noon now
    assert len(walk.sent) == 3
    walk.day(2)  # seven days after the last answer, at the same time on the wall
    assert walk.sent[3:4] == [("sms", "invitation", 0, "sent")]
    invited = delivery.attempts_of(walk.workspace, walk.interview_id)[3]
    assert invited.due_at == datetime(2026, 4, 2, 9, tzinfo=UTC), "11:00 in Warsaw, as on the 26th of March"
    assert walk.interview.mode_offered == "sms"
    walk.clock.set(invited.due_at)
    first = walk.message(3)
    assert first.text.endswith("Rather by phone? Reply CALL.\nRather online? Reply LINK.")
    walk.clock.set(datetime(2026, 4, 7, 8, tzinfo=UTC))
    walk.run()
    assert fieldwork.cases_of_interview(walk.workspace, walk.interview_id) == []
    walk.day(1)
    (case,) = fieldwork.cases_of_interview(walk.workspace, walk.interview_id)
    assert (case.kind, walk.interview.mode_offered) == ("phone", "phone")
    before = walk.sent
    assert walk.text("STOP") == "stop"
    walk.day(20)
    assert [each for each in walk.sent if each[1] != "confirmation"] == before
    (case,) = fieldwork.cases_of_interview(walk.workspace, walk.interview_id)
    assert case.state == "FINAL"
    assert walk.plan().why == "declined"


def to_the_text(walk):
    """Nobody answered the mails; the text has gone."""
    walk.start()
    walk.day(8)
    assert walk.sent[-1] == ("sms", "invitation", 0, "sent")
    walk.message()  # composed, so that the conversation is open


def test_a_late_reply_by_text_after_the_switch_to_phone_corrupts_nothing(walk):
    to_the_text(walk)
    walk.day(5)
    (case,) = fieldwork.cases_of_interview(walk.workspace, walk.interview_id)
    claimed = holder.claim(walk.workspace, walk.interview_id, "phone", "interviewer", walk.clock.now())
    before = walk.interview.state
    assert walk.text("9") == "held"
    assert walk.interview.state == before
    holder.release(walk.workspace, walk.interview_id, claimed.token)
    assert walk.text("9") == "answer", "nobody has it, so it is an answer"
    assert walk.interview.mode_answered == "sms"
    assert interviews.replayed(walk.workspace, walk.interview_id) == walk.interview.state
    walk.day(20)
    assert [each.id for each in fieldwork.cases_of_interview(walk.workspace, walk.interview_id)] == [case.id]


@pytest.mark.parametrize(("word", "wish", "mode"), [("Call me!", "call_me", "phone"), ("LINK", "online", "web")])
def test_what_a_text_offers_is_done_and_recorded(walk, word, wish, mode):
    to_the_text(walk)
    assert walk.interview.mode_offered == "sms"
    assert walk.text(word) == wish
    assert walk.interview.mode_offered == mode
    cases = fieldwork.cases_of_interview(walk.workspace, walk.interview_id)
    assert [case.appointment for case in cases] == (["transfer"] if mode == "phone" else [])
    assert walk.interview.started_at is None
    assert walk.plan().why == ("appointment" if mode == "phone" else ""), "who waits for a call gets no reminder"


def test_what_is_not_offered_is_no_word(walk, clock):
    walk.study = declaring.declare(walk.study, SOURCE.replace("offers: [call_me, online]\n", ""), clock.now(), "test")
    to_the_text(walk)
    assert "CALL" not in walk.message().text
    assert walk.text("call me") == "not understood"


def test_stop_to_another_study_leads_to_no_call(walk):
    """The number writes STOP outside any conversation, as after a newsletter."""
    walk.start()
    walk.day(8)
    assert walk.text("STOP") == "stop"
    walk.day(20)
    assert fieldwork.cases_of_interview(walk.workspace, walk.interview_id) == []
    assert walk.plan().why == "refused"
    assert not walk.interview.finished


def test_after_a_long_stop_nothing_floods_out(walk):
    walk.start()
    walk.clock.advance(timedelta(days=60))
    walk.run()
    assert walk.sent == [("email", "invitation", 0, "sent"), ("sms", "invitation", 0, "blocked")]
    late = delivery.attempts_of(walk.workspace, walk.interview_id)[-1]
    assert late.reason == "too_late"
    walk.day(4)
    assert len(walk.sent) == 2
    assert fieldwork.cases_of_interview(walk.workspace, walk.interview_id) == []
    walk.day(2)
    assert len(fieldwork.cases_of_interview(walk.workspace, walk.interview_id)) == 1, "after the full wait"


def test_what_waited_too_long_in_the_outbox_is_left_out(walk):
    service.start(walk.study, [walk.contact.id], walk.clock.now(), "test")
    service.tick(walk.clock.now())
    (waiting,) = delivery.outbox(walk.workspace).items
    assert (waiting.state, waiting.due_at) == ("queued", walk.clock.now())
    walk.clock.advance(timedelta(hours=49))
    claim("email", walk.clock.now())
    (left_out,) = delivery.outbox(walk.workspace).items
    assert (left_out.state, left_out.reason) == ("blocked", "too_late")


def test_a_crash_between_a_step_and_its_note_repeats_nothing(walk):
    walk.start()
    walk.day(3)
    before = walk.sent
    for due in (walk.clock.now(), walk.clock.now() - timedelta(days=3)):
        with writing() as conn:
            conn.execute(update(TurnRow).where(TurnRow.workspace_id == walk.workspace).values(due_at=due))
        walk.run()
    assert walk.sent == before


def test_a_message_that_cannot_arrive_lets_the_next_channel_begin(walk):
    walk.start()
    row = {"id": delivery.attempts_of(walk.workspace, walk.interview_id)[0].id}
    with writing() as conn:
        found = conn.execute(
            select(MessageRow.__table__).where(MessageRow.workspace_id == walk.workspace, MessageRow.id == row["id"])
        ).one()
        fail(conn, found._mapping, "address_refused", "550", walk.clock.now())
    walk.day(1)
    assert walk.sent == [("email", "invitation", 0, "failed"), ("sms", "invitation", 0, "sent")]


def test_a_full_study_writes_to_nobody(walk, clock):
    walk.start()
    settings = {"max_interviews": 1}
    walk.study = catalog.change_study(walk.workspace, walk.study.id, settings, now=clock.now())
    given = {"external_id": "c2", "email": "b@example.org", "consent_email": "yes", "time_zone": "Europe/Warsaw"}
    other = Walk(
        walk.study,
        contacts.contact(walk.workspace, contacts.upsert(walk.workspace, given, "t", clock.now()).contact_id),
        clock,
    )
    other.start()
    queued = delivery.enqueue(
        walk.workspace, channel="email", purpose="reminder", wave=9, interview_id=walk.interview_id, now=clock.now()
    )
    while not other.interview.finished:
        other.answer(score="9", effort="4", reasons=["price"], reason="price")
    assert other.interview.status == "complete"
    claim("email", clock.now())
    assert delivery.attempt(walk.workspace, queued).reason == "quota_full"
    walk.day(20)
    assert walk.plan().why == "quota_full"
    assert len(walk.sent) == 2


def test_a_study_that_closes_sends_nothing_and_goes_on_where_it_opens_again(walk, clock):
    walk.start()
    catalog.close_study(walk.workspace, walk.study.id, clock.now())
    walk.day(4)
    assert len(walk.sent) == 1
    assert walk.plan().why == "study_shut"
    catalog.open_study(walk.workspace, "walk", now=clock.now())
    walk.run()
    assert walk.sent[1:] == [("email", "reminder", 1, "sent")]


def test_a_trigger_lets_the_protocol_begin(walk, clock):
    source = "trigger: t\nstudy: walk\nkind: event_delay\nevent: delivered\ndelay: 1h\nchannels: [sms]\n"
    assert not isinstance(journeys.add_trigger(walk.workspace, source, clock.now()), list)
    event = {"event_id": "e1", "kind": "delivered", "external_id": "c1"}
    assert not isinstance(intake.take(walk.workspace, event, "UTC", clock.now()), list)
    clock.advance(timedelta(hours=1))
    journeys.tick(clock.now())
    (made,) = interviews.interviews_of(walk.workspace, study_id=walk.study.id)
    walk.interview_id = made.id
    assert (walk.sent, made.mode_assigned) == ([], "web")
    walk.run()
    assert walk.sent == [("email", "invitation", 0, "sent")], "the protocol says the channel, not the trigger"
