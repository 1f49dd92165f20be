"""A study inside another site, in a browser that blocks third-party cookies: localhost embeds 127.0.0.1, two sites."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from app.catalog.service import Study
from app.channels.web import customers
from app.interviews import links, service
from tests.browser import ARGUMENTS, NAMES, profile
from tests.walks.conftest import Look, Shop


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass


@dataclass
class Host:
    """Another site, whose pages are files. `others`: the same on an address that the study does not allow."""

    folder: Path
    origin: str
    others: str
    study: Study | None = None
    pages: list[str] = field(default_factory=list)

    def page(self, line: str) -> str:
        """A page with that line in it; returns its path."""
        name = f"{len(self.pages)}.html"
        html = f'<!doctype html><html lang="en"><title>Host</title><main><h1>Host</h1>{line}</main>'
        (self.folder / name).write_text(html)
        self.pages.append(name)
        return name


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    folder = tmp_path_factory.mktemp("host")
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) for _ in range(2)]
    for each in servers:
        threading.Thread(target=each.serve_forever, daemon=True).start()
    yield Host(folder, *(f"http://localhost:{each.server_port}" for each in servers))
    for each in servers:
        each.shutdown()
        each.server_close()


@pytest.fixture(scope="module")
def strict(chromium: Browser) -> Iterator[Browser]:
    """A browser that sends no cookie to a third party."""
    program = next(found for name in NAMES if (found := shutil.which(name)))
    flags = [*ARGUMENTS, "--test-third-party-cookie-phaseout"]
    browser = chromium.browser_type.launch(executable_path=program, args=flags)
    yield browser
    browser.close()


@pytest.fixture
def visitor(strict: Browser) -> Iterator[BrowserContext]:
    context = profile(strict, 600, 800, locale="en-GB")
    yield context
    context.close()


@pytest.fixture(scope="module")
def embed(shop: Shop, host: Host) -> Callable[..., str]:
    """`embed("name", …settings)`: the script line of a new study that the host's site may show."""

    def make(name: str, **settings: object) -> str:
        defaults = {"questionnaire": "nps", "channels": ["web"], "sites": (host.origin,), "reshow_days": 30}
        host.study = shop.study(name, **{**defaults, **settings})
        now = shop.product.clock.now()
        with shop.product.app.app_context():
            token = links.mint(
                shop.workspace_id, host.study.id, purpose="embed", now=now, expires_at=now + timedelta(days=400)
            )
        return f'<script src="{shop.product.url}/embed/{token}.js" async></script>'

    return make


def frame_of(page: Page) -> FrameLocator:
    return page.frame_locator("iframe")


def answer(page: Page) -> None:
    frame = frame_of(page)
    frame.locator('input[name="score"][value="9"]').check()
    frame.locator(".cv-actions button").click()
    frame.locator('textarea[name="why"]').fill("It just works.")
    frame.locator(".cv-actions button").click()
    expect(frame.locator(".cv-panel h1")).to_be_visible()


def interviews(shop: Shop, host: Host) -> list[service.Interview]:
    assert host.study
    with shop.product.app.app_context():
        return service.interviews_of(shop.workspace_id, study_id=host.study.id)


def test_a_visitor_answers_in_the_frame_and_is_left_alone_for_a_while(
    shop: Shop, host: Host, embed: Callable[..., str], visitor: BrowserContext, look: Look
) -> None:
    page = visitor.new_page()
    page.goto(f"{host.origin}/{host.page(embed('onsite'))}")
    frame = frame_of(page)
    expect(frame.locator('input[name="score"]').first).to_be_visible()
    assert interviews(shop, host) == []
    inside = page.frames[1].evaluate("document.documentElement.getBoundingClientRect().height")
    page.wait_for_function("inside => Math.abs(document.querySelector('iframe').clientHeight - inside) < 2", arg=inside)
    look(page, "embedded")
    answer(page)
    look(page, "embedded-thanks")
    (made,) = interviews(shop, host)
    assert (made.status, made.entry, made.contact_id) == ("complete", "embed", None)
    assert visitor.cookies(shop.product.url) == []
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator("iframe")).to_have_count(0)
    page.evaluate("days => { for (const [k, v] of Object.entries(localStorage)) { const kept = JSON.parse(v);"
                  " kept.shown -= days * 86400000; localStorage.setItem(k, JSON.stringify(kept)); } }", 31)  # fmt: skip
    page.reload()
    expect(frame_of(page).locator("form")).to_be_visible()


def test_a_site_that_is_not_allowed_shows_nothing(
    shop: Shop, host: Host, embed: Callable[..., str], visitor: BrowserContext
) -> None:
    page = visitor.new_page()
    with page.expect_console_message(lambda line: "frame-ancestors" in line.text):
        page.goto(f"{host.others}/{host.page(embed('elsewhere'))}")
    page.locator("iframe").wait_for()
    expect(frame_of(page).locator("form")).to_have_count(0)


def test_one_visitor_in_many_is_asked_and_the_draw_is_kept(
    host: Host, embed: Callable[..., str], strict: Browser
) -> None:
    name = host.page(embed("sampled", sample_one_in=3))
    shown = []
    for draw in (0.2, 0.5, 0.9):
        context = profile(strict)
        page = context.new_page()
        page.add_init_script(f"Math.random = () => {draw}")
        page.goto(f"{host.origin}/{name}")
        page.wait_for_load_state("networkidle")
        shown.append(page.locator("iframe").count())
        if not shown[-1]:
            page.add_init_script("Math.random = () => 0")
            page.reload()
            page.wait_for_load_state("networkidle")
            assert page.locator("iframe").count() == 0, "the draw is not kept"
        context.close()
    assert shown == [1, 0, 0]


def test_the_host_vouches_for_a_customer_and_nobody_else_can(
    shop: Shop, host: Host, embed: Callable[..., str], visitor: BrowserContext
) -> None:
    contact_id = shop.customer("known", "Ewa Wrona", "ewa@shop.example")
    line = embed("known")
    assert host.study
    expires = int((shop.product.clock.now() + timedelta(minutes=5)).timestamp())
    key = links.embed_secret(shop.product.app.extensions["signer"], host.study.id)
    signature = customers.signature(key, "known", expires)
    signed = line.replace(
        " async", f' data-customer="known" data-expires="{expires}" data-signature="{signature}" async'
    )
    page = visitor.new_page()
    page.goto(f"{host.origin}/{host.page(signed)}")
    answer(page)
    (made,) = interviews(shop, host)
    assert (made.contact_id, made.status) == (contact_id, "complete")

    forged = f"{line.split(chr(34))[1].removesuffix('.js')}?customer=other&expires={expires}&signature={signature}"
    assert requests.get(forged, timeout=60).status_code == 403
