"""Addresses in normal form: mail in lower case with an ASCII domain, numbers as E.164. Pure."""

import hashlib
import re
from functools import lru_cache

import idna
import phonenumbers
from phonenumbers import ValidationResult
from phonenumbers import timezone as number_zones

from app.core.problems import N_, Problem

# An atom of RFC 5322, section 3.2.3; quoted local parts exist on paper only.
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def email(text: str) -> str | Problem:
    """The address in lower case, its domain as IDNA 2008 A-labels, or what is wrong with it.

    Limits of RFC 5321, section 4.5.3.1: 64 octets before the @, 255 after it, 254 in all.
    """
    local, at, domain = text.strip().lower().rpartition("@")
    if not at or not local or not domain:
        return _bad_email(text, N_("{value} is not an email address: it needs one @ between a name and a domain."))
    if len(local) > 64 or not _LOCAL.fullmatch(local):
        return _bad_email(text, N_("{value} is not an email address: the part before the @ cannot be written so."))
    try:
        ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return _bad_email(text, N_("{value} is not an email address: its domain does not exist in this form."))
    labels = ascii_domain.split(".")
    well_formed = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    if not well_formed or len(ascii_domain) > 255 or len(local) + 1 + len(ascii_domain) > 254:
        return _bad_email(text, N_("{value} is not an email address: its domain does not exist in this form."))
    return f"{local}@{ascii_domain}"


def _bad_email(text: str, message: str) -> Problem:
    remedy = N_("Write one address such as anna@example.com.")
    return Problem("bad_email", message, {"value": text[:80]}, name="email", remedy=remedy)


_WRONG_LENGTH = {
    ValidationResult.TOO_SHORT: N_("{value} is too short for a telephone number."),
    ValidationResult.TOO_LONG: N_("{value} is too long for a telephone number."),
}


def phone(text: str, region: str | None = None) -> str | Problem:
    """The number as E.164. region: ISO 3166 code of the country in which a number without + is read."""
    found = _number(text, region)
    return (
        found if isinstance(found, Problem) else phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    )


def assigned_phone(text: str, region: str | None = None) -> tuple[str, bool] | Problem:
    """phone(), and whether it lies in a range known to be in use; where it does not it is worth a second look, not a refusal."""
    ranges = _in_use(text[:4])
    if ranges and ranges.fullmatch(text):
        return text, True
    found = _number(text, region)
    if isinstance(found, Problem):
        return found
    e164 = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return e164, phonenumbers.is_valid_number(found)


_TYPES = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
          "voicemail")  # fmt: skip


@lru_cache(maxsize=4096)
def _in_use(start: str) -> re.Pattern[str] | None:
    """The numbers in use of the main country that a number with these first four characters is of, as one pattern for E.164.

    It is made of the library's own tables, which take it ten times as long number by number. What it does not match may
    be right all the same: other countries of the same code, numbers that begin like a national prefix.
    """
    codes = [int(start[1:end]) for end in (2, 3, 4) if start[:1] == "+" and start[1:end].isdecimal()]
    known = [code for code in codes if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE]
    region = phonenumbers.region_code_for_country_code(known[0] if known else 0)
    table = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    if table is None:
        return None
    kinds = "|".join(filter(None, (_pattern(getattr(table, name)) for name in _TYPES)))
    prefix = f"(?!{table.national_prefix_for_parsing})" if table.national_prefix_for_parsing else ""
    country = f"(?={table.leading_digits})" if table.leading_digits else ""
    return re.compile(rf"\+{known[0]}{prefix}{country}(?={_pattern(table.general_desc)}\Z)(?:{kinds})", re.ASCII)


def _pattern(kind: phonenumbers.PhoneNumberDesc | None) -> str:
    if kind is None or not kind.national_number_pattern:
        return ""
    lengths = "|".join(rf"\d{{{length}}}\Z" for length in kind.possible_length if length > 0)
    return f"(?={lengths})(?:{kind.national_number_pattern})"


def _number(text: str, region: str | None) -> phonenumbers.PhoneNumber | Problem:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return _bad_phone(text, N_("{value} cannot be read as a telephone number."))
    verdict = phonenumbers.is_possible_number_with_reason(number)
    if verdict != ValidationResult.IS_POSSIBLE or number.extension:
        return _bad_phone(text, _WRONG_LENGTH.get(verdict, N_("{value} cannot be read as a telephone number.")))
    return number


def _bad_phone(text: str, message: str) -> Problem:
    remedy = N_("Write it with + and the country's code, such as +48 512 345 678, or name the country of the file.")
    return Problem("bad_phone", message, {"value": text[:80]}, name="phone", remedy=remedy)


def known_region(region: str) -> bool:
    return region in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=4096)
def zones_of(e164: str) -> tuple[str, ...]:
    """IANA zones in which a number may ring; () when nothing is known."""
    zones = number_zones.time_zones_for_number(phonenumbers.parse(e164))
    return tuple(zone for zone in zones if zone != number_zones.UNKNOWN_TIMEZONE)


def normal(channel: str, text: str, region: str | None = None) -> str | Problem:
    """The normal form of an address of an endpoint channel (email or phone)."""
    return email(text) if channel == "email" else phone(text, region)


def normal_any(text: str) -> str | None:
    """The normal form of an address of either kind; None when it is neither."""
    found = email(text) if "@" in text else phone(text)
    return None if isinstance(found, Problem) else found


def address_hash(workspace_id: str, address: str) -> str:
    """SHA-256 of an address in normal form, salted with the workspace: what is left of an address after erasure.

    A pseudonym, not anonymity: whoever holds the database can try every number.
    """
    return hashlib.sha256(f"{workspace_id}:{address}".encode()).hexdigest()
