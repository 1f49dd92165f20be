"""A day and a time where the person is, kept as ``YYYY-MM-DDTHH:MM``."""

from app.core.problems import N_, Problem
from app.engine.types.moments import MomentType, clock, day


class Datetime(MomentType):
    name = "datetime"
    value_type = "datetime"
    form = "YYYY-MM-DDTHH:MM"
    unreadable = Problem("not_a_datetime", N_("Enter a date and a time, for example 31.12.2026 14:30."))
    outside = N_("Enter a date and a time between {min} and {max}.")

    def read(self, text: str) -> str | None:
        first, _, rest = text.replace("T", " ").replace(",", " ").partition(" ")
        on, at = day(first), clock(rest)
        return f"{on}T{at}" if on and at else None


TYPE = Datetime()
