"""Canonical JSON (RFC 8785): one text for one value, so that documents compare and sign as text."""

import math
from json.encoder import encode_basestring
from typing import Any


class Written(str):
    """Canonical JSON: `dumps` puts it in as it is."""

    __slots__ = ()


def dumps(value: Any) -> str:
    """The canonical text. Tuples are arrays, keys must be text. NaN and infinities are a ValueError."""
    if isinstance(value, Written):
        return value
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, (list, tuple)):
        return f"[{','.join(map(dumps, value))}]"
    members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
    return f"{{{','.join(f'{encode_basestring(key)}:{dumps(item)}' for key, item in members)}}}"


def _number(value: int | float) -> str:
    """As ECMAScript writes a double: 1e16 is 10000000000000000, 1e21 is 1e+21, 1e-7 is 1e-7."""
    if isinstance(value, int) and abs(value) <= 2**53:
        return str(value)
    value = float(value)
    if not math.isfinite(value):
        raise ValueError(f"JSON has no {value}")
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value)) if abs(value) <= 2**53 else _plain(value)
    mantissa, _, exponent = repr(value).partition("e")
    if not exponent:
        return mantissa
    if -6 <= int(exponent) < 0:
        return _plain(value)
    return f"{mantissa}e{int(exponent):+d}"


def _plain(value: float) -> str:
    """The shortest digits that read back as the value, without an exponent."""
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction.rstrip("0")
    shift = int(exponent or 0)
    digits = whole + fraction
    point = len(whole) + shift
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    if point >= len(digits):
        return sign + digits + "0" * (point - len(digits))
    return f"{sign}{digits[:point]}.{digits[point:]}"
