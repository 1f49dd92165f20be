"""A questionnaire by SMS: replies that would be taken for something else, and what a question costs."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from app.core.problems import N_
from app.core.segments import encoding
from app.core.segments import segments as segments_of
from app.core.text import fold
from app.engine.keywords import TWILIO_START, keyword
from app.engine.model import Choice, Pipe, Question, Questionnaire, Text
from app.engine.question_type import DEGRADED, FULL
from app.engine.screen import Item, ShownChoice
from app.proofs.finding import BLOCKING, SEVERITIES, Finding, found
from app.rendering import consent, sms
from app.rendering.templating import Translate

Translations = Callable[[str], Translate]
"""Gettext of a language."""
SENT = (FULL, DEGRADED)
LONG = 3
"""Segments of a question from which on it is told."""
WORDS = 30
"""Characters that a piped answer in free text is taken to have."""
WHO, ASK_AT = "A company of usual name", "help@example.com"


def on_sms(q: Questionnaire, translations: Translations, declared: bool) -> Iterator[Finding]:
    """Findings about what is sent and replied. Unless SMS is ``declared`` nobody may ever send it: then they are notes, but for
    words that stop all messages."""
    asked = sent(q)
    for question in asked:
        for finding in (*_keywords(q, question), *_ambiguous(q, question)):
            stops = finding.code == "stop_word"
            yield finding if declared and not stops else replace(finding, severity=_severity(stops, declared))
        yield from _long(q, question, translations, first=question is asked[0])


def _severity(stops: bool, declared: bool) -> str:
    return "note" if not stops else BLOCKING if declared else SEVERITIES["stop_word"]


def stop_words(q: Questionnaire) -> list[Finding]:
    """The choices that block whoever replies with them: none may be sent by SMS."""
    stops = [finding for question in sent(q) for finding in _keywords(q, question) if finding.code == "stop_word"]
    return [replace(finding, severity=BLOCKING) for finding in stops]


def _keywords(q: Questionnaire, question: Question) -> Iterator[Finding]:
    """Labels that, sent as a reply, are commands to the carrier or to us."""
    for choice in question.choices:
        said = [(language, choice.label.plain(language)) for language in q.languages]
        for language, label in (*said, *((q.languages[0], word) for word in choice.synonyms)):
            meant = keyword(label)
            params = {"label": label, "language": language}
            path = f"choices.{choice.name}.label"
            remedy = N_("Use other words for the choice.")
            if meant == "stop":
                message = N_("Who replies “{label}” by SMS blocks all further messages ({language}).")
                yield found("stop_word", message, params, remedy, question.name, path=path)
            elif meant:
                message = N_("Who replies “{label}” by SMS is taken to mean something else ({language}): {meant}.")
                yield found("keyword", message, {**params, "meant": meant}, remedy, question.name, path=path)
            elif fold(label) in TWILIO_START:
                message = N_(
                    "“{label}” is also how one opts in again at Twilio ({language}); the answer arrives all the same."
                )
                yield found("opt_in_word", message, params, "", question.name, path=path)


def _ambiguous(q: Questionnaire, question: Question) -> Iterator[Finding]:
    """Labels of which one is meant when another is typed."""
    for language in () if question.choice_filter else q.languages:
        labels = [
            (fold(word), choice)
            for choice in question.choices
            for word in (choice.label.plain(language), *choice.synonyms)
        ]
        for index, (label, choice) in enumerate(labels):
            other = _numbered(question, choice, language) or _beginning(label, choice, labels[index + 1 :])
            if other is None:
                continue
            params = {"label": choice.label.plain(language), "other": other.label.plain(language), "language": language}
            message = N_("By SMS a reply meant for “{label}” can be read as “{other}” ({language}).")
            remedy = N_("Let the two begin differently, and no label begin with the number of another.")
            path = f"choices.{choice.name}.label"
            yield found("ambiguous_reply", message, params, remedy, question.name, path=path)


def _numbered(question: Question, choice: Choice, language: str) -> Choice | None:
    """Another choice that has the number with which this one's label begins: "1 visit" as the second choice."""
    begins = re.match(r"(\d{1,9})(?:\s|$)", choice.label.plain(language))
    if begins is None or int(begins[1]) == choice.number:
        return None
    return next((other for other in question.choices if other.number == int(begins[1])), None)


