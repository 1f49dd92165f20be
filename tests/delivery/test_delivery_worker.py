"""The worker in real conversations with the simulator: what becomes of a message, by what the other side says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from flask import Flask

from app.core.clock import FixedClock
from app.db import db
from app.delivery import service, worker
from app.delivery.recovery import recover
from app.simulator.launch import RunningSimulator
from tests.delivery.conftest import MAIL, NUMBER

pytestmark = pytest.mark.usefixtures("app")


def queue_mail(workspace: str, now: datetime, **more: str) -> str:
    words = {"subject": "Hello", "text": "Hello\n.\nAnna", **more}
    return service.enqueue(workspace, channel="email", purpose="staff", to=MAIL, now=now, **words)


def queue_text(workspace: str, now: datetime, text: str = "How likely are you?") -> str:
    return service.enqueue(workspace, channel="sms", purpose="turn", to=NUMBER, text=text, now=now)


def state(workspace: str, message: str) -> tuple[str, str | None]:
    found = service.attempt(workspace, message)
    assert found is not None
    return found.state, found.reason


def test_a_mail_is_sent_once(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    message = queue_mail(workspace, clock.now(), html="<p>Hello Anna</p>")
    assert worker.tick("email", clock.now()) == 1
    assert worker.tick("email", clock.now()) == 0
    (mail,) = sim.client.mails(MAIL)
    assert mail["text"] == "Hello\n.\nAnna\n"
    assert mail["html"] == "<p>Hello Anna</p>\n"
    assert {"name": "Message-ID", "value": f"<{message}@127.0.0.1>"} in mail["headers"]
    assert state(workspace, message) == ("sent", None)


def test_a_text_is_sent_once(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    message = queue_text(workspace, clock.now())
    assert worker.tick("sms", clock.now()) == 1
    assert worker.tick("sms", clock.now()) == 0
    (sms,) = sim.client.messages(NUMBER)
    found = service.attempt(workspace, message)
    assert found is not None
    assert (sms["body"], sms["sid"]) == ("How likely are you?", found.provider_id)
    assert found.state == "sent"


def test_the_same_message_is_queued_once(workspace: str, clock: FixedClock) -> None:
    first = queue_mail(workspace, clock.now())
    assert queue_mail(workspace, clock.now(), message_id=first) == first
    assert service.outbox(workspace).total == 1


@pytest.mark.parametrize(
    ("code", "text", "becomes"),
    [
        (451, "4.7.1 greylisted", ("queued", "throttled")),
        (452, "4.2.2 mailbox full", ("queued", "retry")),
        (550, "5.1.1 no such user", ("failed", "address_refused")),
        (550, "no such user", ("failed", "address_refused")),
        (554, "5.7.1 policy", ("failed", "permanent")),
    ],
)
def test_an_smtp_refusal(
    sim: RunningSimulator, workspace: str, clock: FixedClock, code: int, text: str, becomes: tuple[str, str]
) -> None:
    sim.client.behaviour(MAIL, code=code, text=text)
    message = queue_mail(workspace, clock.now())
    worker.tick("email", clock.now())
    assert state(workspace, message) == becomes
    assert sim.client.mails() == []


@pytest.mark.parametrize(
    ("code", "becomes"),
    [
        (20429, ("queued", "throttled")),
        (20503, ("queued", "unavailable")),
        (20500, ("unknown", "lost")),
        (20003, ("queued", "configuration")),
        (21610, ("failed", "stopped")),
        (21635, ("failed", "wrong_channel")),
        (21211, ("failed", "address_refused")),
        (21408, ("failed", "permanent")),
    ],
)
def test_a_twilio_refusal(
    sim: RunningSimulator, workspace: str, clock: FixedClock, code: int, becomes: tuple[str, str]
) -> None:
    sim.client.behaviour(NUMBER, code=code)
    message = queue_text(workspace, clock.now())
    worker.tick("sms", clock.now())
    assert state(workspace, message) == becomes
    assert sim.client.messages(NUMBER) == []


def test_a_refusal_that_lasts_is_given_up(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    sim.client.behaviour(MAIL, code=451)
    message = queue_mail(workspace, clock.now())
    tries = 0
    while state(workspace, message)[0] == "queued":
        tries += worker.tick("email", clock.now())
        clock.advance(timedelta(hours=5))
    assert state(workspace, message) == ("failed", "given_up")
    assert tries == 6


def test_one_bad_address_does_not_hold_the_others(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    sim.client.behaviour(MAIL, code=550)
    queue_mail(workspace, clock.now())
    service.enqueue(workspace, channel="email", purpose="staff", to="b@example.com", text="b", now=clock.now())
    assert worker.tick("email", clock.now()) == 2
    assert [mail["to"] for mail in sim.client.mails()] == [["b@example.com"]]


def test_a_dropped_connection_leaves_unknown_and_the_log_settles_it(
    sim: RunningSimulator, workspace: str, clock: FixedClock
) -> None:
    sim.client.behaviour(NUMBER, drop=True, times=1)
    message = queue_text(workspace, clock.now())
    worker.tick("sms", clock.now())
    assert state(workspace, message) == ("unknown", "lost")
    assert recover(clock.now()) == 0  # the request may still be at work
    clock.advance(timedelta(minutes=3))
    assert recover(clock.now()) == 1
    worker.tick("sms", clock.now())
    (sms,) = sim.client.messages(NUMBER)
    found = service.attempt(workspace, message)
    assert found is not None
    assert found.state in ("sent", "delivered")
    assert found.provider_id == sms["sid"]


def test_two_equal_texts_are_told_apart_in_the_log(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    sent = queue_text(workspace, clock.now(), "Please answer with a number.")
    worker.tick("sms", clock.now())
    sim.client.behaviour(NUMBER, code=20500, times=1)
    lost = queue_text(workspace, clock.now(), "Please answer with a number.")
    worker.tick("sms", clock.now())
    clock.advance(timedelta(minutes=3))
    recover(clock.now())
    assert state(workspace, sent)[0] == "sent"
    assert state(workspace, lost) == ("unknown", "lost")
    clock.advance(timedelta(minutes=13))
    recover(clock.now())
    assert state(workspace, lost) == ("unknown", "not_found")


def test_a_mail_that_signs_somebody_in_is_not_kept(workspace: str, clock: FixedClock) -> None:
    queue_mail(workspace, clock.now(), text="https://example.com/secret")
    worker.tick("email", clock.now())
    with db.engines["read"].connect() as conn:
        assert (
            conn.exec_driver_sql("SELECT text FROM messages", execution_options={"every_workspace": True}).scalar()
            is None
        )


def test_several_workers_at_once_send_each_message_once(
    app: Flask, sim: RunningSimulator, workspace: str, clock: FixedClock
) -> None:
    addresses = {f"p{number}@example.com" for number in range(24)}
    for address in addresses:
        service.enqueue(workspace, channel="email", purpose="staff", to=address, text="Hello", now=clock.now())

    def work(_: int) -> int:
        with app.app_context():
            return worker.tick("email", clock.now())

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == len(addresses)
    assert sorted(mail["to"][0] for mail in sim.client.mails()) == sorted(addresses)
