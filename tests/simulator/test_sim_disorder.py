"""What the outside world does wrong, for one recipient or for a share of everything; mail that comes back."""

import smtplib
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest
import requests
from aiosmtpd.controller import Controller
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from app.simulator.behaviour import Behaviour, Chaos
from app.simulator.client import SimulatorError
from app.simulator.launch import RunningSimulator, running_simulator
from tests.product import free_port

from .conftest import Product
from .test_sim_mail import ANN, mail, send

PHONE = "+48500100200"
OURS = "+15005550006"
STATUS = "/status"


class Inbox:
    """Takes the product's incoming mail: (envelope's sender, recipient, message)."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str, Message]] = []

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        self.mails.append((envelope.mail_from, envelope.rcpt_tos[0], message_from_bytes(envelope.content)))
        return "250 OK"


@pytest.fixture(scope="module")
def inbox() -> Iterator[tuple[Inbox, str]]:
    handler = Inbox()
    controller = Controller(handler, "127.0.0.1", free_port(), ready_timeout=180)
    controller.start()
    yield handler, f"127.0.0.1:{controller.port}"
    controller.stop()


@pytest.fixture(scope="module")
def returning(inbox: tuple[Inbox, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulator]:
    """A simulator that has somewhere to send mail back to."""
    with running_simulator("http://127.0.0.1:9", tmp_path_factory.mktemp("sim"), "--mail-in", inbox[1]) as sim:
        yield sim


def text(twilio: Client, product: Product) -> str:
    return str(twilio.messages.create(PHONE, from_=OURS, body="How was it?", status_callback=product.url + STATUS).sid)


def test_a_request_that_is_lost_left_nothing(sim: RunningSimulator, twilio: Client, product: Product) -> None:
    sim.client.behaviour(PHONE, lose=True, times=1)

    with pytest.raises(Exception, match=r"Connection|Remote end|aborted"):
        text(twilio, product)
    assert sim.client.messages(to=PHONE) == []
    assert len(sim.client.log("lost")) == 1
    text(twilio, product)
    assert len(sim.client.messages(to=PHONE)) == 1


def test_webhooks_are_repeated(sim: RunningSimulator, twilio: Client, product: Product) -> None:
    sim.client.behaviour(PHONE, repeat=2, statuses=["sent", "delivered"])
    sent = text(twilio, product)

    def receipts() -> list[str]:
        return [form["MessageStatus"] for form in product.forms(STATUS) if form["MessageSid"] == sent]

    sim.client.until(lambda: len(receipts()) == 6)
    assert receipts() == ["sent"] * 3 + ["delivered"] * 3

    sid = sim.client.reply(PHONE, "9", to=OURS)["message"]["sid"]
    posted = [form for form in product.forms("/webhooks/twilio/sms") if form["MessageSid"] == sid]
    assert len(posted) == 3


def test_a_share_of_everything_goes_wrong_and_the_same_share_for_the_same_seed(
    sim: RunningSimulator, twilio: Client, product: Product
) -> None:
    def fates() -> list[bool]:
        sim.client.chaos({"code": 20429, "share": 0.5}, seed=3)
        return [refused(twilio, product) for _ in range(12)]

    first = fates()
    assert True in first
    assert False in first
    assert fates() == first
    sim.client.chaos()
    assert not any(refused(twilio, product) for _ in range(4))


def refused(twilio: Client, product: Product) -> bool:
    try:
        text(twilio, product)
    except TwilioRestException as error:
        return error.code == 20429
    return False


def test_shares_are_what_they_say() -> None:
    half, tenth = Behaviour("*", code=550, share=0.5), Behaviour("*", code=451, share=0.1)
    chaos = Chaos(1, [half, tenth])
    drawn = [chaos.draw([half, tenth]) for _ in range(10_000)]
    assert abs(drawn.count(half) - 5000) < 200
    assert abs(drawn.count(tenth) - 1000) < 120


def test_a_greylisted_recipient_is_taken_later(sim: RunningSimulator) -> None:
    sim.client.behaviour(ANN, greylist=3600)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as later:
        send(sim, mail())
    assert later.value.recipients[ANN][0] == 451
    sim.client.behaviour(ANN, greylist=0)
    assert send(sim, mail()) == {}


def test_a_domain_takes_so_many_a_second(sim: RunningSimulator) -> None:
    sim.client.behaviour("@example.com", per_second=1)
    codes = []
    with smtplib.SMTP(sim.host, sim.smtp_port, timeout=60) as server:
        server.ehlo()
        for number in range(50):
            server.mail("a@example.org")
            codes.append(server.rcpt(f"p{number}@example.com")[0])
            server.rset()
    assert codes[0] == 250
    assert 450 in codes  # fifty take less than fifty seconds, even here


def test_a_mail_comes_back_as_rfc_3464_says(returning: RunningSimulator, inbox: tuple[Inbox, str]) -> None:
    returning.client.behaviour(ANN, bounce="5.1.1", times=1)
    send(returning, mail())
    returning.client.until(lambda: returning.client.log("bounce"))

    sender, to, report = inbox[0].mails.pop()
    assert (sender.strip("<>"), to) == ("", "survey@example.org")
    assert (report.get_content_type(), report.get_param("report-type")) == ("multipart/report", "delivery-status")
    _, status, original = report.get_payload()
    per_recipient = status.get_payload()[1]
    assert per_recipient["Final-Recipient"] == f"rfc822; {ANN}"
    assert (per_recipient["Action"], per_recipient["Status"]) == ("failed", "5.1.1")
    assert original.get_payload()[0]["From"] == "Canvass <survey@example.org>"
    assert returning.client.mails(ANN) == []


def test_a_reader_writes_back_and_another_calls_it_spam(returning: RunningSimulator, inbox: tuple[Inbox, str]) -> None:
    send(returning, mail(Message_ID="<m1@example.org>", Reply_To="answers@example.org"))
    (found,) = returning.client.mails(ANN)
    returning.client.answer_mail(found["id"], "Too slow.")
    sender, to, reply = inbox[0].mails.pop()
    assert (sender, to, reply["In-Reply-To"]) == (ANN, "answers@example.org", "<m1@example.org>")
    assert reply.get_payload(decode=True).decode().startswith("Too slow.\r\n\r\nOn ")

    returning.client.complain(found["id"])
    _, to, report = inbox[0].mails.pop()
    assert (to, report.get_param("report-type")) == ("survey@example.org", "feedback-report")
    (fields,) = report.get_payload()[1].get_payload()
    assert "Original-Rcpt-To: <ann@example.com>" in str(fields)


def test_a_reader_answers_on_the_page(returning: RunningSimulator) -> None:
    send(returning, mail())
    address = f"{returning.url}/mailboxes/{ANN}/{returning.client.mails(ANN)[-1]['id']}"
    assert "Write a reply first." in requests.post(f"{address}/reply", {"body": " "}, timeout=60).text
    assert "You replied: Too slow." in requests.post(f"{address}/reply", {"body": "Too slow."}, timeout=60).text
    assert "as spam" in requests.post(f"{address}/spam", timeout=60).text


def test_a_reply_that_nobody_takes_is_not_lost(tmp_path: Path) -> None:
    with running_simulator("http://127.0.0.1:9", tmp_path, "--mail-in", f"127.0.0.1:{free_port()}") as sim:
        send(sim, mail())
        address = f"{sim.url}/mailboxes/{ANN}/{sim.client.mails(ANN)[0]['id']}/reply"
        page = requests.post(address, {"body": "Kept?"}, timeout=60)
    assert page.status_code == 502
    assert "Kept?</textarea>" in page.text


def test_without_a_way_back_it_says_so(sim: RunningSimulator) -> None:
    send(sim, mail())
    with pytest.raises(SimulatorError, match="--mail-in"):
        sim.client.answer_mail(sim.client.mails(ANN)[0]["id"], "Hello")


@pytest.mark.parametrize(
    "script", [{"share": 2}, {"bounce": "511"}, {"greylist": -1}, {"per_second": 0}, {"repeat": 11}, {"late": 61}]
)
def test_a_disorder_it_cannot_make_is_refused(sim: RunningSimulator, script: dict) -> None:
    with pytest.raises(SimulatorError, match="400"):
        sim.client.chaos(script)


def test_what_is_known_outlives_a_restart(tmp_path: Path) -> None:
    with running_simulator("http://127.0.0.1:9", tmp_path) as sim:
        sim.client.chaos({"code": 550, "share": 1})
    with running_simulator("http://127.0.0.1:9", tmp_path) as sim, pytest.raises(smtplib.SMTPRecipientsRefused):
        send(sim, mail())
