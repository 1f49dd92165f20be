"""Texts in a language, with answers piped in, and the order of choices."""

from dataclasses import replace

from app.engine.model import Choice, Env, Question, Questionnaire, Text
from app.engine.order import shuffled
from app.engine.route import holds
from app.engine.texts import POSITION


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
        if part.name == POSITION:
            said.append(str(env.get(POSITION, part.fallback)))
            continue
        value = None if f"{part.name}?" in env else env.get(part.name)
        question = q.questions.get(part.name)  # none of a repeat, whose name is the number of its rows
        said.append(part.fallback if value is None else question.format(value, language) if question else str(value))
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
    if question.choice_filter is not None and question.pool is not None:
        choices = tuple(_numbered(question.pool.filtered(question.choice_filter, env)))
    if question.conditional:
        choices = tuple([choice for choice in choices if choice.relevant is None or holds(choice.relevant, env)])
    how = question.parameters.get("randomize")
    if how:
        free = {choice.name: choice for choice in choices if not choice.exclusive}
        order = shuffled(tuple(free), "rotate" if how == "rotate" else "yes", f"{seed}:{question.name}")
        choices = (*[free[name] for name in order], *[choice for choice in choices if choice.exclusive])
    return choices


def narrowed(question: Question, choices: tuple[Choice, ...]) -> Question:
    """A question with a filter takes those of its choices that are offered, under their numbers there."""
    if question.choice_filter is None:
        return question
    return replace(question, choices=choices, pool=None)


def _numbered(choices: list[Choice]) -> list[Choice]:
    """The numbers to type for the choices that a filter leaves: from 1, unless the names are numbers themselves."""
    if all(choice.name == str(choice.number) for choice in choices):
        return choices
    return [replace(choice, number=number) for number, choice in enumerate(choices, 1)]
