"""The simulator's memory: everything is a record of the journal, and the state is what the records add up to."""

import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.simulator.behaviour import ANYONE, Behaviour, Chaos
from app.simulator.journal import Journal, Record
from app.simulator.mail import Mail
from app.simulator.message import Message


class Store:
    """Opened again on the same file it knows what it knew."""

    def __init__(self, path: Path) -> None:
        self._journal = Journal(path)
        self._lock = threading.RLock()
        self._apply: dict[str, Callable[[Record], None]] = {
            "message": self._message,
            "status": self._status,
            "redacted": self._redacted,
            "opt_out": lambda record: self.opted_out.add((record["number"], record["phone"])),
            "opt_in": lambda record: self.opted_out.discard((record["number"], record["phone"])),
            "twiml_error": lambda record: self.problems.update(
                {record["sid"]: f"{record['code']}: {record['message']}"}
            ),
            "mail": self._mail,
            "one_click": lambda record: self.one_clicks.update({record["mail"]: record["answer"]}),
            "mail_reply": lambda record: self._answered(record["mail"], record["text"]),
            "complaint": lambda record: self._answered(record["mail"], ""),
            "behaviour": self._behaviour,
            "behaviour_used": self._behaviour_used,
            "chaos": self._set_chaos,
            "reset": self._reset,
        }
        self._reset({"seq": 0})
        for record in self._journal.read():
            self._add(record)

    def record(self, kind: str, durable: bool = True, **data: Any) -> Record:
        """Write one record to the log and let it take effect; with `durable` it survives a power cut once this returns."""
        with self._lock:
            record = self._journal.append(kind, data)
            self._add(record)
        if durable:  # outside the lock, so that others can write and share the disk's answer
            self._journal.sync(record["seq"])
        return record

    def save(self, message: Message, **details: Any) -> Message:
        """Record a new message and return it with its instants."""
        with self._lock:
            record = self.record("message", durable=False, message=asdict(message), **details)
            saved = self._messages[message.sid]
        self._journal.sync(record["seq"])
        return saved

    def log(self, kind: str | None = None, after: int = 0, everything: bool = False) -> list[Record]:
        """Records read from the disk, since the last reset unless `everything`."""
        start = after if everything else max(after, self._reset_at)
        return [record for record in self._journal.read(start) if kind in (None, record["kind"])]

    def message(self, sid: str) -> Message | None:
        return self._messages.get(sid)

    def messages(self, wanted: Callable[[Message], bool] = lambda message: True) -> list[Message]:
        """Oldest first."""
        with self._lock:
            return [message for message in self._messages.values() if wanted(message)]

    def conversation(self, phone: str) -> list[Message]:
        """What one customer's phone sent and got, oldest first."""
        with self._lock:
            return list(self._conversations.get(phone, ()))

    def mail(self, mail_id: int) -> Mail | None:
        return self._mails.get(mail_id)

    def mails(self, to: str | None = None) -> list[Mail]:
        """Oldest first."""
        with self._lock:
            return [mail for mail in self._mails.values() if to is None or mail.is_for(to)]

    def behaviours(self) -> list[Behaviour]:
        with self._lock:
            return list(self._behaviours.values())

    def take_behaviour(self, to: str, wanted: Callable[[Behaviour], bool]) -> Behaviour | None:
        """The behaviour scripted for `to`, most particular first, else what chaos draws; counted as used."""
        with self._lock:
            for target in (to.lower(), "@" + to.lower().rpartition("@")[2], ANYONE):
                behaviour = self._behaviours.get(target)
                if behaviour and wanted(behaviour):
                    self.record("behaviour_used", durable=False, to=target)
                    return behaviour
            drawn = self.chaos.draw([one for one in self.chaos.behaviours if wanted(one)])
            if drawn:
                self.record("chaos_used", durable=False, to=to, behaviour=self.chaos.behaviours.index(drawn))
            return drawn

    def _add(self, record: Record) -> None:
        if effect := self._apply.get(record["kind"]):
            effect(record)

    def _message(self, record: Record) -> None:
        message = Message(**{**record["message"], "created": record["at"], "updated": record["at"]})
        if message.direction == "inbound":
            message.sent = record["at"]
        if message.sid not in self._messages:
            self._messages[message.sid] = message
            self._conversations.setdefault(message.phone, []).append(message)
        self.problems.pop(message.sid, None)

    def _status(self, record: Record) -> None:
        if message := self._messages.get(record["sid"]):
            message.status, message.updated = record["status"], record["at"]
            message.error_code, message.error_message = record.get("error_code"), record.get("error_message")
            message.sent = message.sent or (record["at"] if record["status"] not in ("queued", "failed") else None)

    def _redacted(self, record: Record) -> None:
        if message := self._messages.get(record["sid"]):
            message.body = ""

    def _mail(self, record: Record) -> None:
        self._mails[record["seq"]] = Mail.of(record)

    def _answered(self, mail: int, text: str) -> None:
        self.answers.setdefault(mail, []).append(text)

    def _behaviour(self, record: Record) -> None:
        behaviour = Behaviour(**record["behaviour"])
        self._behaviours.pop(behaviour.to, None)
        if not behaviour.is_ordinary:
            self._behaviours[behaviour.to] = behaviour

    def _set_chaos(self, record: Record) -> None:
        self.chaos = Chaos(record["seed"], [Behaviour(**one) for one in record["behaviours"]])

    def _behaviour_used(self, record: Record) -> None:
        behaviour = self._behaviours.get(record["to"])
        if behaviour and behaviour.times is not None:
            behaviour.times -= 1
            if not behaviour.times:
                del self._behaviours[behaviour.to]

    def _reset(self, record: Record) -> None:
        self._reset_at: int = record["seq"]
        self._messages: dict[str, Message] = {}
        self._conversations: dict[str, list[Message]] = {}
        self._mails: dict[int, Mail] = {}
        self._behaviours: dict[str, Behaviour] = {}
        self.chaos = Chaos()
        self.opted_out: set[tuple[str, str]] = set()  # (the product's number, the phone)
        self.problems: dict[str, str] = {}  # inbound sid: why the product's answer was of no use
        self.one_clicks: dict[int, dict[str, Any]] = {}  # mail: what the product answered to its unsubscribe button
        self.answers: dict[int, list[str]] = {}  # mail: what its reader wrote back; "" is the spam button
