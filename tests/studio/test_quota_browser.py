"""A study with quotas and a panel in a real browser: accessible, no wider than the screen."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, expect

from app.catalog import service as catalog
from app.core.clock import FixedClock
from tests.studio.conftest import Studio
from tests.studio.test_quota_page import study  # noqa: F401


def test_the_pages_are_accessible_and_fit(
    served: str,
    context: BrowserContext,
    page: Page,
    studio: Studio,
    study: catalog.Study,
    clock: FixedClock,
    axe: Callable[[Page], None],
) -> None:
    settings = {"panel": {"redirects": {"complete": "https://panel.example/end"}}}
    assert isinstance(catalog.change_study(studio.workspace_id, study.id, settings, now=clock.now()), catalog.Study)
    cookie = studio.client.get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served}])
    for address in (f"/studio/studies/{study.id}", f"/studio/studies/{study.id}/settings"):
        page.goto(served + address)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (address, width)
    page.goto(f"{served}/studio/studies/{study.id}")
    page.get_by_label("Target of f").fill("9")
    page.get_by_role("button", name="Save targets").first.click()
    expect(page.get_by_label("Target of f")).to_have_value("9")
