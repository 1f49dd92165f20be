"""A screen as an interviewer's script: what is read aloud, apart from what only the interviewer sees, and what each key does."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.core.problems import N_, Problem
from app.engine.reading import KEYS
from app.engine.screen import Item, Screen
from app.rendering.consent import Part, Statement
from app.rendering.fields import FIELDS
from app.rendering.item_fields import SUGGESTIONS, sent_as
from app.rendering.templating import Translate, say

SCALES = ("nps", "ces_7", "rating")
"""Scales of which only the ends are read out."""

INSTRUCTIONS = {
    "read_options": N_("Read the options."),
    "read_ends": N_("Read the ends of the scale only."),
    "several": N_("Read the options one by one; record every one that applies."),
    "verbatim": N_("Type the answer word for word."),
    "number": N_("Enter the number and read it back."),
    "range": N_("Enter a number between {min} and {max} and read it back."),
    "date": N_("Enter the date as day.month.year and read it back."),
    "time": N_("Enter the time, for example 14:30, and read it back."),
    "datetime": N_("Enter day.month.year and the time, and read it back."),
    "consent": N_("Read word for word, then record what the person says."),
    "order": N_("Read the options. Ask which matters most, then next most. Enter the numbers in that order."),
    "lookup": N_("Type the name or a part of it; if several fit, ask which."),
    "address": N_("Type it and read it back letter by letter."),
    "phone": N_("Enter the number and read it back digit by digit."),
    "pictures": N_("Describe the pictures: read the options."),
    "note": N_("Read aloud, then go on."),
    "row": N_("Row {row} of {rows}."),
    "beside": N_("Only with the answer: {choice}."),
    "showcard": N_("Hand over showcard {card}."),
    "media": N_("On the web the question shows or plays what stands here; describe it if it is needed."),
}


@dataclass(frozen=True, slots=True)
class Option:
    """``key``: what is typed for it. ``value``: what ``raw`` holds for it. ``read``: it is read aloud. ``special``: "dk",
    "refused" or "" for a choice."""

    key: str
    label: str
    value: str
    read: bool
    selected: bool = False
    special: str = ""
    media: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """A question. ``read``: read aloud word for word. ``instructions``: never read aloud. ``entry``: code, codes, order,
    number, date, time, datetime, text, lookup, long_text or none. ``suggestions``: entries of a list to type into.
    ``typed``: what stands in the entry field. ``faults``: hard checks, ``doubts``: soft ones. ``media``: kind -> file."""

    name: str
    read: str
    instructions: tuple[str, ...]
    options: tuple[Option, ...]
    entry: str
    typed: str
    required: bool
    faults: tuple[Problem, ...]
    doubts: tuple[Problem, ...]
    media: Mapping[str, str]
    suggestions: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """The name under which the form sends it."""
        return sent_as(self.name)

    @property
    def keyed(self) -> bool:
        """Whether an option's key alone answers it."""
        return self.entry == "code"


@dataclass(frozen=True, slots=True)
class Script:
    """``introduction``: read aloud before the first question; the last part asks for consent. ``specials``: which of dk and refused
    an answer here may be, those among them that are only said unasked."""

    at: str
    title: str
    introduction: tuple[Part, ...]
    lines: tuple[Line, ...]
    progress: float
    back: str | None
    last: bool
    specials: tuple[str, ...] = ()


ENTRIES = {
    "multiple_choice": "codes",
    "ranking": "order",
    "integer": "number",
    "decimal": "number",
    "slider": "number",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
    "text": "text",
    "phone_number": "text",
    "email": "text",
    "lookup": "lookup",
}
TYPED = ("date", "time", "datetime", "order", "lookup")
"""Entries that have to be typed in a certain way."""
USUAL = {"none": "note", "codes": "several", "long_text": "verbatim", "text": "verbatim", "code": "read_options"}
"""What the interviewer is told, by entry, where that has another name."""
OF_TYPE = {"consent": "consent", "image_choice": "pictures", "email": "address", "phone_number": "phone"}
"""And by type, where an entry does not say it."""


def script(screen: Screen, translate: Translate, statement: Statement | None = None) -> Script:
    """The script of a screen. ``statement`` (form "script") is read where consent is not recorded yet."""
    introduction = statement.parts if screen.consent and statement else ()
    picks = {
        (item.name.partition("[")[0], choice.name): choice.label for item in screen.items for choice in item.choices
    }
    lines = tuple(line(item, translate, picks.get(item.beside, "") if item.beside else "") for item in screen.items)
    offered = {special for item in screen.items for special in ("dk", "refused") if getattr(item, special)}
    specials = offered.union(*(item.probes for item in screen.items))
    return Script(
        *(screen.at, screen.title, introduction, lines, screen.progress, screen.can_go_back, screen.last),
        tuple(sorted(specials)),
    )


