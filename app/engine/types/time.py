"""A time of the clock, kept as ``HH:MM``, 00:00 to 23:59."""

from app.core.problems import N_, Problem
from app.engine.types.moments import MomentType, clock


class Time(MomentType):
    name = "time"
    value_type = "time"
    form = "HH:MM"
    unreadable = Problem("not_a_time", N_("Enter a time, for example 14:30."))
    outside = N_("Enter a time between {min} and {max}.")

    def read(self, text: str) -> str | None:
        return clock(text)


TYPE = Time()
