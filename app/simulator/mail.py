"""A received mail and what can be read out of it."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from functools import cached_property
from html.parser import HTMLParser
from typing import Any


@dataclass(frozen=True)
class Mail:
    """`sender` and `recipients` are the envelope's (RFC 5321), `received` is ISO 8601, `raw` is the message as transferred."""

    id: int
    sender: str
    recipients: tuple[str, ...]
    received: str
    raw: bytes

    @classmethod
    def of(cls, record: dict[str, Any]) -> "Mail":
        """The mail in a record of the log."""
        raw = record["raw"].encode("utf-8", "surrogateescape")
        return cls(record["seq"], record["sender"] or "", tuple(record["recipients"]), record["at"], raw)

    @cached_property
    def message(self) -> Message:
        return message_from_bytes(self.raw)

    @cached_property
    def headers(self) -> list[tuple[str, str]]:
        """Every header in order, unfolded, encoded words decoded."""
        return [(name, _decoded(str(value))) for name, value in self.message.items()]

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @property
    def text(self) -> str:
        return self._body("plain")

    @property
    def html(self) -> str:
        return self._body("html")

    @property
    def source(self) -> str:
        return self.raw.decode("utf-8", "replace")

    def header(self, name: str) -> str:
        """The first header of that name, "" when there is none."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def is_for(self, address: str) -> bool:
        return address.lower() in (recipient.lower() for recipient in self.recipients)

    @property
    def links(self) -> list[str]:
        """Targets of the HTML part's links, in order."""
        finder = _LinkFinder()
        finder.feed(self.html)
        return finder.links

    @property
    def one_click_url(self) -> str | None:
        """Where RFC 8058 lets a mailbox unsubscribe with one click: both headers must be there, with an HTTP(S) address."""
        if self.header("List-Unsubscribe-Post").strip().lower() != "list-unsubscribe=one-click":
            return None
        found = re.search(r"<\s*(https?://[^>\s]+)\s*>", self.header("List-Unsubscribe"))
        return found[1] if found else None

    def inline_part(self, content_id: str) -> Message | None:
        """The part that the HTML names as cid:content_id (RFC 2392)."""
        return next(
            (part for part in self.message.walk() if str(part.get("Content-ID", "")).strip("<> ") == content_id), None
        )

    def summary(self) -> dict[str, Any]:
        """Its JSON form, without the raw source."""
        return {
            "id": self.id,
            "from": self.sender,
            "to": list(self.recipients),
            "received": self.received,
            "subject": self.subject,
            "headers": [{"name": name, "value": value} for name, value in self.headers],
            "text": self.text,
            "html": self.html,
            "links": self.links,
            "one_click_url": self.one_click_url,
        }

    def _body(self, subtype: str) -> str:
        """The first text part of that kind that is not an attached file."""
        for part in self.message.walk():
            if part.get_content_type() == f"text/{subtype}" and part.get_content_disposition() != "attachment":
                payload = part.get_payload(decode=True)
                return _text(payload if isinstance(payload, bytes) else b"", part.get_content_charset("utf-8"))
        return ""


def _text(payload: bytes, charset: str) -> str:
    try:
        text = payload.decode(charset, "replace")
    except (LookupError, UnicodeError):  # a charset that does not exist, or is none of texts
        text = payload.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def _decoded(value: str) -> str:
    """A header unfolded, with its encoded words (RFC 2047) read; as it stands when they cannot be."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", value)
    try:
        decoded = str(make_header(decode_header(unfolded)))
    except (HeaderParseError, LookupError, ValueError):
        decoded = unfolded
    return decoded.encode("utf-8", "replace").decode()


class _LinkFinder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (target := dict(attrs).get("href")):
            self.links.append(target)
