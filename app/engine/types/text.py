"""A line of text."""

from typing import ClassVar

from app.engine.question_type import FreeTextType


class ShortText(FreeTextType):
    name = "text"
    parameters: ClassVar = {"max_length": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 200}}


TYPE = ShortText()
