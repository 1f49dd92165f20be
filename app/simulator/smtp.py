"""The mail server: takes what it is given unless told to refuse it."""

import asyncio
import socket
from collections.abc import Coroutine
from functools import partial
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.simulator.behaviour import SMTP_CODES, Behaviour
from app.simulator.store import Store

# RFC 3463 status codes with the texts servers commonly give
REFUSALS = {451: "4.7.1 Try again later", 452: "4.2.2 Mailbox full", 550: "5.1.1 No such user", 554: "5.7.1 Refused"}


class MailHandler:
    """aiosmtpd calls one method per SMTP command; a mail is in the log before its 250."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        scripted = self._take(address, refusing=True)
        if scripted is None:
            envelope.rcpt_tos.append(address)
            return "250 OK"
        text = scripted.text or REFUSALS.get(scripted.code or 0, "Refused")
        await self._record("mail_refused", sender=envelope.mail_from, recipient=address, code=scripted.code, text=text)
        return f"{scripted.code} {text}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        raw = content.decode("utf-8", "surrogateescape")
        await self._record("mail", sender=envelope.mail_from, recipients=envelope.rcpt_tos, raw=raw)
        for address in envelope.rcpt_tos:
            if scripted := self._take(address, refusing=False):
                await asyncio.sleep(scripted.delay)
                if scripted.drop and server.transport:
                    server.transport.close()
        return "250 2.0.0 OK: taken"

    async def _record(self, kind: str, **data: Any) -> None:
        # off the event loop: the disk must not hold up other conversations
        await asyncio.to_thread(partial(self._store.record, kind, **data))

    def _take(self, address: str, refusing: bool) -> Behaviour | None:
        def fits(behaviour: Behaviour) -> bool:
            return (behaviour.code is not None) == refusing and behaviour.concerns(SMTP_CODES)

        return self._store.take_behaviour(address, fits)


class OnSocket(Controller):
    """Serves a socket that already listens: aiosmtpd's own takes no port 0, and a port found free may be gone a moment later."""

    def __init__(self, handler: Any, listener: socket.socket, **parameters: Any) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(handler, host, port, ready_timeout=300, **parameters)  # seconds; a machine may be slow
        self.listener = listener

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.listener)


def start_smtp(store: Store, host: str, port: int) -> int:
    """Listen in a thread of its own and return the port (0 asks for a free one). OSError when it is taken."""
    controller = OnSocket(MailHandler(store), socket.create_server((host, port)), ident="Canvass simulator")
    controller.start()
    return controller.port
