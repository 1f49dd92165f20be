"""The SMTP provider against aiosmtpd: what is written, how it logs in, and what it makes of faults."""

import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage

import dkim
import pytest
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.gateways import Gateway
from app.delivery.outcome import Accepted, Fate, Lost, Outcome, Outgoing, Refused
from app.delivery.providers.mime import write
from app.delivery.providers.smtp import provider, refused
from app.simulator.smtp import OnSocket
from tests.delivery.dkim_key import PRIVATE, dns
from tests.delivery.scripted_smtp import scripted_smtp

NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)


def outgoing(**other: object) -> Outgoing:
    values: dict[str, object] = {
        "id": "m1", "sender": "Sklep Żółw <shop@example.com>", "to": "anna@example.com", "subject": "Zażółć",
        "text": "Dzień dobry", "at": NOW,
    }  # fmt: skip
    return Outgoing(**(values | other))  # type: ignore[arg-type]


class Mailbox:
    """Takes every mail of whoever has logged in."""

    def __init__(self) -> None:
        self.mails: list[Envelope] = []

    async def handle_MAIL(
        self, server: object, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_DATA(self, server: object, session: object, envelope: Envelope) -> str:
        self.mails.append(envelope)
        return "250 OK"


def check_password(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"us:er", b"p@ss")
    return AuthResult(success=good, handled=False)


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    """A mail server that wants a password."""
    box = Mailbox()
    listener = socket.create_server(("127.0.0.1", 0))
    server = OnSocket(box, listener, authenticator=check_password, auth_require_tls=False)
    server.start()
    yield box, server.port
    server.stop()


def send(url: str, *messages: Outgoing, **more: str) -> list[Outcome]:
    gateway = Gateway("smtp", "email", "smtp", url=url)
    with provider.session(gateway, {"PUBLIC_URL": "https://survey.example.com", **more}) as session:
        return [session.send(message, lambda: None) for message in messages]


def read(message: Outgoing) -> EmailMessage:
    written = write(message, "survey.example.com")
    assert isinstance(written, bytes)
    return message_from_bytes(written, policy=policy.default)  # type: ignore[return-value]


def test_several_mails_over_one_authenticated_connection(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    done = send(f"smtp://us%3Aer:p%40ss@127.0.0.1:{port}", outgoing(), outgoing(id="m2"))
    assert done == [Accepted("<m1@survey.example.com>"), Accepted("<m2@survey.example.com>")]
    assert [mail.mail_from for mail in box.mails] == ["shop@example.com"] * 2


@pytest.mark.parametrize("user", ["us%3Aer:wrong@", ""])
def test_a_wrong_password_is_not_the_messages_fault(mailbox: tuple[Mailbox, int], user: str) -> None:
    (outcome,) = send(f"smtp://{user}127.0.0.1:{mailbox[1]}", outgoing())
    assert isinstance(outcome, Refused)
    assert outcome.fate is Fate.CONFIGURATION
    assert not mailbox[0].mails


def test_tls_that_is_required_and_not_offered(mailbox: tuple[Mailbox, int]) -> None:
    (outcome,) = send(f"smtp://us%3Aer:p%40ss@127.0.0.1:{mailbox[1]}?starttls=require", outgoing())
    assert isinstance(outcome, Refused)
    assert outcome.fate is Fate.CONFIGURATION
    assert not mailbox[0].mails


def test_nobody_listens() -> None:
    (outcome,) = send("smtp://127.0.0.1:9", outgoing())
    assert isinstance(outcome, Refused)
    assert outcome.fate is Fate.UNAVAILABLE


def test_a_connection_that_breaks_after_the_dot_is_lost() -> None:
    with scripted_smtp() as server:
        server.loses = True
        (outcome,) = send(server.url, outgoing())
        assert isinstance(outcome, Lost)


def test_a_connection_that_the_server_closed_meanwhile_is_replaced() -> None:
    with scripted_smtp() as server:
        server.hangs_up = True
        done = send(server.url, outgoing(), outgoing(id="m2"))
        assert [type(outcome) for outcome in done] == [Accepted, Accepted]
        assert len(server.mailbox) == 2


def test_text_and_html_of_one_mail() -> None:
    mail = read(outgoing(html="<p>Dzień dobry</p>", headers={"List-Unsubscribe": "<https://x.example/u/1>"}))
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert (mail["Subject"], mail["From"]) == ("Zażółć", "Sklep Żółw <shop@example.com>")
    assert mail["List-Unsubscribe"] == "<https://x.example/u/1>"
    assert mail["Auto-Submitted"] == "auto-generated"


def test_no_header_is_injected() -> None:
    assert read(outgoing(subject="A\r\nBcc: spy@example.com"))["Bcc"] is None


def test_a_sender_that_is_none_is_not_the_persons_fault() -> None:
    outcome = write(outgoing(sender="A <shop@example.com>\r\nBcc: spy@example.com"), "x")
    assert isinstance(outcome, Refused)
    assert outcome.fate is Fate.PERMANENT


TEXT = st.text(st.characters(codec="utf-8"))
BREAKS = st.text(st.sampled_from('\r\n\0\x0b\x0c\x1c\x85\u2028\u202e\ud800 :,;<>@"=?ab')).map(
    "\r\nBcc: spy@example.com".__add__
)


@given(subject=TEXT | BREAKS, sender=TEXT | BREAKS, unsubscribe=TEXT | BREAKS, text=TEXT, html=TEXT)
def test_whatever_stands_in_a_field_stays_in_it(
    subject: str, sender: str, unsubscribe: str, text: str, html: str
) -> None:
    fields = {"subject": subject, "text": text, "html": html or None, "headers": {"List-Unsubscribe": unsubscribe}}
    written = write(outgoing(**fields, sender=f"{sender} <shop@example.com>", replies_to="r@example.com"), "x.example")
    if isinstance(written, Refused):
        return
    mail = message_from_bytes(written, policy=policy.default)
    assert sorted(mail.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Reply-To", "List-Unsubscribe",
         *(["MIME-Version", "Content-Type"] if html else ["MIME-Version", "Content-Type", "Content-Transfer-Encoding"])]
    )  # fmt: skip
    assert not mail.defects


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@", "a b@example.com", "żółw@example.com", "a@example.com\r\nBcc: spy@example.com"]
)
def test_what_is_no_address_is_the_address_fault(address: str) -> None:
    outcome = write(outgoing(to=address), "x")
    assert isinstance(outcome, Refused)
    assert outcome.fate is Fate.BAD_ENDPOINT


