"""A text to read; nothing to answer."""

from collections.abc import Sequence

from app.engine.model import Question
from app.engine.question_type import Column, Parsed, UnaskedType


class Note(UnaskedType):
    name = "note"

    def columns(self, question: Question) -> tuple[Column, ...]:
        return ()

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        return None


TYPE = Note()
