"""Gates for one recipient: pure functions over facts, one a file, run when a message is queued and again when it is claimed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from app.core.registry import Registry
from app.delivery.purposes import Purpose


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gates judge by. None: the message has none (a staff mail has no contact, no interview, no study).

    `refusal`: why contacts say that this person may not be reached here, as (code, text). `waking_at`: the next instant in the
    person's waking hours, `now` itself when they are awake. `room_at`: when the sender's number, or the receiving
    domain, takes the message; None for at once. `full`: the study, or the person's quota, has all it wants. `good_until`: later
    than this it is not worth sending, by the study's protocol; None for ever.
    """

    purpose: Purpose
    has_contact: bool = False
    refusal: tuple[str, str] | None = None
    interview_finished: str | None = None
    study_shut: str | None = None
    waking_at: datetime | None = None
    room_at: datetime | None = None
    full: bool = False
    good_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`until` is set when the message is only postponed; without it, it is blocked. `code`: a key of reasons.REASONS."""

    code: str
    detail: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """`check` returns None to let the message through. Gates are asked in `order`, and the first block ends the questions."""

    name: str
    order: int
    check: Callable[[Facts, datetime], Verdict | None]


@dataclass(frozen=True, slots=True)
class Judgement:
    """`verdicts`: gate name to "pass" or its code, for every gate that was asked. `verdict`: what decides; None: pass."""

    verdicts: dict[str, str]
    verdict: Verdict | None


GATES: Registry[Gate] = Registry("gate", "app.delivery.gates", "gate")


def judge(facts: Facts, now: datetime, gates: Iterable[Gate] | None = None) -> Judgement:
    """Ask the gates. A block wins; of several postponements the longest."""
    said: dict[str, str] = {}
    longest: Verdict | None = None
    for gate in sorted(GATES if gates is None else gates, key=lambda gate: gate.order):
        verdict = gate.check(facts, now)
        said[gate.name] = verdict.code if verdict else "pass"
        if verdict is None:
            continue
        if verdict.until is None:
            return Judgement(said, verdict)
        if longest is None or longest.until is None or verdict.until > longest.until:
            longest = verdict
    return Judgement(said, longest)
