"""The researcher: from a ready-made questionnaire to a study in the field, three customers' answers, results and data."""

import csv
import hashlib
import hmac
import io
import re
import threading
import zipfile
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app.accounts import keys, links
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.interviews import service as interviews
from tests.browser import press_keys, profile
from tests.walks.conftest import Look, Shop
from tests.walks.test_customer import choose, go_on, open_mail, say, tap

EMAIL, PASSWORD = "rita@shop.example", "a questionnaire for every parcel"
PEOPLE = """external_id,name,email,phone,language,time_zone,consent_email,consent_sms
R1,Anna Kowalska,anna.k@shop.example,+48601200201,pl,Europe/Warsaw,yes,yes
R2,Bo Smith,,+48601200202,en,Europe/Warsaw,no,yes
R3,Carla Bruni,carla@shop.example,,en,Europe/Rome,yes,no
R4,Dan Bad,dan(at)shop.example,,en,Europe/Warsaw,yes,no
R5,Eve Bad,,12,xx,Europe/Warsaw,no,yes
"""
TRIGGER = """trigger: after_delivery
study: parcel
kind: event_delay
event: delivered
delay: 2h
channels: [email, sms]
window: {from: "08:00", to: "21:00"}
outside: {product: item}
"""
TWO_HOURS = timedelta(hours=2, minutes=1)
TYPO, MENDED = "Would you oder from us again?", "Would you order from us again?"


@pytest.fixture
def rita(shop: Shop) -> Shop:
    """A researcher with a password, and a program's key for events."""
    now = shop.product.clock.now()
    with shop.product.app.app_context():
        made = accounts.create_user(shop.workspace_id, EMAIL, "Rita Verdi", ["researcher"], now, language="en")
        assert isinstance(made, accounts.Person), made
        assert not links.set_password(made, PASSWORD, "command", now)
    return shop


@pytest.fixture
def host(tmp_path: Path) -> Iterator[str]:
    """Another site (localhost is another site than 127.0.0.1): its address. What lies in tmp_path/site is served."""
    (tmp_path / "site").mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path / "site"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_from_a_template_to_the_data(
    rita: Shop, page: Page, context: BrowserContext, chromium: Browser, look: Look, host: str, tmp_path: Path
) -> None:
    shop = rita
    sign_in(shop, page)
    write_the_questionnaire(shop, page, look)
    see_it_on_every_channel(page, look)
    fill_in_what_is_missing(page, look)
    try_it_out(shop, page, context, look)
    publish(page, look, 1)
    open_a_study(page, look, host)
    line, key = embed(page, look)
    add_a_trigger(shop, page, look)
    bring_the_customers(shop, page, look, tmp_path)

    report_by_the_api(shop)
    shop.product.clock.advance(TWO_HOURS)
    mailbox = open_mail(context, shop, "anna.k@shop.example")
    anna = tap(context, mailbox, "3")
    expect(anna.locator('input[name="score"][value="3"]')).to_be_checked()
    go_on(anna)

    sign_in(shop, page)  # nobody stays signed in for two idle hours
    mend_a_typo(shop, page, look)
    refuse_another_code(page, look)
    report_by_a_file(shop, page, look, tmp_path)
    shop.product.clock.advance(TWO_HOURS)
    anna_goes_on(anna)
    bo_answers_by_text(shop, context, look)
    carla_answers_on_the_site(chromium, look, host, line, key, shop, tmp_path)

    sign_in(shop, page)
    read_the_results(shop, page, look)
    export(shop, page, tmp_path)
    end_it(shop, page, look)


def sign_in(shop: Shop, page: Page) -> None:
    page.goto(f"{shop.product.url}/studio/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Studio")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def tab(page: Page, name: str) -> None:
    page.locator(".st-tabs").get_by_role("link", name=name, exact=True).click()


def item(page: Page, text: str) -> None:
    """Open a part of the questionnaire from the outline, until its script is there too."""
    page.locator(".st-item", has_text=text).click()
    expect(page.locator(".st-item[aria-current]")).to_contain_text(text)
    page.wait_for_load_state()


