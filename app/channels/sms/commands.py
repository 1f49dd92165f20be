"""Words that are no answers: stop, start, help, wrong number, a language."""

from collections.abc import Callable

from flask_babel import force_locale, gettext

from app import engine
from app.catalog.protocol import OFFERS
from app.channels.sms import channel, conversations, several
from app.channels.sms.turn import Turn
from app.contacts import service as contacts
from app.db import writing
from app.engine import keywords
from app.interviews import channel as channels
from app.interviews import service
from app.interviews.repository import Interview
from app.rendering import sms


def obey(about: Turn, word: str) -> str:
    """Do what a keyword (see `engine.keywords.keyword`) says; returns what the message was taken for."""
    kind, _, argument = word.partition(":")
    return _COMMANDS[kind](about, argument)


def _stop(about: Turn, argument: str) -> str:
    """STOP: no text and no call to this number any more, for any study; the interview is over."""
    number = about.text.their_number
    contacts.suppress(about.workspace_id, channel="phone", address=number, reason="opt_out", now=about.now)
    service.decline(about.workspace_id, about.interview.id, "study", "sms", about.now)
    conversations.close_number(about.workspace_id, number)
    if not keywords.answered_by_twilio(about.text.body, about.text.opt_out_type):
        about.say(sms.confirmation("stop", gettext, organisation=about.study.organisation), "confirmation")
    return "stop"


def _start(about: Turn, argument: str) -> str:
    number = about.text.their_number
    contacts.lift(about.workspace_id, channel="phone", address=number, reasons=("opt_out",), now=about.now)
    about.say(_present(about, about.interview))
    return "start"


def _help(about: Turn, argument: str) -> str:
    if about.text.opt_out_type != "HELP":
        who = {"organisation": about.study.organisation, "contact": about.study.contact_line}
        about.say(sms.confirmation("help", gettext, **who), "confirmation")
    return "help"


def _wrong_number(about: Turn, argument: str) -> str:
    """Somebody else has this number: it is not used for the study any more, and the interview ends."""
    contacts.suppress(
        about.workspace_id,
        channel="phone",
        address=about.text.their_number,
        study_id=about.study.id,
        reason="wrong_number",
        now=about.now,
    )
    service.close(about.workspace_id, about.interview.id, "closed", about.now)
    conversations.close(about.workspace_id, about.interview.id)
    about.say(sms.confirmation("wrong_number", gettext, organisation=about.study.organisation), "confirmation")
    return "wrong number"


def _language(about: Turn, code: str) -> str:
    """The current question again in another language."""
    switched = service.record(about.workspace_id, about.interview.id, [engine.Language(code)], about.now)
    with force_locale(switched.language):
        about.say(_present(about, switched))
    return "language"


def _present(about: Turn, interview: Interview) -> str:
    """What was asked last, as it is asked now."""
    if about.conversation.asked == conversations.WHICH:
        return several.menu(about.conversation, interview, about.study, about.now)
    return channel.next_text(about.conversation, interview, about.study, about.name, about.now)


def go_elsewhere(about: Turn, wish: str) -> str:
    """They would rather be called, or answer on a page: what the study's protocol offers."""
    mode = OFFERS[wish]
    with writing():
        service.offered(about.workspace_id, about.interview.id, mode)
        if mode == "phone":
            channels.get("phone").open(about.workspace_id, about.interview.id, about.now)
            about.say(sms.confirmation("call", gettext, organisation=about.study.organisation))
        else:
            about.say(sms.confirmation("link", gettext, organisation=about.study.organisation, url=about.link()))
    return wish


_COMMANDS: dict[str, Callable[[Turn, str], str]] = {
    "stop": _stop,
    "refusal": _stop,
    "start": _start,
    "help": _help,
    "wrong_number": _wrong_number,
    "language": _language,
}
