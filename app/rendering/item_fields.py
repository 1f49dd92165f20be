"""The questions of a screen as WTForms fields: each knows how it looks (a macro of respondent/fields.html) and how what a
person sent is handed to the engine. What the answers mean, and whether they are good, is the engine's alone."""

from collections.abc import Iterator
from typing import Any

from markupsafe import Markup
from wtforms import Field
from wtforms.widgets import html_params

from app.core.problems import Problem
from app.engine.model import SPECIALS
from app.engine.screen import Item, ShownChoice
from app.engine.types.file import ID

SPECIAL = "__special"
SPECIAL_OPTION = "special:"
"""Don't know and refused are radio buttons among the others, with a value that no choice's name can be."""
CONTROLS = frozenset(
    "answer arrived at consent csrf_token do e form k kept lang override revision scope t typed version".split()
)
"""What forms send beside the questions."""
RADIOS = 20
"""How many choices are radio buttons; a longer list is a select, which shows words only."""
SUGGESTIONS = 500
"""How many entries a list to type into may suggest; a longer one only reads what is typed."""


def sent_as(name: str) -> str:
    """The name under which a form sends a question; no author's name ends so."""
    return f"{name}__" if name in CONTROLS else name


def _attributes(**told: str) -> Markup:
    """Attributes as they stand in a tag."""
    return Markup(html_params(**told))  # noqa: S704 - it escapes the values


class ItemField(Field):
    """A question. ``look``: its macro. ``raw``: what the engine reads, by name. ``told``: attributes of its
    element. ``beside``: choice -> the field that stands under it ("other: which?")."""

    look = "line"
    width = ""
    told = _attributes(type="text")

    def __init__(self, item: Item, **bound: Any) -> None:
        super().__init__(item.label, description=item.hint, default=item.raw, id=f"q-{item.name}", **bound)
        self.item = item
        self.beside: dict[str, ItemField] = {}
        self.stands_beside = False

    @property
    def raw(self) -> dict[str, str | list[str]]:
        return {self.item.name: (self.raw_data or [""])[-1], **self.sent_special}

    @property
    def sent_special(self) -> dict[str, str | list[str]]:
        """Don't know or refused, where a box of their own was ticked."""
        ticked = self._form.sent.getlist(self.name + SPECIAL)
        return {self.item.name + SPECIAL: ticked[-1]} if ticked else {}

    @property
    def specials(self) -> list[tuple[str, str]]:
        """(dk or refused, its label) where offered."""
        return [(code, label) for code, label in zip(SPECIALS, (self.item.dk, self.item.refused), strict=True) if label]

    @property
    def faults(self) -> list[Problem]:
        return [problem for problem in self.item.problems if problem.severity == "error"]

    @property
    def doubts(self) -> list[Problem]:
        return [problem for problem in self.item.problems if problem.severity == "warning"]

    @property
    def about(self) -> str:
        """What a problem with it is about, where a page has several: the row of a grid, or the question."""
        label = self.item.row or self.item.label
        return f"{label} " if label.endswith(tuple(".?!:…؟")) else f"{label}: "

    @property
    def described_by(self) -> str:
        """The ids of what explains the field: hint, ends of the scale, error."""
        ids = [
            ("hint", self.item.hint),
            ("ends", self.look in ("scale", "slider", "file")),
            ("error", self.faults),
            ("doubt", self.doubts),
        ]
        return " ".join(f"{self.id}-{part}" for part, there in ids if there)


class RadiosField(ItemField):
    look = "radios"

    def __init__(self, item: Item, **bound: Any) -> None:
        super().__init__(item, **bound)
        pictured = any(choice.media for choice in item.choices)
        if self.look == "radios" and len(item.choices) > RADIOS and not pictured:
            self.look = "select"

    @property
    def raw(self) -> dict[str, str | list[str]]:
        value = (self.raw_data or [""])[-1]
        if value.startswith(SPECIAL_OPTION):
            return {self.item.name: "", self.item.name + SPECIAL: value.removeprefix(SPECIAL_OPTION)}
        return {self.item.name: value}


