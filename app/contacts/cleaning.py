"""One person's data as it arrives (a row, an API body, a form), made clean: normal forms, typed attributes, or problems. Pure."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel.core import Locale

from app.contacts import addresses, attributes
from app.contacts.attributes import ATTRIBUTE_TYPES, Definition, attribute_name, yes_or_no
from app.contacts.permission import CHANNELS
from app.core.problems import N_, Problem
from app.core.text import normalise

_CONSENTS = {f"consent_{channel}": channel for channel in CHANNELS}
# Columns of a file and keys of an API body; `id:rfid` is another external id, any other `attr:`, `int:` … name an attribute.
FIELDS = ("external_id", "name", "given_name", "family_name", "email", "phone", "language", "time_zone", "kind",
          "customer_since", "account", "account_role", *_CONSENTS, "consent_basis",
          "consent_source", "consent_purpose")  # fmt: skip
ID_PREFIX = "id"
KINDS = {"prospect": ("prospect", "lead"), "customer": ("customer", "client", "klient", "cliente", "клиент")}
BASES = ("consent", "contract", "legitimate_interest", "legal_obligation", "public_task", "vital_interests")
_LIMITS = {"external_id": 200, "name": 200, "account": 200, "account_role": 60}


@dataclass(slots=True)
class Clean:
    """A person ready to be stored. Empty means "not said": what is stored stays. consents: channel -> given.

    external_ids: scheme -> value, besides the customer's own `external_id`. kind: a key of KINDS. account: a company's name.
    """

    external_id: str = ""
    external_ids: dict[str, str] = field(default_factory=dict)
    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    time_zone: str = ""
    kind: str = ""
    customer_since: datetime | None = None
    account: str = ""
    account_role: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    consents: dict[str, bool] = field(default_factory=dict)
    basis: str = ""
    source: str = ""
    purpose: str = "research"


def clean(
    raw: Mapping[str, Any], region: str | None = None, declared: Mapping[str, Definition] | None = None
) -> tuple[Clean, list[Problem]]:
    """A person from FIELDS (texts) and attributes (`int:age`, `attr:plan`, or a mapping under `attributes`).

    declared: the workspace's attributes by name, which say what their values are whatever prefix a header has. All problems at
    once, each with its field in `name`; with severity "warning" alone the person may be stored.
    """
    problems: list[Problem] = []
    values = _texts(raw, problems)
    person = Clean(
        external_id=_short(values, "external_id", problems),
        external_ids=_external_ids(values, problems),
        name=_name(values, problems),
        email=_email(values, problems),
        phone=_phone(values, region, problems),
        language=_language(values.get("language", ""), problems),
        time_zone=_time_zone(values.get("time_zone", ""), problems),
        account=_short(values, "account", problems),
        account_role=_short(values, "account_role", problems),
        attributes=_attributes(raw.get("attributes") or {}, values, declared or {}, problems),
    )
    _kind(person, values, problems)
    _consents(person, values, problems)
    known = person.external_id or person.external_ids or person.email or person.phone
    if not known and not any(p.severity == "error" for p in problems):
        problems.append(
            Problem(
                "no_identity",
                N_("There is nothing to know this person by."),
                remedy=N_("Give an external id, an email address or a telephone number."),
            )
        )
    return person, problems


def _texts(raw: Mapping[str, Any], problems: list[Problem]) -> dict[str, str]:
    values: dict[str, str] = {}
    for key, value in raw.items():
        if key == "attributes" or value is None:
            continue
        text = normalise(str(value).strip())
        if isinstance(text, Problem):
            problems.append(replace(text, name=key))
        elif text:
            values[key] = text
    return values


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


def _external_ids(values: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    found = {}
    for key, value in values.items():
        prefix, scheme = _column(key)
        if prefix == ID_PREFIX:
            if len(value) > _LIMITS["external_id"]:
                problems.append(_too_long(key, _LIMITS["external_id"]))
            found[scheme[:40]] = value
    return found


@lru_cache(1024)
def _column(key: str) -> tuple[str, str]:
    """Prefix and name of a key such as `id:rfid` or `int:age`; no prefix for a field."""
    prefix, colon, name = key.partition(":")
    return (prefix, attribute_name(name)) if colon else ("", "")


def _email(values: Mapping[str, str], problems: list[Problem]) -> str:
    found = addresses.email(values["email"]) if "email" in values else ""
    if isinstance(found, Problem):
        problems.append(found)
        return ""
    return found


def _phone(values: Mapping[str, str], region: str | None, problems: list[Problem]) -> str:
    found = addresses.assigned_phone(values["phone"], region) if "phone" in values else ("", True)
    if isinstance(found, Problem):
        problems.append(found)
        return ""
    number, assigned = found
    if not assigned:
        message = N_("{value} is in no range of numbers known to be in use.")
        remedy = N_("Check it; it is kept as it is.")
        problems.append(Problem("unassigned_phone", message, {"value": number}, "phone", remedy, severity="warning"))
    return number


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


def _kind(person: Clean, values: Mapping[str, str], problems: list[Problem]) -> None:
    word, since = values.get("kind", "").lower(), values.get("customer_since", "")
    person.kind = next((kind for kind, words in KINDS.items() if word in words), "") if word else ""
    if word and not person.kind:
        message = N_("{value} says neither prospect nor customer.")
        remedy = N_("Write prospect or customer.")
        problems.append(Problem("bad_kind", message, {"value": word[:40]}, "kind", remedy))
    if since:
        day = attributes.read_prefixed("date", "customer_since", since)
        if isinstance(day, Problem):
            problems.append(day)
        else:
            person.kind, person.customer_since = "customer", datetime.fromisoformat(day).replace(tzinfo=UTC)


def _consents(person: Clean, values: Mapping[str, str], problems: list[Problem]) -> None:
    for name, channel in _CONSENTS.items():
        text = values.get(name)
        if text is None:
            continue
        given = yes_or_no(text)
        if given is None:
            message = N_("{value} says neither yes nor no.")
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


def _attributes(
    given: Mapping[str, Any], values: Mapping[str, str], declared: Mapping[str, Definition], problems: list[Problem]
) -> dict[str, Any]:
    found: dict[str, Any] = {}

    def keep(name: str, value: Any, key: str) -> None:
        if isinstance(value, Problem):
            problems.append(replace(value, name=key))
        elif name:
            found[name] = value

    for key, raw in given.items():
        name = attribute_name(key)
        wanted = declared.get(name)
        keep(name, attributes.read(wanted, raw) if wanted else attributes.read_undeclared(name, raw), key)
    for key, text in values.items():
        kind, name = _column(key)
        if kind in ATTRIBUTE_TYPES:
            wanted = declared.get(name)
            keep(name, attributes.read(wanted, text) if wanted else attributes.read_prefixed(kind, name, text), key)
    return found
