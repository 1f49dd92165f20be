"""A researcher's browser and a draft."""

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any

import pytest

from app.catalog import service as catalog
from app.core.clock import FixedClock
from tests.catalog.conftest import SMALL
from tests.conftest import Client


class Studio:
    """What a researcher does in the browser, without JavaScript."""

    def __init__(self, client: Client, workspace_id: str, now: Callable[[], datetime]) -> None:
        self.client, self.workspace_id, self.now = client, workspace_id, now

    def get(self, address: str, status: int = 200) -> str:
        response = self.client.get(address)
        assert response.status_code == status, response.text
        return unescape(response.text)

    def fields(self, address: str) -> dict[str, Any]:
        """What a browser would send for the form called sheet."""
        page = self.client.get(address).text
        form = re.search(r'<form[^>]*id="sheet".*?</form>', page, re.S)
        assert form, page
        return fields_of(form[0])

    def token(self, address: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get(address).text)
        assert found
        return found[1]

    def post(self, address: str, data: dict[str, Any] | None = None, status: int = 302, via: str = "/studio/") -> Any:
        sent = dict(data or {})
        sent.setdefault("csrf_token", self.token(via) if data is None or "csrf_token" not in data else "")
        response = self.client.post(address, data=sent)
        assert response.status_code == status, response.text
        return response

    def working(self, questionnaire_id: str) -> catalog.Version:
        return catalog.working(self.workspace_id, questionnaire_id)


def fields_of(form: str) -> dict[str, Any]:
    """The successful controls of a form in HTML."""
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        checkable = attributes.get("type") in ("checkbox", "radio")
        if "name" in attributes and (not checkable or re.search(r"\schecked\b", tag)):
            _add(sent, attributes["name"], attributes.get("value", "y"))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', form, re.S):
        _add(sent, name, text)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(
            r'<option[^>]*\bselected\b[^>]*value="([^"]*)"|<option[^>]*value="([^"]*)"[^>]*\bselected\b', options
        )
        chosen = chosen or re.search(r'<option[^>]*value="([^"]*)"', options)
        if chosen:
            _add(sent, name, next(group for group in chosen.groups() if group is not None))
    return sent


def _add(sent: dict[str, Any], name: str, value: str) -> None:
    value = unescape(value)
    sent[name] = (
        [*sent[name], value] if isinstance(sent.get(name), list) else [sent[name], value] if name in sent else value
    )


@pytest.fixture
def studio(signed_in: Callable[..., Client], workspace: str, clock: FixedClock) -> Studio:
    return Studio(signed_in("researcher"), workspace, clock.now)


@pytest.fixture
def visit(studio: Studio) -> str:
    """The id of a questionnaire with a draft."""
    made = catalog.create(studio.workspace_id, "visit", SMALL, now=studio.now())
    assert isinstance(made, catalog.Entry)
    return made.id
