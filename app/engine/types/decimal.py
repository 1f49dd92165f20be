"""A number with at most ``decimals`` digits after the point; a comma is a point too."""

import re
from typing import ClassVar

from app.core.problems import N_, Problem
from app.engine.model import Question
from app.engine.question_type import NumberType


class Decimal(NumberType):
    name = "decimal"
    parameters: ClassVar = {
        "min": {"type": "number"},
        "max": {"type": "number"},
        "decimals": {"type": "integer", "minimum": 0, "maximum": 10, "default": 2},
    }

    def number(self, question: Question, text: str) -> int | float | Problem:
        match = re.fullmatch(r"([+-]?\d{1,15})(?:[.,](\d+))?", re.sub(r"(?<=\d)[\s\u00a0\u202f](?=\d{3}\b)", "", text))
        decimals: int = question.parameters["decimals"]
        if not match:
            return Problem("not_a_number", N_("Enter a number, for example 3.5."))
        if len(match[2] or "") > decimals:
            return Problem("too_many_decimals", N_("Use at most {decimals} decimal places."), {"decimals": decimals})
        value = float(f"{match[1]}.{match[2] or 0}")
        return int(value) if value.is_integer() else value


TYPE = Decimal()
