"""Receipts over the socket, signed by the simulator; and in every order, as Twilio may send them."""

from datetime import timedelta
from itertools import permutations

import pytest
from flask.testing import FlaskClient
from twilio.request_validator import RequestValidator

from app.contacts import service as contacts
from app.core.clock import FixedClock
from app.delivery import receipts, service, worker
from app.simulator.launch import RunningSimulator
from tests.delivery.conftest import NUMBER


def text(workspace: str, clock: FixedClock, contact_id: str | None = None) -> str:
    return service.enqueue(
        workspace, channel="sms", purpose="turn", to=NUMBER, text="How likely?", contact_id=contact_id, now=clock.now()
    )


def found(workspace: str, message: str) -> service.Attempt:
    attempt = service.attempt(workspace, message)
    assert attempt is not None
    return attempt


@pytest.mark.usefixtures("product")
def test_a_delivered_text(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    message = text(workspace, clock)
    worker.tick("sms", clock.now())
    sim.client.until(lambda: found(workspace, message).state == "delivered")


@pytest.mark.usefixtures("product")
@pytest.mark.parametrize(
    ("code", "state", "reason"),
    [
        (30003, "queued", "retry"),
        (30005, "failed", "address_refused"),
        (30006, "failed", "wrong_channel"),
        (30007, "failed", "permanent"),
        (30034, "failed", "configuration"),
    ],
)
def test_an_undelivered_text(
    sim: RunningSimulator, workspace: str, clock: FixedClock, code: int, state: str, reason: str
) -> None:
    sim.client.behaviour(NUMBER, code=code)
    message = text(workspace, clock)
    worker.tick("sms", clock.now())
    sim.client.until(lambda: found(workspace, message).state == state)
    assert found(workspace, message).reason == reason


@pytest.mark.usefixtures("product")
def test_a_handset_that_was_off_gets_it_later(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    sim.client.behaviour(NUMBER, code=30003, times=1)
    message = text(workspace, clock)
    worker.tick("sms", clock.now())
    sim.client.until(lambda: found(workspace, message).state == "queued")
    clock.advance(timedelta(minutes=2))
    worker.tick("sms", clock.now())
    sim.client.until(lambda: found(workspace, message).state == "delivered")
    assert len(sim.client.messages(NUMBER)) == 2


@pytest.mark.usefixtures("app", "sim")
@pytest.mark.parametrize("order", list(permutations(["queued", "sent", "delivered"])))
def test_receipts_in_any_order_and_repeated(workspace: str, clock: FixedClock, order: tuple[str, ...]) -> None:
    message = text(workspace, clock)
    worker.tick("sms", clock.now())
    sid = found(workspace, message).provider_id or ""
    for status in (*order, *order):
        assert receipts.receive(message, 1, sid, status, "", clock.now())
    assert found(workspace, message).state == "delivered"


@pytest.mark.usefixtures("app", "sim")
def test_receipts_that_are_not_about_this_attempt_change_nothing(workspace: str, clock: FixedClock) -> None:
    message = text(workspace, clock)
    worker.tick("sms", clock.now())
    sid = found(workspace, message).provider_id or ""
    assert not receipts.receive(message, 2, sid, "failed", "", clock.now())
    assert not receipts.receive(message, 1, "SM" + "0" * 32, "failed", "", clock.now())
    assert not receipts.receive("nothing", 1, sid, "failed", "", clock.now())
    assert found(workspace, message).state == "sent"


def test_what_the_address_is_blamed_for(
    sim: RunningSimulator, workspace: str, clock: FixedClock, anna: contacts.Contact
) -> None:
    sim.client.behaviour(NUMBER, code=21635)
    text(workspace, clock, anna.id)
    worker.tick("sms", clock.now())
    assert isinstance(contacts.may_contact(workspace, anna.id, "sms"), contacts.Refused)
    (phone,) = [each for each in contacts.contact(workspace, anna.id).endpoints if each.channel == "phone"]  # type: ignore[union-attr]
    assert phone.status == "landline"  # calls may reach it


def test_stop_told_to_twilio_suppresses(
    sim: RunningSimulator, workspace: str, clock: FixedClock, anna: contacts.Contact
) -> None:
    sim.client.behaviour(NUMBER, code=21610)
    text(workspace, clock, anna.id)
    worker.tick("sms", clock.now())
    assert contacts.may_contact(workspace, anna.id, "sms") == contacts.Refused("suppressed")


# --- the webhook ----------------------------------------------------------------------------------


def post(client: FlaskClient, settings: dict[str, str], path: str, form: dict[str, str], token: str = "") -> int:
    validator = RequestValidator(token or settings["TWILIO_AUTH_TOKEN"])
    signature = validator.compute_signature(settings["PUBLIC_URL"] + path, form)
    return client.post(path, data=form, headers={"X-Twilio-Signature": signature}).status_code


def test_the_webhook_wants_twilios_signature(client: FlaskClient, settings: dict[str, str]) -> None:
    path, form = "/webhooks/twilio/status/nothing/1", {"MessageSid": "SM1", "MessageStatus": "sent", "Body": " x "}
    assert post(client, settings, path, form) == 200  # unknown, and nothing Twilio could mend
    assert post(client, settings, path, form, token="another") == 403
    assert client.post(path, data=form).status_code == 403
