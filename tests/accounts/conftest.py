"""A workspace, its people, and a browser that fills in forms."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts import service
from app.accounts.links import set_password
from app.core.clock import FixedClock

PASSWORD = "four quiet green boats"
NEW_PASSWORD = "seven tall orange trains"


@pytest.fixture
def home(app: Flask, clock: FixedClock) -> service.Workspace:
    made = service.create_workspace("Acme", clock.now(), time_zone="Europe/Warsaw")
    assert isinstance(made, service.Workspace)
    return made


@pytest.fixture
def mail(app: Flask) -> Iterator[list[tuple[str, str, str]]]:
    """What was mailed to staff: (to, subject, text)."""
    sent: list[tuple[str, str, str]] = []
    before = service.on_staff_mail(lambda workspace_id, to, subject, text, now: sent.append((to, subject, text)))
    yield sent
    if before:
        service.on_staff_mail(before)


Staff = Callable[..., service.Person]


@pytest.fixture
def staff(home: service.Workspace, clock: FixedClock) -> Staff:
    """staff("admin", "researcher"): an active person with these roles and PASSWORD, <first role>@acme.test."""

    def make(*roles: str, email: str = "") -> service.Person:
        made = service.create_user(home.id, email or f"{roles[0]}@acme.test", roles[0].title(), roles, clock.now())
        assert isinstance(made, service.Person)
        assert set_password(made, PASSWORD, "command", clock.now()) == []
        return made

    return make


class Browser:
    """Opens pages and sends their forms as a browser does, token included."""

    def __init__(self, client: FlaskClient, base: str = "http://localhost") -> None:
        self.client, self.base = client, base

    def get(self, path: str, **kwargs: Any) -> Any:
        return self.client.get(path, base_url=self.base, **kwargs)

    def send(self, page: str, fields: dict[str, Any], to: str | None = None, **kwargs: Any) -> Any:
        """POST `fields` with the token of `page` to `to`, or to the page itself."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(page).text)
        assert found, f"no form on {page}"
        data = {**fields, "csrf_token": found[1]}
        return self.client.post(to or page, data=data, base_url=self.base, **kwargs)

    def sign_in(self, email: str, password: str = PASSWORD, **kwargs: Any) -> Any:
        return self.send("/sign-in", {"email": email, "password": password}, **kwargs)


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def admin(browser: Browser, staff: Staff) -> service.Person:
    """An administrator, signed in with `browser`."""
    who = staff("admin")
    assert browser.sign_in(who.email).status_code == 302
    return who


def link_in(text: str) -> str:
    """The path of the link in a mail."""
    found = re.search(r"http://localhost(/password/\S+)", text)
    assert found
    return found[1]
