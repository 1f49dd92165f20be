"""A message came in: stored once, then taken as a keyword, an answer, or a word to be kept. At most one text goes back."""

import logging
from dataclasses import replace
from datetime import datetime, timedelta

from flask_babel import force_locale

from app import engine
from app.channels.sms import answers, commands, conversations, outside, store
from app.channels.sms.turn import BY_TWILIO, Text, Turn, turn
from app.core.ids import new_id
from app.core.problems import Problem
from app.core.text import fold, normalise
from app.db import reading, writing
from app.delivery import senders
from app.engine import keywords
from app.interviews import service

log = logging.getLogger(__name__)

PATIENCE = timedelta(minutes=1)  # what cannot be taken for so long is kept as `failed`
QUEUE, REPEATED = "sms.inbound", "repeated"


def receive(text: Text, now: datetime) -> str:
    """Store a message and take it at once; returns what it was taken for. `repeated`: it was here before."""
    sid = store_once(text, now)
    return _work(text.account_sid, sid, now) if sid else REPEATED


def store_once(text: Text, now: datetime) -> str:
    """Write a message down for `tick` to take, in a transaction of its own, so that no error while taking it loses it. Returns its
    id, "" where it was here before: its MessageSid at any time, or without one the same words within the last seconds."""
    if text.sid:
        return text.sid if store.intake.keep(_row(text, now)) else ""
    with writing() as conn:
        senders.lock(conn, text.our_number, text.their_number, now)
        if store.said_just_now(conn, text.our_number, text.their_number, _body(text), now):
            return ""
        named = replace(text, sid=f"none{new_id()}")
        store.store(conn, [_row(named, now)])
        return named.sid


def _row(text: Text, now: datetime) -> store.Row:
    return {
        "account_sid": text.account_sid,
        "message_sid": text.sid,
        "our_number": text.our_number,
        "their_number": text.their_number,
        "body": _body(text),
        "opt_out_type": text.opt_out_type,
        "at": now,
        "outcome": "stored",
    }


def _body(text: Text) -> str:
    body = normalise(text.body)
    return "" if isinstance(body, Problem) else body


def _work(account_sid: str, sid: str, now: datetime) -> str:
    """Take a stored message, in one transaction and once; another one of the same numbers waits until it is over."""
    with writing() as conn:
        row = store.untaken(conn, account_sid, sid)
        if row is None:
            return REPEATED
        senders.lock(conn, row.our_number, row.their_number, now)
        text = Text(account_sid, sid, row.our_number, row.their_number, row.body, row.opt_out_type)
        about = turn(text, conversations.waiting(conn, text.our_number, text.their_number, now), now)
        outcome = _take(about) if about else outside.take(text, now)
        store.settled(conn, account_sid, sid, about.interview.id if about else None, outcome)
        return outcome


def _take(about: Turn) -> str:
    body = about.text.body
    with force_locale(about.interview.language):
        word = BY_TWILIO.get(about.text.opt_out_type) or keywords.keyword(body)
        if word is not None and not (word.startswith("language:") and _is_choice(about, body)):
            return commands.obey(about, word)
        wish = keywords.wish(body)
        if wish and wish in about.study.protocol.get("offers", ()) and not _is_choice(about, body):
            return commands.go_elsewhere(about, wish)
        if about.conversation.asked == conversations.WHICH:
            return answers.which(about)
        if about.conversation.asked == conversations.IDENTITY:
            return answers.identity(about)
        return answers.answer(about)


def _is_choice(about: Turn, body: str) -> bool:
    """Whether the question asked has an option of this name: then "English" is an answer and no switch of language."""
    screen = service.screen(about.interview, "sms")
    items = screen.items if isinstance(screen, engine.Screen) else ()
    return any(fold(choice.label) == fold(body) for item in items for choice in item.choices)


def tick(now: datetime, limit: int = 500) -> int:
    """Take what was stored, in the order it came. What fails is tried again for a while. Returns how many were looked at."""
    with reading() as conn:
        rows = store.stored(conn, limit)
    for row in rows:
        try:
            _work(row.account_sid, row.message_sid, now)
        except Exception:
            log.exception("message not taken", extra={"message_sid": row.message_sid})
            if row.at <= now - PATIENCE:
                with writing() as conn:
                    store.settled(conn, row.account_sid, row.message_sid, None, "failed")
    return len(rows)


TICKS = [(QUEUE, 1, tick)]
