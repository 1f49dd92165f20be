"""What nobody asked for arrives in the person's waking hours."""

from datetime import datetime

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    if facts.purpose.unsolicited and facts.waking_at and facts.waking_at > now:
        return Verdict("quiet_hours", until=facts.waking_at)
    return None


gate = Gate("quiet_hours", 4, check)
