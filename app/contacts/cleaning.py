"""One person's data as it arrives (CSV row, API body, form), made clean: normal forms, typed attributes, or problems. Pure."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import Locale

from app.contacts import addresses
from app.contacts.permission import CHANNELS
from app.core.problems import N_, Problem
from app.core.text import normalise

# Columns of a file and keys of an API body; any other `attr:`, `int:` … name is an attribute.
FIELDS = ("external_id", "name", "given_name", "family_name", "email", "phone", "language", "time_zone",
          *(f"consent_{channel}" for channel in CHANNELS), "consent_basis", "consent_source", "consent_purpose")  # fmt: skip
ATTRIBUTE_TYPES = ("attr", "text", "int", "number", "bool", "date")
BASES = ("consent", "contract", "legitimate_interest", "legal_obligation", "public_task", "vital_interests")
_LIMITS = {"external_id": 200, "name": 200, "attribute": 2000}
_YES = {"yes", "y", "true", "1", "tak", "да", "da", "si", "sì", "x"}
_NO = {"no", "n", "false", "0", "nie", "нет", "nu"}


@dataclass(slots=True)
class Clean:
    """A person ready to be stored. Empty means "not said": what is stored stays. consents: channel -> given."""

    external_id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    time_zone: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    consents: dict[str, bool] = field(default_factory=dict)
    basis: str = ""
    source: str = ""
    purpose: str = "research"


def clean(raw: Mapping[str, Any], region: str | None = None) -> tuple[Clean, list[Problem]]:
    """A person from FIELDS (texts) and attributes (`int:age`, `attr:plan`, or a mapping under `attributes`).

    All problems at once, each with its field in `name`; with severity "warning" alone the person may be stored.
    """
    problems: list[Problem] = []
    values: dict[str, str] = {}
    for key, value in raw.items():
        if key == "attributes" or value is None:
            continue
        text = normalise(str(value).strip())
        if isinstance(text, Problem):
            problems.append(_at(text, key))
        elif text:
            values[key] = text
    person = Clean(
        external_id=_short(values, "external_id", problems),
        name=_name(values, problems),
        email=_address(values, "email", region, problems),
        phone=_address(values, "phone", region, problems),
        language=_language(values.get("language", ""), problems),
        time_zone=_time_zone(values.get("time_zone", ""), problems),
        attributes=_attributes(raw.get("attributes") or {}, values, problems),
    )
    _consents(person, values, problems)
    if not (person.external_id or person.email or person.phone) and not any(p.severity == "error" for p in problems):
        problems.append(
            Problem(
                "no_identity",
                N_("There is nothing to know this person by."),
                remedy=N_("Give an external id, an email address or a telephone number."),
            )
        )
    return person, problems


def _at(problem: Problem, name: str) -> Problem:
    return Problem(problem.code, problem.message, problem.params, name, problem.remedy, severity=problem.severity)


def _short(values: Mapping[str, str], key: str, problems: list[Problem]) -> str:
    value = values.get(key, "")
    if len(value) <= _LIMITS[key]:
        return value
    problems.append(_too_long(key, _LIMITS[key]))
    return ""


def _too_long(name: str, limit: int) -> Problem:
    message = N_("{name} is longer than {limit} characters.")
    return Problem("too_long", message, {"name": name, "limit": limit}, name, N_("Shorten it."))


def _name(values: Mapping[str, str], problems: list[Problem]) -> str:
    parts = (values.get("given_name", ""), values.get("family_name", ""))
    return _short({"name": values.get("name") or " ".join(filter(None, parts))}, "name", problems)


def _address(values: Mapping[str, str], channel: str, region: str | None, problems: list[Problem]) -> str:
    if channel not in values:
        return ""
    found = addresses.normal(channel, values[channel], region)
    if isinstance(found, Problem):
        problems.append(found)
        return ""
    if channel == "phone" and addresses.unassigned(found):
        message = N_("{value} is in no range of numbers known to be in use.")
        remedy = N_("Check it; it is kept as it is.")
        problems.append(Problem("unassigned_phone", message, {"value": found}, "phone", remedy, severity="warning"))
    return found


_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{2}))?", re.IGNORECASE)


def _language(text: str, problems: list[Problem]) -> str:
    """BCP 47: a language of ISO 639, a region if given: `pl`, `pt-BR`."""
    match = _LANGUAGE.fullmatch(text)
    if match and _known_language(match[1].lower()):
        return match[1].lower() + (f"-{match[2].upper()}" if match[2] else "")
    if text:
        message = N_("{value} is not a language code.")
        remedy = N_("Write a code of ISO 639 such as en, pl, ru, ro or it.")
        problems.append(Problem("bad_language", message, {"value": text[:40]}, "language", remedy))
    return ""


@cache
def _known_language(code: str) -> bool:
    return code in Locale("en").languages


@cache
def _zones() -> dict[str, str]:
    return {zone.lower(): zone for zone in available_timezones() if "/" in zone or zone == "UTC"}


def _time_zone(text: str, problems: list[Problem]) -> str:
    known = _zones()
    key = text.lower().replace(" ", "_")
    if not text or key in known:
        return known.get(key, "")
    near = next((zone for low, zone in sorted(known.items()) if low.rpartition("/")[2] == key), "") or next(
        (known[low] for low in difflib.get_close_matches(key, known, 1, 0.8)), "Europe/Warsaw"
    )
    message = N_("{value} is not a time zone of the IANA database.")
    remedy = N_("Write a name such as {near}.")
    problems.append(Problem("bad_time_zone", message, {"value": text[:64], "near": near}, "time_zone", remedy))
    return ""


def yes_or_no(text: str) -> bool | None:
    """yes, no, true, 1, tak, нет … in the product's languages; None for anything else."""
    word = text.lower()
    return True if word in _YES else False if word in _NO else None


