"""Nobody is asked by us for whom there is no place: enough people, or enough people like them, have answered."""

from datetime import datetime

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    return Verdict("quota_full") if facts.full and facts.purpose.unsolicited else None


gate = Gate("full", 6, check)
