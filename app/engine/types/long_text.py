"""Text of several lines."""

from typing import ClassVar

from app.engine.question_type import FreeTextType


class LongText(FreeTextType):
    name = "long_text"
    parameters: ClassVar = {"max_length": {"type": "integer", "minimum": 1, "maximum": 20000, "default": 4000}}


TYPE = LongText()
