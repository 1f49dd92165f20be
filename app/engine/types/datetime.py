"""A day and a time where the person is, kept as ``YYYY-MM-DDTHH:MM``."""

import re

from app.core.problems import N_, Problem
from app.engine.types.moments import MomentType, clock, day


class Datetime(MomentType):
    name = "datetime"
    value_type = "datetime"
    form = "YYYY-MM-DDTHH:MM"
    unreadable = Problem("not_a_datetime", N_("Enter a date and a time, for example 31.12.2026 14:30."))
    outside = N_("Enter a date and a time between {min} and {max}.")

    def read(self, text: str) -> str | None:
        words = re.sub(r"(?<=\d)T(?=\d)|,", " ", text).split()
        halves = ((day(" ".join(words[:cut])), clock(" ".join(words[cut:]))) for cut in range(1, len(words)))
        return next((f"{on}T{at}" for on, at in halves if on and at), None)


TYPE = Datetime()
