"""A screen as one text message: introduction, correction and question folded into one, since messages may overtake each other.

Texts are short because each segment costs money: 160 characters of GSM-7 (3GPP TS 23.038), 70 of UCS-2.
"""

import unicodedata
from collections.abc import Sequence

from app.core.problems import N_
from app.core.segments import encoding, segments
from app.engine.question_type import LINK
from app.engine.screen import End, Item, Screen
from app.engine.types import TYPES
from app.rendering.consent import Statement
from app.rendering.fields import FIELDS
from app.rendering.templating import Translate, say

PLAIN = str.maketrans("’‘“”„«»–—łŁ\u00a0", "''" + '"' * 5 + "--lL ") | {ord("…"): "..."}
SCALES = ("nps", "csat_5", "ces_7", "rating")
KINDS = {
    "multiple_choice": "several",
    "integer": "number",
    "decimal": "number",
    "slider": "between",
    "date": "date",
    "time": "time",
    "datetime": "datetime",
    "consent": "consent",
    "ranking": "order",
    "lookup": "name",
    "phone_number": "phone",
    "email": "email",
}
"""How a type is answered, where that is not by the number of a choice or in words."""

# The word that skips is one the engine understands (app/engine/replies.py): a translation must be too.
HOW_TO_ANSWER = {
    "choice": N_("Reply with the number."),
    "several": N_("Reply with the numbers, for example 1 3."),
    "scale": N_("Reply {low}-{high}."),
    "number": N_("Reply with a number."),
    "text": N_("Reply in your own words."),
    "between": N_("Reply with a number from {low} to {high}."),
    "at_least": N_("Reply with a number of {low} or more."),
    "at_most": N_("Reply with a number of {high} or less."),
    "date": N_("Reply with a date, for example 31.12.2026."),
    "days": N_("Reply with a date from {low} to {high}."),
    "time": N_("Reply with a time, for example 14:30."),
    "datetime": N_("Reply with a date and a time, for example 31.12.2026 14:30."),
    "consent": N_("Reply YES or NO."),
    "order": N_("Reply with the numbers in order, best first, for example 2 1 3."),
    "name": N_("Reply with the name or its beginning."),
    "phone": N_("Reply with a phone number."),
    "email": N_("Reply with an email address."),
    "skip": N_("Or reply SKIP."),
    "special": N_("Or reply: {words}."),
}
RANGES = {
    "number": ("number", "at_least", "at_most", "between"),
    "date": ("date", "date", "date", "days"),
}
"""How it is asked with neither limit, the lower, the upper, both."""
CONFIRMATIONS = {
    "stop": N_("{organisation}: you will get no more messages from us. Reply START to get them again."),
    "start": N_("{organisation}: you will get our messages again. Reply STOP to end."),
    "help": N_("{organisation} asks customers about their experience. Questions: {contact}. Reply STOP to end."),
    "help_bare": N_("{organisation} asks customers about their experience. Reply STOP to end."),
    "wrong_number": N_("{organisation}: thank you for telling us. We will not use this number for this survey again."),
    "declined": N_("{organisation}: you are not taking part, and we will send nothing more about this survey."),
    "complete": N_("Thank you. Your answers have been sent to {organisation}."),
    "closed": N_("{organisation}: this survey is closed and takes no more answers. Thank you."),
    "given_up": N_("{organisation}: we could not read your reply and ask no more. Thank you."),
    "queued": N_("{organisation}: thank you. We ask you about this as soon as you have answered the other questions."),
    "assisted": N_("{organisation}: our interviewer is with you at the moment. Please answer there."),
    "identity": N_(
        "{organisation}: some answers were already given. Is this {name}? 1 Yes, this is me 2 No, wrong person"
    ),
    "link": N_("{organisation}: go on here: {url}"),
    "call": N_("{organisation}: thank you. We will call you."),
    "web_only": N_("This question needs a screen. Go on here: {url}"),
}
PARTIAL = N_("{organisation}: you began our survey, thank you. You can go on where you stopped.")
# The words to reply are ones the engine understands (app/engine/keywords.py): a translation must be too.
OFFERS = {"call_me": N_("Rather by phone? Reply CALL."), "online": N_("Rather online? Reply LINK.")}
WHICH = N_("{organisation} asks about more than one thing. Which one now? Reply STOP to end.")


def needs_link(screen: Screen) -> bool:
    """Whether its question is answered on the web page alone."""
    return any(_only_link(item) for item in screen.items)


def _only_link(item: Item) -> bool:
    return TYPES[item.type].channels["sms"] == LINK


