"""Identifiers, minted before a row is queued or inserted so that a retry writes the same row again."""

import os
import time


def new_id() -> str:
    """A UUID version 7 (RFC 9562) as 36 characters: 48 bits of Unix milliseconds, then 74 random bits."""
    return new_ids(1)[0]


def new_ids(count: int) -> list[str]:
    """As many at once, rising: one call of the system for all."""
    milliseconds = time.time_ns() // 1_000_000 << 80
    noise = os.urandom(10 * count)
    values = [milliseconds | int.from_bytes(noise[start : start + 10], "big") for start in range(0, 10 * count, 10)]
    return sorted(map(_uuid, values))


def _uuid(value: int) -> str:
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    digits = f"{value:032x}"  # uuid.UUID would take as long again, and imports make millions
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
