"""The mailbox and the phone on screen: read over HTTP, then used in a browser as a person would."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from app.simulator.launch import RunningSimulator
from tests.browser import profile

from .conftest import Product
from .test_sim_mail import ANN, send

PHONE = "+48500100200"


def letter(product: Product, html: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "Jak było?", "Sklep <survey@example.org>", ANN
    message["List-Unsubscribe"] = f"<{product.url}/u/abc>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content("Zażółć: http://p.example/i/abc\n")
    message.add_alternative(html, subtype="html")
    return message


def get(sim: RunningSimulator, path: str) -> requests.Response:
    return requests.get(sim.url + path, timeout=60)


def test_a_mail_cannot_script_the_page_around_it(sim: RunningSimulator, product: Product) -> None:
    send(sim, letter(product, "<html><head></head><body><script>alert(1)</script></body></html>"))
    [mail] = sim.client.mails(ANN)

    answer = get(sim, f"/mails/{mail['id']}/html")
    assert '<head><base target="_blank">' in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy


def test_an_inline_image_is_shown(sim: RunningSimulator, product: Product) -> None:
    message = letter(product, '<img src="cid:logo@x" alt="Logo">')
    message.get_payload()[1].add_related(b"\x89PNG", "image", "png", cid="<logo@x>")
    send(sim, message)

    mail_id = sim.client.mails(ANN)[0]["id"]
    assert f'src="/mails/{mail_id}/parts/logo@x"' in get(sim, f"/mails/{mail_id}/html").text
    assert get(sim, f"/mails/{mail_id}/parts/logo@x").content == b"\x89PNG"
    assert get(sim, f"/mails/{mail_id}/parts/other").status_code == 404


def test_text_on_a_page_is_escaped(sim: RunningSimulator) -> None:
    sim.client.reply(PHONE, "<b>bold</b> https://x.example/i?a=1&b=2.")

    page = get(sim, f"/phones/{PHONE}").text
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert 'href="https://x.example/i?a=1&amp;b=2"' in page


def test_a_form_of_another_site_is_refused(sim: RunningSimulator) -> None:
    sim.client.reply(PHONE, "here")
    answer = requests.post(sim.url + "/reset", headers={"Origin": "http://elsewhere.example"}, timeout=60)

    assert answer.status_code == 403
    assert len(sim.client.messages()) == 1


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/phones/12", 422),
        ("/phones?number=12", 422),
        ("/mails/999999/html", 404),
        ("/mailboxes/a@b.c/999999", 404),
        ("/x", 404),
    ],
)
def test_pages_that_cannot_be(sim: RunningSimulator, path: str, status: int) -> None:
    assert get(sim, path).status_code == status


@pytest.fixture
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A narrow tab; a blocked script in a mail is no fault here. With `params=[False]` without JavaScript."""
    context = profile(chromium, 320, 640, java_script_enabled=getattr(request, "param", True))
    yield context.new_page()
    context.close()


def test_a_person_answers_by_phone_with_the_keyboard(sim: RunningSimulator, product: Product, page: Page) -> None:
    product.answer = lambda received: (200, "text/xml", "<Response><Message>Why?</Message></Response>")
    page.goto(sim.url)
    page.get_by_label("Open a phone").fill("+48 500 100 200")
    page.keyboard.press("Enter")
    reply = page.get_by_label("Reply as +48500100200")
    expect(reply).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Why?")).to_be_visible()

    expect(reply).to_have_value("")  # it may show the answer before the next page is there
    expect(reply).to_be_focused()
    page.keyboard.type("half a th")
    sim.client.reply(PHONE, "from elsewhere")
    expect(page.get_by_text("from elsewhere")).to_be_visible()
    expect(reply).to_have_value("half a th")
    assert [form["Body"] for form in product.forms("/webhooks/twilio/sms")] == ["3", "from elsewhere"]


@pytest.mark.parametrize("page", [False], indirect=True)
def test_the_keyboard_sends_before_the_script_is_there(sim: RunningSimulator, product: Product, page: Page) -> None:
    page.goto(f"{sim.url}/phones/{PHONE}")
    expect(page.get_by_label(f"Reply as {PHONE}")).to_be_focused()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator(".mine")).to_contain_text("3")
    assert [form["Body"] for form in product.forms("/webhooks/twilio/sms")] == ["3"]


def test_a_person_reads_a_mail_and_follows_its_link(sim: RunningSimulator, product: Product, page: Page) -> None:
    page.goto(sim.url)
    link = f'<a href="{sim.url}/healthz">Answer</a><script>document.body.textContent = "scripted"</script>'
    send(sim, letter(product, link))
    page.get_by_role("link", name=ANN).click()
    page.get_by_role("link", name="Jak było?").click()

    with page.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Answer").click()
    expect(opened.value.get_by_text("ok")).to_be_visible()
    page.get_by_role("link", name="Text part").click()
    expect(page.get_by_text("Zażółć:")).to_be_visible()
    page.get_by_role("button", name="Unsubscribe").click()
    expect(page.get_by_role("status")).to_have_text("Unsubscribed: Canvass answered 200.")
    assert product.forms("/u/abc") == [{"List-Unsubscribe": "One-Click"}]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_a_rule_of_accessibility(
    sim: RunningSimulator, product: Product, page: Page, axe: Callable[[Page], None], scheme: str
) -> None:
    send(sim, letter(product, '<html lang="pl"><head><title>x</title></head><body><p>Zażółć</p></body></html>'))
    for body in ("hello", "STOP"):
        sim.client.reply(PHONE, body)
    sim.client.behaviour("@full.example", code=451, times=2)
    mail = f"/mailboxes/{ANN}/{sim.client.mails(ANN)[0]['id']}"
    page.emulate_media(color_scheme=scheme)
    tabs = [f"{mail}?view={view}" for view in ("html", "text", "headers", "source")]
    for path in [
        "/",
        "/?q=nobody",
        f"/mailboxes/{ANN}",
        *tabs,
        f"/phones/{PHONE}",
        "/phones/+48600100200",
        "/phones/12",
    ]:
        page.goto(sim.url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        axe(page)
