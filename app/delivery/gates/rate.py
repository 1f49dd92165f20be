"""No more than the sender's number, or the receiving mail domain, takes (buckets.py)."""

from datetime import datetime

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    return Verdict("rate", until=facts.room_at) if facts.room_at else None


gate = Gate("rate", 5, check)