def test_a_received_mail_passes_dkim(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    signing = {"MAIL_DKIM_KEY": PRIVATE, "MAIL_DKIM_DOMAIN": "example.com", "MAIL_DKIM_SELECTOR": "s1"}
    stop = {"List-Unsubscribe": "<https://x.example/u/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = outgoing(html=f"<p>{'Zażółć ' * 200}</p>\n.\n..", text="Dzień dobry\n.\n" + "x" * 2000, headers=stop)
    (done,) = send(f"smtp://us%3Aer:p%40ss@127.0.0.1:{port}", mail, **signing)
    assert isinstance(done, Accepted)
    received = box.mails[0].content
    assert isinstance(received, bytes)
    assert received.isascii()
    assert dkim.verify(received, dnsfunc=dns)
    for was, forged in (
        (b"one-click", b"two-click"),
        (b"Subject: ", b"Subject: New "),
        (b"\r\nDate:", b"\r\nCc: a@b.example\r\nReply-To: a@b.example\r\nDate:"),
    ):
        altered = re.sub(was, forged, received, count=1, flags=re.I)
        assert altered != received
        assert not dkim.verify(altered, dnsfunc=dns)


def test_a_mail_of_ours_is_returned_to_the_address_that_names_it(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    send(
        f"smtp://us%3Aer:p%40ss@127.0.0.1:{port}",
        outgoing(returns_to="mail+b1@in.example.com", replies_to="mail+r1@in.example.com"),
    )
    assert box.mails[0].mail_from == "mail+b1@in.example.com"
    assert message_from_bytes(box.mails[0].content or b"")["Reply-To"] == "mail+r1@in.example.com"  # type: ignore[arg-type]


def test_a_line_of_dots_arrives(mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    send(f"smtp://us%3Aer:p%40ss@127.0.0.1:{port}", outgoing(text="a\n.\n..\n.b"))
    content = box.mails[0].content
    assert isinstance(content, bytes)
    assert message_from_bytes(content, policy=policy.default).get_content().splitlines() == ["a", ".", "..", ".b"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "text", "stage", "fate"),
    [
        (421, "try later", "mail", Fate.THROTTLED),
        (450, "4.2.1 mailbox busy", "rcpt", Fate.RETRY),
        (451, "4.7.1 greylisted", "rcpt", Fate.THROTTLED),
        (550, "5.1.1 unknown", "rcpt", Fate.BAD_ENDPOINT),
        (550, "5.2.1 mailbox disabled", "rcpt", Fate.BAD_ENDPOINT),
        (552, "5.2.2 mailbox full", "rcpt", Fate.PERMANENT),
        (553, "5.1.8 our own domain is wrong", "mail", Fate.PERMANENT),
        (550, "unknown", "rcpt", Fate.BAD_ENDPOINT),
        (550, "spam", "content", Fate.PERMANENT),
        (554, "5.7.1 policy", "rcpt", Fate.PERMANENT),
        (535, "5.7.8 bad credentials", "mail", Fate.CONFIGURATION),
    ],
)
def test_what_a_reply_says_about_trying_again(code: int, text: str, stage: str, fate: Fate) -> None:
    assert refused(code, text, stage).fate is fate


def test_no_address_is_kept_from_a_reply() -> None:
    assert "anna" not in refused(550, "5.1.1 <anna@example.com> unknown", "rcpt").detail
