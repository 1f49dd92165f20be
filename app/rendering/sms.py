"""A screen as one text message: introduction, correction and question folded into one, since messages may overtake each other.

Texts are short because each segment costs money: 160 characters of GSM-7 (3GPP TS 23.038), 70 of UCS-2.
"""

import unicodedata

from app.core.problems import N_
from app.engine.screen import End, Item, Screen
from app.rendering.consent import Statement
from app.rendering.fields import FIELDS
from app.rendering.templating import Translate, say

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_TWICE = frozenset("\f^{}\\[~]|€")
"""The extension table: an escape and a character, so two septets."""
PLAIN = str.maketrans("’‘“”„«»–—łŁ\u00a0", "''" + '"' * 5 + "--lL ") | {ord("…"): "..."}
SCALES = ("nps", "csat_5", "ces_7", "rating")

# The word that skips is one the engine understands (app/engine/replies.py): a translation must be too.
HOW_TO_ANSWER = {
    "choice": N_("Reply with the number."),
    "several": N_("Reply with the numbers, for example 1 3."),
    "scale": N_("Reply {low}-{high}."),
    "number": N_("Reply with a number."),
    "text": N_("Reply in your own words."),
    "date": N_("Reply with a date, for example 31.12.2026."),
    "skip": N_("Or reply SKIP."),
    "special": N_("Or reply: {words}."),
}
CONFIRMATIONS = {
    "stop": N_("{organisation}: you will get no more messages from us. Reply START to get them again."),
    "start": N_("{organisation}: you will get our messages again. Reply STOP to end."),
    "help": N_("{organisation} asks customers about their experience. Questions: {contact}. Reply STOP to end."),
    "help_bare": N_("{organisation} asks customers about their experience. Reply STOP to end."),
    "wrong_number": N_("{organisation}: thank you for telling us. We will not use this number for this survey again."),
    "declined": N_("{organisation}: you are not taking part, and we will send nothing more about this survey."),
    "complete": N_("Thank you. Your answers have been sent to {organisation}."),
    "closed": N_("{organisation}: this survey is closed and takes no more answers. Thank you."),
    "assisted": N_("{organisation}: our interviewer is with you at the moment. Please answer there."),
    "identity": N_(
        "{organisation}: some answers were already given. Is this {name}? 1 Yes, this is me 2 No, wrong person"
    ),
    "link": N_("{organisation}: go on here: {url}"),
    "web_only": N_("This question needs a screen. Go on here: {url}"),
}


def text(screen: Screen, translate: Translate, statement: Statement | None = None) -> str:
    """The message for a screen of one question. ``statement`` (form "sms") opens the first one."""
    parts = [statement.text] if screen.consent and statement else []
    parts += [problem.text(translate) for problem in screen.problems]
    again = any(item.problems for item in screen.items)
    for item in screen.items:
        if again and item.type not in FIELDS:
            continue  # the note was read before
        parts += [problem.text(translate) for problem in item.problems]
        parts.append(question(item, translate))
        if item.problems and (item.dk or item.refused):
            words = " / ".join(label for label in (item.dk, item.refused) if label)
            parts.append(say(translate, HOW_TO_ANSWER["special"], words=words))
    return "\n".join(part for part in parts if part)


def question(item: Item, translate: Translate) -> str:
    """The question with its options and how to answer."""
    wording = item.sms or item.label
    if item.type not in FIELDS:
        return wording
    return "\n".join(part for part in (wording, meanings(item), how_to_answer(item, translate)) if part)


def meanings(item: Item) -> str:
    """What the numbers mean: each option on a line of its own, or only the ends of a scale whose points have no names."""
    named = [choice for choice in item.choices if choice.label not in ("", choice.name)]
    if named or not item.choices:
        return "\n".join(f"{choice.number} {choice.label}" for choice in named)
    ends = ((item.choices[0], item.parameters.get("low")), (item.choices[-1], item.parameters.get("high")))
    return ", ".join(f"{point.number} = {label}" for point, label in ends if label)


def how_to_answer(item: Item, translate: Translate) -> str:
    """What to reply."""
    kinds = {"multiple_choice": "several", "integer": "number", "decimal": "number", "date": "date"}
    kind = "scale" if item.type in SCALES else "choice" if item.choices else "text"
    numbers = [choice.number for choice in item.choices] or [0]
    message = HOW_TO_ANSWER[kinds.get(item.type, kind)]
    said = say(translate, message, low=min(numbers), high=max(numbers))
    return said if item.required else f"{said} {translate(HOW_TO_ANSWER['skip'])}"


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


def segments(message: str) -> tuple[str, int, int]:
    """(encoding, units, segments): "GSM-7" and septets (160 alone, 153 a part), or "UCS-2" and UTF-16 units (70 alone, 67 a part).

    No character is cut in two by the end of a part. An empty message is one segment."""
    if all(char in GSM_7 or char in GSM_7_TWICE for char in message):
        widths = [2 if char in GSM_7_TWICE else 1 for char in message]
        return "GSM-7", sum(widths), _parts(widths, 160, 153)
    widths = [2 if ord(char) > 0xFFFF else 1 for char in message]
    return "UCS-2", sum(widths), _parts(widths, 70, 67)


def _parts(widths: list[int], alone: int, part: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, room = 1, part
    for width in widths:
        if width > room:
            count, room = count + 1, part
        room -= width
    return count


def downgrade(message: str) -> str:
    """The message in GSM-7 where dropping accents and typographic marks is enough (Polish, Romanian), else as it was."""
    plain = "".join(char if char in GSM_7 or char in GSM_7_TWICE else _plainer(char) for char in message)
    return plain if segments(plain)[0] == "GSM-7" else message


def thrifty(message: str) -> str:
    """The message as it is sent: downgraded where that saves a segment."""
    plain = downgrade(message)
    return plain if segments(plain)[2] < segments(message)[2] else message


def _plainer(char: str) -> str:
    base = char.translate(PLAIN)
    if base != char:
        return base
    return "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
