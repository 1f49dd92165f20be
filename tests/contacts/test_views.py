"""Contacts' pages, through HTTP, as staff use them."""

import io
import re

import pytest

from app.contacts import importing, service, uploads
from app.contacts.permission import Refused

STAFF = ("researcher", "supervisor", "manager", "admin")
PAGES = ("/contacts/", "/contacts/import/", "/contacts/{anna}")


@pytest.fixture
def browser(signed_in):
    return signed_in("manager")


def token(page: str) -> str:
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]


def send(browser, page: str, fields: dict, to: str = "", **options):
    html = browser.get(page).text
    return browser.post(to or page, data={"csrf_token": token(html), **fields}, **options)


def upload(browser, text: str | bytes, **fields):
    data = text if isinstance(text, bytes) else text.encode()
    file = {"file": (io.BytesIO(data), "people.csv"), "region": "", "encoding": "", **fields}
    return send(browser, "/contacts/import/", file, content_type="multipart/form-data")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("role", [*STAFF, "interviewer"])
def test_who_may_look(signed_in, anna, role, page):
    assert signed_in(role).get(page.format(anna=anna)).status_code == (200 if role in STAFF else 403)


@pytest.mark.parametrize("page", PAGES)
def test_strangers_sign_in_first(client, anna, page):
    assert client.get(page.format(anna=anna)).status_code == 302


def test_the_list_finds_people(browser, anna):
    assert "Anna Nowak" in browser.get("/contacts/").text
    assert "Anna Nowak" in browser.get("/contacts/?q=512345678").text
    found = browser.get("/contacts/?q=<jan>").text
    assert "Anna Nowak" not in found
    assert "&lt;jan&gt;" in found


def test_a_contacts_page_tells_everything(browser, anna, workspace, now):
    service.suppress(workspace, channel="phone", address="+48512345678", reason="opt_out", now=now)
    page = browser.get(f"/contacts/{anna}").text
    for text in ("anna@example.com", "The person or address is suppressed.", "asked not to be contacted", "Was added (test)",
                 "Agreed to be contacted: Text message", "opted out on a channel that intrudes less"):  # fmt: skip
        assert text in page


def test_another_workspaces_contact_is_not_found(browser, app):
    assert browser.get("/contacts/01a200d5-3633-723e-b90d-39d15dd044b8").status_code == 404


def test_staff_suppress_and_lift_with_a_reason(browser, anna, workspace):
    page = f"/contacts/{anna}"
    fields = {"what": "all", "reason": "staff", "words": "asked at the counter"}
    assert send(browser, page, fields, f"{page}/suppress").status_code == 302
    assert "asked at the counter" in browser.get(page).text
    assert service.may_contact(workspace, anna, "email") == Refused("suppressed")
    for each in service.suppressions(workspace, anna):
        refused = send(browser, page, {"note": ""}, f"{page}/lift/{each.id}")
        assert (refused.status_code, "Say why." in refused.text) == (422, True)
        assert send(browser, page, {"note": "they called back"}, f"{page}/lift/{each.id}").status_code == 302
        assert send(browser, page, {"note": "twice"}, f"{page}/lift/{each.id}").status_code == 302
    assert service.suppressions(workspace, anna) == []
    assert "they called back" in browser.get(page).text


def test_staff_record_consent(browser, anna, workspace):
    page = f"/contacts/{anna}"
    assert send(browser, page, {"channel": "sms", "given": "no", "source": ""}, f"{page}/consent").status_code == 422
    assert (
        send(browser, page, {"channel": "sms", "given": "no", "source": "a call"}, f"{page}/consent").status_code == 302
    )
    assert service.may_contact(workspace, anna, "sms") == Refused("consent_withdrawn")


def test_a_form_without_a_token_changes_nothing(browser, anna, workspace):
    assert browser.post(f"/contacts/{anna}/suppress", data={"what": "all", "reason": "staff"}).status_code == 400
    assert service.suppressions(workspace, anna) == []


CSV = "Customer;Handy;mail;Alter\n1;512 345 678;anna@example.com;42\n2;12;nobody;old\n"
COLUMNS = {"columns-0": "external_id", "columns-1": "phone", "columns-2": "email", "columns-3": "int", "region": "PL"}


def test_a_file_is_previewed_checked_imported_and_its_bad_rows_returned(browser, workspace):
    preview = upload(browser, CSV, region="PL").location
    page = browser.get(preview).text
    assert "512 345 678" in page
    assert re.search(r'<option selected value="email">', page)
    assert send(browser, preview, {**COLUMNS, "check": "yes"}).status_code == 302
    assert "nothing is stored yet" in browser.get(preview).text
    assert service.count(workspace) == 0
    assert send(browser, preview, {**COLUMNS, "import": "yes"}).status_code == 302
    page = browser.get(preview).text
    assert "The import is done" in page
    assert "nobody is not an email address" in page
    assert service.by_external_id(workspace, "1").attributes == {"alter": 42}
    bad = browser.get(f"{preview}/bad.csv")
    assert bad.mimetype == "text/csv"
    assert "2;12;nobody;old;3;" in bad.data.decode("utf-8-sig")


def test_a_mapping_that_knows_nobody_is_mended_on_the_page(browser, workspace):
    preview = upload(browser, CSV).location
    send(browser, preview, {**COLUMNS, "columns-0": "", "columns-1": "", "columns-2": "", "import": "yes"})
    assert "No column says who the people are." in browser.get(preview).text
    send(browser, preview, {**COLUMNS, "import": "yes"})
    assert service.count(workspace) == 1


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\xff\xfe\xff"])
def test_a_file_that_is_no_csv_is_refused_with_words(browser, data):
    answer = upload(browser, data)
    assert answer.status_code in (302, 422)
    if answer.status_code == 422:
        assert "Save it as CSV UTF-8" in answer.text
    else:
        assert browser.get(answer.location).status_code == 200


def test_a_large_file_is_imported_by_the_scheduler(browser, workspace, clock):
    rows = "".join(f"{n};person {n};{'x' * 2000}\n" for n in range(200))
    preview = upload(browser, "id;name;memo\n" + rows).location
    columns = {"columns-0": "external_id", "columns-1": "name", "columns-2": "", "region": ""}
    send(browser, preview, {**columns, "import": "yes"})
    assert "Importing…" in browser.get(preview).text
    assert uploads.tick(clock.now()) == 1
    assert uploads.tick(clock.now()) == 0
    assert "The import is done" in browser.get(preview).text
    assert service.count(workspace) == 200


def test_an_upload_is_forgotten(browser, clock, workspace):
    preview = upload(browser, CSV).location
    clock.set(clock.now() + uploads.KEEP * 1.01)
    uploads.tick(clock.now())
    assert uploads.upload(workspace, preview.rpartition("/")[2]) is None


def test_explaining_says_the_remedy():
    from app.contacts.addresses import email

    assert importing.explain(email("x")).endswith("such as anna@example.com.")
