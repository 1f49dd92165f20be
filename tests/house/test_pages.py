"""Every page that needs no argument, as a person of a role that may see it: accessible, and whole at 320 px."""

from collections.abc import Callable, Iterator

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page

from app.accounts import service as accounts
from app.accounts.sign_in import open_session
from app.ui.access import ROLES
from app.ui.edge import now
from tests.browser import profile
from tests.house.routes import CALLERS, table
from tests.product import Product

NO_PAGES = ("/healthz", "/readyz", "/static")


def pages() -> list[tuple[str, str]]:
    """The address of each page and a role that gets it."""
    found = []
    for name, statuses in table().items():
        method, rule = name.split()
        able = [role for role, status in zip(CALLERS, statuses, strict=True) if status == 200 and role != "key"]
        if method == "GET" and "<" not in rule and able and not rule.startswith((*NO_PAGES, "/api")):
            found.append((rule, able[0]))
    return found


@pytest.fixture(scope="module")
def browsers(server: Product, chromium: Browser) -> Iterator[dict[str, BrowserContext]]:
    """A browser signed in as each role, and an anonymous one."""
    contexts = {"anonymous": profile(chromium)}
    with server.app.app_context():
        workspace = accounts.create_workspace("Pages", now())
        assert isinstance(workspace, accounts.Workspace)
        for role in ROLES:
            person = accounts.create_user(workspace.id, f"{role}@pages.example", f"Person {role}", [role], now())
            assert isinstance(person, accounts.Person)
            contexts[role] = profile(chromium)
            contexts[role].add_cookies([cookie(server, open_session(person, "test", now()))])
    yield contexts
    for context in contexts.values():
        context.close()


def cookie(server: Product, token: str) -> dict[str, str]:
    """The session cookie of a signed-in person."""
    signer = SecureCookieSessionInterface().get_signing_serializer(server.app)
    assert signer is not None
    return {"name": "session", "value": signer.dumps({"_user_id": token, "_fresh": True}), "url": server.url}


@pytest.mark.parametrize(("address", "role"), pages())
def test_a_page_is_accessible_and_fits_a_small_screen(
    server: Product, browsers: dict[str, BrowserContext], axe: Callable[[Page], None], address: str, role: str
) -> None:
    page = browsers[role].new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    answer = page.goto(server.url + address)
    assert answer is not None
    assert answer.status == 200
    axe(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    axe(page)
    assert faults == []
    page.close()
