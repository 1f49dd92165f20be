"""An interview by text message, through the webhook with Twilio's own signature."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select
from twilio.request_validator import RequestValidator

from app.accounts import service as accounts
from app.channels.sms import inbound
from app.contacts import service as contacts
from app.db import reading
from app.delivery.models import MessageRow
from app.engine.keywords import keyword
from app.interviews import channel, holder, service
from tests.interviews.test_write_path import send
from tests.sms.conftest import OURS, THEIRS

_sids = itertools.count()


class Phone:
    """Somebody's phone: what was queued for it, and replies as Twilio posts them."""

    def __init__(self, client, workspace, interview, token, clock):
        self.client, self.workspace, self.interview, self.clock = client, workspace, interview, clock
        self.signer = RequestValidator(token)

    def reply(self, body, sid=None, **more):
        form = {
            "MessageSid": sid or f"SM{next(_sids):032d}",
            "AccountSid": "AC1",
            "From": THEIRS,
            "To": OURS,
            "Body": body,
            **more,
        }
        before = len(self.texts)
        signature = self.signer.compute_signature("http://localhost/webhooks/twilio/sms", form)
        answer = self.client.post("/webhooks/twilio/sms", data=form, headers={"X-Twilio-Signature": signature})
        assert (answer.status_code, answer.get_data(as_text=True)) == (200, "<Response/>")
        inbound.tick(self.clock.now())
        fresh = self.texts[before:]
        assert len(fresh) <= 1, "one text a turn"
        return fresh[0] if fresh else None

    @property
    def texts(self):
        with reading() as conn:
            return list(
                conn.scalars(
                    select(MessageRow.text)
                    .where(
                        MessageRow.workspace_id == self.workspace,
                        MessageRow.channel == "sms",
                        MessageRow.text.is_not(None),
                    )
                    .order_by(MessageRow.id)
                )
            )

    @property
    def stored(self):
        return service.load(self.workspace, self.interview.id)


@pytest.fixture
def interview(workspace, study, person, clock):
    return service.create(workspace, study, contact_id=person.id, occasion="d1", language="en", now=clock.now())[0]


@pytest.fixture
def phone(app, client, workspace, interview, clock):
    return Phone(client, workspace, interview, app.config["TWILIO_AUTH_TOKEN"], clock)


@pytest.fixture
def invited(phone, clock):
    """The invitation is on the phone; returns it."""
    return channel.get("sms").compose(phone.workspace, phone.interview.id, "invitation", clock.now()).text


def test_the_first_text_says_who_why_how_long_and_how_to_stop_with_the_question(phone, invited):
    for words in ("The Shop", "2 min", "to learn how your delivery went", "STOP", "help@shop.example", "0-10"):
        assert words in invited
    assert phone.stored.revision == 1


def test_an_interview_question_by_question(phone, invited):
    reasons = phone.reply("3")
    assert "1 " in reasons
    improve = phone.reply("1 3")
    effort = phone.reply("Cheaper, please")
    thanks = phone.reply("seven")
    assert improve
    assert effort
    assert "Thank you" in thanks
    stored = phone.stored
    assert (stored.status, stored.mode_answered) == ("complete", "sms")
    assert stored.state.answers["score"].value == 3
    assert stored.state.answers["effort"].value == 7
    assert stored.state.answers["improve"].value == "Cheaper, please"
    assert stored.state.consent.version


def test_a_wrong_reply_is_asked_again_with_help_then_a_link(phone, invited):
    again = phone.reply("abc")
    assert "0-10" in again
    assert phone.stored.state.consent is None
    phone.reply("eleventy")
    assert "http://localhost/i/" in phone.reply("???")
    assert "1 " in phone.reply("2")
    assert phone.stored.state.answers["score"].value == 2


def test_a_repeated_message_sid_changes_nothing(phone, invited):
    assert phone.reply("3", sid="SM1") is not None
    revision = phone.stored.revision
    assert phone.reply("3", sid="SM1") is None
    assert phone.stored.revision == revision


def test_a_foreign_signature_is_refused(client, phone, invited):
    form = {"MessageSid": "SM9", "AccountSid": "AC1", "From": THEIRS, "To": OURS, "Body": "3"}
    for headers in (
        {},
        {
            "X-Twilio-Signature": RequestValidator("wrong").compute_signature(
                "http://localhost/webhooks/twilio/sms", form
            )
        },
    ):
        assert client.post("/webhooks/twilio/sms", data=form, headers=headers).status_code == 403
    assert phone.stored.revision == 1


@pytest.mark.parametrize(("body", "answered"), [("STOP", False), ("стоп", True), ("Please stop texting me", True)])
def test_stop_ends_it_and_leads_to_no_call(phone, invited, person, body, answered):
    said = phone.reply(body)
    assert bool(said) is answered  # Twilio answers its own words
    assert phone.stored.status == "declined"
    for name in ("sms", "phone"):
        assert isinstance(contacts.may_contact(phone.workspace, person.id, name, "another"), contacts.Refused)
    assert phone.reply("3") is None


