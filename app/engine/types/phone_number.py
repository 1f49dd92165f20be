"""A telephone number, kept as E.164: a plus sign and up to 15 digits (ITU-T E.164). Only the structure is checked."""

import re
from collections.abc import Sequence
from random import Random
from typing import ClassVar

from app.core.problems import N_, Problem
from app.core.text import ascii_digits
from app.engine.model import Question
from app.engine.question_type import Parsed, QuestionType

E164 = re.compile(r"\+[1-9]\d{6,14}")
TRUNK = {"+39": "", "+378": "", "+7": "8"}
"""What is dialled before a national number and is no part of it, where that is not "0"."""


class PhoneNumber(QuestionType):
    """``country``: the calling code of a number written without one."""

    name = "phone_number"
    parameters: ClassVar = {"country": {"type": "string", "pattern": r"^\+[1-9][0-9]{0,3}$"}}

    def parse(self, question: Question, raw: str) -> Parsed:
        text = re.sub(r"[\s\u00a0().\-/]", "", ascii_digits(raw))
        if text.startswith("00"):
            text = f"+{text[2:]}"
        country = question.parameters.get("country")
        if country and not text.startswith("+"):
            text = country + text.removeprefix(TRUNK.get(country, "0"))
        if E164.fullmatch(text):
            return text
        if country or text.startswith("+"):
            return Problem("not_a_number", N_("Enter a telephone number with 7 to 15 digits."))
        return Problem("not_a_number", N_("Enter a telephone number that begins with + and the code of the country."))

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        return f"+48{chance.randint(500_000_000, 799_999_999)}"

    def from_cells(self, question: Question, cells: Sequence[str]) -> Parsed:
        return cells[0]


TYPE = PhoneNumber()
