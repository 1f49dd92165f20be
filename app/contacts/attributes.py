"""Typed attributes: what a workspace keeps about its contacts under a name, and how a value is read. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from app.core.problems import N_, Problem
from app.core.text import normalise

# A cell or field `int:age` is a whole number even where nobody declared `age`.
ATTRIBUTE_TYPES = ("attr", "text", "int", "number", "bool", "date")
LONGEST = 2000  # characters of a text
MOST_TAGS, LONGEST_TAG = 100, 60
_YES = {"yes", "y", "true", "1", "tak", "да", "da", "si", "sì", "x"}
_NO = {"no", "n", "false", "0", "nie", "нет", "nu"}


@dataclass(frozen=True, slots=True)
class Definition:
    """An attribute. type: a key of TYPES. choices: code -> label; of tags without choices any word is a tag."""

    name: str
    type: str
    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    personal: bool = True


# What most workspaces want to know; birth_date also tells namesakes apart.
USUAL = (
    Definition("birth_date", "date", N_("Date of birth")),
    Definition("company", "text", N_("Company"), personal=False),
    Definition("industry", "text", N_("Industry"), personal=False),
    Definition("needs", "tags", N_("Needs"), personal=False),
    Definition("personas", "tags", N_("Personas"), personal=False),
    Definition("tags", "tags", N_("Tags"), personal=False),
    Definition("location", "location", N_("Location")),
)

MISTYPED = {
    "int": (N_("{name}: {value} is not a whole number."), N_("Write one such as 42.")),
    "number": (N_("{name}: {value} is not a number."), N_("Write one such as 3.5.")),
    "boolean": (N_("{name}: {value} says neither yes nor no."), N_("Write yes or no.")),
    "date": (N_("{name}: {value} is not a date."), N_("Write it as 2026-03-29.")),
    "choice": (N_("{name}: {value} is not one of the choices."), N_("Write one of: {choices}.")),
    "tags": (
        N_("{name}: {value} is not a list of tags."),
        N_("Write at most 100 words of 60 characters with commas between them. Known ones: {choices}."),
    ),
    "location": (N_("{name}: {value} is no place on the map."), N_("Write latitude and longitude such as 52.23, 21.01.")),
    "text": (N_("{name}: {value} is not a text."), N_("Write at most 2000 characters.")),
}  # fmt: skip
_PLAIN, _DAY = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?"), re.compile(r"\d{4}-\d\d-\d\d( 00:00:00)?")
_PREFIXES = {"attr": "text", "bool": "boolean"}  # prefix of a cell -> type


@lru_cache(1024)
def attribute_name(text: str) -> str:
    """A header as a name expressions can use: `Plan type` -> `plan_type`; "" when nothing is left."""
    name = re.sub(r"\W+", "_", text.strip().lower()).strip("_")[:60]
    return f"_{name}" if name[:1].isdigit() else name


def yes_or_no(text: str) -> bool | None:
    """yes, no, true, 1, tak, нет … in the product's languages; None for anything else."""
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


def read(wanted: Definition, raw: Any) -> Any | Problem:
    """The value as JSON keeps it, from a text (cell, form field) or a JSON value: text, number, bool, `2026-03-29`, code,
    sorted list of tags, {"lat", "lon"} in degrees (WGS 84). A Problem, named after the attribute, when it is none of that type."""
    value = TYPES[wanted.type](raw.strip() if isinstance(raw, str) else raw, wanted)
    return mistyped(wanted.type, wanted.name, raw, wanted.choices) if value is None else value


def read_prefixed(prefix: str, name: str, text: str) -> Any | Problem:
    """The value of a cell whose header says its type (ATTRIBUTE_TYPES), where nobody declared the attribute."""
    if prefix == "int":
        return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else mistyped("int", name, text)
    return read(Definition(name, _PREFIXES.get(prefix, prefix), name), text)


