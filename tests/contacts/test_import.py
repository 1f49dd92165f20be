"""Importing CSV files as people have them."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts import service as accounts
from app.contacts import csvfile, definitions, editing, groups, importing, service
from app.contacts.attributes import Definition
from app.contacts.cleaner import apart
from app.contacts.importing import ImportReport, import_csv
from app.contacts.permission import Allowed
from app.contacts.rows import Reading, batches
from app.core.problems import Problem
from app.db import MANY
from app.events import timeline

BASIC = "external_id,name,email,phone,consent_email\nA-1,Anna Nowak,anna@example.com,+48512345678,yes\n"


def run(workspace: str, text: str | bytes, now: datetime, **options: Any) -> ImportReport:
    data = text if isinstance(text, bytes) else text.encode()
    return import_csv(workspace, io.BytesIO(data), now, **options)


def codes(report: ImportReport) -> list[tuple[int, list[str]]]:
    return [(row.line, [problem.code for problem in row.problems]) for row in report.bad]


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "Zażółć Gęślą"),
        ("utf-8-sig", "Ștefan Țăran"),
        ("utf-16", "Анна Каренина"),
        ("cp1250", "Łukasz Żądło, Gęślą Jaźń"),
        ("cp1250", "Ştefan Ţăran"),
        ("cp1251", "Анна Аркадьевна Каренина"),
        ("cp1252", "Nicolò Però, Città è qui"),
        ("utf-8", "plain ascii"),
    ],
)
def test_the_encoding_is_detected(workspace, now, encoding, name):
    report = run(workspace, f'external_id;name\nA-1;"{name}"\n'.encode(encoding), now)
    assert not report.problems
    assert service.by_external_id(workspace, "A-1").name == name


def test_a_declared_encoding_wins(workspace, now):
    run(workspace, "id,name\n1,ż\n".encode("cp1250"), now, encoding="cp1251")
    assert service.by_external_id(workspace, "1").name == "ż".encode("cp1250").decode("cp1251")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_line_ends_are_found(workspace, now, delimiter, newline):
    lines = [delimiter.join(cells) for cells in (["id", "full name", "mail"], ["1", '"a\nb"', "a@b.example"])]
    report = run(workspace, newline.join([*lines, ""]), now)
    assert (report.imported, report.delimiter) == (1, delimiter)


def test_excels_first_line_names_the_delimiter(workspace, now):
    assert run(workspace, "sep=;\nid;name\n1;Anna\n", now).imported == 1


@pytest.mark.parametrize(
    ("header", "field"),
    [("E-Mail", "email"), ("email_address", "email"), ("Telefon", "phone"), ("Номер телефона", "phone"),
     ("Customer ID", "external_id"), ("First Name", "given_name"), ("Cognome", "family_name"), ("TimeZone", "time_zone"),
     ("consent_sms", "consent_sms"), ("int:Age of car", "int:age_of_car"), ("Plan type", "attr:plan_type"),
     ("BOOL:vip", "bool:vip"), ("2nd plan", "attr:_2nd_plan"), ("canvass_line", ""), ("?", "")],
)  # fmt: skip
def test_headers_are_understood_by_their_words(header, field):
    assert csvfile.suggest_mapping([header]) == {header: field}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "unusable_file"),
        (b"\n\n", "unusable_file"),
        (b"\xff\xfe\x00", "no_identity_column"),
        (b"\x00\x00\x00", "unusable_file"),
        (b"name,colour\nAnna,red\n", "no_identity_column"),
        (b"mail,e-mail\na@b.example,c@d.example\n", "duplicate_column"),
        (b"email,email\na@b.example,c@d.example\n", "duplicate_column"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(workspace, now, data, code):
    report = run(workspace, data, now)
    assert [problem.code for problem in report.problems] == [code]
    assert importing.explain(report.problems[0])
    assert report.rows == 0


def test_a_mapping_is_checked(workspace, now):
    report = run(workspace, BASIC, now, mapping={"nope": "email", "name": "shoe"}, region="XX")
    assert {problem.code for problem in report.problems} == {"unknown_column", "unknown_field", "bad_region"}


def test_a_mapping_says_what_columns_mean(workspace, now):
    text = "Handy;Alter;junk\n512 345 678;42;x\n"
    report = run(workspace, text, now, mapping={"Handy": "phone", "Alter": "int:age", "junk": ""}, region="PL")
    contact = service.by_address(workspace, "phone", "+48512345678")
    assert report.imported == 1, report.bad
    assert contact[0].attributes == {"age": 42}


# --- rows -----------------------------------------------------------------------------------------

MIXED = """id,email,phone,consent_sms,int:age
1,anna@example.com,,yes,30
2,not an address,12,perhaps,old

