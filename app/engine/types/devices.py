"""The family of what a camera, a microphone or another device of the person answering takes."""

from collections.abc import Sequence
from typing import ClassVar

from app.core.problems import N_, Problem
from app.engine.model import CHANNELS, Question
from app.engine.question_type import NONE, Parsed, QuestionType


class DeviceType(QuestionType):
    """No channel offers it yet, so it is left out everywhere; the value will be a file's id, a place or a code, as text."""

    channels: ClassVar = dict.fromkeys(CHANNELS, NONE)
    degradations: ClassVar = dict.fromkeys(CHANNELS, N_("Not available: the question is left out."))

    def parse(self, question: Question, raw: str) -> Parsed:
        return Problem("not_here", N_("This cannot be answered here."))

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        return cells[0]
