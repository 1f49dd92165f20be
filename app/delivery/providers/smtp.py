"""Mail by SMTP (RFC 5321). SMTP_URL: smtp://user:password@host:587?starttls=require, or smtps://… for TLS from the first byte.

`starttls`: "require", "never", or "auto" (the default): use it where the server offers it.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from app.delivery.bad_addresses import weigh
from app.delivery.gateways import Gateway
from app.delivery.outcome import Accepted, Commit, Fate, Found, Lost, Outcome, Outgoing, Refused
from app.delivery.providers.mime import Key, bare, key_of, message_id, words, write

TIMEOUT = 30.0  # seconds for each reply; RFC 5321 allows minutes, a queue cannot wait for them


class SmtpSession:
    """One connection, made at the first message and again after a fault."""

    def __init__(self, url: str, host: str, key: Key | None = None) -> None:
        self.url, self.host, self.key = url, host, key
        self.server: smtplib.SMTP | None = None

    def send(self, message: Outgoing, commit: Commit) -> Outcome:
        written = write(message, self.host, self.key)
        if isinstance(written, Refused):
            return written
        committed = False

        def point_of_no_return() -> None:
            nonlocal committed
            commit()
            committed = True

        try:
            code, reply = self._converse(message, written, point_of_no_return)
        except _Reply as refusal:
            return refused(refusal.code, refusal.text, refusal.stage)
        except (OSError, smtplib.SMTPException) as fault:
            self._drop()
            return Lost(words(fault)) if committed else failed(fault)
        except Exception:  # such as Withdrawn
            self._drop()  # the only way out of DATA without a mail
            raise
        if code // 100 == 2:
            return Accepted(message_id(message.id, self.host))
        if code == 421 or code // 100 not in (4, 5):
            self._drop()
        return refused(code, reply, "content") if code // 100 in (4, 5) else Lost(f"{code}")

    def _converse(self, message: Outgoing, written: bytes, commit: Commit) -> tuple[int, str]:
        """MAIL, RCPT, DATA, the content; then `commit`; then the dot that makes the server accept (RFC 5321, 4.2.5)."""
        server, code, answer = self._begin(message.returns_to or bare(message.sender), len(written))
        self._expect("mail", 250, code, answer)
        self._expect("rcpt", 250, *server.rcpt(message.to))
        self._expect("data", 354, *server.docmd("DATA"))
        server.send(re.sub(rb"(?m)^\.", b"..", written))
        commit()
        server.send(b".\r\n")
        code, reply = server.getreply()
        return code, reply.decode("utf-8", "replace")

    def _begin(self, sender: str, size: int) -> tuple[smtplib.SMTP, int, bytes]:
        """MAIL on the connection there is; one that the server closed meanwhile is replaced."""
        if self.server is not None:
            with suppress(smtplib.SMTPServerDisconnected):
                return self.server, *mail_from(self.server, sender, size)
        self._drop()
        self.server = connect(self.url)
        return self.server, *mail_from(self.server, sender, size)

    def _expect(self, stage: str, wanted: int, code: int, reply: bytes) -> None:
        if code == wanted or (stage == "rcpt" and code == 251):
            return
        if self.server is not None and code != 421:
            with suppress(smtplib.SMTPException):
                self.server.rset()
        else:
            self._drop()
        raise _Reply(stage, code, reply.decode("utf-8", "replace"))

    def _drop(self) -> None:
        if self.server is not None:
            self.server.close()
        self.server = None

    def close(self) -> None:
        if self.server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self.server.quit()
        self._drop()


@dataclass
class _Reply(Exception):
    """The server said no, before the content was handed over."""

    stage: str
    code: int
    text: str


def connect(url: str) -> smtplib.SMTP:
    """A greeted, encrypted and authenticated connection as the URL asks for. OSError or SMTPException when there is none."""
    parts = urlsplit(url)
    host, secure = parts.hostname or "localhost", ssl.create_default_context()
    starttls = parse_qs(parts.query).get("starttls", ["auto"])[0]
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=TIMEOUT, context=secure)
    else:
        server = smtplib.SMTP(host, parts.port or 587, timeout=TIMEOUT)
    try:
        # content and dot go out apart: Nagle's algorithm would hold the dot back for 40 ms
        assert server.sock is not None
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.ehlo_or_helo_if_needed()
        encrypted = parts.scheme == "smtps"
        if not encrypted and (starttls == "require" or (starttls == "auto" and server.has_extn("starttls"))):
            server.starttls(context=secure)
            server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except Exception:
        server.close()
        raise
    return server


def mail_from(server: smtplib.SMTP, sender: str, size: int) -> tuple[int, bytes]:
    """Begin a mail, with its size where the server wants to know (RFC 1870)."""
    return server.mail(sender, [f"size={size}"] if server.has_extn("size") else [])


ENHANCED = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})\b")


LOGIN_WANTED = (530, 534, 535, 538)  # RFC 4954: a password of ours to mend, not the message's fault


def failed(fault: OSError | smtplib.SMTPException) -> Refused:
    """The conversation broke off before anything was handed over."""
    ours = isinstance(fault, (smtplib.SMTPAuthenticationError, smtplib.SMTPNotSupportedError))  # a password, or TLS
    return Refused(type(fault).__name__, words(fault), Fate.CONFIGURATION if ours else Fate.UNAVAILABLE)


def refused(code: int, text: str, stage: str) -> Refused:
    """What a reply says about trying again (RFC 5321, 4.2.1; RFC 3463: x.1.y addressing, x.2.y this mailbox).
    A 4xx that is not about the one mailbox means that the whole domain wants less."""
    enhanced = ENHANCED.match(text)
    name = f"{code} {enhanced[0]}" if enhanced else str(code)
    if code in LOGIN_WANTED:
        fate = Fate.CONFIGURATION
    elif code // 100 != 5:
        fate = Fate.RETRY if enhanced and enhanced[2] in ("1", "2") else Fate.THROTTLED
    elif enhanced:
        fate = Fate.BAD_ENDPOINT if weigh(enhanced[0]) == "hard" else Fate.PERMANENT
    else:
        fate = Fate.BAD_ENDPOINT if stage == "rcpt" and code in (550, 551, 553) else Fate.PERMANENT
    return Refused(name, re.sub(r"\S+@\S+", "…", text)[:200], fate)


class Smtp:
    name = "smtp"
    channel = "email"
    keeps_log = False

    @contextmanager
    def session(self, gateway: Gateway, settings: Mapping[str, Any]) -> Iterator[SmtpSession]:
        host = urlsplit(settings["PUBLIC_URL"]).hostname or "localhost"
        session = SmtpSession(gateway.url, host, key_of(settings))
        try:
            yield session
        finally:
            session.close()

    def find(self, gateway: Gateway, to: str, since: datetime) -> list[Found]:
        """A mail server shows nobody what it has taken."""
        return []


provider = Smtp()