3,"jan@
example.com",,,
4,jan@example.com,,,,surplus
5,"jan@example.com"x,,,
6,ola@example.com,+48512345678,no,41
,,,,
,,,yes,12
"""


def test_good_rows_are_stored_and_bad_ones_returned_with_line_and_reason(workspace, now):
    kept = io.StringIO()
    report = run(workspace, MIXED, now, bad_file=kept)
    assert (report.imported, report.bad_count) == (2, 5)
    assert codes(report) == [
        (3, ["bad_email", "bad_phone", "bad_attribute", "bad_consent"]),
        (5, ["bad_email"]),
        (7, ["too_many_cells"]),
        (8, ["unreadable_row"]),
        (11, ["no_identity"]),
    ]
    rows = list(csv.DictReader(io.StringIO(kept.getvalue())))
    assert [row[csvfile.LINE] for row in rows] == [str(line) for line, _ in codes(report)]
    assert rows[0]["email"] == "not an address"
    assert "perhaps says neither yes nor no. Write yes or no." in rows[0][csvfile.REASON]


def test_the_returned_file_mended_is_imported_as_it_is(workspace, now):
    kept = io.StringIO()
    run(workspace, "id,email\n1,anna\n", now, bad_file=kept)
    report = run(workspace, kept.getvalue().replace("anna,", "anna@example.com,"), now)
    assert report.imported == 1
    assert service.by_external_id(workspace, "1").attributes == {}


def test_bytes_that_cannot_be_read_are_a_problem_of_their_row(workspace, now):
    report = run(workspace, b"id,name\n1,\xff\xfe\n2,Anna\n3,a\0b\n", now, encoding="utf-8", bad_file=io.StringIO())
    assert codes(report) == [(2, ["bad_character"]), (4, ["bad_character"])]
    assert report.imported == 1


def test_a_number_in_no_known_range_is_stored_with_a_warning(workspace, now):
    report = run(workspace, "phone\n+12001234567\n", now)
    assert (report.imported, report.warned_count, report.bad_count) == (1, 1, 0)


def test_the_report_is_bounded_and_the_file_of_bad_rows_is_not(workspace, now):
    kept = io.StringIO()
    report = run(workspace, "email\n" + "nobody\n" * 500, now, bad_file=kept)
    assert (report.bad_count, len(report.bad)) == (500, importing.KEPT)
    assert kept.getvalue().count("nobody") >= 500


def test_progress_is_told_in_bytes(workspace, now):
    told: list[int] = []
    text = "id\n" + "".join(f"{n}\n" for n in range(1000))
    report = run(workspace, text, now, progress=told.append)
    assert report.imported == 1000
    assert told == sorted(told)
    assert told[-1] == len(text)


# --- again ----------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing(workspace, now):
    assert run(workspace, BASIC, now).imported == 1
    again = run(workspace, BASIC, now)
    assert (again.imported, again.updated, again.unchanged) == (0, 0, 1)


def test_a_person_twice_in_one_file_is_one(workspace, now):
    report = run(workspace, "email,name\na@b.example,Anna\nA@B.example,Anna Nowak\n", now)
    assert (report.imported, report.updated) == (1, 1)
    assert service.count(workspace) == 1


def test_empty_cells_leave_what_is_known(workspace, now):
    run(workspace, BASIC, now)
    run(workspace, "external_id,name,email,plan\nA-1,,,gold\n", now)
    contact = service.by_external_id(workspace, "A-1")
    assert (contact.name, contact.email, contact.attributes) == ("Anna Nowak", "anna@example.com", {"plan": "gold"})


def test_suppression_and_withdrawal_survive_a_new_import(workspace, now):
    run(workspace, BASIC, now)
    anna = service.by_external_id(workspace, "A-1").id
    service.suppress(workspace, channel="phone", address="+48512345678", reason="opt_out", now=now)
    service.withdraw_consent(workspace, anna, "email", "research", "unsubscribe", now)
    report = run(
        workspace, BASIC.replace("consent_email", "consent_email,consent_sms").replace(",yes", ",yes,yes"), now
    )
    assert report.kept_withdrawn == 1
    assert service.may_contact(workspace, anna, "email").reason == "consent_withdrawn"
    assert service.may_contact(workspace, anna, "sms").reason == "suppressed"


def test_a_files_own_no_may_become_yes_again(workspace, now):
    run(workspace, BASIC.replace(",yes", ",no"), now)
    run(workspace, BASIC, now + timedelta(days=1))
    anna = service.by_external_id(workspace, "A-1").id
    assert isinstance(service.may_contact(workspace, anna, "email"), Allowed)


def test_a_dry_run_stores_nothing(workspace, now):
    report = run(workspace, MIXED, now, dry_run=True)
    assert (report.imported, report.bad_count) == (2, 5)
    assert service.count(workspace) == 0


def test_consent_carries_its_basis_and_source(workspace, now):
    text = "email,consent_email,consent_basis,consent_source\na@b.example,tak,legitimate interest,order 7\n"
    run(workspace, text, now, source="orders.csv")
    (contact,) = service.by_address(workspace, "email", "a@b.example")
    (consent,) = service.consents(workspace, contact.id)
    assert (consent.basis, consent.source) == ("legitimate_interest", "import: orders.csv: order 7")


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    opened = csvfile.open_csv(io.BytesIO(data))
    if not isinstance(opened, Problem):
        list(opened)


# --- typed attributes, ids, accounts ---------------------------------------------------------------


def test_declared_attributes_are_checked_whatever_the_header_says(workspace, now):
    wanted = [Definition("age", "number", "Age"), Definition("size", "choice", "Size", {"s": "Small", "l": "Large"})]
    assert definitions.declare(workspace, wanted, "command", now) == []
    report = run(workspace, "id,age,text:size,other\n1,41,LARGE,x\n2,old,m,y\n", now)
    assert service.by_external_id(workspace, "1").attributes == {"age": 41, "size": "l", "other": "x"}
    assert codes(report) == [(3, ["bad_attribute", "bad_attribute"])]
    refused = service.upsert(workspace, {"external_id": "3", "attributes": {"age": "old"}}, "api", now)
    assert [problem.code for problem in refused] == ["bad_attribute"]


def test_people_are_known_by_ids_of_schemes(workspace, now):
    run(workspace, "id:rfid,id:Loyalty card,name\n77,L-1,Anna\n", now)
    again = run(workspace, "id:rfid,email\n77,anna@example.com\n", now)
    assert (again.imported, again.updated) == (0, 1)
    assert service.by_id(workspace, "loyalty_card", "L-1").email == "anna@example.com"
    taken = run(workspace, "id,id:rfid\nA-1,77\nB-1,77\n", now)
    assert (taken.updated, codes(taken)) == (1, [(3, ["id_taken"])])


def test_accounts_are_made_once_and_joined(workspace, now):
    text = "id,account,role in account\n1,Acme Ltd,buyer\n2,ACME  ltd,\n3,Beta,owner\n1,Beta,\n"
    report = run(workspace, text, now)
    assert (report.imported, report.updated) == (3, 1)
    one = service.by_external_id(workspace, "1")
    found = {group.name: member.role for group, member in groups.groups_of(workspace, one.id)}
    assert found == {"Acme Ltd": "buyer", "Beta": ""}
    assert groups.page(workspace).total == 2
    assert run(workspace, text, now).unchanged == 4
    assert run(workspace, "id,account\n9,Gamma\n", now, dry_run=True).imported == 1
    assert groups.account(workspace, "gamma") is None


def test_prospects_become_customers_and_not_the_reverse(workspace, now):
    run(workspace, "id,kind,customer_since\n1,lead,\n2,,2020-05-01\n3,,\n4,shop,\n", now)
    found = {n: service.by_external_id(workspace, n) for n in "123"}
    assert [(c.kind, c.customer_since and c.customer_since.date().isoformat()) for c in found.values()] == [
        ("prospect", None), ("customer", "2020-05-01"), ("customer", None)]  # fmt: skip
    assert service.by_external_id(workspace, "4") is None
    run(workspace, "id,kind\n1,customer\n2,prospect\n", now + timedelta(days=1))
    assert service.by_external_id(workspace, "1").customer_since == now + timedelta(days=1)
    assert service.by_external_id(workspace, "2").kind == "customer"


def test_a_file_that_writes_an_attribute_makes_it_forget_who_did_before(workspace, now, anna):
    editing.edit(workspace, anna, {}, {"plan": "gold", "size": "s"}, "staff-1", now)
    run(workspace, "external_id,plan,size\nA-1,gold,l\n", now)
    assert set(editing.origins(workspace, anna)) == {"plan"}


def test_many_rows_are_stored_as_few_are(workspace, now):
    """A file of more rows than go by executemany gives what its rows give one by one: by COPY on PostgreSQL."""
    rows = [
        f"{n},Person \\N\t{n},p{n}@example.com,{'yes' if n % 2 else 'no'},Firm {n % 7},{n},a\\tb\\\\N {n}"
        for n in range(MANY * 3)
    ]
    header = "id,name,email,consent_email,account,int:age,note\n"
    other = accounts.create_workspace("Other", now, contact_line="x@example.com").id
    for line in rows:
        run(other, f"{header}{line}\n", now)
    report = run(workspace, header + "\n".join(rows), now)
    assert (report.imported, report.bad_count) == (len(rows), 0)
    again = run(workspace, (header + "\n".join(rows)).replace("Person", "Somebody"), now)
    run(other, (header + "\n".join(rows)).replace("Person", "Somebody"), now)
    assert again.updated == len(rows)
    assert stored(workspace) == stored(other)


def test_a_process_of_its_own_cleans_as_this_one_does():
    data = io.BytesIO(MIXED.encode())
    opened = csvfile.open_csv(data)
    fields = list(csvfile.suggest_mapping(opened.headers).values())
    how = Reading(fields, None, {"age": Definition("age", "number", "Age")}, 3)
    here = list(batches(opened, data.tell, how))
    opened.close()
    assert [len(batch.good) + len(batch.bad) for batch in here] == [3, 3, 1]
    assert list(apart(data, "utf-8", how)) == here


def stored(workspace: str) -> list[tuple]:
    """Everything kept about everybody, without ids."""
    found = []
    for contact in sorted(service.page(workspace, size=1000).items, key=lambda each: int(each.external_id)):
        told = service.person(contact)
        plain = {key: told[key] for key in ("external_id", "name", "language", "kind", "attributes", "external_ids")}
        news = sorted((news.kind, sorted(news.data)) for news in timeline(workspace, contact.id))
        groups_in = [each["name"] for each in told["groups"]]
        addresses = [(each["channel"], each["address"], each["status"]) for each in told["endpoints"]]
        consents = [(each["channel"], each["given"], each["basis"]) for each in told["consents"]]
        found.append((plain, news, groups_in, addresses, consents))
    return found
