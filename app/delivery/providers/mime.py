"""A mail as it goes over the wire (RFC 5322), signed by us where a key is set (DKIM, RFC 6376)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from app.delivery.outcome import Fate, Outgoing, Refused

SEVEN_BIT = SMTP.clone(cte_type="7bit")  # a relay that re-encodes a mail breaks its signature (RFC 6376, 5.3)
SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "auto-submitted", "mime-version", "content-type"),
    *("content-transfer-encoding", "list-unsubscribe", "list-unsubscribe-post"),  # RFC 8058 wants the last two
)


@dataclass(frozen=True, slots=True)
class Key:
    """A private key (PEM), and where the domain's DNS has the public one: `selector`._domainkey.`domain`."""

    domain: str
    selector: str
    pem: bytes


def key_of(settings: Mapping[str, Any]) -> Key | None:
    """The key in the settings; None where mails leave unsigned."""
    pem = settings.get("MAIL_DKIM_KEY")
    return Key(settings["MAIL_DKIM_DOMAIN"], settings["MAIL_DKIM_SELECTOR"], pem.encode()) if pem else None


def message_id(id: str, host: str) -> str:
    """The same for the same message however often it is tried, so that mailboxes can tell a repeat (RFC 5322, 3.6.4)."""
    return f"<{id}@{host}>"


def write(message: Outgoing, host: str, key: Key | None = None) -> bytes | Refused:
    """The mail, CRLF at the end. A line break in a header becomes a space or is refused: no header can be injected."""
    mail = EmailMessage(policy=SEVEN_BIT)
    try:
        mail["To"] = Address(addr_spec=message.to)
    except (ValueError, IndexError) as fault:  # the email package raises both for an address it cannot parse
        return Refused("address", words(fault), Fate.BAD_ENDPOINT)
    headers = {
        "Subject": message.subject,
        "Date": format_datetime(message.at),
        "Message-ID": message_id(message.id, host),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no holiday reply to this
        **({"Reply-To": message.replies_to} if message.replies_to else {}),
        **message.headers,
    }
    try:
        mail["From"] = Address(message.sender.rpartition("<")[0].strip(), addr_spec=bare(message.sender))
        for name, value in headers.items():
            mail[name] = " ".join(value.split())
    except (ValueError, IndexError) as fault:
        return Refused("header", words(fault), Fate.PERMANENT)  # ours to mend, and no fault of the address
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    written = mail.as_bytes()
    written = written if written.endswith(b"\r\n") else written + b"\r\n"
    return signature(written, key) + written if key else written


def signature(written: bytes, key: Key) -> bytes:
    """The DKIM-Signature header of a mail. It names absent headers too, so that nobody can add one."""
    import dkim  # 0.2 s, for those who sign

    form, headers = (b"relaxed", b"relaxed"), [name.encode() for name in SIGNED]
    return bytes(
        dkim.sign(written, key.selector.encode(), key.domain.encode(), key.pem, None, form, include_headers=headers)
    )


def bare(sender: str) -> str:
    """The address of `Name <address>`."""
    return sender.rpartition("<")[2].rstrip("> ")


def words(fault: Exception) -> str:
    """A fault without addresses in it."""
    return re.sub(r"\S+@\S+", "…", f"{type(fault).__name__}: {fault}")[:200]
