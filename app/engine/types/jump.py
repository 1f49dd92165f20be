"""On the route it leads forward to a later page or block (``to``); what lies between is not asked."""

from typing import ClassVar

from app.engine.model import Question
from app.engine.question_type import Column, UnaskedType


class Jump(UnaskedType):
    name = "jump"
    shown = False
    parameters: ClassVar = {"to": {"type": "string"}}
    required_parameters = ("to",)

    def columns(self, question: Question) -> tuple[Column, ...]:
        return ()


TYPE = Jump()
