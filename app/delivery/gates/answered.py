"""Nobody is invited to an interview that is over, whichever way it ended."""

from datetime import datetime

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    if facts.interview_finished and facts.purpose.invites:
        return Verdict("answered", facts.interview_finished)
    return None


gate = Gate("answered", 3, check)