def text(screen: Screen, translate: Translate, statement: Statement | None = None, url: str = "…") -> str:
    """The message for a screen of one question. ``statement`` (form "sms") opens the first one. ``url``: of the web page, where
    the screen ``needs_link``."""
    parts = [statement.text] if screen.consent and statement else []
    parts += [problem.text(translate) for problem in screen.problems]
    again = any(item.problems for item in screen.items)
    for item in screen.items:
        if again and item.type not in FIELDS:
            continue  # the note was read before
        parts += [problem.text(translate) for problem in item.problems]
        parts += [screen.row, question(item, translate, url)]
        if item.problems and (item.dk or item.refused):
            words = " / ".join(label for label in (item.dk, item.refused) if label)
            parts.append(say(translate, HOW_TO_ANSWER["special"], words=words))
    return "\n".join(part for part in parts if part)


def question(item: Item, translate: Translate, url: str = "…") -> str:
    """The question with its options and how to answer."""
    wording = item.sms or item.label
    if item.type not in FIELDS:
        return wording
    if _only_link(item):
        return "\n".join([wording, _or_skip(item, confirmation("web_only", translate, url=url), translate)])
    return "\n".join(part for part in (wording, meanings(item), how_to_answer(item, translate)) if part)


def meanings(item: Item) -> str:
    """What the numbers mean: each option on a line of its own, or only the ends of a scale whose points have no names."""
    if item.type in ("consent", "lookup"):
        return ""
    named = [choice for choice in item.choices if choice.label not in ("", choice.name)]
    if named:
        return "\n".join(f"{choice.number} {choice.label}" for choice in named)
    labels = (item.parameters.get("low"), item.parameters.get("high"))
    return ", ".join(f"{number} = {label}" for number, label in zip(_ends(item), labels, strict=True) if label)


def _ends(item: Item) -> tuple[int | float | None, int | float | None]:
    """The least and the largest number that can be sent."""
    numbers = [choice.number for choice in item.choices]
    return (min(numbers), max(numbers)) if numbers else (item.parameters.get("min"), item.parameters.get("max"))


def how_to_answer(item: Item, translate: Translate) -> str:
    """What to reply."""
    low, high = _ends(item)
    kind = KINDS.get(item.type, "scale" if item.type in SCALES else "choice" if item.choices else "text")
    if kind in RANGES:
        kind = RANGES[kind][(low is not None) + 2 * (high is not None)]
    return _or_skip(item, say(translate, HOW_TO_ANSWER[kind], low=low, high=high), translate)


def _or_skip(item: Item, said: str, translate: Translate) -> str:
    return said if item.required else f"{said} {translate(HOW_TO_ANSWER['skip'])}"


def opened(
    message: str, translate: Translate, organisation: str, purpose: str = "", own: str = "", offers: Sequence[str] = ()
) -> str:
    """A text of ours that nobody asked for, with what it begins with (the study's ``own`` words, else ours for a partial) and other
    ways to answer, of ``OFFERS``."""
    first = own or (say(translate, PARTIAL, organisation=organisation) if purpose == "partial" else "")
    return "\n".join(part for part in (first, message, *(translate(OFFERS[each]) for each in offers)) if part)


def menu(titles: Sequence[str], translate: Translate, organisation: str) -> str:
    """Which of several surveys the person goes on with, numbered from 1."""
    first = say(translate, WHICH, organisation=organisation)
    numbered = [f"{number} {title}" for number, title in enumerate(titles, 1)]
    return "\n".join([first, *numbered, translate(HOW_TO_ANSWER["choice"])])


def ending(end: End, translate: Translate, organisation: str) -> str:
    """The last message: closing notes and thanks (or that it is closed)."""
    kind = end.status if end.status in ("complete", "declined") else "closed"
    notes = [note.sms or note.label for note in end.notes]
    return "\n".join([*notes, confirmation(kind, translate, organisation=organisation)])


def confirmation(kind: str, translate: Translate, **params: str) -> str:
    """One of ``CONFIRMATIONS``; ``params``: organisation, and contact (help), name (identity), url (link, web_only)."""
    if kind == "help" and not params.get("contact"):
        kind = "help_bare"
    return say(translate, CONFIRMATIONS[kind], **params)


def downgrade(message: str) -> str:
    """The message in GSM-7 where dropping accents and typographic marks is enough (Polish, Romanian), else as it was."""
    plain = "".join(map(_plainer, message))
    return plain if encoding(plain) == "GSM-7" else message


def thrifty(message: str) -> str:
    """The message as it is sent: downgraded where that saves a segment."""
    plain = downgrade(message)
    return plain if segments(plain) < segments(message) else message


def encoded(message: str, how: str) -> str:
    """The message as it is sent. ``how``: "downgrade" where that saves a segment, "allow" Unicode as it is, or "block" it: what
    GSM-7 has no letter for becomes a question mark."""
    if how == "allow":
        return message
    if how == "downgrade":
        return thrifty(message)
    return "".join(plain if encoding(plain := _plainer(char)) == "GSM-7" else "?" for char in message)


def _plainer(char: str) -> str:
    if encoding(char) == "GSM-7":
        return char
    base = char.translate(PLAIN)
    if base != char:
        return base
    return "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
