"""A mail server that stops at a chosen step until told to go on, so that a worker can be looked at, or killed, there."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Stop:
    """`reached` once a worker is there; the server stays until `go`."""

    reached: threading.Event = field(default_factory=threading.Event)
    go: threading.Event = field(default_factory=threading.Event)


class ScriptedSmtp:
    """Steps: connect, ehlo, mail, rcpt, data (before 354), content (its first line is here), accepted (before 250), replied.

    A mail is in `mailbox` once it is accepted. `loses`: forget what came with the dot, as a server does that crashes then.
    `hangs_up`: one mail a connection.
    `watch` is called at each step with its name."""

    def __init__(self) -> None:
        self.stops: dict[str, Stop] = {}
        self.watch: Callable[[str], None] = lambda step: None
        self.mailbox: list[bytes] = []
        self.loses = self.hangs_up = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.listener.getsockname()[1]}"

    def stop(self, step: str) -> Stop:
        """Hold still at this step from now on."""
        return self.stops.setdefault(step, Stop())

    def go_on(self) -> None:
        """Hold still nowhere any more."""
        while self.stops:
            self.stops.popitem()[1].go.set()

    def at(self, step: str) -> None:
        self.watch(step)
        if stop := self.stops.get(step):
            stop.reached.set()
            stop.go.wait(300)

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.converse, args=(connection,), daemon=True).start()

    def converse(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rwb") as wire, suppress(OSError):  # the client is gone
            self.speak(wire)

    def speak(self, wire) -> None:  # type: ignore[no-untyped-def]
        def say(reply: str) -> None:
            wire.write(reply.encode() + b"\r\n")
            wire.flush()

        self.at("connect")
        say("220 scripted")
        while line := wire.readline():
            verb = line[:4].decode().strip().lower()
            if verb == "data":
                self.at("data")
                say("354 go on")
                if not self.take(wire):
                    return
                say("250 2.0.0 taken")
                self.at("replied")
                if self.hangs_up:
                    return
                continue
            self.at(verb)
            say("250 OK")
            if verb == "quit":
                return

    def take(self, wire) -> bool:  # type: ignore[no-untyped-def]
        content = [wire.readline()]
        self.at("content")
        while (line := wire.readline()) != b".\r\n":
            if not line:
                return False  # gone before the dot: no mail (RFC 5321, 4.2.5)
            content.append(line)
        if self.loses:
            return False
        self.mailbox.append(b"".join(content))
        self.at("accepted")
        return True


@contextmanager
def scripted_smtp() -> Iterator[ScriptedSmtp]:
    server = ScriptedSmtp()
    threading.Thread(target=server.serve, daemon=True).start()
    try:
        yield server
    finally:
        server.go_on()
        server.listener.close()
