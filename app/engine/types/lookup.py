"""One of a long list, found by typing: a code, a label, or a part of a label that only one has."""

from collections.abc import Sequence
from typing import ClassVar

from app.core.problems import N_, Problem
from app.core.text import fold
from app.engine.model import Choice, Question
from app.engine.question_type import DEGRADED, FULL, ChoiceType, Parsed

LISTED = 10
"""How many candidates are named where several fit."""


class Lookup(ChoiceType):
    name = "lookup"
    channels: ClassVar = {"web": FULL, "sms": DEGRADED, "phone": FULL, "field": FULL}
    degradations: ClassVar = {"sms": N_("The list is not shown: the person types a name or its beginning.")}

    def parse(self, question: Question, raw: str) -> Parsed:
        """The language of a label does not matter, as it is not known here."""
        choice = question.choice(raw)
        if choice:
            return choice.name
        languages = question.choices[0].label.parts if question.choices else ()
        found: dict[str, Choice] = {}
        for language in languages:
            candidates = _candidates(question.choices, raw, language)
            if len(candidates) == 1:
                return candidates[0].name
            found |= {candidate.name: candidate for candidate in candidates}
        return _not_one(list(found.values()), raw, next(iter(languages), ""))

    def parse_reply(self, question: Question, text: str, language: str) -> Parsed:
        choice = question.choice(text)
        candidates = [choice] if choice else _candidates(question.choices, text, language)
        return candidates[0].name if len(candidates) == 1 else _not_one(candidates, text, language)


def _candidates(choices: Sequence[Choice], text: str, language: str) -> list[Choice]:
    """Those whose label or synonym is the text, else begins with it, else holds it; see `fold` for what does not matter."""
    said = fold(text)
    if not said:
        return []
    words = [(fold(word), c) for c in choices for word in (c.label.plain(language), *c.synonyms)]
    for fits in (str.__eq__, str.startswith, str.__contains__):
        found = {choice.name: choice for word, choice in words if fits(word, said)}
        if found:
            return list(found.values())
    return []


def _not_one(candidates: Sequence[Choice], text: str, language: str) -> Problem:
    if not candidates:
        return Problem("not_found", N_("Nothing in the list is like {text}. Write it otherwise."), {"text": text[:60]})
    if len(candidates) > LISTED:
        message = N_("{text} fits {count} entries. Write more of it.")
        return Problem("several_found", message, {"text": text[:60], "count": len(candidates)})
    names = ", ".join(candidate.label.plain(language) for candidate in candidates)
    return Problem("several_found", N_("Which one: {names}?"), {"names": names})


TYPE = Lookup()
