"""Durations as people write them: 2h, 30m, 10d, 1d 12h."""

import re
from datetime import timedelta
from typing import Any

from app.core.problems import N_, Problem

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_WHOLE = re.compile(r"\s*(\d+\s*[mhdw]\s*)+", re.IGNORECASE)
_PART = re.compile(r"(\d+)\s*([mhdw])", re.IGNORECASE)


def duration(text: Any) -> timedelta | Problem:
    """`2h` → two hours. Units: m, h, d (24 hours), w."""
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        return Problem(
            "duration",
            N_("“{text}” is no duration."),
            {"text": text},
            remedy=N_("Write a number and a unit: 30m, 2h, 10d or 1d 12h."),
        )
    return sum((timedelta(**{UNITS[unit.lower()]: int(count)}) for count, unit in _PART.findall(text)), timedelta())
