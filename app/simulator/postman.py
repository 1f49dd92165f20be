"""Mail that comes back to the product: bounces (RFC 3464), complaints (RFC 5965) and what the reader answers."""

import smtplib
from collections.abc import Sequence
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import BytesParser
from email.utils import format_datetime, make_msgid, parseaddr

from app.simulator.mail import Mail

HOST = "simulator.invalid"
POSTMASTER = f"Mail Delivery System <postmaster@{HOST}>"
SECONDS = 30


class NoWayBack(Exception):
    """There is nobody to give the mail to; the text says why."""


class Postman:
    """Hands mail to the product's server at `mail_in` (host:port)."""

    def __init__(self, mail_in: str) -> None:
        self._host, _, port = mail_in.rpartition(":")
        self._port = int(port or 0)

    def bounce(self, mail: Mail, recipient: str, code: str) -> None:
        """A delivery status notification for one recipient, to the envelope's sender, from the null one. `code`: RFC 3463."""
        if not mail.sender:
            return  # a bounce is never bounced (RFC 5321, 6.1)
        kind = "failed" if code.startswith("5") else "delayed"
        status = _fields("Reporting-MTA", f"dns; {HOST}")
        per_recipient = Message()
        per_recipient["Final-Recipient"] = f"rfc822; {recipient}"
        per_recipient["Action"] = kind
        per_recipient["Status"] = code
        per_recipient["Diagnostic-Code"] = f"smtp; {'550' if kind == 'failed' else '450'} {code} as scripted"
        report = _report("delivery-status", f"Your mail to {recipient} was {kind}.", [status, per_recipient], mail)
        report["Subject"] = f"Delivery Status Notification ({kind.title()})"
        report["Auto-Submitted"] = "auto-replied"
        report["To"] = mail.sender
        self._hand_over("", mail.sender, report)

    def complain(self, mail: Mail, reader: str) -> None:
        """The report of a mailbox provider whose reader pressed "spam", to the envelope's sender."""
        feedback = _fields("Feedback-Type", "abuse")
        feedback["User-Agent"] = "Canvass simulator"
        feedback["Version"] = "1"
        feedback["Original-Mail-From"] = f"<{mail.sender}>"
        feedback["Original-Rcpt-To"] = f"<{reader}>"
        report = _report("feedback-report", f"A reader of {reader} calls this mail spam.", [feedback], mail)
        report["Subject"] = "Abuse report"
        report["To"] = mail.sender
        self._hand_over(f"complaints@{HOST}", mail.sender, report)

    def reply(self, mail: Mail, reader: str, text: str) -> None:
        """What the reader writes back, with the mail quoted under it as mail programs do."""
        _, to = parseaddr(str(mail.message["Reply-To"] or mail.message["From"]))
        answer = EmailMessage(policy=policy.SMTPUTF8)
        answer["From"], answer["To"], answer["Subject"] = reader, to, f"Re: {mail.subject}"
        answer["Date"], answer["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain=HOST)
        if about := mail.message["Message-ID"]:
            answer["In-Reply-To"] = answer["References"] = str(about)
        quoted = "".join(f"> {line}\n" for line in mail.text.splitlines())
        answer.set_content(f"{text}\n\nOn {mail.received}, {mail.message['From']} wrote:\n{quoted}")
        self._hand_over(reader, to, answer)

    def _hand_over(self, sender: str, recipient: str, message: EmailMessage) -> None:
        if not self._port:
            raise NoWayBack("Nobody takes the product's incoming mail: start the simulator with --mail-in host:port.")
        try:
            with smtplib.SMTP(self._host or "127.0.0.1", self._port, timeout=SECONDS) as server:
                server.send_message(message, sender or "<>", [recipient])
        except (OSError, smtplib.SMTPException) as error:
            raise NoWayBack(f"The product did not take the mail: {error}") from error


def _fields(name: str, value: str) -> Message:
    block = Message()
    block[name] = value
    return block


def _report(kind: str, words: str, blocks: Sequence[Message], mail: Mail) -> EmailMessage:
    """multipart/report (RFC 6522): words for people, fields for programs, the mail itself."""
    report = EmailMessage(policy=policy.SMTP)
    report["From"] = POSTMASTER
    report["Date"], report["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain=HOST)
    report.set_content(words)
    report.make_mixed()
    report.set_type("multipart/report")
    report.set_param("report-type", kind)
    report.attach(_part(f"message/{kind}", list(blocks)))
    report.attach(_part("message/rfc822", [BytesParser(policy=policy.SMTP).parsebytes(mail.raw)]))
    return report


def _part(content_type: str, inside: list[Message]) -> EmailMessage:
    part = EmailMessage(policy=policy.SMTP)
    part["Content-Type"] = content_type
    part.set_payload([*inside])
    return part