def _consents(person: Clean, values: Mapping[str, str], problems: list[Problem]) -> None:
    for channel in CHANNELS:
        text = values.get(f"consent_{channel}")
        if text is None:
            continue
        given = yes_or_no(text)
        if given is None:
            message = N_("{value} says neither yes nor no.")
            name = f"consent_{channel}"
            problems.append(Problem("bad_consent", message, {"value": text[:40]}, name, N_("Write yes or no.")))
        else:
            person.consents[channel] = given
    basis = values.get("consent_basis", "").lower().replace(" ", "_")
    if basis and basis not in BASES:
        message = N_("{value} is not a legal basis.")
        remedy = N_("Write one of: {bases}.")
        params = {"value": basis[:40], "bases": ", ".join(BASES)}
        problems.append(Problem("bad_basis", message, params, "consent_basis", remedy))
    person.basis = basis or "consent"
    person.source = values.get("consent_source", "")[:200]
    person.purpose = values.get("consent_purpose", "research")[:40]


# --- attributes -----------------------------------------------------------------------------------


def attribute_name(text: str) -> str:
    """A header as a name expressions can use: `Plan type` -> `plan_type`; "" when nothing is left."""
    name = re.sub(r"\W+", "_", text.strip().lower()).strip("_")[:60]
    return f"_{name}" if name[:1].isdigit() else name


def _attributes(given: Mapping[str, Any], values: Mapping[str, str], problems: list[Problem]) -> dict[str, Any]:
    found = {attribute_name(name): value for name, value in given.items()}
    for key, text in values.items():
        kind, colon, name = key.partition(":")
        if not colon or kind not in ATTRIBUTE_TYPES:
            continue
        value = typed(kind, text)
        if value is None:
            message, remedy = MISTYPED[kind]
            problems.append(Problem("bad_attribute", message, {"name": name, "value": text[:80]}, key, remedy))
        elif isinstance(value, str) and len(value) > _LIMITS["attribute"]:
            problems.append(_too_long(key, _LIMITS["attribute"]))
        else:
            found[attribute_name(name)] = value
    return found


MISTYPED = {
    "int": (N_("{name}: {value} is not a whole number."), N_("Write one such as 42.")),
    "number": (N_("{name}: {value} is not a number."), N_("Write one such as 3.5.")),
    "bool": (N_("{name}: {value} says neither yes nor no."), N_("Write yes or no.")),
    "date": (N_("{name}: {value} is not a date."), N_("Write it as 2026-03-29.")),
}


def typed(kind: str, text: str) -> Any:
    """The value of an attribute of a type (ATTRIBUTE_TYPES) as JSON keeps it; None when the text is not of that type."""
    if kind == "bool":
        return yes_or_no(text)
    try:
        if kind == "int":
            return int(text) if re.fullmatch(r"[+-]?\d{1,15}", text) else None
        if kind == "number":
            plain = text.replace(",", ".") if "." not in text else text
            return float(plain) if re.fullmatch(r"[+-]?\d{1,15}(\.\d{1,15})?", plain) else None
        if kind == "date":
            return date.fromisoformat(text).isoformat()
    except ValueError:
        return None
    return text
