"""From what was typed to a value."""

import math
from collections.abc import Mapping
from datetime import date

from app.core.problems import N_, Problem
from app.core.text import fold, normalise
from app.engine import replies
from app.engine.expressions.check import did_you_mean
from app.engine.model import DK, HIDDEN, OFFERED, REFUSED, SPECIALS, Question, Questionnaire, Text, Value
from app.engine.question_type import LINK, NEEDS_SCREEN
from app.engine.screen import Raw

KEYS = {"d": DK, "r": REFUSED}
"""What an interviewer types for don't know and refused, in any field that does not take text."""


def special_policy(question: Question, special: str, channel: str) -> str:
    """Whether don't know or refused is offered, probed or hidden. Interviewers have both and respondents what the question offers,
    unless the questionnaire says otherwise for the channel."""
    there = channel in ("phone", "field") or bool(question.dont_know if special == DK else question.refused)
    return question.policy.get(special, {}).get(channel, OFFERED) if there else HIDDEN


def special_taken(question: Question, special: str, channel: str) -> bool:
    """Whether it is understood as an answer: also where it is probed and said unasked."""
    return special_policy(question, special, channel) != HIDDEN


def read(question: Question, raw: Raw, channel: str, language: str) -> tuple[Value | None, str | None] | Problem:
    """(value, special); (None, None) when left empty."""
    chosen = raw.get(f"{question.name}__special")
    if chosen in SPECIALS and special_taken(question, str(chosen), channel):
        return None, str(chosen)
    typed = raw.get(question.name, "")
    parts = [typed] if isinstance(typed, str) else typed
    texts = []
    for part in parts:
        clean = normalise(part)
        if isinstance(clean, Problem):
            return clean
        if clean := clean.strip():
            texts.append(clean)
    if not texts:
        return None, None
    if channel == "sms":
        return _reply(question, " ".join(texts), language)
    key = KEYS.get(texts[0].lower()) if channel in ("phone", "field") and question.value_type != "text" else None
    if key and special_taken(question, key, channel):
        return None, key
    return _value(question.kind.parse_several(question, texts))


def _reply(question: Question, text: str, language: str) -> tuple[Value | None, str | None] | Problem:
    special = _author_s_special(question, text, language) or replies.special(text)
    if special and special_taken(question, special, "sms"):
        return None, special
    if replies.skips(text) and question.required is False:
        return None, None
    if question.kind.channels["sms"] == LINK:
        return NEEDS_SCREEN
    return _value(question.kind.parse_reply(question, text, language))


def _author_s_special(question: Question, text: str, language: str) -> str | None:
    """The special answer that the author words so."""
    for special, words in ((DK, question.dont_know), (REFUSED, question.refused)):
        if isinstance(words, Text) and fold(text) == fold(words.source(language)):
            return special
    return None


def _value(parsed: Value | Problem | None) -> tuple[Value | None, None] | Problem:
    return parsed if isinstance(parsed, Problem) else (parsed, None)


def read_outside(q: Questionnaire, data: Mapping[str, Value | str]) -> tuple[dict[str, Value], list[Problem]]:
    """The declared values among ``data``, typed, and what is wrong with the rest. Text is read as number, date or bool where
    that is declared; empty text and None are no value."""
    known: dict[str, Value] = {}
    problems = []
    declared = {name: question for name, question in q.questions.items() if question.type == "hidden"}
    for name, given in data.items():
        if name not in declared:
            close = did_you_mean(name, declared)
            remedy = N_("Did you mean {close}?") if close else N_("Declare it under outside in the questionnaire.")
            message = N_("The questionnaire has no outside value {name}.")
            problems.append(Problem("unknown_outside", message, {"name": name, "close": close}, name, remedy))
        elif given is not None and given != "":
            value = _typed(declared[name].value_type, given)
            if value is None:
                message, params = (
                    N_("{value} is not of type {type}."),
                    {"value": given, "type": declared[name].value_type},
                )
                problems.append(Problem("wrong_type", message, params, name))
            else:
                known[name] = value
    return known, problems


def _typed(type_: str, given: Value | str) -> Value | None:
    """An outside value as its declared type, None when it is not one."""
    if type_ == "bool":
        return given if isinstance(given, bool) else {"true": True, "false": False}.get(str(given).lower())
    if type_ == "number":
        return None if isinstance(given, (bool, tuple)) else _number(given)
    text = normalise(str(given))
    if isinstance(text, Problem):
        return None
    if type_ == "date":
        try:
            return date.fromisoformat(text[:10]).isoformat()
        except ValueError:
            return None
    return text


def _number(given: str | float) -> int | float | None:
    try:
        number = float(given)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) <= 2**53 else number
