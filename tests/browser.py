"""A real browser, and the accessibility check."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from tests.leaving_out import left_out

AXE = Path(__file__).resolve().parent.parent / "node_modules/axe-core/axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds after which a test gives up on a page; no statement on how quick a page is."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium, headless."""
    program = next((found for name in NAMES if (found := shutil.which(name))), None)
    if program is None:
        left_out("no Chromium here: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield browser
        browser.close()


def profile(browser: Browser, width: int = 1280, height: int = 900, **options: Any) -> BrowserContext:
    """A browser profile with no cookies; its window measured in CSS pixels."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(PATIENCE)
    return context


def press_keys(page: Page, *pressed: str) -> None:
    """Press keys once the page has loaded: before, its script hears none of them."""
    for key in pressed:
        page.wait_for_load_state()
        page.keyboard.press(key)


def write(page: Page, text: str) -> None:
    """Type into the field that has the focus, once there is one."""
    page.locator(":is(input, textarea):focus").press_sequentially(text)


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    """A browser profile with no cookies, 1280 px wide."""
    context = profile(chromium)
    yield context
    context.close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address of the application, served by a thread of the test's own process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab. A script error or a breach of the content security policy fails the test at its end."""
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    assert not faults, faults


@pytest.fixture
def staff_page(
    context: BrowserContext, page: Page, served: str, signed_in: Callable[..., FlaskClient], staff: Callable[..., Any]
) -> Page:
    """A tab in which a manager is signed in."""
    cookie = signed_in(person=staff("manager")).get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
    return page


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """`axe(page)`: assert that the page as it stands has no violation of WCAG 2.2 AA."""

    def check(page: Page) -> None:
        page.evaluate(AXE.read_text())
        options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
        found: dict[str, Any] = page.evaluate(f"axe.run(document, {options})")
        assert not found["violations"], "\n".join(describe(violation) for violation in found["violations"])

    return check


def describe(violation: dict[str, Any]) -> str:
    places = "; ".join(f"{node['target']} {node['html'][:120]}" for node in violation["nodes"][:5])
    return f"{violation['id']} ({violation['impact']}): {violation['help']}: {places}"
