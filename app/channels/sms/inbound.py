"""A message came in: stored once, then taken as a keyword, an answer, or a word to be kept. At most one text goes back."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale, gettext
from sqlalchemy import Connection

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.catalog.service import Study
from app.channels.sms import channel, conversations
from app.channels.sms.conversations import Conversation
from app.contacts import service as contacts
from app.core.problems import Problem
from app.core.text import fold, normalise
from app.db import reading, writing
from app.delivery import service as delivery
from app.engine import keywords
from app.events import publish
from app.interviews import links, service
from app.interviews.repository import Interview
from app.rendering import sms

log = logging.getLogger(__name__)

TRIES = 3  # unreadable replies to one question: the last is answered by a link to the web form, later ones by nothing
LEFT_OVER = timedelta(minutes=1)  # a message stored longer ago and not taken belongs to a process that died
BY_TWILIO = {"STOP": "stop", "START": "start", "HELP": "help"}  # OptOutType, whatever the words


@dataclass(frozen=True, slots=True)
class Text:
    """A message as Twilio posts it. `opt_out_type`: STOP, START or HELP where Advanced Opt-Out has answered it."""

    account_sid: str
    sid: str
    our_number: str
    their_number: str
    body: str
    opt_out_type: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """What a reply is about: the conversation with its interview, study and person."""

    text: Text
    conversation: Conversation
    interview: Interview
    study: Study
    name: str
    now: datetime

    @property
    def workspace_id(self) -> str:
        return self.conversation.workspace_id

    def say(self, text: str, purpose: str = "turn") -> None:
        """Send the one text of this turn."""
        delivery.enqueue(
            self.workspace_id,
            channel="sms",
            purpose=purpose,
            interview_id=self.interview.id,
            to=self.conversation.their_number,
            text=sms.thrifty(text),
            now=self.now,
        )


def receive(text: Text, now: datetime) -> str:
    """Store a message, then take it; returns what it was taken for. `repeated`: its MessageSid was here before."""
    keep(text, now)
    return _work(text.account_sid, text.sid, now)


def keep(text: Text, now: datetime) -> bool:
    """Write a message down in a transaction of its own, so that no error while taking it loses it; False: it was here before."""
    body = normalise(text.body)
    row = {
        "account_sid": text.account_sid,
        "message_sid": text.sid,
        "our_number": text.our_number,
        "their_number": text.their_number,
        "body": "" if isinstance(body, Problem) else body,
        "opt_out_type": text.opt_out_type,
        "at": now,
        "outcome": "stored",
    }
    with writing() as conn:
        return conversations.store(conn, row)


def _work(account_sid: str, sid: str, now: datetime) -> str:
    """Take a stored message, in one transaction and once."""
    with writing() as conn:
        row = conversations.untaken(conn, account_sid, sid)
        if row is None:
            return "repeated"
        text = Text(account_sid, sid, row.our_number, row.their_number, row.body, row.opt_out_type)
        turn = _turn(conn, text, now)
        outcome = _take(turn, row.body) if turn else _outside(text, row.body, now)
        conversations.settled(conn, account_sid, sid, turn.interview.id if turn else None, outcome)
        return outcome


def tick(now: datetime, limit: int = 100) -> int:
    """Take what was stored by a process that died; what fails again is kept as `failed`. Returns how many were looked at."""
    with reading() as conn:
        rows = conversations.left_over(conn, now - LEFT_OVER, limit)
    for row in rows:
        try:
            _work(row.account_sid, row.message_sid, now)
        except Exception:
            log.exception("message not taken", extra={"message_sid": row.message_sid})
            with writing() as conn:
                conversations.settled(conn, row.account_sid, row.message_sid, None, "failed")
    return len(rows)


TICKS = [("sms left over", 60, tick)]


def _turn(conn: Connection, text: Text, now: datetime) -> Turn | None:
    conversation = conversations.waiting(conn, text.our_number, text.their_number, now)
    if conversation is None:
        return None
    interview = service.load(conversation.workspace_id, conversation.interview_id)
    study = catalog.study(conversation.workspace_id, interview.study_id) if interview else None
    if interview is None or study is None:
        return None
    person = contacts.contact(conversation.workspace_id, interview.contact_id) if interview.contact_id else None
    return Turn(text, conversation, interview, study, person.name if person else "", now)


def _take(turn: Turn, body: str) -> str:
    with force_locale(turn.interview.language):
        word = BY_TWILIO.get(turn.text.opt_out_type) or keywords.keyword(body)
        if word is not None and not (word.startswith("language:") and _is_choice(turn, body)):
            kind, _, argument = word.partition(":")
            return KEYWORDS[kind](turn, argument)
        if turn.conversation.asked == conversations.IDENTITY:
            return _identity(turn, body)
        return _answer(turn, body)


def _is_choice(turn: Turn, body: str) -> bool:
    """Whether the question asked has an option of this name: then "English" is an answer and no switch of language."""
    screen = service.screen(turn.interview, "sms")
    items = screen.items if isinstance(screen, engine.Screen) else ()
    return any(fold(choice.label) == fold(body) for item in items for choice in item.choices)


# --- answers --------------------------------------------------------------------------------------


def _answer(turn: Turn, body: str) -> str:
    """Apply a reply to the question that was asked; what the write path refuses is said in the same text as the question. A
    picture without words is no reply, least of all a skipped question."""
    screen = service.screen(turn.interview, "sms")
    if not body.strip() and isinstance(screen, engine.Screen):
        return _ask_again(turn, screen)
    submission = service.Submission(
        mode="sms",
        entry="sms",
        at=turn.conversation.asked,
        raw={turn.conversation.asked: body},
        revision=turn.conversation.revision,
        consent=engine.Consent(True, channel.statement(turn.study, turn.interview).version, turn.interview.language),
    )
    match service.submit(turn.workspace_id, turn.interview.id, submission, turn.now):
        case service.Accepted(interview=interview, next=following):
            said = channel.next_text(turn.conversation, interview, turn.study, turn.name, turn.now)
            turn.say(said if isinstance(following, engine.Screen) else _and_the_older(turn, said))
            return "answer"
        case service.Refused(screen=screen):
            return _ask_again(turn, screen)
        case service.HeldBy(held=held):
            return _held(turn, held.interviewer)
        case service.Stale(interview=interview):
            turn.say(channel.next_text(turn.conversation, interview, turn.study, turn.name, turn.now))
            return "late"
        case service.Finished(status=status):
            conversations.close(turn.workspace_id, turn.interview.id)
            kind = "complete" if status == "complete" else "closed"
            said = sms.confirmation(kind, gettext, organisation=turn.study.organisation)
            turn.say(_and_the_older(turn, said), "confirmation")
            return "finished"
    raise AssertionError("submit returned something unknown")


def _and_the_older(turn: Turn, said: str) -> str:
    """The conversation is over; where an older one of the same numbers waits, its question follows in the same text."""
    with writing() as conn:
        older = _turn(conn, turn.text, turn.now)
    if older is None or older.workspace_id != turn.workspace_id or older.interview.finished:
        return said
    with force_locale(older.interview.language):
        return f"{said}\n{channel.next_text(older.conversation, older.interview, older.study, older.name, turn.now)}"


def _ask_again(turn: Turn, screen: engine.Screen) -> str:
    """The question again with help; at the last of `TRIES` a link, since this person and this question do not meet by text; then
    nothing, since it may be a machine that answers each of our texts."""
    tries = turn.conversation.tries + 1
    if tries < TRIES:
        turn.say(channel.question_text(screen, turn.interview, turn.study, turn.now))
    elif tries == TRIES:
        turn.say(sms.confirmation("web_only", gettext, url=_link(turn)))
    conversations.tried(turn.conversation)
    return "not understood"


def _held(turn: Turn, interviewer: bool) -> str:
    """Somebody else has the interview: the message is kept and not applied; they are told once."""
    token = turn.interview.holder_token
    if turn.conversation.told != token:
        if interviewer:
            turn.say(sms.confirmation("assisted", gettext, organisation=turn.study.organisation))
        else:
            turn.say(sms.confirmation("link", gettext, organisation=turn.study.organisation, url=_link(turn)))
        conversations.told(turn.conversation, token)
    with writing() as conn:
        publish(
            conn,
            turn.workspace_id,
            "message.held",
            {"channel": "sms", "body": turn.text.body},
            turn.now,
            contact_id=turn.interview.contact_id,
            study_id=turn.study.id,
            interview_id=turn.interview.id,
        )
    return "held"


def _identity(turn: Turn, body: str) -> str:
    """1: they are the one asked; 2: they are not."""
    said = keywords.yes_or_no(body)
    if said is None:
        if turn.conversation.tries + 1 < TRIES:
            turn.say(channel.next_text(turn.conversation, turn.interview, turn.study, turn.name, turn.now))
        conversations.tried(turn.conversation)
        return "not understood"
    if not said:
        return _wrong_number(turn, "")
    confirmed = service.record(turn.workspace_id, turn.interview.id, [], turn.now, confirmed="sms")
    turn.say(channel.next_text(turn.conversation, confirmed, turn.study, turn.name, turn.now))
    return "confirmed"


# --- keywords -------------------------------------------------------------------------------------


def _stop(turn: Turn, argument: str) -> str:
    """STOP: no text and no call to this number any more, for any study; the interview is over."""
    contacts.suppress(
        turn.workspace_id, channel="phone", address=turn.text.their_number, reason="opt_out", now=turn.now
    )
    service.decline(turn.workspace_id, turn.interview.id, "study", "sms", turn.now)
    conversations.close_number(turn.workspace_id, turn.text.their_number)
    if not keywords.answered_by_twilio(turn.text.body, turn.text.opt_out_type):
        turn.say(sms.confirmation("stop", gettext, organisation=turn.study.organisation), "confirmation")
    return "stop"


def _start(turn: Turn, argument: str) -> str:
    contacts.lift(
        turn.workspace_id, channel="phone", address=turn.text.their_number, reasons=("opt_out",), now=turn.now
    )
    turn.say(channel.next_text(turn.conversation, turn.interview, turn.study, turn.name, turn.now))
    return "start"


def _help(turn: Turn, argument: str) -> str:
    if turn.text.opt_out_type != "HELP":
        said = sms.confirmation("help", gettext, organisation=turn.study.organisation, contact=turn.study.contact_line)
        turn.say(said, "confirmation")
    return "help"


def _wrong_number(turn: Turn, argument: str) -> str:
    """Somebody else has this number: it is not used for the study any more, and the interview ends."""
    contacts.suppress(
        turn.workspace_id,
        channel="phone",
        address=turn.text.their_number,
        study_id=turn.study.id,
        reason="wrong_number",
        now=turn.now,
    )
    service.close(turn.workspace_id, turn.interview.id, "closed", turn.now)
    conversations.close(turn.workspace_id, turn.interview.id)
    turn.say(sms.confirmation("wrong_number", gettext, organisation=turn.study.organisation), "confirmation")
    return "wrong number"


def _language(turn: Turn, code: str) -> str:
    """The current question again in another language."""
    switched = service.record(turn.workspace_id, turn.interview.id, [engine.Language(code)], turn.now)
    with force_locale(switched.language):
        turn.say(channel.next_text(turn.conversation, switched, turn.study, turn.name, turn.now))
    return "language"


KEYWORDS: dict[str, Callable[[Turn, str], str]] = {
    "stop": _stop,
    "refusal": _stop,
    "start": _start,
    "help": _help,
    "wrong_number": _wrong_number,
    "language": _language,
}


# --- outside any interview ------------------------------------------------------------------------


def _outside(text: Text, body: str, now: datetime) -> str:
    """No conversation waits: STOP, START and HELP still count, in every workspace that knows the number; the rest is kept on the
    person's timeline. Carriers want HELP answered to anybody: a stranger gets it from the oldest workspace, which set the account
    up."""
    word = BY_TWILIO.get(text.opt_out_type) or keywords.keyword(body)
    workspaces = accounts.workspaces()
    known = [
        (each, found[0]) for each in workspaces if (found := contacts.by_address(each.id, "sms", text.their_number))
    ]
    for workspace, person in known:
        with force_locale(person.language or workspace.default_language):
            _outside_one(workspace, person, text, body, word, now)
    if word == "help" and not known and workspaces:
        oldest = min(workspaces, key=lambda each: each.id)
        with force_locale(oldest.default_language):
            _outside_one(oldest, None, text, body, word, now)
    return word or "feedback"


def _outside_one(
    workspace: accounts.Workspace,
    person: contacts.Contact | None,
    text: Text,
    body: str,
    word: str | None,
    now: datetime,
) -> None:
    said = None
    if word in ("stop", "refusal"):
        contacts.suppress(workspace.id, channel="phone", address=text.their_number, reason="opt_out", now=now)
        if not keywords.answered_by_twilio(body, text.opt_out_type):
            said = sms.confirmation("stop", gettext, organisation=workspace.organisation)
    elif word == "start":
        contacts.lift(workspace.id, channel="phone", address=text.their_number, reasons=("opt_out",), now=now)
        if not keywords.answered_by_twilio(body, text.opt_out_type):
            said = sms.confirmation("start", gettext, organisation=workspace.organisation)
    elif word == "help" and text.opt_out_type != "HELP":
        said = sms.confirmation("help", gettext, organisation=workspace.organisation, contact=workspace.contact_line)
    elif word is None and person:
        with writing() as conn:
            publish(conn, workspace.id, "message.received", {"channel": "sms", "body": body}, now, contact_id=person.id)
    if said:
        delivery.enqueue(
            workspace.id,
            channel="sms",
            purpose="confirmation",
            contact_id=person.id if person else None,
            to=text.their_number,
            text=said,
            now=now,
        )


def _link(turn: Turn) -> str:
    """A link to go on with on the web."""
    token = links.mint_for(turn.interview, turn.study.link_days, "sms", turn.now)
    return links.url(token)
