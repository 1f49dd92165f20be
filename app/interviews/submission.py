"""What somebody sends for a screen, and what became of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from app import engine
from app.core.problems import Problem
from app.interviews.holder import Held
from app.interviews.repository import Interview


@dataclass(frozen=True, slots=True)
class Submission:
    """A screen as somebody sent it. `revision`: that of the interview when the screen was shown. `token`: the fencing token of
    an interviewer. `consent`: given together with the first screen. `take_over`: the person insists on this channel.
    `shown`: when the screen was, as its form says; `time_over`: it was sent because its time was over, as the browser says (see
    timing)."""

    mode: str
    entry: str
    at: str
    raw: engine.Raw
    revision: int
    channel: str = ""
    token: int | None = None
    overrides: Mapping[str, str] | Collection[str] = ()
    consent: engine.Consent | None = None
    take_over: bool = False
    shown: datetime | None = None
    time_over: bool = False

    @property
    def by(self) -> str:
        """The channel that wants to write: the mode, unless told otherwise (an email link is answered on the web)."""
        return self.channel or self.mode


@dataclass(frozen=True, slots=True)
class Accepted:
    """Stored. `next`: what comes now."""

    interview: Interview
    next: engine.Screen | engine.End


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was stored: `problems` to mend; `warning`: they may be overridden. `screen` shows what was typed and each problem."""

    interview: Interview
    screen: engine.Screen
    problems: tuple[Problem, ...]
    warning: bool


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing was stored: since the screen was shown, `changed` was answered elsewhere or the screen left the route.
    `screen`: as it is now, with what was typed; None where it is not on the route any more."""

    interview: Interview
    screen: engine.Screen | None
    changed: frozenset[str]
    raw: engine.Raw


@dataclass(frozen=True, slots=True)
class HeldBy:
    """Nothing was stored: somebody else has the interview. `screen` shows what was typed."""

    interview: Interview
    held: Held
    screen: engine.Screen | engine.End


@dataclass(frozen=True, slots=True)
class Finished:
    """The interview is over or the study closed (`status`). Nothing was stored but, where the place is full (quota_full), the
    answers that showed it."""

    interview: Interview
    status: str


Outcome = Accepted | Refused | Stale | HeldBy | Finished
