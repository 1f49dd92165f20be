"""A whole number."""

import re
from typing import ClassVar

from app.core.problems import N_, Problem
from app.engine.model import Question
from app.engine.question_type import NumberType

LIMIT = 2**53
"""Beyond it a double no longer tells whole numbers apart."""


class Integer(NumberType):
    name = "integer"
    parameters: ClassVar = {"min": {"type": "integer"}, "max": {"type": "integer"}}

    def number(self, question: Question, text: str) -> int | Problem:
        digits = re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", "", text)
        if not re.fullmatch(r"[+-]?\d{1,16}", digits) or abs(int(digits)) > LIMIT:
            return Problem("not_whole", N_("Enter a whole number, for example 3."))
        return int(digits)


TYPE = Integer()
