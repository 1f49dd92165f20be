"""Pages of profiles, attributes, accounts and duplicates, through HTTP, as staff use them."""

import io

import pytest
import xlsxwriter

from app.accounts.audit import trail
from app.contacts import definitions, editing, groups, service
from app.contacts.attributes import USUAL, Definition
from tests.contacts.test_views import send, upload

SIZE = Definition("size", "choice", "Company size", {"s": "Small", "l": "Large"}, False)
DECLARED = [SIZE, Definition("age", "number", "Age"), Definition("vip", "boolean", "Important"), *USUAL]


@pytest.fixture
def browser(signed_in):
    return signed_in("manager")


@pytest.fixture
def declared(workspace, now):
    assert definitions.declare(workspace, DECLARED, "command", now) == []


def profile(**changes):
    fields = {"name": "Anna Nowak", "kind": "customer", "customer_since": "", "language": "", "time_zone": ""}
    return {
        **fields,
        **{f"attributes-a_{key[2:]}" if key.startswith("a_") else key: value for key, value in changes.items()},
    }


def test_staff_change_the_profile_and_it_remembers_who(browser, declared, anna, workspace):
    page = f"/contacts/{anna}/edit"
    changes = {"name": "Anna Kowalska", "customer_since": "2020-05-01", "language": "PL", "a_size": "l", "a_age": "41",
               "a_vip": "yes", "a_tags": "new, VIP", "a_location": "52.23, 21.01", "a_birth_date": "1980-02-01"}  # fmt: skip
    assert send(browser, page, profile(**changes)).status_code == 302
    contact = service.contact(workspace, anna)
    assert (contact.name, contact.language, contact.customer_since.date().isoformat()) == (
        "Anna Kowalska",
        "pl",
        "2020-05-01",
    )
    assert contact.attributes == {"size": "l", "age": 41, "vip": True, "tags": ["VIP", "new"],
                                  "location": {"lat": 52.23, "lon": 21.01}, "birth_date": "1980-02-01"}  # fmt: skip
    shown = browser.get(f"/contacts/{anna}").text
    for text in ("Company size", "Large", "written by staff", "since", "52.23, 21.01"):
        assert text in shown
    assert {origin.by for origin in editing.origins(workspace, anna).values()} == {"staff"}
    assert trail(workspace).items[0].after["fields"][0] == "name"


def test_an_emptied_field_is_forgotten(browser, declared, anna, workspace, now):
    editing.edit(workspace, anna, {}, {"age": "41", "size": "s"}, "staff-1", now)
    send(browser, f"/contacts/{anna}/edit", profile(a_size="s", a_age=""))
    assert service.contact(workspace, anna).attributes == {"size": "s"}
    assert set(editing.origins(workspace, anna)) == {"size"}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("a_age", "old", "age: old is not a number"), ("a_birth_date", "1.2.1980", "is not a date"),
     ("a_location", "99, 0", "is no place on the map"), ("a_tags", "x" * 61, "is not a list of tags"),
     ("language", "xx1", "is not a language code"), ("customer_since", "soon", "is not a date"),
     ("time_zone", "Warsaw", "Write a name such as Europe/Warsaw")],
)  # fmt: skip
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_stored(
    browser, declared, anna, workspace, field, value, words
):
    answer = send(browser, f"/contacts/{anna}/edit", profile(name="Somebody", **{field: value}))
    assert (answer.status_code, words in answer.text) == (422, True)
    assert service.contact(workspace, anna).name == "Anna Nowak"


def test_addresses_are_added_judged_and_given_up(browser, anna, workspace):
    page = f"/contacts/{anna}"
    assert send(browser, page, {"address": "601 234 567", "region": "PL"}, f"{page}/endpoints").status_code == 302
    send(browser, page, {"address": "nobody", "region": ""}, f"{page}/endpoints")
    assert "cannot be read as a telephone number" in browser.get(page).text
    contact = service.contact(workspace, anna)
    assert [e.address for e in contact.endpoints if e.channel == "phone"] == ["+48512345678", "+48601234567"]
    first, second = (e for e in contact.endpoints if e.channel == "phone")
    send(browser, page, {"to": "first"}, f"{page}/endpoints/{second.id}")
    send(browser, page, {"to": "failed"}, f"{page}/endpoints/{first.id}")
    assert service.contact(workspace, anna).phone == "+48601234567"
    assert "does not exist" in browser.get(page).text
    send(browser, page, {"to": "former"}, f"{page}/endpoints/{first.id}")
    assert "+48512345678" not in [e.address for e in service.contact(workspace, anna).endpoints]
    assert send(browser, page, {"to": "nonsense"}, f"{page}/endpoints/{first.id}").status_code == 404


def test_other_ids_are_added_once_and_removed(browser, anna, workspace, now):
    page = f"/contacts/{anna}"
    service.upsert(workspace, {"external_id": "B-1", "id:rfid": "99"}, "crm", now)
    for value in ("77", "99"):
        send(browser, page, {"scheme": "RFID", "value": value}, f"{page}/ids")
    assert "rfid 99 belongs to another contact." in browser.get(page).text
    assert editing.external_ids(workspace, anna) == [("rfid", "77")]
    assert service.page(workspace, "77").items[0].id == anna
    send(browser, page, {"scheme": "rfid", "value": "77"}, f"{page}/ids/remove")
    assert service.by_id(workspace, "rfid", "77") is None


def test_consent_is_recorded_for_its_purpose(browser, anna, workspace):
    page = f"/contacts/{anna}"
    fields = {"channel": "email", "given": "no", "source": "a call", "purpose": "marketing"}
    assert send(browser, page, fields, f"{page}/consent").status_code == 302
    assert [(c.purpose, c.given) for c in service.consents(workspace, anna)][-1] == ("marketing", False)
    assert isinstance(service.may_contact(workspace, anna, "email"), service.Allowed)
    assert "(marketing)" in browser.get(page).text


