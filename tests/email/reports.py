"""Mails that come back, built by the standard library: reports on delivery (RFC 3464) and on complaints (RFC 5965)."""

from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText


def report(kind: str, to: str, blocks: list[dict[str, str]], original: str = "", headers_only: bool = False) -> bytes:
    """A multipart/report. `kind`: delivery-status or feedback-report; `blocks`: its groups of fields; `original`: the mail that
    it is about, or its headers."""
    made = MIMEMultipart("report", report_type=kind)
    made["From"], made["To"], made["Subject"] = (
        "MAILER-DAEMON@mx.example.net",
        to,
        "Undelivered Mail Returned to Sender",
    )
    made["Auto-Submitted"] = "auto-replied"
    made.attach(MIMEText("I am sorry: 5.9.9 is not the code that counts."))
    part = Message()
    part["Content-Type"] = f"message/{kind}"
    for block in blocks:
        fields = Message()
        for name, value in block.items():
            fields[name] = value
        part.attach(fields)
    made.attach(part)
    if headers_only:
        made.attach(MIMEText(original.partition("\n\n")[0] + "\n", "rfc822-headers"))
    elif original:
        inner = EmailMessage()
        for line in original.partition("\n\n")[0].splitlines():
            name, _, value = line.partition(": ")
            inner[name] = value
        inner.set_content(original.partition("\n\n")[2])
        made.attach(MIMEMessage(inner))
    return made.as_bytes()


def bounce(to: str, status: str, action: str = "failed", original: str = "", **more: str) -> bytes:
    """A report as Postfix writes it."""
    recipient = {"Final-Recipient": "rfc822; anna@example.org", "Action": action, "Status": status, **more}
    return report("delivery-status", to, [{"Reporting-MTA": "dns; mx.example.net"}, recipient], original)


def complaint(to: str, original: str, kind: str = "abuse", **more: str) -> bytes:
    """A report as a feedback loop sends it."""
    fields = {"Feedback-Type": kind, "User-Agent": "Loop/1.0", "Version": "1", **more}
    return report("feedback-report", to, [fields], original, headers_only=True)


def reply(text: str, to: str = "mail@in.example.com", sender: str = "Anna <anna@example.org>", **headers: str) -> bytes:
    """Somebody's answer."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to, "Re: your opinion"
    for name, value in headers.items():
        del made[name.replace("_", "-")]
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made.as_bytes()
