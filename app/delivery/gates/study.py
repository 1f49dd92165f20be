"""Nobody is invited to a study that cannot be answered."""

from datetime import datetime

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    if facts.study_shut and facts.purpose.invites:
        return Verdict("study_shut", facts.study_shut)
    return None


gate = Gate("study", 2, check)