def line(item: Item, translate: Translate, after: str = "") -> Line:
    """One item as it is read, instructed and keyed. ``after``: the choice of this screen that it is asked with."""
    entry = entry_of(item)
    faults = tuple(problem for problem in item.problems if problem.severity == "error")
    doubts = tuple(problem for problem in item.problems if problem.severity == "warning")
    read = item.read_out or item.label
    labels = tuple(choice.label for choice in item.choices) if entry == "lookup" else ()
    return Line(
        *(item.name, read, instructions(item, translate, after), options(item), entry, _typed(item, entry)),
        *(item.required, faults, doubts, _media(item), labels if len(labels) <= SUGGESTIONS else ()),
    )


def _media(item: Item) -> Mapping[str, str]:
    """What the question shows, with the first row of a grid what the grid does."""
    return item.grid.media if item.grid and item.place and item.place[0] == 1 else item.media


def _typed(item: Item, entry: str) -> str:
    """What stands in the entry field."""
    raw = item.raw if isinstance(item.raw, list) else [item.raw]
    if item.special:
        return next(key for key, special in KEYS.items() if special == item.special)
    names = {c.name: c.label if entry == "lookup" else str(c.number) for c in item.choices}
    if entry == "codes":
        return " ".join(str(choice.number) for choice in item.choices if choice.selected) or " ".join(raw)
    return " ".join(names.get(part, part) for part in raw)


def entry_of(item: Item) -> str:
    if item.type not in FIELDS:
        return "none"
    return ENTRIES.get(item.type, "code" if item.choices else "long_text")


def options(item: Item) -> tuple[Option, ...]:
    """The choices with their numbers, then don't know and refused with their letters."""
    ends = (item.choices[0], item.choices[-1]) if item.type in SCALES and item.choices else item.choices
    labels = _end_labels(item)
    choices = tuple(
        Option(str(c.number), labels.get(c.name, c.label), c.name, c in ends, c.selected, media=c.media)
        for c in item.choices
        if item.type != "lookup"
    )
    letters = {special: key for key, special in KEYS.items()}
    specials = tuple(
        Option(letters[special], label, special, False, item.special == special, special)
        for special, label in (("dk", item.dk), ("refused", item.refused))
        if label
    )
    return choices + specials


def _end_labels(item: Item) -> dict[str, str]:
    if item.type not in SCALES or not item.choices:
        return {}
    low, high = item.parameters.get("low"), item.parameters.get("high")
    return {point.name: label for point, label in ((item.choices[0], low), (item.choices[-1], high)) if label}


def instructions(item: Item, translate: Translate, after: str = "") -> tuple[str, ...]:
    """The author's instruction where there is one, else what the type asks for; how a thing is typed is said in any case."""
    said = [say(translate, INSTRUCTIONS["beside"], choice=after)] if after else []
    if item.showcard:
        said.append(say(translate, INSTRUCTIONS["showcard"], card=item.showcard))
    if _media(item) or any(choice.media for choice in item.choices):
        said.append(translate(INSTRUCTIONS["media"]))
    if item.place:
        said.append(say(translate, INSTRUCTIONS["row"], row=item.place[0], rows=item.place[1]))
    if item.interviewer:
        said.append(item.interviewer)
    if not item.interviewer or entry_of(item) in TYPED:
        said.append(_usual(item, translate))
    return tuple(said)


def _usual(item: Item, translate: Translate) -> str:
    entry, limits = entry_of(item), item.parameters
    if entry == "number" and limits.get("min") is not None and limits.get("max") is not None:
        return say(translate, INSTRUCTIONS["range"], min=limits["min"], max=limits["max"])
    kind = "read_ends" if item.type in SCALES else OF_TYPE.get(item.type) or USUAL.get(entry, entry)
    return translate(INSTRUCTIONS[kind])


def read_keys(screen: Screen, sent: dict[str, str]) -> dict[str, str | list[str]]:
    """What an interviewer typed, by question name, as ``engine.answer`` takes it: "3", "1 4", "d", "r" or words.

    In a text field "d" and "r" are words; there don't know and refused come as ``name__special``."""
    raw: dict[str, str | list[str]] = {}
    for item in screen.items:
        if item.type not in FIELDS:
            continue
        typed, special = sent.get(item.name, "").strip(), sent.get(f"{item.name}__special", "")
        if not special and entry_of(item) not in ("text", "long_text"):
            special = KEYS.get(typed.lower(), "")
        raw[item.name] = "" if special else typed
        if special:
            raw[f"{item.name}__special"] = special
    return raw
