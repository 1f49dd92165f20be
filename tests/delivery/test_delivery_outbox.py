"""The outbox page: who sees it, what it says, and its two buttons."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service as accounts
from app.accounts.audit import trail
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.clock import FixedClock
from app.delivery import invitations, service, worker
from app.simulator.launch import RunningSimulator
from tests.delivery.conftest import MAIL, add_contact


@pytest.fixture
def manager(app: Flask, signed_in: Callable[..., FlaskClient]) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    return signed_in("manager")


@pytest.fixture
def blocked(workspace: str, study: Study, clock: FixedClock) -> service.Attempt:
    silent = add_contact(workspace, clock, agreed="", email="silent@example.com")
    invitations.invite(workspace, study, [silent.id], "email", clock.now())
    (attempt,) = service.outbox(workspace).items
    return attempt


def state(workspace: str, message_id: str) -> str:
    attempt = service.attempt(workspace, message_id)
    assert attempt is not None
    return attempt.state


def test_it_says_why_a_message_is_blocked(manager: FlaskClient, blocked: service.Attempt) -> None:
    page = manager.get("/outbox").text
    assert "There is no consent or other documented basis for this channel." in page
    assert "Post delivery" in page or "After your delivery" in page


def test_it_is_filtered(manager: FlaskClient, blocked: service.Attempt, study: Study) -> None:
    assert "No message here." in manager.get("/outbox?state=sent").text
    assert "No message here." not in manager.get(f"/outbox?state=blocked&study={study.id}").text
    assert manager.get("/outbox?state=nonsense&study=nonsense&page=x").status_code == 200


def test_sent_again_it_is_judged_again(
    sim: RunningSimulator, manager: FlaskClient, workspace: str, blocked: service.Attempt, clock: FixedClock
) -> None:
    assert manager.post(f"/outbox/{blocked.id}/again").status_code == 302
    assert state(workspace, blocked.id) == "queued"
    worker.tick("email", clock.now())
    assert state(workspace, blocked.id) == "blocked"
    assert sim.client.mails() == []


def test_cancelled_by_hand(
    manager: FlaskClient, workspace: str, study: Study, anna: contacts.Contact, clock: FixedClock
) -> None:
    invitations.invite(workspace, study, [anna.id], "email", clock.now())
    (attempt,) = service.outbox(workspace).items
    assert manager.post(f"/outbox/{attempt.id}/cancel").status_code == 302
    assert state(workspace, attempt.id) == "cancelled"
    assert "Meanwhile its state has changed" in manager.post(f"/outbox/{attempt.id}/again", follow_redirects=True).text


def test_what_was_sent_cannot_be_sent_again(
    sim: RunningSimulator, manager: FlaskClient, workspace: str, clock: FixedClock
) -> None:
    message = service.enqueue(workspace, channel="email", purpose="staff", to=MAIL, text="Hello", now=clock.now())
    worker.tick("email", clock.now())
    manager.post(f"/outbox/{message}/again")
    worker.tick("email", clock.now())
    assert len(sim.client.mails(MAIL)) == 1


def test_both_buttons_leave_a_trail(manager: FlaskClient, workspace: str, blocked: service.Attempt) -> None:
    manager.post(f"/outbox/{blocked.id}/again")
    manager.post(f"/outbox/{blocked.id}/cancel")
    actions = [(entry.action, entry.subject_id) for entry in trail(workspace).items]
    assert ("message.again", blocked.id) in actions
    assert ("message.cancelled", blocked.id) in actions


def test_another_workspace_sees_and_does_nothing(
    app: Flask, staff: Callable[..., accounts.Person], signed_in: Callable[..., FlaskClient], manager: FlaskClient,
    workspace: str, blocked: service.Attempt, clock: FixedClock,
) -> None:  # fmt: skip
    other = accounts.create_workspace("Other", clock.now())
    assert isinstance(other, accounts.Workspace)
    stranger = signed_in(person=staff("admin", workspace_id=other.id))
    assert "No message here." in stranger.get("/outbox").text
    assert stranger.post(f"/outbox/{blocked.id}/again").status_code == 404
    assert state(workspace, blocked.id) == "blocked"
