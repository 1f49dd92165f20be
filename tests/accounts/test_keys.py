"""API keys: made on a page, used by a program, revoked."""

import re
from datetime import timedelta

import pytest
from flask import Flask, jsonify
from flask.testing import FlaskClient

from app.accounts import service
from app.accounts.keys import create_key, keys
from app.accounts.signed_in import calling_key
from app.core.clock import FixedClock
from app.core.problems import Problem
from app.ui.access import api_key
from tests.accounts.conftest import Browser

pytestmark = pytest.mark.own_app


@pytest.fixture
def program(app: Flask) -> FlaskClient:
    """A program, and an address that wants the scope contacts:read."""

    @api_key("contacts:read")
    def probe() -> object:
        return jsonify(workspace=calling_key().workspace_id, name=calling_key().name)

    app.add_url_rule("/api/probe", "probe", probe)
    return app.test_client()


def ask(program: FlaskClient, secret: str, scheme: str = "Bearer") -> int:
    return program.get("/api/probe", headers={"Authorization": f"{scheme} {secret}"}).status_code


def test_from_page_to_program_to_revocation(
    program: FlaskClient, browser: Browser, admin: service.Person, clock: FixedClock
) -> None:
    page = browser.send("/admin/keys", {"name": "Shop", "scopes": ["contacts:read", "events:write"]})
    assert page.status_code == 200
    found = re.search(r"canvass_\w{40}", page.text)
    assert found
    secret = found[0]
    assert secret not in browser.get("/admin/keys").text  # shown once
    answer = program.get("/api/probe", headers={"Authorization": f"Bearer {secret}"})
    assert answer.json == {"workspace": admin.workspace_id, "name": "Shop"}
    (key,) = keys(admin.workspace_id)
    assert key.last_used_at == clock.now()
    assert secret.startswith(key.hint)
    browser.send("/admin/keys", {}, to=f"/admin/keys/{key.id}/revoke")
    assert ask(program, secret) == 401
    assert "Revoked" in browser.get("/admin/keys").text


def test_a_key_ends_after_its_last_day(
    program: FlaskClient, browser: Browser, admin: service.Person, clock: FixedClock
) -> None:
    page = browser.send("/admin/keys", {"name": "Shop", "scopes": "contacts:read", "expires_on": "2026-11-05"})
    secret = re.findall(r"canvass_\w{40}", page.text)[0]
    clock.set(clock.now().replace(day=5, hour=22, minute=59))  # a minute before midnight in Warsaw
    assert ask(program, secret) == 200
    clock.advance(timedelta(minutes=1))
    assert ask(program, secret) == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [("", 401), ("Bearer", 401), ("Bearer canvass_x", 401), ("Basic eDp5", 401), ("Bearer \u00e9", 401)],
)
def test_without_a_good_key(program: FlaskClient, home: service.Workspace, header: str, status: int) -> None:
    answer = program.get("/api/probe", headers={"Authorization": header} if header else {})
    assert answer.status_code == status
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"


def test_a_key_without_the_scope(program: FlaskClient, home: service.Workspace, clock: FixedClock) -> None:
    secret = create_key(home.id, "Shop", ["events:write"], None, "command", clock.now())
    assert isinstance(secret, str)
    assert ask(program, secret) == 403


@pytest.mark.parametrize(
    ("name", "scopes", "day", "codes"),
    [
        (" ", ["events:write"], None, ["no_name"]),
        ("Shop", [], None, ["bad_scope"]),
        ("Shop", ["everything"], None, ["bad_scope"]),
        ("Shop", ["events:write"], -1, ["past"]),
        ("", [], -1, ["no_name", "bad_scope", "past"]),
    ],
)
def test_bad_keys(
    home: service.Workspace, clock: FixedClock, name: str, scopes: list[str], day: int | None, codes: list[str]
) -> None:
    expires = clock.now() + timedelta(days=day) if day else None
    problems = create_key(home.id, name, scopes, expires, "command", clock.now())
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == codes
    assert all(isinstance(problem, Problem) for problem in problems)
    assert keys(home.id) == []
