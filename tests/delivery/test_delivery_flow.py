"""Pause, resume and cancel, from the page and the command line; what it costs; what a person can do about an unknown message."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.audit import trail
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.clock import FixedClock
from app.db import writing
from app.delivery import costs, holds, invitations, receipts, service, worker
from app.delivery.claims import claim
from app.delivery.holds import Scope
from app.delivery.models import HoldRow
from app.simulator.launch import RunningSimulator
from tests.delivery.conftest import MAIL, NUMBER


@pytest.fixture
def manager(app: Flask, signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return signed_in("manager")


def text(workspace: str, clock: FixedClock, words: str = "How likely?") -> str:
    return service.enqueue(workspace, channel="sms", purpose="turn", to=NUMBER, text=words, now=clock.now())


def state(workspace: str, message: str) -> tuple[str, str | None]:
    found = service.attempt(workspace, message)
    assert found is not None
    return found.state, found.reason


def test_a_study_pauses_and_goes_on(
    sim: RunningSimulator, manager: FlaskClient, workspace: str, study: Study, anna: contacts.Contact, clock: FixedClock
) -> None:
    invitations.invite(workspace, study, [anna.id], "email", clock.now())
    other = text(workspace, clock)
    form = {"do": "pause", "study": study.id, "channel": ""}
    assert "1 message waits" in manager.post("/outbox/flow", data=form, follow_redirects=True).text
    invitations.invite(workspace, study, [anna.id], "sms", clock.now())  # comes while it is paused
    worker.tick("email", clock.now())
    worker.tick("sms", clock.now())
    assert service.outbox(workspace, state="held").total == 2
    assert (sim.client.mails(), len(sim.client.messages()), state(workspace, other)[0]) == ([], 1, "sent")
    assert "Paused since" in manager.get("/outbox").text
    manager.post("/outbox/flow", data={**form, "do": "resume"})
    worker.tick("email", clock.now())
    worker.tick("sms", clock.now())
    assert (len(sim.client.mails()), len(sim.client.messages())) == (1, 2)
    assert {"outbox.pause", "outbox.resume"} <= {entry.action for entry in trail(workspace).items}


@pytest.mark.usefixtures("sim")
def test_what_another_pause_covers_stays(workspace: str, clock: FixedClock) -> None:
    message = text(workspace, clock)
    holds.pause(workspace, Scope(channel="sms"), "system", clock.now())
    holds.pause(workspace, Scope(), "system", clock.now())
    holds.resume(workspace, Scope(), "system", clock.now())
    assert state(workspace, message) == ("held", "held")
    holds.resume(workspace, Scope(channel="sms"), "system", clock.now())
    assert state(workspace, message) == ("queued", "resumed")


def test_a_message_in_flight_is_taken_back(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    """Claimed and written, not yet past the point of no return: the pause comes first."""
    message = text(workspace, clock)
    _, (claimed,) = claim("sms", clock.now())
    holds.pause(workspace, Scope(), "system", clock.now())
    assert worker.mark_sending([claimed.row], clock.now()) == set()
    assert state(workspace, message) == ("held", "held")
    assert holds.cancel(workspace, Scope(), "system", clock.now()) == 1
    assert state(workspace, message) == ("cancelled", "cancelled")
    assert sim.client.messages() == []


@pytest.mark.usefixtures("sim")
def test_what_was_held_while_the_pause_ended_goes_on(workspace: str, clock: FixedClock) -> None:
    message = text(workspace, clock)
    holds.pause(workspace, Scope(), "system", clock.now())
    with writing() as conn:  # as a worker leaves it that read the pause, and writes after its end
        conn.execute(HoldRow.__table__.delete().where(HoldRow.workspace_id == workspace))
    assert holds.release_all(clock.now()) == 1
    assert state(workspace, message)[0] == "queued"


def test_staff_and_the_answer_to_stop_are_not_held(sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    holds.pause(workspace, Scope(), "system", clock.now())
    service.enqueue(workspace, channel="email", purpose="staff", to=MAIL, text="Hello", now=clock.now())
    service.enqueue(workspace, channel="sms", purpose="confirmation", to=NUMBER, text="Stopped.", now=clock.now())
    worker.tick("email", clock.now())
    worker.tick("sms", clock.now())
    assert (len(sim.client.mails()), len(sim.client.messages())) == (1, 1)


def test_the_command_line(app: Flask, workspace: str, study: Study, clock: FixedClock) -> None:
    run = app.test_cli_runner().invoke
    message = text(workspace, clock)
    assert run(args=["canvass", "outbox", "pause"]).exit_code == 2
    assert run(args=["canvass", "outbox", "pause", "--study", "nonsense"]).exit_code == 1
    assert run(args=["canvass", "outbox", "pause", "--study", study.name]).output == "Paused; 0 messages wait.\n"
    assert run(args=["canvass", "outbox", "pause", "--everything"]).output == "Paused; 1 messages wait.\n"
    assert run(args=["canvass", "outbox", "cancel", "--channel", "sms"]).output == "1 messages are cancelled.\n"
    assert state(workspace, message)[0] == "cancelled"
    assert [entry.actor for entry in trail(workspace).items if entry.action == "outbox.cancel"] == ["command"]


def test_nonsense_is_refused(manager: FlaskClient) -> None:
    for form in ({"do": "explode"}, {"do": "pause", "channel": "pigeon"}, {"do": "pause", "study": "nonsense"}):
        assert manager.post("/outbox/flow", data=form).status_code == 400


def test_a_person_says_that_an_unknown_text_arrived(
    sim: RunningSimulator, manager: FlaskClient, workspace: str, clock: FixedClock
) -> None:
    sim.client.behaviour(NUMBER, code=20500, times=1)
    message = text(workspace, clock)
    worker.tick("sms", clock.now())
    assert state(workspace, message)[0] == "unknown"
    assert "Of 1 message nobody knows" in manager.get("/outbox").text
    manager.post(f"/outbox/{message}/arrived")
    assert state(workspace, message) == ("sent", "taken")
    clock.advance(timedelta(minutes=1))
    worker.tick("sms", clock.now())
    assert sim.client.messages() == []


def test_costs_by_study(
    app: Flask,
    sim: RunningSimulator,
    manager: FlaskClient,
    workspace: str,
    study: Study,
    clock: FixedClock,
    tmp_path: object,
) -> None:
    file = app.config["VAR"] / "gateways.yaml"
    file.write_text(
        f"sms:\n- {{name: priced, account_sid: {sim.account_sid}, auth_token: {sim.auth_token}, api_base: '{sim.url}',\n"
        "   price: 0.05, currency: EUR}\n"
    )
    app.config["GATEWAYS_FILE"] = str(file)
    for words in ("short", "long " * 40):  # one segment, and two
        service.enqueue(
            workspace, channel="sms", purpose="turn", to=NUMBER, text=words, study_id=study.id, now=clock.now()
        )
    worker.tick("sms", clock.now())
    (cost,) = costs.costs(workspace, study.id)
    assert (cost.amount, cost.currency, cost.messages, cost.segments) == (Decimal("0.15"), "EUR", 2, 3)
    assert "€0.15" in manager.get(f"/outbox?study={study.id}").text
    message = service.outbox(workspace).items[0]
    receipts.receive(message.id, 1, message.provider_id or "", "delivered", "", clock.now())
    assert costs.costs(workspace, study.id)[0].amount == Decimal("0.15")
