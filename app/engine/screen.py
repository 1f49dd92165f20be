"""What a person is shown next: plain values, already in their language, that a renderer turns into a page, a text
message or a script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.problems import Problem
from app.engine.model import Value

Raw = Mapping[str, str | Sequence[str]]
"""What was typed: form fields, SMS text or key codes by question name; ``name + "__special"`` = "dk" | "refused"."""


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """``number``: what is typed for it in an SMS or on a keypad."""

    name: str
    label: str
    number: int
    selected: bool = False
    exclusive: bool = False
    image: str = ""
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownGrid:
    """What the items of one grid share: its ``type``, ``label`` and ``hint``, and the ``total`` to reach."""

    name: str
    type: str
    label: str
    hint: str = ""
    total: int | float | None = None
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """One question (or note) on a screen. ``value``/``special``: the current answer. ``raw``: what to show in the field:
    what was just typed, else the current answer as it would be typed; a list for multiple choice. ``dk``/``refused``:
    the labels of these options, "" where they are not offered. ``sms``, ``read_out``, ``interviewer``, ``showcard``:
    the wording for that channel, "" where it has none of its own. ``probes``: labels of ``dk`` and ``refused`` offered once the
    question was left empty or answered wrongly. ``parameters``: min, max, step, low, high… ``grid``, ``row``:
    the grid it is a row of, and the row's own label (``label`` says both). ``place``: which of how many rows on the route it is.
    ``beside``: of a "please specify", the question and the choice it belongs to. ``media``: its kind -> a file's name."""

    name: str
    type: str
    label: str = ""
    hint: str = ""
    required: bool = False
    value: Value | None = None
    special: str | None = None
    raw: str | list[str] = ""
    choices: tuple[ShownChoice, ...] = ()
    parameters: Mapping[str, Any] = field(default_factory=dict)
    dk: str = ""
    refused: str = ""
    problems: tuple[Problem, ...] = ()
    sms: str = ""
    read_out: str = ""
    interviewer: str = ""
    showcard: str = ""
    grid: ShownGrid | None = None
    row: str = ""
    place: tuple[int, int] | None = None
    beside: tuple[str, str] | None = None
    probes: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Screen:
    """``at``: the page's name (web, field) or the question's (sms, phone), to hand back to ``answer``. ``progress``: 0..1.
    ``can_go_back``: the ``at`` of the screen before, None on the first. ``consent``: consent is not recorded yet, so
    the consent statement stands above. ``problems``: those of no single item. ``row``: of which row of a repeat it asks, in the
    author's words ("Person 2"), "" where there are none; the title begins with it."""

    at: str
    items: tuple[Item, ...]
    language: str
    title: str = ""
    progress: float = 0.0
    can_go_back: str | None = None
    consent: bool = False
    first: bool = False
    last: bool = False
    problems: tuple[Problem, ...] = ()
    row: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """Nothing left to ask. ``status``: "complete", "declined", or the status of the Closed fact. ``notes``: closing
    notes that belong to no later question (sms, phone)."""

    status: str
    language: str
    notes: tuple[Item, ...] = ()
