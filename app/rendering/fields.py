"""The questions of a screen as WTForms fields: each knows how it looks (a macro of respondent/fields.html) and how what a
person sent is handed to the engine. What the answers mean, and whether they are good, is the engine's alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from wtforms import Field
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from app.core.problems import Problem
from app.engine.model import SPECIALS
from app.engine.screen import Item, Screen

SPECIAL = "__special"
SPECIAL_OPTION = "special:"
"""Don't know and refused are radio buttons among the others, with a value that no choice's name can be."""


class Lists(dict[str, Sequence[str]]):
    """Form data as WTForms wants it: name -> everything sent under that name."""

    def getlist(self, name: str) -> list[str]:
        return list(self.get(name, ()))


class ItemField(Field):
    """A question. ``look``: its macro. ``raw``: what the engine reads, by name."""

    look = "line"

    def __init__(self, item: Item, **bound: Any) -> None:
        super().__init__(item.label, description=item.hint, default=item.raw, id=f"q-{item.name}", **bound)
        self.item = item

    @property
    def raw(self) -> dict[str, str | list[str]]:
        return {self.name: (self.raw_data or [""])[-1], **self.sent_special}

    @property
    def sent_special(self) -> dict[str, str | list[str]]:
        """Don't know or refused, where a box of their own was ticked."""
        ticked = self._form.sent.getlist(self.name + SPECIAL)
        return {self.name + SPECIAL: ticked[-1]} if ticked else {}

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
    def described_by(self) -> str:
        """The ids of what explains the field: hint, ends of the scale, error."""
        ids = [("hint", self.item.hint), ("ends", self.look == "scale"), ("error", self.faults), ("doubt", self.doubts)]
        return " ".join(f"{self.id}-{part}" for part, there in ids if there)


class RadiosField(ItemField):
    look = "radios"

    @property
    def raw(self) -> dict[str, str | list[str]]:
        value = (self.raw_data or [""])[-1]
        if value.startswith(SPECIAL_OPTION):
            return {self.name: "", self.name + SPECIAL: value.removeprefix(SPECIAL_OPTION)}
        return {self.name: value}


class ScaleField(RadiosField):
    look = "scale"


class SmileysField(RadiosField):
    look = "smileys"


class CheckboxesField(ItemField):
    look = "checkboxes"

    @property
    def raw(self) -> dict[str, str | list[str]]:
        return {self.name: list(self.raw_data or ()), **self.sent_special}


class NumberField(ItemField):
    look = "number"


class LongTextField(ItemField):
    look = "area"


class DateField(ItemField):
    """Three inputs, ``name__day``, ``name__month`` and ``name__year``, handed on as ``year-month-day``."""

    look = "date"
    parts = ("day", "month", "year")

    @property
    def raw(self) -> dict[str, str | list[str]]:
        sent = [(self._form.sent.getlist(f"{self.name}__{part}") or [""])[-1].strip() for part in self.parts]
        return {self.name: "-".join(reversed(sent)) if any(sent) else "", **self.sent_special}

    @property
    def shown(self) -> Iterator[tuple[str, str]]:
        """(part, what stands in its input)."""
        year, month, day = [*str(self.data or "").split("-", 2), "", "", ""][:3]
        return zip(self.parts, (day, month, year), strict=True)


FIELDS: dict[str, type[ItemField]] = {
    "single_choice": RadiosField,
    "yes_no": RadiosField,
    "csat_5": RadiosField,
    "csat_binary": SmileysField,
    "nps": ScaleField,
    "ces_7": ScaleField,
    "rating": ScaleField,
    "multiple_choice": CheckboxesField,
    "integer": NumberField,
    "decimal": NumberField,
    "text": ItemField,
    "long_text": LongTextField,
    "date": DateField,
}
"""By question type; a type that is not here is shown as a note."""


class ScreenForm(BaseForm):
    """The fields of a screen. ``sent``: what was posted, name -> texts (Werkzeug: ``request.form.to_dict(flat=False)``)."""

    def __init__(self, screen: Screen, sent: Mapping[str, Sequence[str]] | None = None) -> None:
        self.sent = Lists(sent or {})
        asked = [item for item in screen.items if item.type in FIELDS]
        super().__init__({item.name: FIELDS[item.type](item) for item in asked}, meta=DefaultMeta())
        self.process(self.sent if sent else None)

    @property
    def raw(self) -> dict[str, str | list[str]]:
        """What ``engine.answer`` takes."""
        return {name: value for field in self for name, value in field.raw.items()}


def read_form(screen: Screen, sent: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """What was posted for a screen, as ``engine.answer`` takes it."""
    return ScreenForm(screen, sent).raw
