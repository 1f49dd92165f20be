"""What the forms of several packages are made of."""

from collections.abc import Mapping
from typing import Any

from wtforms import SelectChoice, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget


class CheckboxesField(SelectMultipleField):
    """Several of a list, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def choices(texts: Mapping[str, Any]) -> list[SelectChoice]:
    """Texts by value, as a field's choices."""
    return [SelectChoice(value, text) for value, text in texts.items()]
