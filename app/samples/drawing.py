"""Drawing a probability sample. Pure: the same people, plan and seed give the same draw, in whatever order the people come.

Chance is SHA-256 of the seed and the contact, so a draw can be made again by anybody who has the frame. The frame is the list
drawn from, a replicate a random part of the sample that is released alone (terms of AAPOR and ESOMAR).
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from app.core.problems import N_, Problem

METHODS = {
    "simple": N_("Simple random"),
    "systematic": N_("Systematic"),
    "stratified": N_("Stratified"),
}
ALLOCATIONS = {
    "proportional": N_("in proportion to their sizes"),
    "equal": N_("equal numbers"),
    "given": N_("the numbers given"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """stratum: the value that strata are made of, and systematic draws sorted by. group: the household or account, "" for none."""

    contact_id: str
    stratum: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """size: people wanted; of allocation "given" the sum of `sizes` (stratum -> people). one_per_group: nobody shares a group."""

    method: str
    size: int
    allocation: str = "proportional"
    sizes: Mapping[str, int] = field(default_factory=dict)
    one_per_group: bool = False
    replicates: int = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """probability: of being in the whole sample. replicate: from 1."""

    contact_id: str
    stratum: str
    probability: float
    replicate: int


def draw(people: Sequence[Person], plan: Plan, seed: str) -> list[Drawn] | list[Problem]:
    """The sample, by replicate and then by chance; or what makes it impossible."""
    shares = dict.fromkeys((each.contact_id for each in people), 1.0)
    if plan.one_per_group:
        people, shares = _one_per_group(people, seed)
    frame = sorted(people, key=lambda each: (each.stratum, each.contact_id))
    wanted = numbers(frame, plan)
    problems = _problems(frame, plan, wanted)
    if problems:
        return problems
    chosen = (
        _systematic(frame, plan.size, seed) if plan.method == "systematic" else _by_stratum(frame, plan, wanted, seed)
    )
    stratified = plan.method == "stratified"
    return [
        Drawn(
            each.contact_id,
            each.stratum if stratified else "",
            probability * shares[each.contact_id],
            1 + place % plan.replicates,
        )
        for place, (each, probability) in enumerate(chosen)
    ]


def chance(seed: str, what: str, contact_id: str = "") -> int:
    """A number of 256 bits that the seed decides, another for each purpose and contact."""
    return int.from_bytes(hashlib.sha256(f"{seed}\n{what}\n{contact_id}".encode()).digest())


def frame_hash(contact_ids: Iterable[str]) -> str:
    """SHA-256 of the sorted ids, one a line: whether two frames are the same."""
    return hashlib.sha256("\n".join(sorted(contact_ids)).encode()).hexdigest()


def numbers(frame: Iterable[Person], plan: Plan) -> dict[str, int]:
    """How many are wanted of each stratum that the frame has (of an unstratified plan: of all, under "")."""
    counts = sizes_of(frame, plan)
    if plan.method != "stratified":
        return {"": plan.size}
    if plan.allocation == "given":
        return {**dict.fromkeys(counts, 0), **plan.sizes}
    return _equal(counts, plan.size) if plan.allocation == "equal" else _proportional(counts, plan.size)


def sizes_of(frame: Iterable[Person], plan: Plan) -> dict[str, int]:
    """How many people of the frame each stratum has."""
    counts: dict[str, int] = {}
    for each in frame:
        key = each.stratum if plan.method == "stratified" else ""
        counts[key] = counts.get(key, 0) + 1
    return counts


def _proportional(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """By largest remainders, ties to the stratum that sorts first; nothing is rounded but once."""
    everybody = sum(counts.values()) or 1
    found = {key: size * count // everybody for key, count in counts.items()}
    remainders = sorted(counts, key=lambda key: (-(size * counts[key] % everybody), key))
    for key in remainders[: size - sum(found.values())]:
        found[key] += 1
    return found


def _equal(counts: Mapping[str, int], size: int) -> dict[str, int]:
    """As equal as the strata's sizes let them be: the smallest are taken whole where they are too small."""
    found, left = {}, size
    for place, key in enumerate(sorted(counts, key=lambda key: (counts[key], key))):
        found[key] = min(counts[key], left // (len(counts) - place))
        left -= found[key]
    return found


def _one_per_group(people: Sequence[Person], seed: str) -> tuple[list[Person], dict[str, float]]:
    """A person of each group, and each one's probability of being it; who is in none stands alone."""
    ordered = sorted(people, key=lambda each: (each.group, chance(seed, "one of a group", each.contact_id)))
    chosen, shares = [], {}
    for group, found in groupby(ordered, key=lambda each: each.group):
        members = list(found)
        for each in members[:1] if group else members:
            chosen.append(each)
            shares[each.contact_id] = 1 / len(members) if group else 1.0
    return chosen, shares


def _systematic(frame: Sequence[Person], size: int, seed: str) -> list[tuple[Person, float]]:
    """Every (N/n)th of the sorted frame from a random start: in whole numbers, so that each has exactly n/N."""
    start = chance(seed, "start") % len(frame)
    return [(frame[place], size / len(frame)) for place in places(len(frame), size, start)]


def places(count: int, size: int, start: int) -> list[int]:
    """The places, from 0, of a systematic sample of `size` out of `count`, for a start from 0 to below `count`."""
    return [(start + step * count) // size for step in range(size)]


def _by_stratum(
    frame: Sequence[Person], plan: Plan, wanted: Mapping[str, int], seed: str
) -> list[tuple[Person, float]]:
    """The first of each stratum in the order of chance; a plan without strata is one."""
    strata: dict[str, list[Person]] = {}
    for each in frame:
        strata.setdefault(each.stratum if plan.method == "stratified" else "", []).append(each)
    found = []
    for key, members in strata.items():
        members.sort(key=lambda each: chance(seed, "draw", each.contact_id))
        found += [(each, wanted[key] / len(members)) for each in members[: wanted[key]]]
    return found


def _problems(frame: Sequence[Person], plan: Plan, wanted: Mapping[str, int]) -> list[Problem]:
    if plan.size < 1 or not 1 <= plan.replicates <= plan.size:
        remedy = N_("Draw at least one person, and no more replicates than people.")
        return [Problem("sample_size", N_("Nobody could be drawn like that."), name="size", remedy=remedy)]
    remedy = N_("Draw fewer, or widen the frame.")
    if plan.size > len(frame):
        message, params = (
            N_("{wanted} people are wanted, but there are {there}."),
            {"wanted": plan.size, "there": len(frame)},
        )
        return [Problem("sample_too_large", message, params, "size", remedy)]
    counts, message = sizes_of(frame, plan), N_("{wanted} people are wanted of “{stratum}”, but there are {there}.")
    lacking = {key: counts.get(key, 0) for key, count in wanted.items() if count > counts.get(key, 0)}
    return [
        Problem("sample_too_large", message, {"wanted": wanted[key], "stratum": key, "there": there}, "size", remedy)
        for key, there in lacking.items()
    ]
