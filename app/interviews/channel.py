"""What a channel is to the floors below it: an object they look up by name. Channels never import each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """Something to send. `to`: an address or number in normal form. `html` and `subject` are an email's."""

    to: str
    text: str
    subject: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


class Channel(Protocol):
    """`name`: web, email, sms, phone or field. `mode`: the mode in which answers on it are given.

    `sends`: it composes messages; `assisted`: an interviewer enters the answers."""

    name: str
    mode: str
    sends: bool
    assisted: bool

    def reachable(self, contact: Any) -> str | None:
        """The address by which this contact (a contacts.service.Contact) is reached here; None: it is not."""

    def open(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """The interview goes on here: send the next question, queue the call, and so on."""

    def compose(
        self, workspace_id: str, interview_id: str, purpose: str, now: datetime, wave: int | None = None
    ) -> Message | None:
        """The message for a purpose (invitation, reminder, resume, turn…) as of now; None: there is nothing to say any more.
        `wave`: which of the reminders it is."""

    def release(self, workspace_id: str, interview_id: str, now: datetime) -> None:
        """Another channel took the interview over, or it ended: stop what is under way here."""


_channels: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Make a channel known. ValueError when its name is taken by another class."""
    taken = _channels.get(channel.name)
    if taken is not None and type(taken) is not type(channel):
        raise ValueError(f"two channels are called {channel.name}")
    _channels[channel.name] = channel


def get(name: str) -> Channel:
    """The channel of this name; KeyError names the ones there are."""
    try:
        return _channels[name]
    except KeyError:
        raise KeyError(f"no channel {name!r}; there are: {', '.join(sorted(_channels))}") from None


def names() -> tuple[str, ...]:
    return tuple(sorted(_channels))
