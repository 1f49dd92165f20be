"""What comes in to our mailbox and where it lands: bounces, complaints, answers, requests to stop."""

import hmac
import re
import smtplib
import socket
from datetime import timedelta
from email import message_from_bytes

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from app.channels.email import inbound
from app.channels.email.models import MailIn
from app.channels.email.server import listen
from app.contacts import service as contacts
from app.db import reading
from app.delivery import service as delivery
from app.delivery.worker import tick
from app.events import timeline
from app.interviews import service
from app.simulator.smtp import OnSocket
from tests.email.reports import bounce, complaint, reply
from tests.product import free_port

BOX, SECRET = "mail@in.example.com", "a secret of the webhook's caller, long enough"


class Recipients:
    """A mail server that takes every mail, or refuses with `reply`."""

    def __init__(self):
        self.mails, self.reply = [], ""

    async def handle_RCPT(self, server, session, envelope, address, options):
        if not self.reply:
            envelope.rcpt_tos.append(address)
        return self.reply or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def recipients():
    box = Recipients()
    server = OnSocket(box, socket.create_server(("127.0.0.1", 0)))
    server.start()
    box.url = f"smtp://127.0.0.1:{server.port}"
    yield box
    server.stop()


@pytest.fixture
def settings(settings, recipients, tmp_path):
    for name in ("new", "cur", "tmp"):
        (tmp_path / "mail" / name).mkdir(parents=True)
    return settings | {
        "SMTP_URL": recipients.url,
        "MAIL_BOX": BOX,
        "MAIL_IN_SECRET": SECRET,
        "MAIL_IN_MAILDIR": str(tmp_path / "mail"),
    }


@pytest.fixture
def invite(workspace, study, person, clock, recipients):
    """`invite()`: send another mail to the person; returns its id, envelope sender, Reply-To and headers."""

    def send(occasion="d1"):
        interview, _ = service.create(
            workspace, study, contact_id=person.id, occasion=occasion, language="en", now=clock.now()
        )
        id_ = delivery.enqueue(workspace, channel="email", purpose="resume", interview_id=interview.id, now=clock.now())
        assert tick("email", clock.now()) >= 1
        envelope = recipients.mails[-1]
        return Sent(id_, interview.id, envelope)

    return send


class Sent:
    def __init__(self, id_, interview_id, envelope):
        self.id, self.interview_id, self.returns_to = id_, interview_id, envelope.mail_from
        self.raw = envelope.content
        self.mail = message_from_bytes(envelope.content)
        self.head = (
            "\n".join(f"{name}: {value}" for name, value in self.mail.items() if name in ("Message-ID", "To"))
            + "\n\nHello"
        )


@pytest.fixture
def allowed(workspace, person):
    """Whether another study may still mail the person."""
    return lambda: isinstance(contacts.may_contact(workspace, person.id, "email", None), contacts.Allowed)


def reasons(workspace, person):
    return {each.reason for each in contacts.suppressions(workspace, person.id)}


def told(workspace, person, kind):
    return [news.data for news in timeline(workspace, person.id) if news.kind == kind]


def test_a_hard_bounce_ends_the_address(invite, workspace, person, clock, allowed):
    sent = invite()
    assert inbound.receive(bounce(sent.returns_to, "5.1.1"), clock.now()) == "bounce"
    after = delivery.attempt(workspace, sent.id)
    assert (after.state, after.reason, after.detail) == ("failed", "address_refused", "5.1.1")
    assert contacts.contact(workspace, person.id).email is None
    assert reasons(workspace, person) == {"bounced"}
    assert not allowed()
    assert told(workspace, person, "message.failed")


def test_a_bounce_that_names_the_mail_by_its_id_alone(invite, workspace, clock):
    sent = invite()
    raw = bounce("postmaster@elsewhere.example", "5.1.1", original=sent.head)
    assert inbound.receive(raw, clock.now()) == "bounce"
    assert delivery.attempt(workspace, sent.id).state == "failed"


def test_soft_bounces_are_forgiven_with_time_and_end_the_address_when_they_go_on(invite, clock, allowed):
    def bounced(occasion):
        assert inbound.receive(bounce(invite(occasion).returns_to, "5.2.2"), clock.now()) == "bounce"

    for number in range(4):
        bounced(f"a{number}")
    assert allowed()
    clock.advance(timedelta(days=15))
    for number in range(2):
        bounced(f"b{number}")
    assert allowed(), "two were forgiven meanwhile"
    bounced("c")
    assert not allowed()