# --- design ---------------------------------------------------------------------------------------


def write_the_questionnaire(shop: Shop, page: Page, look: Look) -> None:
    """A template, two rewordings, a new question, and a mistake seen where it is."""
    look(page, "home-empty")
    page.get_by_role("link", name="New questionnaire").click()
    page.locator(".st-card label", has_text="After your delivery").click()
    page.get_by_label(re.compile("^Name")).fill("parcel")
    look(page, "templates")
    press(page, "Begin")
    expect(page.get_by_role("status").first).to_contain_text("Your draft is ready")
    look(page, "draft")

    item(page, "What should we have done better?")
    page.locator("#label-en").fill("What could we do better next time?")
    page.locator("#label-pl").fill("Co możemy poprawić następnym razem?")
    expect(page.locator(".st-bubble")).to_contain_text("next time")
    look(page, "reworded")
    item(page, "How easy or difficult")

    page.locator(".st-add > summary").click()
    look(page, "add")
    press(page, "Yes or no")
    page.wait_for_load_state()
    page.locator("#label-en").fill(TYPO)
    page.locator("#label-pl").fill("Czy zamówi Pan/Pani u nas ponownie?")
    page.locator("#name").fill("again")
    page.locator("summary", has_text="When it is asked").click()
    page.locator("#relevant").fill("${scor} <= 6")
    expect(page.locator("#relevant-error")).to_contain_text("There is no scor")
    look(page, "mistake")
    with page.expect_navigation():
        press_keys(page, "Control+s")
    tab(page, "Source")
    wrong = page.locator("[data-line]", has_text="scor").first
    wrong.locator("[data-go]").click()
    selected = page.locator("#source").evaluate("f => f.value.slice(f.selectionStart, f.selectionEnd)")
    assert "${scor} <= 6" in selected
    look(page, "mistake-in-the-source")
    tab(page, "Questions")
    item(page, TYPO)
    page.locator("#relevant").fill("")
    press(page, "Save")
    expect(page.locator("#total")).to_have_text("3 problems")  # a text is missing in three languages


def see_it_on_every_channel(page: Page, look: Look) -> None:
    tab(page, "Preview")
    mail = page.frame_locator(".st-mail iframe")
    expect(mail.locator("a", has_text="10")).to_be_visible()
    assert "Sklep Północny" in mail.locator("body").inner_text()
    look(page, "preview")
    page.get_by_role("link", name="Polski").click()
    expect(page.locator(".st-bubble").first).to_contain_text("0")
    expect(page.locator(".st-cost").first).to_contain_text("GSM-7")  # accents would cost a second segment
    expect(page.frame_locator(".st-web").first.locator("html")).to_have_attribute("lang", "pl")
    assert page.locator(".st-keys kbd").count() > 10
    look(page, "preview-polish")


def fill_in_what_is_missing(page: Page, look: Look) -> None:
    tab(page, "Languages")
    for code, name, text in (
        ("ru", "Русский", "Закажете ли вы у нас снова?"),
        ("ro", "Română", "Ați comanda din nou de la noi?"),
        ("it", "Italiano", "Ordinerebbe ancora da noi?"),
    ):
        page.locator(".st-pills").get_by_role("link", name=name).click()
        page.get_by_role("link", name="Show only what is missing").click()
        if code == "ru":
            look(page, "missing")
        page.locator(".st-translations textarea").fill(text)
        press(page, "Save")
    expect(page.locator("#total")).to_have_text("No problems")
    look(page, "translated")


def try_it_out(shop: Shop, page: Page, context: BrowserContext, look: Look) -> None:
    press(page, "Try it out")
    look(page, "test-interview")
    with context.expect_page() as opened:
        page.get_by_role("link", name="Open it").click()
    trial = opened.value
    choose(trial, "score", "8")
    look(trial, "test-interview-page")
    assert "Test: these answers are not counted." in trial.locator("body").inner_text()
    go_on(trial)
    trial.close()
    page.goto(f"{shop.product.url}/results")
    assert "After your delivery" not in page.locator("main").inner_text()
    page.goto(f"{shop.product.url}/studio/")
    look(page, "home-with-a-draft")
    page.get_by_role("link", name="After your delivery").first.click()


