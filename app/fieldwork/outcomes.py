"""What a call or a visit can end with, as data, and the AAPOR disposition of a case. Pure.

Delays: NIPO and queXS; codes: AAPOR Standard Definitions, 9th edition (2016 and later numbering).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.problems import N_

STATES = (
    *("NEW", "READY", "LEASED", "IN_CALL", "WRAP", "RETRY", "APPOINTMENT", "REFUSED_HOLD", "PARTIAL"),
    *("SUPERVISOR", "BLOCKED", "EXHAUSTED", "FINAL"),
)
WAITING = ("NEW", "READY", "RETRY", "APPOINTMENT", "REFUSED_HOLD", "PARTIAL")
"""States from which a case is offered."""
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """``to``: the state of the case afterwards. ``delay``: minutes until the next attempt, None where a person says when or
    there is none. ``phone``, ``visit``: the disposition on each, "" where it cannot happen there; ``eligible``: the one that takes
    its place once an eligible respondent was reached. ``number``: "next" when this number is no use. ``suppress``: a reason
    of contacts.permission. ``ends``: what becomes of the interview: declined for the "study" or for "everything", "closed",
    "screened_out", or "" for nothing. ``asks``: "note" or "time" (required), "may_time" (wanted) or "". ``reached``: the person
    themselves was spoken to. ``by_hand``: an interviewer may choose it."""

    name: str
    label: str
    to: str
    delay: int | None = None
    phone: str = ""
    visit: str = ""
    eligible: str = ""
    number: str = "same"
    suppress: str = ""
    ends: str = ""
    asks: str = ""
    reached: bool = False
    by_hand: bool = True

    def code(self, kind: str, eligible: bool) -> str:
        """The disposition of an attempt of this kind ("phone" or "visit")."""
        return self.eligible if eligible and self.eligible else str(getattr(self, kind))


TABLE = (
    Outcome("no_answer", N_("No answer"), "RETRY", 240, phone="3.13", eligible="2.21"),
    Outcome("answering_device", N_("Answering device, no message left"), "RETRY", 240, phone="3.14", eligible="2.221"),
    Outcome("message_left", N_("Answering device, message left"), "RETRY", 240, phone="2.222"),
    Outcome("busy", N_("Busy"), "RETRY", 60, phone="3.12", eligible="2.21"),
    Outcome("no_access", N_("No access to the building"), "RETRY", 240, visit="2.23"),
    Outcome("no_one_reached", N_("Nobody reached"), "RETRY", 240, visit="2.24"),
    Outcome("unavailable", N_("Somebody else answered, the person is not there"), "RETRY", 240, phone="2.21", visit="2.25"),
    Outcome("hang_up", N_("Cut off by accident"), "RETRY", 0, phone="3.9", eligible="2.9"),
    Outcome("hard_appointment", N_("Appointment at a time they named"), "APPOINTMENT", phone="2.21", visit="2.25",
            asks="time", reached=True),
    Outcome("soft_appointment", N_("Call back around a time"), "APPOINTMENT", phone="2.21", visit="2.25", asks="time"),
    Outcome("continues", N_("Goes on by web or text message"), "RETRY", DAY, phone="2.21", visit="2.25", reached=True),
    Outcome("break_off", N_("Broke off, will go on later"), "PARTIAL", phone="2.12", visit="2.12", asks="may_time", reached=True),
    Outcome("soft_refusal", N_("Refused for now"), "REFUSED_HOLD", 7 * DAY, phone="2.112", visit="2.112", reached=True),
    Outcome("hard_refusal", N_("Refused firmly"), "FINAL", phone="2.112", visit="2.112", suppress="hard_refusal",
            ends="everything", reached=True),
    Outcome("do_not_call", N_("“Do not call me again”"), "FINAL", phone="2.112", visit="2.112", suppress="do_not_call",
            ends="everything", reached=True),
    Outcome("wrong_number", N_("Wrong number"), "FINAL", 0, phone="3.18", number="next", suppress="wrong_number"),
    Outcome("disconnected", N_("Number does not exist or is disconnected"), "FINAL", 0, phone="4.32", eligible="2.9",
            number="next"),
    Outcome("not_located", N_("Address not found"), "SUPERVISOR", visit="3.18", asks="note"),
    Outcome("unsafe", N_("Unsafe to go there"), "SUPERVISOR", visit="3.17", asks="note"),
    Outcome("language", N_("Speaks another language"), "SUPERVISOR", phone="2.33", visit="2.33", asks="note"),
    Outcome("unable", N_("Physically or mentally unable"), "FINAL", phone="2.32", visit="2.32", ends="closed", asks="note"),
    Outcome("deceased", N_("Has died"), "FINAL", phone="2.31", visit="2.31", suppress="staff", ends="closed"),
    Outcome("not_eligible", N_("Does not belong to the survey’s population"), "FINAL", phone="4.7", visit="4.7",
            ends="screened_out", asks="note"),
    Outcome("technical", N_("Technical fault"), "RETRY", 60, phone="3.16", visit="3.9"),
    Outcome("referred", N_("For the supervisor"), "SUPERVISOR", phone="3.9", visit="3.9", eligible="2.9", asks="note"),
    Outcome("abandoned", N_("Abandoned by the dialler"), "RETRY", 72 * 60, phone="3.9", eligible="2.9", by_hand=False),
    Outcome("complete", N_("Interview complete"), "FINAL", phone="1.1", visit="1.1", reached=True, by_hand=False),
)  # fmt: skip
OUTCOMES = {outcome.name: outcome for outcome in TABLE}
AHEAD = ("busy", "hang_up", "wrong_number", "disconnected")
"""After these a retry goes ahead of ordinary ones."""


def offered(kind: str) -> list[Outcome]:
    """What an interviewer may choose after a call ("phone") or a visit ("visit"), in the order of the table."""
    return [outcome for outcome in TABLE if outcome.by_hand and getattr(outcome, kind)]


def reached(outcomes: Sequence[str]) -> bool:
    """Whether an eligible respondent was ever reached."""
    return any(OUTCOMES[name].reached for name in outcomes)


# the interview itself speaks where it got that far
OF_INTERVIEW = {
    "complete": "1.1",
    "declined": "2.112",
    "screened_out": "4.7",
    "quota_full": "4.8",
    "partial": "1.2",
    "break_off": "2.12",
    "started": "2.12",
}


def final_code(outcomes: Sequence[str], kind: str, interview: str) -> str:
    """The disposition of a finished case: that of the finished interview, else of the latest final outcome, else of what was
    answered, else (the cap was reached) 2.30 for a person once reached and 3.90 for the others.

    outcomes: of the attempts, oldest first. interview: its status. So a person once reached never ends as no answer or busy."""
    if interview in ("complete", "screened_out", "quota_full"):
        return OF_INTERVIEW[interview]
    final = [OUTCOMES[name] for name in outcomes if OUTCOMES[name].to == "FINAL"]
    if final:
        return final[-1].code(kind, reached(outcomes))
    if interview in OF_INTERVIEW:
        return OF_INTERVIEW[interview]
    if not outcomes:
        return "3.11"
    return "2.30" if reached(outcomes) else "3.90"


def interim_code(outcomes: Sequence[str], kind: str) -> str:
    """The disposition of a case that is still open: that of its latest attempt; 3.11 before the first."""
    return OUTCOMES[outcomes[-1]].code(kind, reached(outcomes)) if outcomes else "3.11"
