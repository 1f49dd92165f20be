"""The customer: from the mailbox to a finished interview, on a small phone in Polish, with JavaScript and without."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.delivery import invitations
from tests.walks.conftest import Look, Shop

WHO = {True: ("A", "anna@shop.example", "+48601100101"), False: ("B", "beata@shop.example", "+48601100102")}


@pytest.fixture(scope="module")
def invited(shop: Shop) -> Shop:
    """Three customers, invited by mail to the study of deliveries."""
    people = [
        shop.customer("A", "Anna Kowalska", "anna@shop.example", "+48601100101"),
        shop.customer("B", "Beata Nowak", "beata@shop.example", "+48601100102"),
        shop.customer("C", "Celina Maj", "celina@shop.example", "+48601100103"),
    ]
    study = shop.study("post_delivery", channels=["web", "email", "sms"], reminders=(3,))
    shop.study("nps", channels=["web", "email"])
    with shop.product.app.app_context():
        done = invitations.invite(shop.workspace_id, study, people, "email", shop.product.clock.now())
    assert isinstance(done, invitations.Invited)
    assert done.queued == 3
    return shop


def go_on(page: Page) -> None:
    page.locator(".cv-actions button").click()


def choose(page: Page, name: str, value: str) -> None:
    page.locator(field(name, value)).check()


def field(name: str, value: str) -> str:
    return f'input[name="{name}"][value="{value}"]'


def open_mail(context: BrowserContext, shop: Shop, address: str) -> Page:
    mailbox = context.new_page()
    shop.product.simulator.until(lambda: shop.product.simulator.mails(address))
    mailbox.goto(f"{shop.product.simulator.base_url}/mailboxes/{address}")
    mailbox.locator(".rows a").first.click()
    return mailbox


def tap(context: BrowserContext, mailbox: Page, name: str) -> Page:
    """Follow a link of the mail: it opens in a tab of its own."""
    with context.expect_page() as opened:
        mailbox.frame_locator("iframe").get_by_role("link", name=name, exact=True).click()
    opened.value.wait_for_load_state()
    return opened.value


@pytest.mark.parametrize("phone_browser", [True, False], indirect=True, ids=["script", "plain"])
def test_from_mail_to_text(invited: Shop, phone_browser: BrowserContext, look: Look, request) -> None:
    shop, context = invited, phone_browser
    customer, address, number = WHO[request.node.callspec.params["phone_browser"]]
    mailbox = open_mail(context, shop, address)
    look(mailbox, "mail")

    page = tap(context, mailbox, "3")
    expect(page.locator(field("score", "3"))).to_be_checked()
    assert page.locator("html").get_attribute("lang") == "pl"
    assert "Sklep Północny" in page.locator("main").inner_text()
    assert shop.interview(customer).revision == 1, "a tap alone stores something"
    look(page, "score")

    go_on(page)
    text = page.locator('textarea[name="improve"]')
    expect(text).to_be_visible()
    assert shop.interview(customer).state.consent.given
    look(page, "why")

    go_on(page)
    expect(page.locator("#problems")).to_be_focused()
    expect(page.locator("#problems a")).to_have_attribute("href", "#q-reasons")
    look(page, "error")

    choose(page, "reasons", "price")
    page.locator('textarea[name="improve"]').fill("Za drogo, a kurier był bez zmiany.")
    back = page.locator('button[value="back"]')
    back.click()
    expect(page.locator(field("score", "3"))).to_be_checked()
    choose(page, "score", "9")
    go_on(page)
    expect(page.locator(field("reasons", "price"))).to_be_checked()  # the page behind, though it was answered
    expect(text).to_have_count(0)
    look(page, "promoter")

    back.click()
    choose(page, "score", "4")
    go_on(page)
    expect(text).to_have_value("Za drogo, a kurier był bez zmiany.")

    page.locator('button[value="language:ro"]').click()
    expect(page.locator("html")).to_have_attribute("lang", "ro")
    expect(text).to_have_value("Za drogo, a kurier był bez zmiany.")
    look(page, "romanian")
    page.close()

    page = tap(context, mailbox, "3")
    expect(page.locator("html")).to_have_attribute("lang", "ro")
    page.locator("details summary").click()
    look(page, "ways")
    page.locator('button[value="text_me"]').click()
    expect(page.locator("h1")).to_be_visible()
    look(page, "text-sent")
    page.close()

    device = context.new_page()
    sim = shop.product.simulator
    sim.until(lambda: sim.messages(to=number))
    device.goto(f"{sim.base_url}/phones/{number}")
    expect(device.locator(".theirs").last).to_contain_text(
        "Sklep Polnocny"
    )  # without accents: they would cost a segment
    assert "Kowalska" not in device.locator(".theirs").last.inner_text()
    say(device, shop, number, "1")
    asked = device.locator(".theirs").last.inner_text()
    say(device, shop, number, "abc")
    expect(device.locator(".theirs").last).to_contain_text("7")
    assert "effort" not in shop.interview(customer).state.answers
    say(device, shop, number, "2")
    assert asked
    look(device, "conversation")

    done = shop.interview(customer)
    assert done.status == "complete"
    assert {name: (answer.value, answer.mode) for name, answer in done.state.answers.items() if not answer.blank} == {
        "score": (4, "web"), "reasons": (("price",), "web"),
        "improve": ("Za drogo, a kurier był bez zmiany.", "web"), "effort": (2, "sms"),
    }  # fmt: skip
    page = tap(context, mailbox, "3")
    expect(page.locator("form")).to_have_count(0)
    look(page, "over")


def say(device: Page, shop: Shop, number: str, text: str) -> None:
    """Type a text on the phone of the simulator, and see the answer."""
    sim = shop.product.simulator
    before = len(sim.messages(to=number))
    device.locator("#body").fill(text)
    device.locator("#reply button").click()
    expect(device.locator("#body")).to_have_value("")  # the next page is there
    sim.until(lambda: len(sim.messages(to=number)) > before)
    device.reload()


def test_unreadable_replies_bring_a_link(invited: Shop, phone_browser: BrowserContext, look: Look) -> None:
    shop, context = invited, phone_browser
    number, sim = "+48601100103", invited.product.simulator
    mailbox = open_mail(context, shop, "celina@shop.example")
    page = tap(context, mailbox, "5")
    go_on(page)
    page.locator("details summary").click()
    page.locator('button[value="text_me"]').click()
    sim.until(lambda: sim.messages(to=number))
    device = context.new_page()
    device.goto(f"{sim.base_url}/phones/{number}")
    for text in ("1", "abc", "2", "skip", "abc", "abc", "abc"):
        say(device, shop, number, text)
    look(device, "link")
    assert shop.interview("C").state.answers["reasons"].value == ("condition",)

    with context.expect_page() as opened:
        device.locator(".theirs").last.get_by_role("link").click()
    page = opened.value
    expect(page.locator('button[value="confirm_identity"]')).to_be_visible()
    assert "Maj" not in page.locator("main").inner_text()
    look(page, "who-are-you")
    page.locator('button[value="confirm_identity"]').click()
    expect(page.locator("#problems")).to_be_focused()
    look(page, "who-are-you-error")
    choose(page, "answer", "yes")
    page.locator('button[value="confirm_identity"]').click()
    choose(page, "effort", "2")
    look(page, "effort")
    go_on(page)
    expect(page.locator(".cv-panel h1")).to_be_visible()
    look(page, "thanks")
    assert shop.interview("C").status == "complete"


def test_no_reminder_and_no_invitation_after_all(
    invited: Shop, phone_browser: BrowserContext, look: Look, tmp_path: Path
) -> None:
    shop = invited
    shop.clock_to(10, days=4)
    assert shop.run("remind", "post_delivery").startswith("0 reminders")
    mailbox = open_mail(phone_browser, shop, "anna@shop.example")
    page = tap(phone_browser, mailbox, mailbox.frame_locator("iframe").locator('a[href*="/u/"]').inner_text())
    look(page, "unsubscribe")
    choose(page, "scope", "everything")
    page.locator("form button").click()
    expect(page.locator("form")).to_have_count(0)
    look(page, "unsubscribed")
    anna = tmp_path / "anna.csv"
    anna.write_text("external_id\nA\n")
    said = shop.run("invite", "nps", "--channel", "email", "--contacts", str(anna), code=3)
    assert "0 invitations are on their way" in said
    assert "1 not invited" in said
