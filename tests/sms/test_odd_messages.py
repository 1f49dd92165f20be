"""Messages as people, carriers and machines send them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.channels.sms import answers, conversations, inbound
from app.channels.sms.models import Inbound
from app.channels.sms.turn import Text
from app.contacts import service as contacts
from app.core.segments import measure
from app.db import reading
from app.engine.keywords import keyword
from app.interviews import channel, service
from tests.sms.conftest import OURS, THEIRS
from tests.sms.test_conversation import interview, invited, phone  # noqa: F401


def outcome(sid, account="AC1"):
    with reading() as conn:
        return conn.scalar(select(Inbound.outcome).where(Inbound.message_sid == sid, Inbound.account_sid == account))


def test_a_word_of_the_carriers_own_list_counts_by_its_type(phone, invited, person):
    """Advanced Opt-Out has words we do not know; Twilio has opted the number out, and says so."""
    assert phone.reply("BASTA", OptOutType="STOP") is None
    assert phone.stored.status == "declined"
    assert isinstance(contacts.may_contact(phone.workspace, person.id, "sms", "another"), contacts.Refused)
    phone.reply("RICOMINCIA", OptOutType="START")
    assert isinstance(contacts.may_contact(phone.workspace, person.id, "sms", "another"), contacts.Allowed)


@pytest.mark.parametrize("body", ["", "   ", "\n"])
def test_a_picture_without_words_is_no_answer(phone, invited, body):
    """`improve` may be left out, so nothing would be read as a skip."""
    phone.reply("3")
    asked = phone.reply("1")
    said = phone.reply(body, NumMedia="1")
    assert said is not None
    assert said.splitlines()[-1] == asked.splitlines()[-1]
    assert "improve" not in phone.stored.state.answers


@pytest.mark.parametrize(
    ("body", "meant"),
    [
        ("Don't send damaged goods", None),
        ("do not send it so late", None),
        ("Stop sending cold food!", None),
        ("не присылайте холодную еду", None),
        ("nie wysyłajcie zepsutych", None),
        ("nu mai trimiteți produse stricate", None),
        ("don't send me any more messages", "refusal"),
        ("stop sending these texts please", "refusal"),
        ("Please do not send me anything", "refusal"),
        ("do not send", "refusal"),
        ("больше не присылайте", "refusal"),
        ("nie wysyłajcie mi smsów", "refusal"),
        ("nu mai trimiteți mesaje", "refusal"),
        ("non mandatemi più messaggi", "refusal"),
        ("don't text me", "refusal"),
    ],
)
def test_an_answer_that_speaks_of_sending_is_no_refusal(body, meant):
    assert keyword(body) == meant


def test_a_machine_that_answers_everything_is_not_answered_for_ever(phone, invited):
    said = [phone.reply("I am out of the office") for _ in range(8)]
    assert [bool(text) for text in said] == [True] * answers.TRIES + [False] * (8 - answers.TRIES)
    assert phone.reply("2")


def test_nor_when_it_is_asked_who_it_is(phone, clock):
    from tests.interviews.test_write_path import send

    send(phone.interview, "score", {"score": "3"}, clock)
    channel.get("sms").compose(phone.workspace, phone.interview.id, "handover", clock.now())
    said = [phone.reply("I am out of the office") for _ in range(8)]
    assert sum(map(bool, said)) <= answers.TRIES
    assert "1 " in phone.reply("1")


def test_one_account_says_nothing_about_anothers_message(phone, invited):
    phone.reply("abc", sid="SMX", AccountSid="AC2")
    phone.reply("3", sid="SMX")
    assert (outcome("SMX", "AC2"), outcome("SMX")) == ("not understood", "answer")


def test_a_message_is_stored_at_once_and_taken_later_and_once(phone, invited, clock):
    text = Text("AC1", "SM77", OURS, THEIRS, "3")
    assert inbound.store_once(text, clock.now()) == "SM77"
    assert outcome("SM77") == "stored"
    assert phone.stored.state.answers == {}
    clock.advance(timedelta(seconds=1))
    assert inbound.tick(clock.now()) == 1
    assert (outcome("SM77"), inbound.tick(clock.now())) == ("answer", 0)
    assert phone.stored.state.answers["score"].value == 3
    assert inbound.receive(text, clock.now()) == "repeated"


def test_a_message_that_twilio_sends_again_before_we_took_it_is_taken(phone, invited, clock):
    text = Text("AC1", "SM78", OURS, THEIRS, "3")
    inbound.store_once(text, clock.now())
    assert inbound.receive(text, clock.now()) == "repeated"
    inbound.tick(clock.now())
    assert outcome("SM78") == "answer"


def test_messages_are_taken_in_the_order_in_which_they_came(phone, invited, clock):
    for number, body in ((2, "3"), (1, "1 3"), (0, "Cheaper, please")):
        inbound.store_once(Text("AC1", f"SM9{number}", OURS, THEIRS, body), clock.now())
        clock.advance(timedelta(seconds=1))
    assert inbound.tick(clock.now()) == 3
    answers = phone.stored.state.answers
    assert (answers["score"].value, answers["improve"].value) == (3, "Cheaper, please")


@pytest.mark.parametrize(("body", "said"), [("START", False), ("старт", True)])
def test_who_comes_back_is_told_once(phone, invited, body, said):
    phone.reply("стоп")
    assert bool(phone.reply(body)) is said


def test_the_newest_of_two_conversations_comes_first_and_then_the_older_goes_on(phone, study, person, clock):
    older = channel.get("sms").compose(phone.workspace, phone.interview.id, "invitation", clock.now()).text
    clock.advance(timedelta(minutes=1))
    newer, _ = service.create(
        phone.workspace, study, contact_id=person.id, occasion="d2", language="en", now=clock.now()
    )
    channel.get("sms").compose(phone.workspace, newer.id, "invitation", clock.now())
    phone.reply("9")
    assert service.load(phone.workspace, newer.id).state.answers["score"].value == 9
    assert phone.stored.state.answers == {}
    said = phone.reply("1")
    while "Thank you" not in said:
        said = phone.reply("7")
    assert said.endswith(older.splitlines()[-1])
    phone.reply("4")
    assert phone.stored.state.answers["score"].value == 4
    assert service.load(phone.workspace, newer.id).status == "complete"


def test_accents_are_dropped_where_they_would_cost_a_segment(phone, clock):
    service.record(phone.workspace, phone.interview.id, [channel_language("pl")], clock.now())
    text = channel.get("sms").compose(phone.workspace, phone.interview.id, "invitation", clock.now()).text
    assert measure(text)[0] == "GSM-7"


def test_long_and_odd_bodies_are_only_replies(phone, invited):
    for body in ("x" * 1600, "<b>&amp;</b>", "%s {0} {name}", "\u202e3", "'; DROP TABLE contacts; --"):
        phone.reply(body)
    phone.reply("٣")
    assert phone.stored.state.answers["score"].value == 3


@pytest.mark.parametrize("missing", ["From", "To"])
def test_a_webhook_without_its_parts_is_refused(app, client, phone, missing):
    form = {"MessageSid": "SM1", "AccountSid": "AC1", "From": THEIRS, "To": OURS, "Body": "3"}
    form.pop(missing)
    signature = phone.signer.compute_signature("http://localhost/webhooks/twilio/sms", form)
    answer = client.post("/webhooks/twilio/sms", data=form, headers={"X-Twilio-Signature": signature})
    assert answer.status_code == 400


def channel_language(code):
    from app import engine

    return engine.Language(code)


def test_a_reply_to_a_number_of_nobody_is_kept_and_answered_by_nothing(phone, clock):
    text = Text("AC1", "SM99", OURS, "+48000000000", "hello")
    assert inbound.receive(text, clock.now()) == "feedback"
    assert conversations.IDENTITY