def test_the_same_report_counts_once(invite, workspace, person, clock, allowed):
    sent = invite()
    for number in range(9):
        raw = bounce(sent.returns_to, "5.2.2", **{"X-Copy": str(number)})
        assert inbound.receive(raw, clock.now()) == ("known" if number else "bounce")
        assert inbound.receive(raw, clock.now()) == "repeated"
    assert allowed()


@pytest.mark.parametrize(("action", "status"), [("delayed", "4.4.1"), ("relayed", "2.0.0")])
def test_what_is_not_final_changes_nothing(invite, workspace, clock, allowed, action, status):
    sent = invite()
    inbound.receive(bounce(sent.returns_to, status, action), clock.now())
    assert delivery.attempt(workspace, sent.id).state == "sent"
    assert allowed()


def test_a_mail_that_was_refused_as_such_says_nothing_of_the_address(invite, workspace, clock, allowed):
    sent = invite()
    inbound.receive(bounce(sent.returns_to, "5.7.1"), clock.now())
    assert delivery.attempt(workspace, sent.id).reason == "not_wanted"
    assert allowed()


def test_an_answering_machine_is_no_bounce_and_no_feedback(invite, workspace, person, clock, allowed):
    sent = invite()
    raw = reply("I am away", to=sent.returns_to, Auto_Submitted="auto-replied", Return_Path="<>")
    assert inbound.receive(raw, clock.now()) == "machine"
    assert delivery.attempt(workspace, sent.id).state == "sent"
    assert not told(workspace, person, "message.received")
    assert allowed()


def test_nobody_can_make_a_bounce_up(invite, workspace, clock, allowed):
    sent = invite()
    local, _, domain = sent.returns_to.partition("@")
    forged = f"{local[:-3]}aaa@{domain}"
    assert inbound.receive(bounce(forged, "5.1.1"), clock.now()) == "nobody's"
    assert delivery.attempt(workspace, sent.id).state == "sent"


@pytest.mark.parametrize(
    ("refusal", "state", "left"),
    [
        ("550 5.1.1 No such user", "failed", False),
        ("552 5.2.2 Full", "failed", True),
        ("554 5.7.1 Spam", "failed", True),
    ],
)
def test_a_refusal_at_the_door_counts_too(invite, workspace, person, clock, recipients, allowed, refusal, state, left):
    invite()
    recipients.reply = refusal
    id_ = invite("d2").id
    assert delivery.attempt(workspace, id_).state == state
    assert allowed() is left


def test_a_complaint_stops_everything(invite, workspace, person, clock, allowed):
    sent = invite()
    raw = complaint(BOX, sent.head, **{"Original-Mail-From": f"<{sent.returns_to}>"})
    assert inbound.receive(raw, clock.now()) == "complaint"
    assert "complaint" in reasons(workspace, person)
    assert not allowed()
    assert service.load(workspace, sent.interview_id).status == "declined"
    assert told(workspace, person, "message.complaint")


def test_a_complaint_taken_back_stops_nothing(invite, clock, allowed):
    sent = invite()
    assert inbound.receive(complaint(BOX, sent.head, "not-spam"), clock.now()) == "not_spam"
    assert allowed()


def test_an_answer_lands_on_the_timeline_whole_and_without_the_quote(
    invite, workspace, person, clock, allowed, signed_in
):
    sent = invite()
    words = "The courier was rude.\n\nOn 4 Nov 2026 The Shop <shop@example.com> wrote:\n> Hello Anna"
    assert inbound.receive(reply(words, to=sent.mail["Reply-To"]), clock.now()) == "feedback"
    (news,) = [news for news in timeline(workspace, person.id) if news.kind == "message.received"]
    assert (news.interview_id, news.data["message"]) == (sent.interview_id, sent.id)
    assert news.data["body"] == words
    assert news.data["shown"] == "The courier was rude."
    assert allowed()
    page = signed_in("manager").get(f"/customers/{person.id}").text
    assert '<blockquote class="cv-said">The courier was rude.</blockquote>' in page
    assert "wrote:\n&gt; Hello Anna" in page


def test_the_links_in_a_quoted_mail_are_not_kept(invite, workspace, person, clock):
    sent = invite()
    quoted = "".join(
        f"> {line}\n" for line in sent.mail.get_payload()[0].get_payload(decode=True).decode().splitlines()
    )
    assert re.search(r"/i/\w{12}", quoted)
    assert re.search(r"/u/\w{12}", quoted)
    inbound.receive(reply(f"Thanks\n\n{quoted}", to=sent.mail["Reply-To"]), clock.now())
    (data,) = told(workspace, person, "message.received")
    assert "http://localhost/i/…" in data["body"]
    assert not re.search(r"/[iu]/\w{12}", str(data))


