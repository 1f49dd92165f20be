"""Texts in a language, with answers piped in, and the order of choices."""

from hashlib import sha256

from app.engine.model import Choice, Env, Question, Questionnaire, Text
from app.engine.routing import holds


def realise(q: Questionnaire, text: Text | None, language: str, env: Env) -> str:
    """The text as the person reads it; "" for none. A pipe to a value that is missing, unknown, don't know, refused or off
    the route gives its fallback."""
    if text is None:
        return ""
    parts = text.parts[language]
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    said = []
    for part in parts:
        if isinstance(part, str):
            said.append(part)
            continue
        value = None if f"{part.name}?" in env else env.get(part.name)
        said.append(part.fallback if value is None else q.questions[part.name].format(value, language))
    return "".join(said)


def wording(q: Questionnaire, question: Question, channel: str, language: str, env: Env) -> str:
    """The label for a channel: ``sms`` by text message, ``read_out`` by voice, where the question has them."""
    text = question.sms if channel == "sms" else question.read_out if channel in ("phone", "field") else None
    return realise(q, text or question.label, language, env)


def offered(question: Question, seed: str, env: Env) -> tuple[Choice, ...]:
    """The choices shown, in the order shown.

    A randomised order sorts by SHA-256 of seed, question and choice: the same for one interview on every channel and in
    every implementation. Exclusive choices ("none of these") stay last, where they were."""
    choices = question.choices
    if question.conditional:
        choices = tuple(choice for choice in choices if holds(choice.relevant, env))
    if question.parameters.get("randomize"):
        key = f"{seed}:{question.name}:"
        choices = tuple(
            sorted(
                choices,
                key=lambda c: (c.exclusive, "" if c.exclusive else sha256(f"{key}{c.name}".encode()).hexdigest()),
            )
        )
    return choices
