"""Real SMTP conversations with the simulator's mail server, and the mailbox's buttons."""

import smtplib
from email.message import EmailMessage

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.client import SimulatorError
from app.simulator.launch import RunningSimulator
from app.simulator.mail import Mail

from .conftest import Product

ANN = "ann@example.com"


def mail(to: str = ANN, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Jak było?", "Canvass <survey@example.org>", to
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Zażółć gęślą jaźń\n")
    message.add_alternative('<p>Zażółć</p><a href="http://p.example/i/a?c=1">1</a>', subtype="html")
    return message


def send(sim: RunningSimulator, message: EmailMessage) -> dict:
    with smtplib.SMTP(sim.host, sim.smtp_port) as server:
        return server.send_message(message)


def test_a_mail_is_kept_whole(sim: RunningSimulator) -> None:
    sent = mail()
    send(sim, sent)

    [found] = sim.client.mails(to="ANN@example.com")
    assert (found["subject"], found["from"], found["to"]) == ("Jak było?", "survey@example.org", [ANN])
    assert found["text"] == "Zażółć gęślą jaźń\n"
    assert found["links"] == ["http://p.example/i/a?c=1"]
    assert "Content-Transfer-Encoding" in sim.client.mail(found["id"])["raw"]
    assert sim.client.mails(to="bob@example.com") == []
    assert [record["recipients"] for record in sim.client.log("mail")] == [[ANN]]


def test_one_click_unsubscribe_posts_as_rfc_8058_says(sim: RunningSimulator, product: Product) -> None:
    address = f"<mailto:u@example.org>, <{product.url}/u/abc?x=1>"
    send(sim, mail(List_Unsubscribe=address, List_Unsubscribe_Post="List-Unsubscribe=One-Click"))
    send(sim, mail(List_Unsubscribe=address))

    with_button, without = sim.client.mails(ANN)
    assert sim.client.unsubscribe(with_button["id"])["status"] == 200
    [received] = product.requests
    assert (received.path, received.form) == ("/u/abc?x=1", {"List-Unsubscribe": "One-Click"})
    assert "Cookie" not in received.headers
    assert without["one_click_url"] is None
    with pytest.raises(SimulatorError, match="404"):
        sim.client.unsubscribe(without["id"])


@pytest.mark.parametrize("code", [451, 550])
def test_a_scripted_refusal(sim: RunningSimulator, code: int) -> None:
    sim.client.behaviour("@example.com", code=code, times=1)

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(sim, mail())
    assert refused.value.recipients[ANN][0] == code
    assert [(record["recipient"], record["code"]) for record in sim.client.log("mail_refused")] == [(ANN, code)]
    assert send(sim, mail()) == {}


def test_a_mail_taken_without_an_answer(sim: RunningSimulator) -> None:
    sim.client.behaviour(ANN, drop=True)

    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(sim, mail())
    assert len(sim.client.log("mail")) == 1


def test_reset_forgets_all_but_the_log(sim: RunningSimulator) -> None:
    send(sim, mail())
    sim.client.behaviour(ANN, code=550)
    sim.client.reset()

    assert sim.client.mails() == sim.client.messages() == sim.client.log("mail") == []
    assert send(sim, mail()) == {}
    assert len(sim.client.log("mail", everything=True)) >= 2


@pytest.mark.parametrize(
    "script",
    [
        {"code": 200},
        {"code": "550"},
        {"delay": -1},
        {"times": 0},
        {"drop": "yes"},
        {"statuses": "sent"},
        {"cod": 550},
        {"to": " "},
    ],
)
def test_a_script_it_cannot_follow_is_refused(sim: RunningSimulator, script: dict) -> None:
    with pytest.raises(SimulatorError, match="400"):
        sim.client.behaviour(**{"to": ANN, **script})


def test_the_api_takes_json_only(sim: RunningSimulator) -> None:
    # a form could be posted here by any page open in the engineer's browser
    assert requests.post(sim.url + "/sim/api/reset", data={"x": 1}, timeout=60).status_code == 415
    json_type = {"Content-Type": "application/json"}
    assert requests.post(sim.url + "/sim/api/behaviour", data="{", headers=json_type, timeout=60).status_code == 400
    assert requests.get(sim.url + "/sim/api/nothing", timeout=60).json()["status"] == 404


@given(
    st.binary(max_size=300), st.sampled_from([b"", b"Content-Type: ", b"Subject: =?", b"To: ", b"List-Unsubscribe: "])
)
def test_any_bytes_can_be_looked_at(body: bytes, start: bytes) -> None:
    assert Mail(1, "", (), "", start + body).summary()["id"] == 1