def test_an_answer_that_names_our_mail_from_another_address(invite, workspace, person, clock):
    sent = invite()
    raw = reply("Thanks", to="shop@example.com", sender="work@anna.example", In_Reply_To=sent.mail["Message-ID"])
    assert inbound.receive(raw, clock.now()) == "feedback"
    assert told(workspace, person, "message.received")[0]["message"] == sent.id


@pytest.mark.parametrize("words", ["STOP", "Proszę mnie wypisać", "Отпишите меня"])
def test_whoever_asks_for_no_more_by_reply_gets_no_more(invite, workspace, person, clock, allowed, words):
    sent = invite()
    assert inbound.receive(reply(words, to=sent.mail["Reply-To"]), clock.now()) == "stop"
    assert "opt_out" in reasons(workspace, person)
    assert not allowed()
    assert service.load(workspace, sent.interview_id).status == "declined"


def test_a_mail_that_names_none_of_ours_is_kept_where_the_sender_is_known(workspace, person, clock, allowed):
    assert inbound.receive(reply("Hello there"), clock.now()) == "feedback"
    assert told(workspace, person, "message.received")[0]["body"] == "Hello there"
    assert inbound.receive(reply("Hello", sender="stranger@example.net"), clock.now()) == "nobody's"
    assert inbound.receive(reply("unsubscribe me"), clock.now()) == "stop"
    assert not allowed()


def test_words_to_the_return_path_are_nobodys(invite, workspace, person, clock):
    sent = invite()
    assert inbound.receive(reply("STOP", to=sent.returns_to), clock.now()) == "person"
    assert not told(workspace, person, "message.received")


def test_what_was_taken_is_kept_nowhere_else(invite, clock):
    inbound.receive(reply("Hello", to=invite().mail["Reply-To"]), clock.now())
    with reading() as conn:
        assert [row.raw for row in conn.execute(select(MailIn.__table__))] == [None]


# --- the ways in ----------------------------------------------------------------------------------


def test_the_scheduler_takes_what_lies_in_the_mailbox(invite, workspace, clock, tmp_path):
    sent = invite()
    (tmp_path / "mail/new/1.M1.host").write_bytes(bounce(sent.returns_to, "5.1.1"))
    assert inbound.tick(clock.now()) == 1
    assert delivery.attempt(workspace, sent.id).state == "failed"
    assert [path.name for path in (tmp_path / "mail/cur").iterdir()] == ["1.M1.host:2,S"]
    assert inbound.tick(clock.now()) == 0


def test_a_mail_of_a_process_that_died_is_taken_later(invite, workspace, clock):
    sent = invite()
    inbound.keep(bounce(sent.returns_to, "5.1.1"), clock.now())
    assert inbound.tick(clock.now()) == 0
    clock.advance(timedelta(minutes=2))
    assert inbound.tick(clock.now()) == 1
    assert delivery.attempt(workspace, sent.id).state == "failed"


def test_a_real_mail_server_hands_over_what_comes_back(app, invite, workspace, clock):
    sent = invite()
    port = free_port()
    server = listen(app, "127.0.0.1", port)
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=30) as wire:
            wire.sendmail("", [sent.returns_to], bounce("anybody@example.net", "5.1.1"))
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                wire.sendmail("spam@example.net", ["somebody@example.com"], b"Subject: relay me\r\n\r\nx")
    finally:
        server.stop()
    assert delivery.attempt(workspace, sent.id).state == "failed"


def post(client, raw, at, secret=SECRET):
    stamp = str(int(at.timestamp()))
    signature = hmac.digest(secret.encode(), f"{stamp}.".encode() + raw, "sha256").hex()
    headers = {"Canvass-Signature": f"t={stamp},v1={signature}"}
    return client.post("/webhooks/mail", data=raw, content_type="message/rfc822", headers=headers).status_code


def test_the_webhook_takes_a_signed_mail(client, invite, workspace, clock):
    sent = invite()
    raw = bounce(sent.returns_to, "5.1.1")
    assert post(client, raw, clock.now(), "another secret") == 403
    assert post(client, raw, clock.now() - timedelta(minutes=6)) == 403
    assert delivery.attempt(workspace, sent.id).state == "sent"
    assert post(client, raw, clock.now()) == 200
    assert delivery.attempt(workspace, sent.id).state == "failed"
    assert client.post("/webhooks/mail", data=raw, content_type="message/rfc822").status_code == 403


def test_the_mail_server_wants_to_know_its_address(app):
    app.config["MAIL_BOX"] = ""
    done = FlaskCliRunner(app).invoke(args=["canvass", "mail-in"])
    assert (done.exit_code, "Set MAIL_BOX" in done.output) == (1, True)
