"""A text to read; nothing to answer."""

from app.engine.model import Question
from app.engine.question_type import Column, UnaskedType


class Note(UnaskedType):
    name = "note"

    def columns(self, question: Question) -> tuple[Column, ...]:
        return ()


TYPE = Note()