def publish(page: Page, look: Look, number: int) -> None:
    page.get_by_role("link", name="Publish…").click()
    look(page, f"before-publishing-{number}")
    press(page, "Publish")
    expect(page.get_by_role("status").first).to_contain_text(f"Version {number} is published.")
    look(page, f"published-{number}")


# --- the field ------------------------------------------------------------------------------------


def open_a_study(page: Page, look: Look, host: str) -> None:
    page.get_by_role("link", name="Studio", exact=True).first.click()
    page.get_by_role("link", name="New study After your delivery").click()
    for label in ("Web link and embedding", "Email", "Text message"):
        page.get_by_label(label, exact=True).check()
    page.get_by_label("Sites that may embed it").fill(host)
    page.get_by_label(re.compile("^Name")).fill("parcel")
    look(page, "study-settings")
    press(page, "Save")
    expect(page.get_by_role("status").first).to_contain_text("It is not open yet")
    look(page, "study-ready")
    press(page, "Open")
    expect(page.get_by_role("status").first).to_contain_text("The study is open.")
    look(page, "study-open")


def embed(page: Page, look: Look) -> tuple[str, str]:
    """The line for the site's pages, and the key its server signs customers with."""
    press(page, "Embed in a site")
    page.locator("summary", has_text="Say who is signed in").click()
    look(page, "embed")
    line = page.get_by_label("Embedding line").input_value()
    assert re.fullmatch(r'<script src="http://127\.0\.0\.1:\d+/embed/\w+\.js" async></script>', line)
    return line, page.get_by_label("Key").input_value()


def add_a_trigger(shop: Shop, page: Page, look: Look) -> None:
    page.get_by_role("link", name="Triggers").first.click()
    look(page, "no-triggers")
    page.get_by_role("link", name="Add a trigger").click()
    source = page.get_by_label("Trigger file (YAML)")
    source.fill(TRIGGER.replace("delay: 2h", "delay: soon"))
    press(page, "Add the trigger")
    expect(page.get_by_role("alert")).to_contain_text("Line 5")
    look(page, "trigger-mistake")
    source.fill(TRIGGER)
    press(page, "Add the trigger")
    expect(page.get_by_role("status").first).to_contain_text("after_delivery, version 1, is active.")
    look(page, "trigger")


