"""A small mail server for what comes back, behind the real one or alone."""

import asyncio
import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask

from app.channels.email.inbound import receive
from app.ui.edge import now

log = logging.getLogger(__name__)

LARGEST = 20 * 1024 * 1024  # bytes


class MailIn:
    """Takes mail for MAIL_BOX and its addresses with a plus, nothing else: it passes nothing on."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        local, _, domain = self.app.config["MAIL_BOX"].lower().rpartition("@")
        name, _, at = address.lower().rpartition("@")
        if (name.partition("+")[0], at) != (local, domain):
            return "550 5.1.1 There is no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        traces = [f"Return-Path: <{envelope.mail_from or ''}>", *(f"Delivered-To: {to}" for to in envelope.rcpt_tos)]
        await asyncio.to_thread(self._receive, "\r\n".join([*traces, ""]).encode("utf-8", "replace") + content)
        return "250 2.0.0 OK: kept"

    def _receive(self, raw: bytes) -> None:
        with self.app.app_context():
            receive(raw, now())

    async def handle_exception(self, error: Exception) -> str:
        log.exception("a mail could not be taken")
        return "451 4.3.0 Try again later"


def listen(app: Flask, host: str, port: int) -> Controller:
    """Begin to take mail, in a thread of its own; `stop()` ends it. OSError when the port is taken."""
    controller = Controller(MailIn(app), host, port, data_size_limit=LARGEST, ident="Canvass")
    controller.start()
    return controller