class ScaleField(RadiosField):
    look = "scale"


class SmileysField(RadiosField):
    look = "smileys"


class CheckboxesField(ItemField):
    look = "checkboxes"

    @property
    def raw(self) -> dict[str, str | list[str]]:
        return {self.item.name: list(self.raw_data or ()), **self.sent_special}


class ImagesField(RadiosField):
    look = "images"


class RankingField(CheckboxesField):
    """A select for each place, all of the question's name."""

    look = "ranking"

    @property
    def places(self) -> list[str]:
        """The choice at each place, "" where there is none yet."""
        count = min(self.item.parameters.get("most", len(self.item.choices)), len(self.item.choices))
        given = list(self.data or ())[:count]
        return given + [""] * (count - len(given))


class IntegerField(ItemField):
    width = " govuk-input--width-5"
    told = _attributes(type="text", inputmode="numeric", autocomplete="off", spellcheck="false")


class DecimalField(IntegerField):
    told = _attributes(type="text", inputmode="decimal", autocomplete="off", spellcheck="false")


class SliderField(DecimalField):
    look = "slider"


class TimeField(ItemField):
    width = " cv-time"
    told = _attributes(type="time")


class PhoneField(ItemField):
    width = " govuk-input--width-20"
    told = _attributes(type="tel", autocomplete="tel")


class EmailField(ItemField):
    told = _attributes(type="email", autocomplete="email", spellcheck="false")


class LookupField(ItemField):
    """The label stands for the choice."""

    look = "lookup"

    @property
    def raw(self) -> dict[str, str | list[str]]:
        typed = (self.raw_data or [""])[-1].strip()
        named = next((choice.name for choice in self.item.choices if choice.label == typed), typed)
        return {self.item.name: named, **self.sent_special}

    @property
    def shown(self) -> str:
        return next((choice.label for choice in self.item.choices if choice.name == self.data), self.data or "")

    @property
    def suggestions(self) -> tuple[ShownChoice, ...]:
        return self.item.choices if len(self.item.choices) <= SUGGESTIONS else ()


class FileField(ItemField):
    """The server puts the id of what was sent in ``name__file``, or why it was not kept, in the place of ``name``."""

    look = "file"

    @property
    def raw(self) -> dict[str, str | list[str]]:
        removed = self._form.sent.getlist(f"{self.name}__remove")
        return {self.item.name: "" if removed else (self.raw_data or [""])[-1], **self.sent_special}

    @property
    def kept(self) -> str:
        """The id of the file that was sent before."""
        return self.data if ID.fullmatch(self.data or "") else ""

    @property
    def accept(self) -> str:
        return ",".join(self.item.parameters.get("accept", ()))


class LongTextField(ItemField):
    look = "area"


class DateField(ItemField):
    """Three inputs, ``name__day``, ``name__month`` and ``name__year``, handed on as ``year-month-day``."""

    look = "date"
    parts = ("day", "month", "year")

    @property
    def raw(self) -> dict[str, str | list[str]]:
        sent = [(self._form.sent.getlist(f"{self.name}__{part}") or [""])[-1].strip() for part in self.parts]
        return {self.item.name: "-".join(reversed(sent)) if any(sent) else "", **self.sent_special}

    @property
    def shown(self) -> Iterator[tuple[str, str]]:
        """(part, what stands in its input)."""
        year, month, day = [*str(self.data or "").partition("T")[0].split("-", 2), "", "", ""][:3]
        return zip(self.parts, (day, month, year), strict=True)


class DatetimeField(DateField):
    """A date's three inputs and ``name__time``, handed on as ``year-month-dayTtime``."""

    look = "datetime"

    @property
    def raw(self) -> dict[str, str | list[str]]:
        on = super().raw
        day = on[self.item.name]
        time = (self._form.sent.getlist(f"{self.name}__time") or [""])[-1].strip()
        return {**on, self.item.name: f"{day}T{time}" if day or time else ""}

    @property
    def time(self) -> str:
        return str(self.data or "").partition("T")[2]
