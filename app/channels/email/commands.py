"""`flask canvass mail-in`: a small mail server for what comes back, behind the real one or alone."""

import asyncio
import signal
import threading

import click
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.channels.email.inbound import keep
from app.logs import configure_logging
from app.ui.edge import now

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
        await asyncio.to_thread(self._keep, "\r\n".join([*traces, ""]).encode("utf-8", "replace") + content)
        return "250 2.0.0 OK: kept"

    def _keep(self, raw: bytes) -> None:
        with self.app.app_context():
            keep(raw, now())

    async def handle_exception(self, error: Exception) -> str:
        self.app.logger.exception("a mail could not be kept")
        return "451 4.3.0 Try again later"


def listen(app: Flask, host: str, port: int) -> Controller:
    """Begin to take mail, in a thread of its own; `stop()` ends it. OSError when the port is taken."""
    controller = Controller(MailIn(app), host, port, data_size_limit=LARGEST, ident="Canvass")
    controller.start()
    return controller


@click.command("mail-in")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=2525, show_default=True, help="Port to listen on.")
@with_appcontext
def mail_in(host: str, port: int) -> None:
    """Take bounces, complaints and replies by SMTP, for MAIL_BOX, until stopped. The scheduler reads them."""
    if not current_app.config["MAIL_BOX"]:
        raise click.ClickException("Set MAIL_BOX to the address that bounces and replies come to.")
    configure_logging()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    controller = listen(current_app._get_current_object(), host, port)  # type: ignore[attr-defined]
    click.echo(f"Taking mail for {current_app.config['MAIL_BOX']} at {host}:{port}")
    stopped.wait()
    controller.stop()


commands = [mail_in]
"""For `flask canvass`."""
