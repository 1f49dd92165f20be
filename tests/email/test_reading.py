"""What a mail that came in is taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.channels.email.reading import read
from app.delivery.bad_addresses import weigh
from tests.email.reports import bounce, complaint, reply, report

ORIGINAL = "Message-ID: <m1@localhost>\nReturn-Path: <mail+b1@in.example.com>\nTo: anna@example.org\n\nHello"


@pytest.mark.parametrize(
    ("status", "weight"),
    [
        ("5.1.1", "hard"),
        ("5.1.10", "hard"),
        ("5.2.1", "hard"),
        ("5.2.2", "soft"),
        ("5.4.4", "soft"),
        ("5.0.0", "soft"),
        ("4.4.7", "soft"),
        ("4.1.1", "soft"),
        ("", "soft"),
        ("5.1.8", "refused"),
        ("5.3.4", "refused"),
        ("5.7.1", "refused"),
        ("5.7.26", "refused"),
        ("5.6.0", "refused"),
    ],
)
def test_what_a_status_says_of_the_address(status, weight):
    assert weigh(status) == weight


def test_a_report_on_delivery_with_the_mail_it_is_about():
    found = read(bounce("mail+b1@in.example.com", "5.1.1", original=ORIGINAL))
    assert (found.kind, found.status) == ("failed", "5.1.1")
    assert "mail+b1@in.example.com" in found.addresses
    assert "<m1@localhost>" in found.ids


@pytest.mark.parametrize(
    ("action", "kind"),
    [("failed", "failed"), ("delayed", "delayed"), ("delivered", "delivered"), ("relayed", "delivered")],
)
def test_what_the_server_did(action, kind):
    assert read(bounce("x@in.example.com", "4.4.1", action)).kind == kind


def test_a_status_that_stands_in_the_diagnosis_alone():
    more = {"Diagnostic-Code": "smtp; 550-5.1.1 The account does not exist"}
    assert read(bounce("x@in.example.com", "none", **more)).status == "5.1.1"


def test_a_report_of_a_server_that_knows_no_standard():
    text = "Hi. This is the qmail-send program.\n<anna@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)"
    found = read(reply(text, to="mail+b1@in.example.com", sender="MAILER-DAEMON@old.example"))
    assert (found.kind, found.status) == ("failed", "5.1.1")
    assert read(b"Return-Path: <>\r\n" + reply("user unknown")).kind == "failed"


@pytest.mark.parametrize(("kind", "taken"), [("abuse", "complaint"), ("fraud", "complaint"), ("not-spam", "not_spam")])
def test_a_complaint(kind, taken):
    found = read(complaint("mail@in.example.com", ORIGINAL, kind, **{"Original-Mail-From": "<mail+b2@in.example.com>"}))
    assert found.kind == taken
    assert {"mail+b1@in.example.com", "mail+b2@in.example.com"} <= set(found.addresses)
    assert "<m1@localhost>" in found.ids


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated (vacation)"},
        {"Precedence": "bulk"},
        {"X-Autoreply": "yes"},
        {"Subject": "Automatic reply: your opinion"},
        {"Subject": "Автоответ: ваше мнение"},
        {"Auto-Submitted": "auto-replied", "Return-Path": "<>"},
    ],
)
def test_an_answering_machine_is_neither_a_bounce_nor_a_person(headers):
    assert read(reply("I am away until 5.1.1 2027", **headers)).kind == "machine"


def test_a_persons_words():
    found = read(reply("Zażółć\r\ngęślą", Auto_Submitted="no", In_Reply_To="<m1@localhost>"))
    assert (found.kind, found.sender, found.subject) == ("person", "anna@example.org", "Re: your opinion")
    assert found.text == "Zażółć\ngęślą"
    assert found.ids == ("<m1@localhost>",)


def test_words_in_html_alone():
    raw = b"From: a@example.org\nContent-Type: text/html; charset=none-such\n\n<p>One &lt;two&gt;<br>three</p><script>x</script>"
    assert read(raw).text == "One <two>\nthree"


def test_an_encoded_subject_is_read_and_one_that_cannot_be_stays():
    assert read(reply("x", Subject="Zażółć")).subject == "Zażółć"
    assert read(b"Subject: =?utf-8?q?=ZZ?= =?no-such?b?AAAA?=\n\nx").subject


PIECES = st.sampled_from(
    [
        *(b"From: ", b"To: :;,(", b"Subject: =?utf-8?b?", b"?=", b"<a@b>", b"\n\n", b"\xff\0"),
        *(b"Content-Type: multipart/report; boundary=x\n", b"--x\n", b"--x--", b"Content-Transfer-Encoding: base64\n"),
        *(b"Content-Type: message/delivery-status\n\n", b"Action: failed\n", b"Content-Type: text/rfc822-headers\n\n"),
        b'Content-Type: text/html; charset="\x80"\n\n',
    ]
)


@given(st.lists(PIECES | st.binary(max_size=20), max_size=25).map(b"".join))
def test_any_bytes_can_be_read(raw):
    found = read(raw)
    assert "\0" not in found.text + found.subject
    (found.text + found.subject + found.sender + "".join(found.addresses + found.ids)).encode()


def test_the_parts_of_a_report_may_be_missing():
    assert read(report("delivery-status", "x@in.example.com", [{"Reporting-MTA": "dns; x"}])).kind == "failed"
