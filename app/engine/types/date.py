"""A day of the Gregorian calendar, kept as ISO 8601 ``YYYY-MM-DD``."""

from typing import ClassVar

from app.core.problems import N_, Problem
from app.engine.types.moments import MomentType, day

DATE_SCHEMA = {"type": "string", "format": "date"}


class Date(MomentType):
    name = "date"
    value_type = "date"
    form = "YYYY-MM-DD"
    unreadable = Problem("not_a_date", N_("Enter a date, for example 31.12.2026."))
    outside = N_("Enter a date between {min} and {max}.")
    parameters: ClassVar = {"min": DATE_SCHEMA, "max": DATE_SCHEMA}

    def read(self, text: str) -> str | None:
        return day(text)


TYPE = Date()
