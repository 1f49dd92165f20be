"""Providers hand messages over. To add one, add a file that exposes `provider`; only these files import twilio or smtplib."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from app.core.registry import Registry
from app.delivery.gateways import Gateway
from app.delivery.outcome import Commit, Found, Outcome, Outgoing


class Session(Protocol):
    """A connection that serves several messages."""

    def send(self, message: Outgoing, commit: Commit) -> Outcome:
        """Hand over one message. `commit` is called once, right before the bytes that make the other side accept; what goes
        wrong before it is certainly not sent. Lets `Withdrawn` through, leaving the connection usable."""


class Provider(Protocol):
    """`keeps_log`: `find` can prove what the provider has taken."""

    name: str
    channel: str
    keeps_log: bool

    def session(self, gateway: Gateway, settings: Mapping[str, Any]) -> AbstractContextManager[Session]:
        """Connects at the first message, closes at the end."""

    def find(self, gateway: Gateway, to: str, since: datetime) -> list[Found]:
        """Messages to this address in the provider's own log, made since then, newest first. OSError when it cannot be asked."""


PROVIDERS: Registry[Provider] = Registry("provider", "app.delivery.providers", "provider")