# --- attributes -----------------------------------------------------------------------------------


def test_attributes_are_declared_changed_and_withdrawn(browser, workspace, anna, now):
    fields = {"name": "size", "label": "Company size", "type": "choice", "options": "s: Small\nl:Large", "personal": ""}
    assert send(browser, "/contacts/attributes/", {**fields, "options": ""}).status_code == 422
    assert send(browser, "/contacts/attributes/", fields).status_code == 302
    assert definitions.declared(workspace)["size"] == Definition(
        "size", "choice", "Company size", {"s": "Small", "l": "Large"}, False
    )
    editing.edit(workspace, anna, {}, {"size": "large"}, "staff-1", now)
    narrower = send(browser, "/contacts/attributes/size", {**fields, "options": "s: Small"})
    assert (narrower.status_code, "1 contacts have a value of another kind under size." in narrower.text) == (422, True)
    assert send(browser, "/contacts/attributes/size", {**fields, "label": "Size"}).status_code == 302
    assert send(browser, "/contacts/attributes/", {}, "/contacts/attributes/size/withdraw").status_code == 302
    assert definitions.declared(workspace) == {}
    assert service.contact(workspace, anna).attributes == {"size": "l"}


def test_the_usual_attributes_are_one_click(browser, workspace):
    send(browser, "/contacts/attributes/", {}, "/contacts/attributes/usual")
    assert set(definitions.declared(workspace)) == {each.name for each in USUAL}
    assert "Date of birth" in browser.get("/contacts/attributes/").text


# --- accounts -------------------------------------------------------------------------------------


def test_an_account_has_an_owner_and_members(browser, staff, workspace, anna):
    owner = staff("manager")
    made = send(browser, "/contacts/accounts/", {"name": "Acme  Ltd", "kind": "account", "owner_id": owner.id})
    assert (
        send(browser, "/contacts/accounts/", {"name": "ACME ltd", "kind": "account", "owner_id": ""}).status_code == 422
    )
    page = made.location
    assert send(browser, page, {"who": "nobody", "role": ""}, f"{page}/members").status_code == 422
    assert send(browser, page, {"who": "A-1", "role": "buyer"}, f"{page}/members").status_code == 302
    shown = browser.get(page).text
    for text in ("Acme Ltd", "Anna Nowak", "buyer", f"looked after by {owner.name}"):
        assert text in shown
    assert "Acme Ltd" in browser.get(f"/contacts/{anna}").text
    assert "Acme Ltd" in browser.get("/contacts/accounts/?q=acme").text
    assert send(browser, page, {"name": "Acme SA", "kind": "account", "owner_id": "nobody"}).status_code == 422
    assert send(browser, page, {"name": "Acme SA", "kind": "account", "owner_id": ""}).status_code == 302
    send(browser, page, {}, f"{page}/members/{anna}")
    assert groups.groups_of(workspace, anna) == []
    assert groups.account(workspace, "acme sa").owner_id is None


def test_households_may_share_a_name(browser, workspace):
    for _ in range(2):
        fields = {"name": "Nowak", "kind": "household", "owner_id": ""}
        assert send(browser, "/contacts/accounts/", fields).status_code == 302
    assert groups.page(workspace, "nowak").total == 2


# --- duplicates -----------------------------------------------------------------------------------


def test_duplicates_are_compared_and_merged_as_the_person_says(browser, declared, workspace, anna, now):
    fields = {"external_id": "B-7", "name": "Ania", "email": "anna@example.com", "attr:size": "l", "language": "pl"}
    ania = service.upsert(workspace, fields, "crm", now).contact_id
    editing.edit(workspace, anna, {}, {"size": "s"}, "staff-1", now)
    listed = browser.get("/contacts/duplicates").text
    page = f"/contacts/{anna}/merge/{ania}"
    assert page in listed
    assert "the same address" in listed
    compared = browser.get(page).text
    for text in ("Anna Nowak", "Ania", "Small", "Large", "B-7"):
        assert text in compared
    assert send(browser, page, {"take-name": "", "take-size": "other"}).status_code == 302
    contact = service.contact(workspace, anna)
    assert (contact.name, contact.attributes, contact.language) == ("Anna Nowak", {"size": "l"}, "pl")
    assert browser.get(f"/contacts/{ania}").location == f"/contacts/{anna}"
    assert browser.get(page).status_code == 404
    assert "Was merged with another contact" in browser.get(f"/contacts/{anna}").text


# --- files ----------------------------------------------------------------------------------------


def workbook(rows):
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return made.getvalue()


def test_a_workbook_is_imported_with_a_declared_attribute(browser, declared, workspace):
    preview = upload(browser, workbook([["id", "Firm", "Card"], ["1", "Large", 77], ["2", "huge", 78]])).location
    page = browser.get(preview).text
    assert "Attribute: Company size" in page
    columns = {"columns-0": "external_id", "columns-1": "attr:size", "columns-2": "id", "region": "", "import": "yes"}
    send(browser, preview, columns)
    assert service.by_id(workspace, "card", "77").attributes == {"size": "l"}
    assert "size: huge is not one of the choices. Write one of: s, l." in browser.get(preview).text


def test_a_damaged_workbook_is_refused_with_words(browser):
    answer = upload(browser, b"PK\x03\x04" + b"nothing of the kind" * 100)
    assert (answer.status_code, "Save its first sheet as CSV UTF-8." in answer.text) == (422, True)