def test_start_after_stop_opts_in_again(phone, invited, person):
    phone.reply("STOP")
    phone.reply("START")
    assert isinstance(contacts.may_contact(phone.workspace, person.id, "sms", "another"), contacts.Allowed)


@pytest.mark.parametrize("body", ["HELP", "info", "Pomoc"])
def test_help_says_who_asks_and_how_to_stop_also_outside_an_interview(phone, body, invited):
    for _ in range(2):
        said = phone.reply(body)
        assert "The Shop" in said
        assert "help@shop.example" in said
        assert "STOP" in said
        channel.get("sms").release(phone.workspace, phone.interview.id, None)


def test_help_is_answered_to_a_number_nobody_knows(phone, clock):
    """Carriers ask for that; where several share the account, the one who set it up answers."""
    stranger = {"From": "+48600999888"}
    accounts.create_workspace("Another", clock.now(), organisation="A later one", contact_line="x@y.example")
    said = phone.reply("HELP", **stranger)
    for words in ("The Shop", "help@shop.example", "STOP"):
        assert words in said
    assert phone.reply("Hello", **stranger) is None


def test_advanced_opt_out_has_answered_already(phone, invited):
    assert phone.reply("HELP", OptOutType="HELP") is None


def test_a_wrong_number_is_not_used_for_the_study_again(phone, invited, person, study):
    assert "not use this number" in phone.reply("wrong number")
    assert phone.stored.status == "closed"
    assert isinstance(contacts.may_contact(phone.workspace, person.id, "sms", study.id), contacts.Refused)


def test_the_language_switches_and_the_question_stays(phone, invited):
    polish = phone.reply("polski")
    assert "prawdopodobne" in polish
    assert phone.stored.language == "pl"
    phone.reply("3")
    assert phone.stored.state.answers["score"].value == 3


def test_while_an_interviewer_has_it_a_reply_is_kept_not_applied_and_answered_once(phone, invited, clock):
    holder.claim(phone.workspace, phone.interview.id, "phone", "user", clock.now())
    assert "interviewer is with you" in phone.reply("3")
    assert phone.reply("3") is None
    assert phone.stored.revision == 1


def test_a_late_reply_after_a_switch_to_the_web_corrupts_nothing(phone, invited, clock):
    send(phone.interview, "score", {"score": "9"}, clock)
    assert "http://localhost/i/" in phone.reply("3")
    clock.advance(timedelta(minutes=11))
    identity = phone.reply("3")
    assert "Anna" in identity
    assert phone.stored.state.answers["score"].value == 9


def test_answers_of_another_mode_go_on_only_after_who_they_are(phone, clock):
    send(phone.interview, "score", {"score": "3"}, clock)
    channel.get("sms").open(phone.workspace, phone.interview.id, clock.now())
    asked = channel.get("sms").compose(phone.workspace, phone.interview.id, "handover", clock.now()).text
    assert "Anna" in asked
    assert "Kowalska" not in asked
    assert "Anna" in phone.reply("what?")
    reasons = phone.reply("1")
    assert "1 " in reasons
    assert phone.stored.confirmed == ("sms",)


def test_the_wrong_person_ends_it(phone, clock):
    send(phone.interview, "score", {"score": "3"}, clock)
    channel.get("sms").compose(phone.workspace, phone.interview.id, "handover", clock.now())
    phone.reply("2")
    assert phone.stored.status == "closed"


def test_the_web_page_asks_before_it_takes_over_from_a_conversation(phone, invited, clock):
    phone.reply("3")
    held = send(phone.stored, "why", {"reasons": "price"}, clock)
    assert isinstance(held, service.HeldBy)
    assert isinstance(send(phone.stored, "why", {"reasons": "price"}, clock, take_over=True), service.Accepted)


def test_a_message_outside_any_interview_is_kept_on_the_timeline(phone, person):
    from app.events import timeline

    assert phone.reply("Your courier was lovely") is None
    kept = [news for news in timeline(phone.workspace, person.id) if news.kind == "message.received"]
    assert [news.data["body"] for news in kept] == ["Your courier was lovely"]


def test_what_cannot_be_stored_is_asked_again(phone, invited):
    assert "0-10" in phone.reply("\U0001f600")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("STOP", "stop"), ("stop.", "stop"), ("Wypisz", "stop"), ("START", "start"), ("YES", None), ("help!", "help"),
        ("Zły numer", "wrong_number"), ("ошиблись номером", "wrong_number"), ("по-русски", "language:ru"),
        ("don't text me", "refusal"), ("nie piszcie do mnie", "refusal"), ("лучше не пишите", "refusal"),
        ("lăsați-mă în pace", "refusal"), ("The courier did not stop at my door", None), ("3", None), ("", None),
    ],
)  # fmt: skip
def test_keywords(said, meant):
    assert keyword(said) == meant
