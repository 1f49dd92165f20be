"""Contacts' pages in a real browser: accessible, and no wider than a small phone."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page

from app.contacts import definitions, editing, groups, service
from app.contacts.attributes import USUAL, Definition

CSV = (
    "Customer;Handy;mail;full name;consent_sms;int:Alter;Plan type\n"
    "1;512 345 678;jan@example.com;Jan Kowalski;yes;42;gold\n"
    "2;12;nobody;Żaneta Wiśniewska-Brzęczyszczykiewicz;no;old;silver\n"
)


def fill(workspace: str, anna: str, now: datetime) -> None:
    service.upsert(
        workspace, {"external_id": "A-1", "int:age": "42", "attr:Plan type": "gold", "language": "pl"}, "crm", now
    )
    service.suppress(workspace, channel="phone", address="+48512345678", reason="opt_out", now=now + timedelta(hours=3))
    service.suppress(workspace, channel="email", address="anna@example.com", reason="staff", note="by mistake", now=now)
    (wrong,) = (each for each in service.suppressions(workspace, anna) if each.channel == "email")
    service.lift_one(workspace, anna, wrong.id, "wrong person", now + timedelta(hours=4))
    for n in range(60):
        service.upsert(
            workspace, {"external_id": f"B-{n}", "name": f"Person {n}", "email": f"p{n}@example.com"}, "crm", now
        )


def test_every_page_is_accessible_and_fits(served, staff_page, axe, workspace, anna, now, tmp_path):
    fill(workspace, anna, now)
    page = staff_page
    (tmp_path / "people.csv").write_text(CSV)
    page.goto(f"{served}/contacts/import/")
    look(page, axe, "import", "What a file may hold")
    page.get_by_label("CSV or Excel file").set_input_files(tmp_path / "people.csv")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Handy").select_option("phone")
    page.get_by_label("Country of numbers").select_option("PL")
    look(page, axe, "columns", "What the columns mean")
    page.get_by_role("button", name="Check first").click()
    look(page, axe, "checked", "This would happen")
    page.get_by_role("button", name="Import", exact=True).click()
    look(page, axe, "done", "The import is done")
    page.get_by_role("link", name="See the contacts").click()
    look(page, axe, "list", "Jan Kowalski")
    page.get_by_label("Search contacts").fill("nobody like this")
    page.keyboard.press("Enter")
    look(page, axe, "nobody", "Nobody is called")
    page.goto(f"{served}/contacts/{anna}")
    look(page, axe, "contact", "May we contact them?")
    page.get_by_text("Record consent or its withdrawal").click()
    page.get_by_role("button", name="Record", exact=True).click()
    page.get_by_role("alert").wait_for()
    assert page.get_by_role("alert").inner_text().endswith("Say how we know: a call, a letter…")
    page.get_by_text("Stop contacting this person").click()
    look(page, axe, "forms", "Say how we know")


def test_the_pages_of_profiles_and_groups_are_accessible_and_fit(served, staff_page, axe, workspace, anna, now):
    definitions.declare(
        workspace, [*USUAL, Definition("size", "choice", "Company size", {"s": "Small"})], "command", now
    )
    fields = {"external_id": "B-7", "name": "Ania", "email": "anna@example.com", "account": "Acme", "attr:size": "s"}
    ania = service.upsert(workspace, fields, "crm", now).contact_id
    editing.edit(workspace, anna, {}, {"tags": "vip, new", "industry": "toys"}, "staff-1", now)
    (group, _), page = groups.groups_of(workspace, ania)[0], staff_page
    for path, text in [("attributes/", "Another attribute"), ("attributes/size", "Declare it no longer"), ("accounts/", "Acme"),
                       (f"accounts/{group.id}", "Put a contact in"), ("duplicates", "Compare"), (f"{anna}/edit", "Company size"),
                       (f"{anna}/merge/{ania}", "Merge them")]:  # fmt: skip
        page.goto(f"{served}/contacts/{path}")
        look(page, axe, path.strip("/").replace("/", "-"), text)
    segments_and_samples(page, axe, served)


def segments_and_samples(page: Page, axe: Callable[[Page], None], served: str) -> None:
    page.goto(f"{served}/contacts/segments/new")
    page.get_by_label("Name", exact=True).fill("toys")
    page.get_by_label("Who is in it").fill("industry = 'toys' and count-events('delivered', 3650) >= 0 or sizze = 's'")
    page.get_by_role("button", name="Count").click()
    look(page, axe, "segment-wrong", "Did you mean size?")
    page.get_by_label("Who is in it").fill("industry = 'toys'")
    page.get_by_role("button", name="Count").click()
    look(page, axe, "segment-counted", "1 person is in it now.")
    page.get_by_role("button", name="Save").click()
    look(page, axe, "segment", "Anna Nowak")
    page.goto(f"{served}/contacts/segments/")
    look(page, axe, "segments", "industry = 'toys'")
    page.goto(f"{served}/samples/new")
    page.get_by_label("Name", exact=True).fill("spring")
    page.get_by_label("Whom is it to speak for?").fill("Everybody")
    page.get_by_label("Method").select_option("stratified")
    page.get_by_label("Strata, or").select_option("size")
    page.get_by_label("How many people").fill("7")
    page.get_by_role("button", name="Draw").click()
    look(page, axe, "sample-wrong", "7 people are wanted")
    page.get_by_label("How many people").fill("1")
    page.get_by_role("button", name="Draw").click()
    look(page, axe, "sample", "SHA-256 of the eligible people")
    page.goto(f"{served}/samples/")
    look(page, axe, "samples", "spring")


def look(page: Page, axe: Callable[[Page], None], name: str, text: str) -> None:
    """Once the page with `text` is there: accessible at both widths, nothing cut off at 320 px; pictures go to $SCREENSHOTS."""
    page.get_by_text(text).first.wait_for()
    page.wait_for_load_state()
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} is wider than {width} px"
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
