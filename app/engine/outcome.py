"""What becomes of an attempt to answer a screen."""

from dataclasses import dataclass, field

from app.core.problems import Problem
from app.engine.screen import Raw
from app.engine.state import Event, State


@dataclass(frozen=True, slots=True)
class Accepted:
    """The whole screen was taken."""

    state: State
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Warned:
    """Nothing was taken: soft checks failed. Answer again with the problems' names in ``overrides``, or corrected."""

    problems: tuple[Problem, ...]
    raw: Raw = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Invalid:
    """Nothing was taken. ``raw``: what was typed, to be shown again."""

    problems: tuple[Problem, ...]
    raw: Raw


Outcome = Accepted | Warned | Invalid
