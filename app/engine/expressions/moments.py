"""Days and times of day: text of ISO 8601 to the minute, without a zone, which sorts as what it means."""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from app.core.problems import N_, Problem

FORMS: dict[str, tuple[str, Callable[[str], str]]] = {
    "date": ("YYYY-MM-DD", lambda text: date.fromisoformat(text).isoformat()),
    "time": ("HH:MM", lambda text: time.fromisoformat(text).isoformat("minutes")),
    "datetime": ("YYYY-MM-DDTHH:MM", lambda text: datetime.fromisoformat(text).isoformat(timespec="minutes")),
}
"""Type -> how it is written, and the function that writes it so."""
INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2})?")
DIRECTIVES: dict[str, Callable[[str], str]] = {
    "%Y": lambda moment: moment[:4],
    "%y": lambda moment: moment[2:4],
    "%m": lambda moment: moment[5:7],
    "%n": lambda moment: moment[5:7].removeprefix("0"),
    "%d": lambda moment: moment[8:10],
    "%e": lambda moment: moment[8:10].removeprefix("0"),
    "%H": lambda moment: moment[11:13] or "00",
    "%M": lambda moment: moment[14:16] or "00",
    "%%": lambda moment: "%",
}
"""Of XLSForm's format-date(), those that need no language; ``%n`` and ``%e`` are month and day without a zero."""
DIRECTIVE = re.compile("%.?", re.DOTALL)


def moment(text: str, type_: str) -> str | None:
    """The text itself if it is a date, time or datetime as FORMS writes it, else None."""
    try:
        return text if FORMS[type_][1](text) == text else None
    except ValueError:
        return None


def date_time(text: str) -> str | None:
    """The minute of an instant such as now(), in its own zone."""
    match = INSTANT.fullmatch(text)
    return moment(match[1], "datetime") if match else None


def since(late: str, early: str) -> float:
    """Days between two dates or two datetimes."""
    return (datetime.fromisoformat(late) - datetime.fromisoformat(early)) / timedelta(days=1)


def shift(day: str, days: float) -> str:
    """The date so many days later; a part of a day is left out, towards the past. OverflowError outside years 1 to 9999."""
    return (date.fromisoformat(day) + timedelta(days=math.floor(days))).isoformat()


def format_date(moment: str, form: str) -> str:
    return DIRECTIVE.sub(lambda match: DIRECTIVES[match[0]](moment), form)


def format_problem(form: str) -> Problem | None:
    """What is not known in the second argument of format-date()."""
    unknown = next((found for found in DIRECTIVE.findall(form) if found not in DIRECTIVES), None)
    if unknown is None:
        return None
    return Problem(
        "bad_format",
        N_("{unknown} is not known in the form of a date."),
        {"unknown": unknown, "known": " ".join(DIRECTIVES)},
        remedy=N_("Use these: {known}."),
    )
