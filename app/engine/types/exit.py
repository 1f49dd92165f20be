"""On the route it ends the interview there, with a status and perhaps a last word (``label``)."""

from typing import ClassVar

from app.engine.model import Question
from app.engine.question_type import TEXT_SCHEMA, Column, UnaskedType


class Exit(UnaskedType):
    name = "exit"
    shown = False
    parameters: ClassVar = {
        "status": {"enum": ["complete", "screened_out", "quota_full"], "default": "screened_out"},
        "label": TEXT_SCHEMA,
    }

    def columns(self, question: Question) -> tuple[Column, ...]:
        return ()


TYPE = Exit()
