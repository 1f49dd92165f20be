"""Durations as people write them: 2h, 30m, 10d, 1d 12h."""

import re
from datetime import timedelta
from typing import Any

from app.core.problems import N_, Problem

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
LONGEST = timedelta(weeks=520)
_WHOLE = re.compile(r"\s*([0-9]{1,6}\s*[mhdw]\s*){1,4}", re.IGNORECASE)
_PART = re.compile(r"([0-9]+)\s*([mhdw])", re.IGNORECASE)


def duration(text: Any) -> timedelta | Problem:
    """`2h` → two hours. Units: m, h, d (24 hours), w; ten years (520w) at most."""
    remedy = N_("Write a number and a unit: 30m, 2h, 10d or 1d 12h.")
    if not isinstance(text, str) or not _WHOLE.fullmatch(text):
        return Problem("duration", N_("“{text}” is no duration."), {"text": str(text)[:80]}, remedy=remedy)
    parts = [timedelta(**{UNITS[unit.lower()]: int(count)}) for count, unit in _PART.findall(text)]
    total = sum(parts, timedelta())
    if total > LONGEST:
        return Problem("duration", N_("“{text}” is longer than ten years."), {"text": text}, remedy=remedy)
    return total
