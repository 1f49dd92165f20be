"""The commands that make the first workspace and its first administrator; the demo's people."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner

from app.accounts import service
from app.accounts.demo import PASSWORD as DEMO_PASSWORD
from app.accounts.demo import seed_demo
from app.core.clock import FixedClock
from app.ui.access import ROLES
from tests.accounts.conftest import NEW_PASSWORD, Browser, Staff, link_in


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


def run(runner: FlaskCliRunner, *arguments: str, typed: str = "") -> tuple[int, str, str]:
    result = runner.invoke(args=["canvass", *arguments], input=typed)
    return result.exit_code, result.stdout, result.stderr


def test_from_nothing_to_an_administrator(
    runner: FlaskCliRunner, browser: Browser, mail: list[tuple[str, str, str]]
) -> None:
    code, _, said = run(runner, "user", "create", "--admin", "--email", "a@acme.test")
    assert (code, "workspace create" in said) == (2, True)
    assert run(runner, "workspace", "create", "Acme", "--time-zone", "Europe/Warsaw")[0] == 0
    code, out, _ = run(runner, "user", "create", "--admin", "--email", "a@acme.test")
    assert code == 0
    assert browser.send(link_in(out), {"password": NEW_PASSWORD}).status_code == 302
    assert browser.sign_in("a@acme.test", NEW_PASSWORD).status_code == 302
    assert browser.get("/admin/people").status_code == 200


def test_a_password_is_asked_for(runner: FlaskCliRunner, browser: Browser, home: service.Workspace) -> None:
    make = ("user", "create", "--role", "manager", "--email", "m@acme.test", "--ask-password")
    code, _, said = run(runner, *make, typed="short\nshort\n")
    assert (code, "password_short" in said) == (1, True)
    assert service.people(home.id) == []  # all or nothing
    code, out, _ = run(runner, *make, typed=f"{NEW_PASSWORD}\n{NEW_PASSWORD}\n")
    assert (code, NEW_PASSWORD in out) == (0, False)
    assert browser.sign_in("m@acme.test", NEW_PASSWORD).status_code == 302


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("user", "create", "--admin", "--email", "nonsense"), "bad_email"),
        (("user", "create", "--email", "m@acme.test"), "bad_role"),
        (("workspace", "create", "Acme"), "name_taken"),
        (("workspace", "create", "Mars", "--time-zone", "Mars/Olympus"), "bad_time_zone"),
        (("user", "deactivate", "--email", "admin@acme.test"), "last_admin"),
        (("user", "deactivate", "--email", "nobody@acme.test"), "Nobody has the address"),
    ],
)
def test_refusals(runner: FlaskCliRunner, staff: Staff, arguments: tuple[str, ...], said: str) -> None:
    staff("admin")
    code, _, error = run(runner, *arguments)
    assert code == 1
    assert said in error


def test_list_and_deactivate(runner: FlaskCliRunner, staff: Staff, home: service.Workspace) -> None:
    staff("admin")
    staff("interviewer", "supervisor")
    assert run(runner, "user", "deactivate", "--email", "interviewer@acme.test")[0] == 0
    lines = run(runner, "user", "list")[1].splitlines()
    assert lines == [
        "admin@acme.test\tAdmin\tadmin\tactive\tAcme",
        "interviewer@acme.test\tInterviewer\tinterviewer,supervisor\tdeactivated\tAcme",
    ]
    assert run(runner, "workspace", "list")[1] == "Acme\tAcme\ten\tEurope/Warsaw\n"


def test_a_link_for_someone_locked_out(
    runner: FlaskCliRunner, browser: Browser, staff: Staff, mail: list[tuple[str, str, str]]
) -> None:
    staff("admin")
    code, out, _ = run(runner, "user", "link", "--email", "admin@acme.test")
    assert code == 0
    assert browser.send(link_in(out), {"password": NEW_PASSWORD}).status_code == 302


def test_several_workspaces_need_a_name(runner: FlaskCliRunner, home: service.Workspace) -> None:
    run(runner, "workspace", "create", "Other")
    code, _, said = run(runner, "user", "create", "--admin", "--email", "a@acme.test")
    assert (code, "Acme, Other" in said) == (2, True)
    assert run(runner, "user", "create", "--admin", "--email", "a@acme.test", "--workspace", "Elsewhere")[0] == 2
    assert run(runner, "user", "create", "--admin", "--email", "a@acme.test", "--workspace", "Other")[0] == 0
    assert run(runner, "user", "list", "--workspace", "Other")[1].startswith("a@acme.test")
    assert run(runner, "user", "list", "--workspace", "Acme")[1] == ""


def test_no_known_password_outside_the_demo(app: Flask, clock: FixedClock) -> None:
    with pytest.raises(RuntimeError, match="DEMO=1"):
        seed_demo(clock.now())
    assert service.workspaces() == []


class TestDemo:
    @pytest.fixture
    def settings(self, settings: dict[str, str]) -> dict[str, str]:
        return {**settings, "DEMO": "1"}

    def test_one_person_per_role_made_once(self, browser: Browser, clock: FixedClock) -> None:
        demo = seed_demo(clock.now())
        assert seed_demo(clock.now()) == demo
        people = service.people(demo.id)
        assert sorted(role for who in people for role in who.roles) == sorted(ROLES)
        assert browser.sign_in("admin@demo.example", DEMO_PASSWORD).status_code == 302
