"""Outcome rates of a study by AAPOR's Standard Definitions: response, cooperation, refusal and contact rates."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Counts by group of final disposition. i: complete; p: partial; r: refusal and break-off; nc: non-contact; o: other
    eligible; uh, uo: unknown eligibility (household, other); ne: not eligible, outside every rate."""

    i: int = 0
    p: int = 0
    r: int = 0
    nc: int = 0
    o: int = 0
    uh: int = 0
    uo: int = 0
    ne: int = 0


def group(code: str) -> str:
    """The field of `Outcomes` that a disposition code (1.1, 2.112, 3.19, …) counts in; ValueError for a code of no group."""
    prefixes = (
        ("1.1", "i"),
        ("1.2", "p"),
        ("2.1", "r"),
        ("2.2", "nc"),
        ("2.3", "o"),
        ("2.9", "o"),
        ("3.1", "uh"),
        ("3", "uo"),
        ("4", "ne"),
    )
    for prefix, name in prefixes:
        if code.startswith(prefix):
            return name
    raise ValueError(f"no AAPOR disposition: {code}")


def outcomes(codes: Iterable[str]) -> Outcomes:
    """Count dispositions by group."""
    counts = dict.fromkeys(Outcomes.__slots__, 0)
    for code in codes:
        counts[group(code)] += 1
    return Outcomes(**counts)


def eligible_share(c: Outcomes) -> Fraction | None:
    """The default e: n / (n + NE), the share of eligible cases among those whose eligibility is known."""
    n = _known(c)
    return Fraction(n, n + c.ne) if n + c.ne else None


def rates(c: Outcomes, e: Fraction | float | None = None) -> dict[str, Fraction | float | None]:
    """RR1-6, COOP1-4, REF1-3, CON1-3; None where the denominator is 0 (undefined, not 0). `e`: the share of the cases of
    unknown eligibility taken as eligible; `eligible_share` unless told."""
    if e is None:
        e = eligible_share(c) or 0
    n, u = _known(c), c.uh + c.uo
    done, contacted = c.i + c.p, c.i + c.p + c.r + c.o
    bases = {1: n + u, 2: n + e * u, 3: n}
    rates: dict[str, Fraction | float | None] = {}
    for k in (1, 2, 3):
        rates[f"RR{2 * k - 1}"] = _ratio(c.i, bases[k])
        rates[f"RR{2 * k}"] = _ratio(done, bases[k])
        rates[f"REF{k}"] = _ratio(c.r, bases[k])
        rates[f"CON{k}"] = _ratio(contacted, bases[k])
    for k, base in ((1, contacted), (3, done + c.r)):
        rates[f"COOP{k}"] = _ratio(c.i, base)
        rates[f"COOP{k + 1}"] = _ratio(done, base)
    return rates


def _known(c: Outcomes) -> int:
    return c.i + c.p + c.r + c.nc + c.o


def _ratio(a: int, b: Fraction | float | int) -> Fraction | float | None:
    if b == 0:
        return None
    return Fraction(a) / b
