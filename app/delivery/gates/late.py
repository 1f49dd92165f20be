"""What nobody asked for and what was due long ago (nothing was running, somebody paused it) is left out: no flood after a stop."""

from datetime import datetime

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    return Verdict("too_late") if facts.good_until and now > facts.good_until else None


gate = Gate("late", 7, check)
