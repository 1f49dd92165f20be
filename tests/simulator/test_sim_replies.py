"""Texts typed on a phone: the signed webhook and what comes back."""

from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from app.simulator.client import SimulatorError
from app.simulator.launch import RunningSimulator, running_simulator

from .conftest import Product

PHONE = "+48500100200"
OURS = "+15005550099"
WEBHOOK = "/webhooks/twilio/sms"


def test_a_reply_is_a_signed_webhook_to_the_number_that_wrote(
    sim: RunningSimulator, twilio: Client, product: Product
) -> None:
    twilio.messages.create(to=PHONE, from_=OURS, body="How was it?")
    outcome = sim.client.reply(PHONE, " Świetnie & tanio ")

    [received] = product.requests
    assert received.path == WEBHOOK
    assert {name: received.form[name] for name in ("From", "To", "Body", "NumMedia", "NumSegments", "AccountSid")} == {
        "From": PHONE,
        "To": OURS,
        "Body": " Świetnie & tanio ",
        "NumMedia": "0",
        "NumSegments": "1",
        "AccountSid": sim.account_sid,
    }
    assert received.form["MessageSid"] == received.form["SmsSid"] == outcome["message"]["sid"]
    assert "OptOutType" not in received.form
    signature = received.headers["X-Twilio-Signature"]
    assert RequestValidator(sim.auth_token).validate(product.url + WEBHOOK, received.form, signature)
    assert not RequestValidator("another").validate(product.url + WEBHOOK, received.form, signature)


def test_the_twiml_answer_reaches_the_phone(sim: RunningSimulator, product: Product) -> None:
    twiml = '<?xml version="1.0"?><Response><Message>One &amp; two</Message><Message><Body>Three</Body></Message></Response>'
    product.answer = lambda received: (200, "text/xml; charset=utf-8", twiml)

    outcome = sim.client.reply(PHONE, "9")
    assert [message["body"] for message in outcome["replies"]] == ["One & two", "Three"]
    assert [message["body"] for message in sim.client.messages(to=PHONE)] == ["One & two", "Three"]
    assert {message["direction"] for message in sim.client.messages(to=PHONE)} == {"outbound-reply"}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((200, "text/xml", "<Response><Message>"), 12100),
        ((200, "text/xml", "<Reply/>"), 12100),
        ((200, "text/xml", "<Response><Say>x</Say></Response>"), 12200),
        ((200, "text/xml", "<Response><Message/></Response>"), 14103),
        ((200, "application/json", "{}"), 12300),
        ((403, "text/plain", "no"), 11200),
    ],
)
def test_an_answer_twilio_could_not_use_is_named(
    sim: RunningSimulator, product: Product, answer: tuple[int, str, str], code: int
) -> None:
    product.answer = lambda received: answer

    outcome = sim.client.reply(PHONE, "9")
    assert outcome["error"]["code"] == code
    assert [record["code"] for record in sim.client.log("twiml_error")] == [code]
    assert outcome["replies"] == []


def test_a_failing_product_is_asked_once_more_with_the_same_token(sim: RunningSimulator, product: Product) -> None:
    def fail_once(received: object) -> tuple[int, str, str]:
        return (503, "text/plain", "") if len(product.requests) == 1 else (200, "text/xml", "<Response/>")

    product.answer = fail_once
    outcome = sim.client.reply(PHONE, "9")

    assert (outcome["webhook"]["status"], outcome["webhook"]["attempts"]) == (200, 2)
    first, second = product.requests
    assert first.form == second.form
    assert first.headers["I-Twilio-Idempotency-Token"] == second.headers["I-Twilio-Idempotency-Token"]


def test_a_sid_given_twice_posts_the_same_webhook_twice(sim: RunningSimulator, product: Product) -> None:
    sid = "SM" + "a" * 32
    sim.client.reply(PHONE, "9", sid=sid)
    sim.client.reply(PHONE, "9", sid=sid)

    assert product.forms(WEBHOOK)[0] == product.forms(WEBHOOK)[1]
    assert len(sim.client.messages(sender=PHONE)) == 1
    assert [record["repeated"] for record in sim.client.log("message")] == [False, True]


def test_stop_blocks_the_number_until_start(sim: RunningSimulator, twilio: Client, product: Product) -> None:
    product.answer = lambda received: (200, "text/xml", "<Response><Message>ours</Message></Response>")
    stopped = sim.client.reply(PHONE, "stop ")

    assert [(m["automatic"], m["status"], m["error_code"]) for m in stopped["replies"]][1] == (False, "failed", 21610)
    with pytest.raises(TwilioRestException, match="unsubscribed"):
        twilio.messages.create(to=PHONE, from_="+15005550006", body="again")
    assert twilio.messages.create(to=PHONE, from_=OURS, body="from another number").sid

    again = sim.client.reply(PHONE, "STOP", to="+15005550006")
    assert [message["automatic"] for message in again["replies"]] == [False]
    assert len(sim.client.reply(PHONE, "START", to="+15005550006")["replies"]) == 2
    assert twilio.messages.create(to=PHONE, from_="+15005550006", body="again").sid
    assert [form["Body"] for form in product.forms(WEBHOOK)] == ["stop ", "STOP", "START"]


@pytest.mark.parametrize("body", ["please stop texting me", "YES", "stop!"])
def test_other_texts_change_nothing(sim: RunningSimulator, body: str) -> None:
    assert sim.client.reply(PHONE, body)["replies"] == []
    assert sim.client.log("opt_out") == sim.client.log("opt_in") == []


def test_advanced_opt_out_says_so_in_the_webhook(product: Product, tmp_path: Path) -> None:
    with running_simulator(product.url, tmp_path, "--opt-out", "advanced") as sim:
        for body in ("STOP", "START", "HELP", "9"):
            sim.client.reply(PHONE, body)

    assert [form.get("OptOutType") for form in product.forms(WEBHOOK)] == ["STOP", "START", "HELP", None]


@pytest.mark.parametrize(
    ("phone", "body", "message"),
    [("12", "x", "not a number"), (PHONE, 7, '"body"'), (PHONE, "\ud800", "surrogate")],
)
def test_a_bad_reply_says_what_is_wrong(sim: RunningSimulator, phone: str, body: str, message: str) -> None:
    with pytest.raises(SimulatorError, match=message):
        sim.client.reply(phone, body)
