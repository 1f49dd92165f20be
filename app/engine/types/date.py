"""A day of the Gregorian calendar, kept as ISO 8601 ``YYYY-MM-DD``."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from app.core.problems import N_, Problem
from app.engine import replies
from app.engine.model import Question
from app.engine.question_type import Parsed, QuestionType, bad_range, iso_date

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})")
DATE_SCHEMA = {"type": "string", "format": "date"}


class Date(QuestionType):
    """All five languages write the day first, so 3/4/2026 is the third of April."""

    name = "date"
    value_type = "date"
    parameters: ClassVar = {"min": DATE_SCHEMA, "max": DATE_SCHEMA}

    def bad_parameters(self, parameters: Mapping[str, Any]) -> Problem | None:
        for limit in ("min", "max"):
            try:
                date.fromisoformat(parameters.get(limit, "2000-01-01"))
            except ValueError:
                return Problem(
                    "bad_date",
                    N_("'{value}' is not a date."),
                    {"value": parameters[limit]},
                    remedy=N_("Write dates as 'YYYY-MM-DD'."),
                )
        return bad_range(parameters)

    def parse(self, question: Question, raw: str) -> Parsed:
        text = replies.ascii_digits(raw)
        iso, local = ISO.fullmatch(text), DAY_FIRST.fullmatch(text)
        parts = (iso[1], iso[2], iso[3]) if iso else (local[3], local[2], local[1]) if local else ("0", "0", "0")
        value = iso_date(*map(int, parts))
        if value is None:
            return Problem("not_a_date", N_("Enter a date, for example 31.12.2026."))
        least, most = question.parameters.get("min"), question.parameters.get("max")
        if (least and value < least) or (most and value > most):
            params = {"min": least or "…", "max": most or "…"}
            return Problem("out_of_range", N_("Enter a date between {min} and {max}."), params)
        return value


TYPE = Date()
