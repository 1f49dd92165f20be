"""No more a minute than the sender's number, or the receiving mail domain, takes."""

from datetime import datetime, timedelta

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    if facts.limit is None or facts.sent_lately < facts.limit:
        return None
    return Verdict("rate", until=facts.room_at or now + timedelta(seconds=60))


gate = Gate("rate", 5, check)