def bring_the_customers(shop: Shop, page: Page, look: Look, folder: Path) -> None:
    page.goto(f"{shop.product.url}/contacts/import/")
    look(page, "contacts-import")
    page.set_input_files("input[type=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()})
    press(page, "Continue")
    look(page, "contacts-columns")
    press(page, "Import")
    expect(page.get_by_role("heading", name="The import is done")).to_be_visible()
    look(page, "contacts-report")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the bad rows").click()
    bad = list(csv.DictReader(io.StringIO(Path(taken.value.path()).read_text("utf-8-sig"))))
    assert [row["external_id"] for row in bad] == ["R4", "R5"]
    with shop.product.app.app_context():
        assert [bool(contacts.by_external_id(shop.workspace_id, f"R{n}")) for n in range(1, 6)] == [True] * 3 + [
            False
        ] * 2


# --- the customers --------------------------------------------------------------------------------


def report_by_the_api(shop: Shop) -> None:
    """A program reports Anna's delivery, twice."""
    now = shop.product.clock.now()
    with shop.product.app.app_context():
        key = keys.create_key(shop.workspace_id, "Warehouse", ["events:write"], None, "command", now)
    event = {"event_id": "d-1", "kind": "delivered", "external_id": "R1", "item": "kettle"}
    for new in (True, False):
        answer = requests.post(
            f"{shop.product.url}/api/v1/events", json=event, headers={"Authorization": f"Bearer {key}"}, timeout=60
        )
        assert (answer.status_code, answer.json()["results"][0]["new"]) == (200, new)


def report_by_a_file(shop: Shop, page: Page, look: Look, folder: Path) -> None:
    """Bo's delivery comes in a file, with a row that is wrong."""
    rows = "event_id,kind,external_id,item\nd-2,delivered,R2,lamp\nd-3,delivered,R9,chair\n"
    page.goto(f"{shop.product.url}/triggers/events")
    page.set_input_files("input[type=file]", {"name": "events.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    press(page, "Import")
    expect(page.get_by_role("status").first).to_contain_text("1 new, 0 known already, 1 bad.")
    look(page, "events")


def anna_goes_on(anna: Page) -> None:
    """The mend reached the study while she was answering: she keeps the wording she began with."""
    choose(anna, "reasons", "price")
    anna.locator('textarea[name="improve"]').fill("Taniej; =1+1")
    go_on(anna)
    choose(anna, "effort", "5")
    assert "Czy zamówi Pan/Pani u nas ponownie?" in anna.locator("main").inner_text()
    anna.locator('button[value="language:en"]').click()
    expect(anna.locator("main")).to_contain_text(TYPO)
    choose(anna, "again", "no")
    go_on(anna)
    expect(anna.locator("form")).to_have_count(0)


def bo_answers_by_text(shop: Shop, context: BrowserContext, look: Look) -> None:
    sim, number = shop.product.simulator, "+48601200202"
    device = context.new_page()
    sim.until(lambda: sim.messages(to=number))
    device.goto(f"{sim.base_url}/phones/{number}")
    expect(device.locator(".theirs").last).to_contain_text("Sklep")
    for reply in ("10", "1 4", "7"):
        say(device, shop, number, reply)
    expect(device.locator(".theirs").last).to_contain_text(MENDED)
    say(device, shop, number, "1")
    look(device, "bo")
    assert shop.interview("R2").status == "complete"
    device.close()


def carla_answers_on_the_site(
    chromium: Browser, look: Look, host: str, line: str, key: str, shop: Shop, folder: Path
) -> None:
    """The site's page carries the line, and its server's word for who is signed in there."""
    expires = int((shop.product.clock.now() + timedelta(days=1)).timestamp())
    signature = hmac.new(key.encode(), f"R3~{expires}".encode(), hashlib.sha256).hexdigest()
    signed = line.replace(" async", f' async data-customer="R3" data-expires="{expires}" data-signature="{signature}"')
    page_of_the_site = (
        f'<!doctype html><html lang="en"><title>Shop</title><main><h1>Thank you for your order</h1>{signed}</main>'
    )
    (folder / "site" / "index.html").write_text(page_of_the_site)
    context = profile(chromium, 800)
    site = context.new_page()
    site.goto(host)
    frame = site.frame_locator("iframe")
    frame.locator('input[name="score"][value="9"]').check()
    frame.locator(".cv-actions button").first.click()
    frame.locator('input[name="reasons"][value="courier"]').check()
    frame.locator(".cv-actions button").first.click()
    frame.locator('input[name="effort"][value="6"]').check()
    frame.locator('input[name="again"][value="yes"]').check()
    look(site, "on-the-site")
    frame.locator(".cv-actions button").first.click()
    expect(frame.locator("form")).to_have_count(0)
    context.close()
    assert (shop.interview("R3").status, shop.interview("R3").entry) == ("complete", "embed")


# --- a live study ---------------------------------------------------------------------------------


def mend_a_typo(shop: Shop, page: Page, look: Look) -> None:
    page.get_by_role("link", name="After your delivery").first.click()
    item(page, TYPO)
    page.locator("#label-en").fill(MENDED)
    press(page, "Save")
    page.get_by_role("link", name="Publish…").click()
    expect(page.locator("main")).to_contain_text("Only texts change")
    look(page, "before-publishing-2")
    press(page, "Publish")
    expect(page.get_by_role("status").first).to_contain_text("Version 2 is published.")
    with shop.product.app.app_context():
        study = catalog.study_by_name(shop.workspace_id, "parcel")
        assert study
        (running,) = interviews.interviews_of(shop.workspace_id, study_id=study.id)
        assert running.version_id != study.version_id
        pinned, live = (catalog.questionnaire(version or "") for version in (running.version_id, study.version_id))
    assert list(pinned.questions) == list(live.questions)


def refuse_another_code(page: Page, look: Look) -> None:
    tab(page, "Questions")
    item(page, MENDED)
    page.locator("#name").fill("once_more")
    press(page, "Save")
    page.get_by_role("link", name="Publish…").click()
    expect(page.get_by_role("heading", name="It cannot be published while a study is open")).to_be_visible()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_have_count(0)
    look(page, "refused")
    press(page, "Throw the draft away")
    tab(page, "Publish")
    press(page, "Unpublish")
    expect(page.locator("main")).to_contain_text("Close the study first.")
    look(page, "unpublish-refused")


# --- what came of it ------------------------------------------------------------------------------

TYPED = {
    "R1": {"score": "3", "reasons": {"price"}, "improve": "Taniej; =1+1", "effort": "5", "again": "no"},
    "R2": {"score": "10", "reasons": {"on_time", "price"}, "effort": "7", "again": "yes"},
    "R3": {"score": "9", "reasons": {"courier"}, "effort": "6", "again": "yes"},
}


def read_the_results(shop: Shop, page: Page, look: Look) -> None:
    page.get_by_role("link", name="Results").first.click()
    look(page, "results-list")
    page.get_by_role("link", name="After your delivery").first.click()
    figures = page.locator(".in-figures")
    expect(figures).to_contain_text(re.compile(r"Interviews\s*3\s*Complete\s*3"))
    expect(page.locator(".in-score").first).to_contain_text("33.3")  # two promoters and a detractor of three
    look(page, "results")
    page.locator('a[href*="/answers/improve"]').first.click()
    expect(page.locator("main")).to_contain_text("Taniej; =1+1")
    look(page, "what-they-wrote")
    page.go_back()


def export(shop: Shop, page: Page, folder: Path) -> None:
    """Every cell of the data is what was typed; what was not asked is empty."""
    with page.expect_download() as taken:
        press(page, "Export CSV")
    with zipfile.ZipFile(taken.value.path()) as files:
        rows = list(csv.DictReader(io.TextIOWrapper(files.open("survey.csv"), "utf-8-sig", newline="")))
        codebook = list(csv.DictReader(io.TextIOWrapper(files.open("codebook.csv"), "utf-8-sig", newline="")))
    assert [column["name"] for column in codebook] == list(rows[0])
    assert {row["interview__external_id"]: answers(row, codebook) for row in rows} == TYPED
    assert [row["product"] for row in sorted(rows, key=lambda row: row["interview__external_id"])] == [
        "kettle",
        "lamp",
        "",
    ]


def answers(row: dict[str, str], codebook: list[dict[str, str]]) -> dict[str, str | set[str]]:
    found: dict[str, str | set[str]] = {}
    for column in codebook:
        name, question, cell = column["name"], column["question"], row[column["name"]]
        if name == question and cell and question not in ("product", "order_id"):
            found[name] = cell
        elif question and name != question and cell == "1":
            found[question] = {*found.get(question, set()), name.removeprefix(f"{question}__")}
    return found


def end_it(shop: Shop, page: Page, look: Look) -> None:
    page.goto(f"{shop.product.url}/studio/")
    page.locator("tbody", has_text="parcel").last.get_by_role("link", name="After your delivery").click()
    press(page, "Close")
    expect(page.get_by_role("status").first).to_contain_text("The study is closed.")
    look(page, "study-closed")
    page.locator(".st-facts").get_by_role("link", name="After your delivery").click()
    tab(page, "Publish")
    press(page, "Unpublish")
    expect(page.get_by_role("status").first).to_contain_text("It is no longer published.")
    look(page, "unpublished")
