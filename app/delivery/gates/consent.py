"""Consent or a documented basis for this channel, no suppression, an address that works."""

from datetime import datetime

from app.delivery.gates import Facts, Gate, Verdict


def check(facts: Facts, now: datetime) -> Verdict | None:
    if facts.purpose.final_word:
        return None
    if facts.refusal is None:
        missing = facts.purpose.unsolicited and not facts.has_contact
        return Verdict("no_contact") if missing else None
    code, detail = facts.refusal
    # whoever writes to us, or asks for the link, has asked for the answer; STOP still outranks that
    asked_for = code == "no_consent" and not facts.purpose.unsolicited
    return None if asked_for else Verdict(code, detail)


gate = Gate("consent", 1, check)
