"""A shop with a study in the field, its customers, and a small phone's browser. Pictures go to $SCREENSHOTS."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.interviews import service
from app.interviews.repository import Interview
from tests.browser import profile
from tests.product import Product

WARSAW = ZoneInfo("Europe/Warsaw")
WIDTH = 320  # CSS pixels: WCAG 2.2, 1.4.10 Reflow


@dataclass
class Shop:
    """A workspace of the running product. Verbs that a colleague would type are typed: `product.run(...)`."""

    product: Product
    workspace_id: str

    def customer(self, external_id: str, name: str, email: str = "", phone: str = "", **more: str) -> str:
        """A Polish customer who agreed to mails and texts; returns the contact's id."""
        given = {
            "external_id": external_id, "name": name, "email": email, "phone": phone, "language": "pl",
            "time_zone": "Europe/Warsaw", "consent_email": "yes", "consent_sms": "yes", "consent_phone": "yes",
        }  # fmt: skip
        with self.product.app.app_context():
            stored = contacts.upsert(self.workspace_id, given | more, "test", self.product.clock.now())
        assert isinstance(stored, contacts.Stored), stored
        return stored.contact_id

    def study(self, name: str, **settings: Any) -> Study:
        with self.product.app.app_context():
            opened = catalog.open_study(self.workspace_id, name, now=self.product.clock.now(), **settings)
        assert isinstance(opened, Study), [str(problem) for problem in opened]
        return opened

    def run(self, *arguments: str, code: int = 0) -> str:
        """The output of `flask canvass …`, which ends with `code`."""
        done = self.product.run(*arguments)
        assert done.returncode == code, f"{arguments} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def interview(self, customer: str) -> Interview:
        """The newest interview of a customer (external id)."""
        with self.product.app.app_context():
            found = contacts.by_external_id(self.workspace_id, customer)
            assert found, customer
            return service.interviews_of(self.workspace_id, contact_id=found.id)[-1]

    def clock_to(self, hour: int, days: int = 0) -> datetime:
        """Move the clock forward to the next time it is this hour in Warsaw, and `days` more."""
        now = self.product.clock.now().astimezone(WARSAW)
        then = now.replace(hour=hour, minute=0, second=0, microsecond=0)
        then += timedelta(days=days + (then <= now))
        self.product.clock.advance(then.astimezone(UTC) - now.astimezone(UTC))
        return then


@pytest.fixture(scope="module")
def shop(server: Product) -> Shop:
    with server.app.app_context():
        made = accounts.create_workspace(
            "Shop", server.clock.now(), organisation="Sklep Północny", contact_line="pomoc@shop.example",
            default_language="pl", time_zone="Europe/Warsaw",
        )  # fmt: skip
        assert isinstance(made, accounts.Workspace), made
    shop = Shop(server, made.id)
    shop.clock_to(10)
    return shop


@dataclass
class Look:
    """`look(page, "name")`: the page as it stands is accessible and fits its window; it is kept as a picture."""

    axe: Callable[[Page], None]
    folder: Path
    prefix: str
    scripts: bool
    number: int = 0

    def __call__(self, page: Page, name: str) -> None:
        page.wait_for_load_state()
        self.number += 1
        page.screenshot(path=self.folder / f"{self.prefix}-{self.number:02}-{name}.png", full_page=True)
        width = page.viewport_size["width"] if page.viewport_size else WIDTH
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"
        if self.scripts:  # axe is one; the pages are the same without
            self.axe(page)


@pytest.fixture
def look(axe: Callable[[Page], None], tmp_path: Path, request: pytest.FixtureRequest) -> Look:
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    parameters = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    name = request.node.name.removeprefix("test_").translate({91: "-", 93: None})
    return Look(axe, folder, name, parameters.get("phone_browser", True))


@pytest.fixture
def phone_browser(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[BrowserContext]:
    """A Polish customer's telephone; with `params=[False]` one without JavaScript."""
    context = profile(chromium, WIDTH, 640, locale="pl-PL", java_script_enabled=getattr(request, "param", True))
    yield context
    context.close()
