"""One interview: what to show next, what an answer does, what the service may tell it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from app.core.problems import Problem
from app.engine.model import Questionnaire, Value
from app.engine.outcome import Outcome
from app.engine.screen import End, Raw, Screen
from app.engine.state import Event, Fact, State


def new_state(q: Questionnaire, seed: str, language: str, outside: Mapping[str, Value] | None = None) -> State:
    """A fresh interview. ``outside`` may hold more than is declared (the rest is left out). A language that the
    questionnaire has not becomes its default."""
    raise NotImplementedError


def next_screen(q: Questionnaire, state: State, channel: str, at: str | None = None) -> Screen | End:
    """The screen ``at`` (back, jump) where that is on the route, else the first with anything still to answer.

    ``channel``: web or field (a page a screen), sms or phone (a question a screen)."""
    raise NotImplementedError


def redisplay(screen: Screen, problems: Sequence[Problem] = (), raw: Raw | None = None) -> Screen:
    """The same screen with what was typed in its fields and each problem at its item."""
    raise NotImplementedError


def answer(
    q: Questionnaire,
    state: State,
    at: str,
    raw: Raw,
    channel: str,
    now: datetime,
    overrides: Mapping[str, str] | Collection[str] = (),
) -> Outcome:
    """Take a screen, all or nothing. ``overrides``: names of the questions whose warnings are overridden, or name -> note.

    ValueError when consent is not in the state: inform first."""
    raise NotImplementedError


def inform(q: Questionnaire, state: State, fact: Fact, now: datetime) -> tuple[State, tuple[Event, ...]]:
    """What the service knows becomes part of the interview."""
    raise NotImplementedError
