"""A value from outside (an event, the contact, the link…), declared with its type and source, fixed at creation."""

from typing import ClassVar

from app.engine.question_type import UnaskedType


class Hidden(UnaskedType):
    name = "hidden"
    shown = False
    parameters: ClassVar = {
        "value_type": {"enum": ["text", "number", "date", "bool"], "default": "text"},
        "source": {"enum": ["contact", "event", "link", "host", "sample", "study"]},
    }
    required_parameters = ("source",)


TYPE = Hidden()