def read_undeclared(name: str, raw: Any) -> Any | Problem:
    """A JSON value for a name that nobody declared: a text, number, bool or list of tags stays what it is."""
    kind = "boolean" if isinstance(raw, bool) else "number" if isinstance(raw, int | float) else "text"
    return read(Definition(name, "tags" if isinstance(raw, list) else kind, name), raw)


def mistyped(type_: str, name: str, raw: Any, choices: Mapping[str, str] | None = None) -> Problem:
    message, remedy = MISTYPED[type_]
    params = {"name": name, "value": str(raw)[:80], "choices": ", ".join(list(choices or ())[:20]) or "–"}
    return Problem("bad_attribute", message, params, name, remedy)


def shown(value: Any, wanted: Definition | None, yes: str = "yes", no: str = "no") -> str:
    """The value as a person reads and types it; codes as labels."""
    labels = wanted.choices if wanted else {}
    if isinstance(value, bool):
        return yes if value else no
    if isinstance(value, list):
        return ", ".join(labels.get(each, str(each)) for each in value)
    if isinstance(value, dict) and {"lat", "lon"} <= value.keys():
        return f"{value['lat']}, {value['lon']}"
    return labels.get(value, value) if isinstance(value, str) else str(value)


# --- the types: a value as JSON keeps it, None when it is none ------------------------------------------


def _text(raw: Any, wanted: Definition) -> str | None:
    text = normalise(raw) if isinstance(raw, str) else None
    return text if isinstance(text, str) and len(text) <= LONGEST else None


def _number(raw: Any, wanted: Definition) -> int | float | None:
    if isinstance(raw, str):
        plain = raw.replace(",", ".") if "." not in raw else raw
        if not _PLAIN.fullmatch(plain):
            return None
        return float(plain) if "." in plain else int(plain)
    small = isinstance(raw, int | float) and not isinstance(raw, bool) and abs(raw) < 1e15
    return raw if small else None


def _boolean(raw: Any, wanted: Definition) -> bool | None:
    return raw if isinstance(raw, bool) else yes_or_no(raw) if isinstance(raw, str) else None


def _date(raw: Any, wanted: Definition) -> str | None:
    try:
        return date.fromisoformat(raw[:10]).isoformat() if _DAY.fullmatch(raw) else None
    except (ValueError, TypeError):
        return None


def _choice(raw: Any, wanted: Definition) -> str | None:
    """By code, else by label."""
    word = str(raw).lower()
    named = (code for code, label in wanted.choices.items() if word in (code.lower(), label.lower()))
    return str(raw) if str(raw) in wanted.choices else next(named, None)


def _tags(raw: Any, wanted: Definition) -> list[str] | None:
    words = re.split(r"[,;|]", raw) if isinstance(raw, str) else raw
    if not isinstance(words, Sequence) or len(words) > MOST_TAGS or not all(isinstance(w, str) for w in words):
        return None
    tags = [normalise(" ".join(word.split())) for word in words if word.strip()]
    if any(isinstance(tag, Problem) or len(tag) > LONGEST_TAG for tag in tags):
        return None
    if wanted.choices:
        coded = [_choice(tag, wanted) for tag in tags]
        return sorted({code for code in coded if code}) if all(coded) else None
    return sorted({str(tag) for tag in tags})


def _location(raw: Any, wanted: Definition) -> dict[str, float] | None:
    parts = re.split(r"[;,]\s*|\s+", raw) if isinstance(raw, str) else raw
    if isinstance(parts, Mapping):
        parts = [parts.get("lat"), parts.get("lon")]
    numbers = [_number(part, wanted) for part in parts] if isinstance(parts, list) and len(parts) == 2 else [None, None]
    lat, lon = numbers
    if lat is None or lon is None or abs(lat) > 90 or abs(lon) > 180:
        return None
    return {"lat": lat, "lon": lon}


TYPES: Mapping[str, Callable[[Any, Definition], Any]] = {
    "text": _text, "number": _number, "boolean": _boolean, "date": _date, "choice": _choice, "tags": _tags,
    "location": _location,
}  # fmt: skip