def _beginning(label: str, choice: Choice, later: list[tuple[str, Choice]]) -> Choice | None:
    """A later choice that says the same, or begins with all that this one says."""
    return next((c for said, c in later if c is not choice and label and f"{said} ".startswith(f"{label} ")), None)


def _long(q: Questionnaire, question: Question, translations: Translations, first: bool) -> Iterator[Finding]:
    """What the longest message with the question costs, per language."""
    costs = {language: segments(q, question, language, translations(language), first) for language in q.languages}
    dear = {language: count for language, count in costs.items() if count > LONG}
    if dear:
        message = N_("By SMS this takes up to {segments} segments ({languages}).")
        remedy = N_("Give it a shorter wording under sms, or fewer and shorter choices.")
        params = {"segments": max(dear.values()), "languages": ", ".join(f"{code}: {n}" for code, n in dear.items())}
        yield found("long_message", message, params, remedy, question.name, path="sms" if question.sms else "label")


def segments(q: Questionnaire, question: Question, language: str, translate: Translate, first: bool = False) -> int:
    """The segments of the question at its longest, with the consent statement before the ``first``."""
    return segments_of(sms.thrifty(longest(q, question, language, translate, first)))


def longest(q: Questionnaire, question: Question, language: str, translate: Translate, first: bool = False) -> str:
    """The longest text in which the question can be sent: every choice, the longest of what can be piped in."""
    parts = [sms.question(_item(q, question, language), translate)]
    if first:
        terms = consent.Terms(WHO, q.purpose.plain(language), q.minutes, q.basis, ASK_AT)
        parts.insert(0, consent.statement(terms, "sms", language, translate).text)
    return "\n".join(parts)


def sent(q: Questionnaire) -> list[Question]:
    """The questions that are asked by SMS, in their order."""
    return [question for question in q.questions.values() if question.asked and question.kind.channels["sms"] in SENT]


def outside_gsm(q: Questionnaire, language: str, translate: Translate) -> list[str]:
    """The names of the questions that need Unicode by SMS even without accents and typographic marks."""
    return [
        question.name
        for question in sent(q)
        if encoding(sms.downgrade(longest(q, question, language, translate))) != "GSM-7"
    ]


def _item(q: Questionnaire, question: Question, language: str) -> Item:
    """The question with every choice and the longest of what can be piped in."""

    def say(text: Text | None) -> str:
        return (
            ""
            if text is None
            else "".join(p if isinstance(p, str) else _piped(q, p, language) for p in text.parts[language])
        )

    parameters: dict[str, Any] = {k: say(p) if isinstance(p, Text) else p for k, p in question.parameters.items()}
    choices = tuple(ShownChoice(choice.name, say(choice.label), choice.number) for choice in question.choices)
    required = question.required is True
    return Item(
        question.name, question.type, say(question.label), required=required, choices=choices, parameters=parameters,
        sms=say(question.sms),
    )  # fmt: skip


def _piped(q: Questionnaire, pipe: Pipe, language: str) -> str:
    """The longest that a pipe can say; free text is taken to be of usual length."""
    source = q.questions.get(pipe.name)
    said = [pipe.fallback]
    if source is None or source.value_type == "text":
        said.append("x" * WORDS)
    elif source.value_type == "set":
        said.append(", ".join(choice.label.plain(language) for choice in source.choices))
    else:
        said += [choice.label.plain(language) for choice in source.choices]
    return max(said, key=len)
