"""`flask canvass invite | remind | deliver` as a script uses them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.clock import FixedClock
from app.delivery import service
from app.simulator.launch import RunningSimulator
from tests.delivery.conftest import MAIL, add_contact

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, study: Study) -> Run:
    return lambda *arguments: app.test_cli_runner().invoke(args=["canvass", *arguments])


def test_inviting_people_of_a_file(run: Run, workspace: str, anna: contacts.Contact, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("\ufeffexternal_id,email\nA-1,\n,anna@EXAMPLE.com\n,nobody@example.com\n")
    done = run("invite", "delivery", "--channel", "email", "--contacts", str(file))
    assert done.exit_code == 3
    assert "1 invitations are on their way; 0 people were invited before." in done.output
    assert "line 4: there is no such contact. Import it first." in done.output
    assert [each.contact_id for each in service.outbox(workspace).items] == [anna.id]


def test_inviting_everyone_in_portions(run: Run, workspace: str, clock: FixedClock) -> None:
    for number in range(3):
        add_contact(workspace, clock, email=f"p{number}@example.com")
    for total in (2, 3, 3):
        assert run("invite", "delivery", "--channel", "email", "--all", "--limit", "2").exit_code == 0
        assert service.outbox(workspace).total == total


def test_what_stands_in_the_way_is_said(run: Run, workspace: str, clock: FixedClock, tmp_path: Path) -> None:
    file = tmp_path / "colours.csv"
    file.write_text("colour\nred\n")
    done = run("invite", "delivery", "--channel", "email", "--contacts", str(file))
    assert (done.exit_code, "The file has the columns colour." in done.output) == (1, True)
    done = run("invite", "other", "--channel", "email", "--all")
    assert (done.exit_code, "There are: delivery." in done.output) == (1, True)
    assert run("invite", "delivery", "--channel", "email").exit_code == 2
    add_contact(workspace, clock, agreed="", email="silent@example.com")
    done = run("invite", "delivery", "--channel", "email", "--all")
    assert (done.exit_code, "1 not invited: There is no consent" in done.output) == (3, True)


def test_delivering(run: Run, sim: RunningSimulator, workspace: str, clock: FixedClock) -> None:
    service.enqueue(workspace, channel="email", purpose="staff", to=MAIL, text="Hello", now=clock.now())
    assert run("deliver").output == "1 messages were handled.\n"
    assert run("deliver", "--once").output == "0 messages were handled.\n"
    assert run("remind", "delivery").output == "0 reminders are on their way.\n"
    assert len(sim.client.mails(MAIL)) == 1
