"""Twilio's own client and validator against the simulator, over sockets."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from app.simulator.launch import RunningSimulator, running_simulator

from .conftest import Product, twilio_client

PHONE = "+48500100200"
OURS = "+15005550006"


def send(twilio: Client, body: str = "How was it?", to: str = PHONE, **options: object):
    return twilio.messages.create(to=to, from_=OURS, body=body, **options)


def refusal(twilio: Client, **options: object) -> TwilioRestException:
    with pytest.raises(TwilioRestException) as raised:
        send(twilio, **options)
    return raised.value


def test_a_message_is_a_resource_and_a_line_of_the_log(sim: RunningSimulator, twilio: Client) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    message = send(twilio, "Zażółć " * 12, validity_period=3600)

    assert message.sid.startswith("SM")
    assert len(message.sid) == 34
    assert (message.status, message.direction, message.num_segments) == ("queued", "outbound-api", "2")
    assert before <= message.date_created <= datetime.now(UTC)
    assert twilio.messages(message.sid).fetch().body == message.body
    [record] = sim.client.log("message")
    assert record["message"]["sid"] == message.sid
    assert record["request"]["ValidityPeriod"] == "3600"


def test_the_list_finds_a_message_whose_answer_was_lost(sim: RunningSimulator, twilio: Client) -> None:
    sim.client.behaviour(PHONE, drop=True, times=1)
    with pytest.raises(requests.ConnectionError):
        send(twilio, "once")
    send(twilio, "to another", to="+48500100299")

    today = datetime.now(UTC).date()
    assert [m.body for m in twilio.messages.list(to=PHONE)] == ["once"]
    assert [m.body for m in twilio.messages.list(to=PHONE, date_sent=today)] == ["once"]
    assert [m.body for m in twilio.messages.list(date_sent_after=datetime.now(UTC) - timedelta(hours=1))] == [
        "to another",
        "once",
    ]
    assert twilio.messages.list(date_sent_before=datetime.now(UTC) - timedelta(days=2)) == []
    assert len(sim.client.log("message")) == 2


def test_a_long_list_comes_in_pages(twilio: Client) -> None:
    for number in range(5):
        send(twilio, f"text {number}")

    found = twilio.messages.list(page_size=2)
    assert [message.body for message in found] == [f"text {number}" for number in (4, 3, 2, 1, 0)]


@pytest.mark.parametrize(
    ("options", "code", "status"),
    [
        ({"to": "500100200"}, 21211, 400),
        ({"to": ""}, 21604, 400),
        ({"body": " "}, 21602, 400),
        ({"body": "a" * 1601}, 21617, 400),
        ({"status_callback": "not an address"}, 21609, 400),
        ({"to": "+15005550009"}, 21614, 400),
    ],
)
def test_twilios_refusals(
    sim: RunningSimulator, twilio: Client, options: dict[str, str], code: int, status: int
) -> None:
    error = refusal(twilio, **options)

    assert (error.code, error.status) == (code, status)
    assert [record["code"] for record in sim.client.log("refused")] == [code]
    assert sim.client.messages() == []


def test_a_wrong_token_and_an_unknown_message(sim: RunningSimulator, twilio: Client) -> None:
    stranger = Client(sim.account_sid, "wrong")
    stranger.api.base_url = sim.url

    error = refusal(stranger)
    assert (error.code, error.status) == (20003, 401)
    assert twilio.api.accounts(sim.account_sid).fetch().status == "active"
    with pytest.raises(TwilioRestException) as raised:
        twilio.messages("SM" + "0" * 32).fetch()
    assert raised.value.code == 20404


@pytest.mark.parametrize(
    ("script", "statuses", "error_code"),
    [
        ({}, ["queued", "sent", "delivered"], None),
        ({"code": 30003}, ["queued", "sent", "undelivered"], "30003"),
        ({"statuses": ["delivered", "sent", "delivered"]}, ["delivered", "sent", "delivered"], None),
    ],
)
def test_receipts_are_signed(
    sim: RunningSimulator, twilio: Client, product: Product, script: dict, statuses: list[str], error_code: str | None
) -> None:
    sim.client.behaviour(PHONE, **script)
    sid = send(twilio, status_callback=product.url + "/webhooks/twilio/status?study=1").sid

    path = "/webhooks/twilio/status?study=1"
    sim.client.until(lambda: len(product.forms(path)) == 3)
    assert [form["MessageStatus"] for form in product.forms(path)] == statuses
    assert {form["MessageSid"] for form in product.forms(path)} == {sid}
    assert product.forms(path)[-1].get("ErrorCode") == error_code
    for received in product.requests:
        signature = received.headers["X-Twilio-Signature"]
        assert RequestValidator(sim.auth_token).validate(product.url + path, received.form, signature)
    sim.client.until(lambda: twilio.messages(sid).fetch().status == statuses[-1])


@pytest.mark.parametrize(("code", "status"), [(20429, 429), (20503, 503), (21635, 400)])
def test_a_scripted_refusal_happens_so_often(sim: RunningSimulator, twilio: Client, code: int, status: int) -> None:
    sim.client.behaviour("*", code=code, times=1)

    error = refusal(twilio)
    assert (error.code, error.status) == (code, status)
    assert send(twilio).sid


def test_a_message_is_redacted(sim: RunningSimulator, twilio: Client) -> None:
    message = send(twilio)
    assert twilio.messages(message.sid).update(body="").body == ""
    assert sim.client.messages(PHONE)[0]["body"] == ""


def test_it_knows_after_a_restart_what_it_knew(product: Product, tmp_path: Path) -> None:
    with running_simulator(product.url, tmp_path) as first:
        sid = send(twilio_client(first)).sid
        first.client.reply(PHONE, "STOP")
        first.client.behaviour("+48500100201", code=21211)
        first.process.kill()
        first.process.wait()
    (tmp_path / "log.jsonl").open("ab").write(b'{"seq": 999, "kind": "mess')  # a line the crash cut short

    with running_simulator(product.url, tmp_path) as second:
        twilio = twilio_client(second)
        assert twilio.messages(sid).fetch().body == "How was it?"
        assert refusal(twilio).code == 21610
        assert refusal(twilio, to="+48500100201").code == 21211
        sequence = [record["seq"] for record in second.client.log()]
        assert sequence == list(range(1, len(sequence) + 1))
