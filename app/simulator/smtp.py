"""The mail server: takes what it is given unless told to refuse it."""

import asyncio
import socket
import time
from collections import deque
from collections.abc import Coroutine
from functools import partial
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.simulator.behaviour import SMTP_CODES, Behaviour
from app.simulator.journal import Record
from app.simulator.mail import Mail
from app.simulator.postman import NoWayBack, Postman
from app.simulator.store import Store

# RFC 3463 status codes with the texts servers commonly give
REFUSALS = {
    421: "4.7.0 Too many connections",
    450: "4.7.0 Too many mails, slow down",
    451: "4.7.1 Try again later",
    452: "4.2.2 Mailbox full",
    550: "5.1.1 No such user",
    554: "5.7.1 Refused",
}


class MailHandler:
    """aiosmtpd calls one method per SMTP command; a mail is in the log before its 250."""

    def __init__(self, store: Store, postman: Postman) -> None:
        self._store = store
        self._postman = postman
        self._first_seen: dict[tuple[str, str], float] = {}  # greylisting: (sender's domain, recipient)
        self._taken: dict[str, deque[float]] = {}  # per domain, the last second's mails
        self._returning: set[asyncio.Task[None]] = set()

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        scripted = self._take(address, refusing=True)
        code = self._refusal(scripted, envelope.mail_from or "", address) if scripted else None
        if scripted is None or code is None:
            envelope.rcpt_tos.append(address)
            return "250 OK"
        text = scripted.text or REFUSALS.get(code, "Refused")
        await self._record("mail_refused", sender=envelope.mail_from, recipient=address, code=code, text=text)
        return f"{code} {text}"

    def _refusal(self, scripted: Behaviour, sender: str, address: str) -> int | None:
        """The code a recipient is refused with; None: this time it is taken."""
        if scripted.code is not None:
            return scripted.code
        now = time.monotonic()
        if scripted.greylist is not None:
            first = self._first_seen.setdefault((sender.rpartition("@")[2], address), now)
            return 451 if now - first < scripted.greylist else None
        lately = self._taken.setdefault(address.rpartition("@")[2], deque())
        while lately and now - lately[0] >= 1:
            lately.popleft()
        if len(lately) >= (scripted.per_second or 0):
            return 450
        lately.append(now)
        return None

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        scripts = [(address, self._take(address, refusing=False)) for address in envelope.rcpt_tos]
        lost = any(scripted and scripted.lose for _, scripted in scripts)
        bouncing = [(address, scripted.bounce) for address, scripted in scripts if scripted and scripted.bounce]
        content = envelope.original_content or b""
        raw = content.decode("utf-8", "surrogateescape")
        kind = "mail_lost" if lost else "mail_bounced" if bouncing else "mail"
        taken = await self._record(kind, sender=envelope.mail_from, recipients=envelope.rcpt_tos, raw=raw)
        for _, scripted in scripts:
            if scripted:
                await asyncio.sleep(scripted.delay)
                if (scripted.drop or scripted.lose) and server.transport:
                    server.transport.close()
        for address, code in bouncing:
            task = asyncio.create_task(self._send_back(Mail.of(taken), address, str(code)))
            self._returning.add(task)
            task.add_done_callback(self._returning.discard)
        return "250 2.0.0 OK: taken"

    async def _send_back(self, mail: Mail, address: str, code: str) -> None:
        """A mail that was taken comes back a little later, as it does when the next server refuses it."""
        try:
            await asyncio.to_thread(self._postman.bounce, mail, address, code)
        except NoWayBack as problem:
            await self._record("bounce_not_taken", mail=mail.id, problem=str(problem))
        else:
            await self._record("bounce", mail=mail.id, recipient=address, code=code)

    async def _record(self, kind: str, **data: Any) -> Record:
        # off the event loop: the disk must not hold up other conversations
        return await asyncio.to_thread(partial(self._store.record, kind, **data))

    def _take(self, address: str, refusing: bool) -> Behaviour | None:
        def fits(behaviour: Behaviour) -> bool:
            return behaviour.refuses_recipients == refusing and behaviour.concerns(SMTP_CODES)

        return self._store.take_behaviour(address, fits)


class OnSocket(Controller):
    """Serves a socket that already listens: aiosmtpd's own takes no port 0, and a port found free may be gone a moment later."""

    def __init__(self, handler: Any, listener: socket.socket, **parameters: Any) -> None:
        host, port = listener.getsockname()[:2]
        super().__init__(handler, host, port, ready_timeout=300, **parameters)  # seconds; a machine may be slow
        self.listener = listener

    def _create_server(self) -> Coroutine[Any, Any, asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.listener)


def start_smtp(store: Store, postman: Postman, host: str, port: int) -> int:
    """Listen in a thread of its own and return the port (0 asks for a free one). OSError when it is taken."""
    controller = OnSocket(MailHandler(store, postman), socket.create_server((host, port)), ident="Canvass simulator")
    controller.start()
    return controller.port
