"""Reads a mail that came in: a report (RFC 3464, RFC 5965), an answer by a machine (RFC 3834), or a person's words. Pure; any bytes
can be read."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from html import unescape
from typing import Literal

import nh3

from app.delivery.bad_addresses import code

Kind = Literal["failed", "delayed", "delivered", "complaint", "not_spam", "machine", "person"]

ADDRESSED = ("Delivered-To", "X-Original-To", "To", "Cc", "Return-Path", "Original-Mail-From", "Original-Recipient")
ABOUT = ("In-Reply-To", "References", "Message-ID", "Original-Envelope-Id")
MACHINES = ("mailer-daemon@", "postmaster@")
AWAY = re.compile(
    r"(?i)(?:auto(?:matic)?[ -]?reply|out of (?:the )?office|autoodpowiedź|automatyczna odpowiedź|автоответ|автоматический ответ"
    r"|răspuns automat|risposta automatica)\b"
)
BREAKS = re.compile(r"(?i)<br\s*/?>|</(?:p|div|h\d|li|tr|blockquote)>")
LONGEST = 100_000  # characters kept of a person's words


@dataclass(frozen=True, slots=True)
class Incoming:
    """`addresses`: whom it was sent to, and in a report whom the mail was sent by; `ids`: what stands in the headers that name
    other mails. `status`: of a report, its enhanced status code. `sender`, `subject`, `text`: a person's."""

    kind: Kind
    addresses: tuple[str, ...]
    ids: tuple[str, ...]
    status: str = ""
    sender: str = ""
    subject: str = ""
    text: str = ""


def read(raw: bytes) -> Incoming:
    """What came in."""
    mail = message_from_bytes(raw)
    parts = list(_parts(mail))
    kind, status = _report(parts) or _machine(mail, parts)
    sender = next((address for _, address in getaddresses([_header(mail, "From")])), "")
    return Incoming(
        kind,
        tuple(dict.fromkeys(address for _, address in getaddresses(_values(parts, ADDRESSED)) if address)),
        tuple(re.findall(r"<[^<>\s]{1,250}>", " ".join(_values(parts, ABOUT)))),
        status,
        sender,
        _header(mail, "Subject"),
        _text(parts) if kind == "person" else "",
    )


def _parts(mail: Message) -> Iterator[Message]:
    """The mail and everything in it, also where a report has only the headers of the mail it is about."""
    for part in mail.walk():
        yield part
        if part.get_content_type() == "text/rfc822-headers":
            yield message_from_bytes(_payload(part))


def _report(parts: list[Message]) -> tuple[Kind, str] | None:
    if parts[0].get_content_type() != "multipart/report":
        return None
    feedback = next((_header(part, "Feedback-Type").lower() for part in parts if part["Feedback-Type"]), "")
    if feedback:
        return ("not_spam" if feedback == "not-spam" else "complaint"), ""
    kinds: dict[str, Kind] = {
        "failed": "failed",
        "delayed": "delayed",
        "delivered": "delivered",
        "relayed": "delivered",
    }
    for part in parts:
        kind = kinds.get(_header(part, "Action").lower())
        if kind:
            return kind, code(_header(part, "Status")) or code(_header(part, "Diagnostic-Code"))
    return None


def _machine(mail: Message, parts: list[Message]) -> tuple[Kind, str]:
    """Not every mail server writes reports as the standard wants, and not every answering machine says that it is one."""
    by_itself = _header(mail, "Auto-Submitted").lower() or "no"
    from_server = any(name in _header(mail, "From").lower() for name in MACHINES)
    if from_server or (_header(mail, "Return-Path") == "<>" and by_itself == "no"):
        return "failed", code(_text(parts))
    said = by_itself != "no" or _header(mail, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
    known = any(mail[name] for name in ("X-Autoreply", "X-Autorespond", "List-Id")) or AWAY.match(
        _header(mail, "Subject")
    )
    return ("machine" if said or known else "person"), ""


def _values(parts: list[Message], names: tuple[str, ...]) -> list[str]:
    return [_decoded(str(value)) for part in parts for name in names for value in part.get_all(name, [])]


def _header(mail: Message, name: str) -> str:
    """A header on one line with its encoded words (RFC 2047) read; "" when there is none."""
    return _decoded(str(mail.get(name, "")))


def _decoded(value: str) -> str:
    plain = " ".join(value.split())
    with suppress(MessageError, LookupError, ValueError):  # then it stays as it stands
        plain = str(make_header(decode_header(plain)))
    return _clean(" ".join(plain.split()))


def _text(parts: list[Message]) -> str:
    """The words: the first plain part, else the first HTML part without its tags."""
    for subtype in ("plain", "html"):
        for part in parts:
            if part.get_content_type() == f"text/{subtype}" and part.get_content_disposition() != "attachment":
                text = _in_charset(_payload(part), part.get_content_charset("utf-8"))
                if subtype == "html":
                    text = unescape(nh3.clean(BREAKS.sub("\n", text), tags=set()))
                return _clean(text.replace("\r\n", "\n")).strip()[:LONGEST]
    return ""


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _in_charset(payload: bytes, charset: str) -> str:
    try:
        return payload.decode(charset, "replace")
    except (LookupError, UnicodeError):  # a charset that does not exist, or is none of texts
        return payload.decode("utf-8", "replace")


def _clean(text: str) -> str:
    """Without what cannot be stored: NUL and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
