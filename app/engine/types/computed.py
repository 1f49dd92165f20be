"""A value calculated from earlier answers; its type is that of its calculation."""

from typing import ClassVar

from app.engine.model import Question
from app.engine.question_type import Column, UnaskedType


class Computed(UnaskedType):
    name = "computed"
    shown = False
    parameters: ClassVar = {"calculation": {"$ref": "#/$defs/expression"}}
    required_parameters = ("calculation",)

    def columns(self, question: Question) -> tuple[Column, ...]:
        type_ = question.value_type if question.value_type in ("number", "date") else "text"
        return (Column(question.name, type_, {}),)


TYPE = Computed()
