"""The form of a screen: a field for each question (app/rendering/item_fields.py), and what it sends as the engine reads it."""

from collections.abc import Mapping, Sequence

from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta

from app.engine.screen import Item, Screen
from app.rendering.item_fields import (
    CheckboxesField,
    DateField,
    DatetimeField,
    DecimalField,
    EmailField,
    FileField,
    ImagesField,
    IntegerField,
    ItemField,
    LongTextField,
    LookupField,
    PhoneField,
    RadiosField,
    RankingField,
    ScaleField,
    SliderField,
    SmileysField,
    TimeField,
    sent_as,
)


class Lists(dict[str, Sequence[str]]):
    """Form data as WTForms wants it: name -> everything sent under that name."""

    def getlist(self, name: str) -> list[str]:
        return list(self.get(name, ()))


FIELDS: dict[str, type[ItemField]] = {
    "single_choice": RadiosField,
    "yes_no": RadiosField,
    "csat_5": RadiosField,
    "csat_binary": SmileysField,
    "nps": ScaleField,
    "ces_7": ScaleField,
    "rating": ScaleField,
    "multiple_choice": CheckboxesField,
    "integer": IntegerField,
    "decimal": DecimalField,
    "text": ItemField,
    "long_text": LongTextField,
    "date": DateField,
    "time": TimeField,
    "datetime": DatetimeField,
    "slider": SliderField,
    "consent": RadiosField,
    "ranking": RankingField,
    "image_choice": ImagesField,
    "lookup": LookupField,
    "phone_number": PhoneField,
    "email": EmailField,
    "file": FileField,
}
"""By question type; a type that is not here is shown as a note."""


class ScreenForm(BaseForm):
    """The fields of a screen. ``sent``: what was posted, name -> texts (Werkzeug: ``request.form.to_dict(flat=False)``)."""

    def __init__(self, screen: Screen, sent: Mapping[str, Sequence[str]] | None = None) -> None:
        self.sent = Lists(sent or {})
        asked = [item for item in screen.items if item.type in FIELDS]
        super().__init__({sent_as(item.name): FIELDS[item.type](item) for item in asked}, meta=DefaultMeta())
        self.process(self.sent if sent else None)
        self._put_beside()

    def _put_beside(self) -> None:
        """Each "please specify" under its choice, where that is a button; names in the row of a repeat end in its number."""
        parents = {field.item.name.partition("[")[0]: field for field in self}
        for field in self:
            question, choice = field.item.beside or ("", "")
            parent = parents.get(question)
            if parent is not None and parent.look in ("radios", "checkboxes"):
                parent.beside[choice] = field
                field.stands_beside = True

    def of(self, item: Item) -> ItemField:
        """The field of one of the screen's questions."""
        found: ItemField = self[sent_as(item.name)]
        return found

    @property
    def uploads(self) -> bool:
        """Whether the form sends files."""
        return any(isinstance(field, FileField) for field in self)

    @property
    def raw(self) -> dict[str, str | list[str]]:
        """What ``engine.answer`` takes."""
        return {name: value for field in self for name, value in field.raw.items()}


def read_form(screen: Screen, sent: Mapping[str, Sequence[str]]) -> dict[str, str | list[str]]:
    """What was posted for a screen, as ``engine.answer`` takes it."""
    return ScreenForm(screen, sent).raw
