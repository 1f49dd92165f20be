"""Words and times of the interviewers' pages."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from flask_babel import force_locale, format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.contacts.permission import REFUSALS
from app.fieldwork.outcomes import OUTCOMES

STATE_NAMES = {
    "NEW": _l("Not tried yet"),
    "READY": _l("Ready"),
    "LEASED": _l("With an interviewer"),
    "IN_CALL": _l("In a call"),
    "WRAP": _l("To be coded"),
    "RETRY": _l("To be tried again"),
    "APPOINTMENT": _l("Appointment"),
    "REFUSED_HOLD": _l("Refused for now"),
    "PARTIAL": _l("Broken off"),
    "SUPERVISOR": _l("With the supervisor"),
    "BLOCKED": _l("Blocked"),
    "EXHAUSTED": _l("All attempts used"),
    "FINAL": _l("Finished"),
}
REASON_NAMES = {
    "uncoded": _l("the call was not coded"),
    "referred": _l("referred by the interviewer"),
}
APPOINTMENT_NAMES = {
    "hard": _l("at this time"),
    "soft": _l("around this time"),
    "transfer": _l("asks to be called"),
}


def state_name(state: str) -> str:
    return str(STATE_NAMES[state])


def reason_name(reason: str) -> str:
    """Why a case is blocked or with the supervisor."""
    if reason in REFUSALS:
        return _(REFUSALS[reason])
    return str(REASON_NAMES.get(reason, reason))


def outcome_name(name: str) -> str:
    """How a call or a visit ended."""
    return _(OUTCOMES[name].label)


def appointment_name(kind: str) -> str:
    return str(APPOINTMENT_NAMES[kind])


def local_time(at: datetime, zone: str, pattern: str = "HH:mm") -> str:
    """An instant as the clock in a zone shows it, in the reader's language."""
    return format_datetime(at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), pattern, rebase=False)


def phone_number(number: str) -> str:
    """A number in groups, as people dial it."""
    return phonenumbers.format_number(phonenumbers.parse(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def ask_for(name: str, language: str) -> str:
    """Read aloud first: is it the person?"""
    with force_locale(language):
        return _("Am I speaking with %(name)s?", name=name)


def go_on(organisation: str, language: str) -> str:
    """Read aloud to somebody who agreed before."""
    with force_locale(language):
        return _("We would like to go on with the questions of %(organisation)s. May we?", organisation=organisation)


def closing(language: str) -> str:
    """Read aloud last."""
    with force_locale(language):
        return _("Thank you very much for your time. Goodbye.")


def objections(organisation: str, contact: str, minutes: int, language: str) -> list[tuple[str, str]]:
    """What people say against taking part, and what may honestly be answered; read aloud."""
    with force_locale(language):
        return [
            (_("“I have no time.”"), _("It takes about %(minutes)s min. When may I call again?", minutes=minutes)),
            (
                _("“Where did you get my number?”"),
                _("From the customer records of %(organisation)s. I can have it marked as not to be called.",
                  organisation=organisation),
            ),
            (_("“Are you selling something?”"), _("No. I only ask questions, and nobody will offer you anything.")),
            (
                _("“How do I know who you are?”"),
                _("You can ask here: %(contact)s.", contact=contact) if contact else _("You can ask %(organisation)s.",
                                                                                      organisation=organisation),
            ),
            (_("“I do not want to be called.”"), _("I am sorry to have disturbed you. Nobody will call you again.")),
        ]  # fmt: skip


def helpers() -> dict[str, Any]:
    """What the templates call."""
    given = (state_name, reason_name, outcome_name, appointment_name, local_time, phone_number, ask_for, go_on, closing)
    return {function.__name__: function for function in given}
