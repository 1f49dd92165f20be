"""The family of days and times: text of ISO 8601 without a zone, read from what people write."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random
from typing import Any, ClassVar

from app.core.problems import N_, Problem
from app.core.text import ascii_digits, fold
from app.engine.model import Question
from app.engine.question_type import Parsed, QuestionType, bad_range

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
DAY_FIRST = re.compile(r"(\d{1,2})[./\- ](\d{1,2})[./\- ](\d{4})")
MONTHS = (
    *("jan sty янв ian gen", "feb lut фев", "mar мар", "apr kwi апр", "may maj май мая mai mag", "jun cze июн iun giu"),
    *(
        "jul lip июл iul lug",
        "aug sie авг ago",
        "sep wrz сен set",
        "oct paź окт ott",
        "nov lis ноя noi",
        "dec gru дек dic",
    ),
)
"""How the months' names begin in the five languages."""
_MONTHS = {fold(name): number for number, names in enumerate(MONTHS, 1) for name in names.split()}
CLOCK = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?(?::00)?\s*([ap])?(?:\.?m\.?)?", re.IGNORECASE)


class MomentType(QuestionType):
    """A day, a time or both, between ``min`` and ``max``. ``form``: how it is kept. ``unreadable``: what is said of a text that is
    none. ``outside``: of one that is too early or too late."""

    form: ClassVar[str]
    unreadable: ClassVar[Problem]
    outside: ClassVar[str]
    parameters: ClassVar = {"min": {"type": "string"}, "max": {"type": "string"}}

    def read(self, text: str) -> str | None:
        """The moment in its form; None where the text says none."""
        raise NotImplementedError

    def bad_parameters(self, parameters: Mapping[str, Any]) -> Problem | None:
        for limit in ("min", "max"):
            given = parameters.get(limit)
            if given is not None and self.read(given) != given:
                message, remedy = N_("'{value}' is not of the form '{form}'."), N_("Write it as '{form}'.")
                return Problem("bad_date", message, {"value": given, "form": self.form}, remedy=remedy)
        return bad_range(parameters)

    def parse(self, question: Question, raw: str) -> Parsed:
        value = self.read(ascii_digits(raw))
        if value is None:
            return self.unreadable
        least, most = question.parameters.get("min"), question.parameters.get("max")
        if (least and value < least) or (most and value > most):
            return Problem("out_of_range", self.outside, {"min": least or "…", "max": most or "…"})
        return value

    def sample(self, question: Question, offered: Sequence[str], chance: Random) -> str | list[str]:
        """A moment between the limits, or near the one there is."""
        least, most = (question.parameters.get(limit) for limit in ("min", "max"))
        days = (day[:10] if day and len(day) >= 10 else "" for day in (least, most))
        first, last = (date.fromisoformat(day) if day else None for day in days)
        first = first or (date(1940, 1, 1) if last is None else last.replace(year=max(last.year - 80, 1)))
        last = last or max(first, date(2030, 12, 31))
        on = date.fromordinal(chance.randint(first.toordinal(), last.toordinal())).isoformat()
        at = f"{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
        made = {"YYYY-MM-DD": on, "HH:MM": at}.get(self.form, f"{on}T{at}")
        return max(least or made, min(most or made, made))


def day(text: str) -> str | None:
    """``YYYY-MM-DD`` from a day in ISO 8601 or day first, as all five languages write it (3/4/2026 is in April), or with the
    month's name in any of them, which may come first."""
    iso, local = ISO.fullmatch(text), DAY_FIRST.fullmatch(text)
    parts = (iso[1], iso[2], iso[3]) if iso else (local[3], local[2], local[1]) if local else _month_named(text)
    try:
        return date(*map(int, parts)).isoformat()
    except ValueError:
        return None


def _month_named(text: str) -> tuple[int | str, int | str, int | str]:
    """Year, month and day of "Tuesday, 3rd of May 2026"; zeros where it is no day. Other words do not matter."""
    said = fold(text)
    numbers, words = re.findall(r"\d+", said), re.findall(r"[^\W\d]+", said)
    months = [_MONTHS[word[:3]] for word in words if word[:3] in _MONTHS]
    if not months or [len(number) > 2 for number in numbers] != [False, True] or len(numbers[1]) != 4:
        return 0, 0, 0
    return numbers[1], months[-1], numbers[0]  # martedì is no month, and stands before it


def clock(text: str) -> str | None:
    """``HH:MM`` from 14:30, 14.30, 1430, 14h30, 2:30 pm or 2 pm."""
    match = CLOCK.fullmatch(text.strip())
    if not match or not (match[2] or match[3]):
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None
