"""Qualtrics's texts: HTML in one language in the question, the others beside it, with answers and fields piped in."""

import re
from collections.abc import Callable
from typing import Any

from app.catalog.importers import languages
from app.catalog.importers.qualtrics.raw import Raw, Survey, below, items
from app.catalog.importers.text import plain, unpiped

PIPED = re.compile(r"\$\{(\w+)://([^{}]*)\}")
SPECIAL = {"ZH-S": "zh-Hans", "ZH-T": "zh-Hant", "PB": "pt-BR", "EN-GB": "en-GB", "SR-BA": "sr-Latn-BA"}
Words = str | dict[str, str]
Pipe = Callable[[str, str, str], str]
"""(scheme, rest, whole) -> what stands in the text instead."""


class Texts:
    """``languages``: their tags, the survey's own first."""

    def __init__(self, survey: Survey) -> None:
        main = str(survey.entry.get("SurveyLanguage") or "EN").upper()
        found = [main, *(code for code, _ in items(survey.options.get("AvailableLanguages")))]
        for question in survey.questions.values():
            found += [code for code, text in below(question, "Language").items() if text]
        codes = [code for code in dict.fromkeys(str(code).upper() for code in found) if not code.isdigit()][:60] or [
            "EN"
        ]
        known = languages.tags([SPECIAL.get(code, code) for code in codes])
        self.tags = {code: known[SPECIAL.get(code, code)] for code in codes}
        self.languages, self.main = list(self.tags.values()), main

    def words(self, question: Raw, path: tuple[str, ...], pipe: Pipe) -> Words:
        """The text at the path in the question, in each language that has it there: ``("Choices", "1", "Display")``."""
        said = {self.languages[0]: self.one(_at(question, path), pipe)}
        for code, other in below(question, "Language").items():
            tag = self.tags.get(str(code).upper())
            text = self.one(_at(other, path), pipe) if tag and tag not in said else ""
            if text and tag:
                said[tag] = text
        return said if len(said) > 1 and said[self.languages[0]] else said[self.languages[0]]

    def one(self, text: Any, pipe: Pipe) -> str:
        """One language's text: plain, its pipes ours."""
        if not isinstance(text, str | int | float):
            return ""
        pipes: list[str] = []

        def hold(match: re.Match[str]) -> str:
            pipes.append(pipe(match[1], match[2], match[0]))
            return f"[[{len(pipes) - 1}]]" if pipes[-1] else ""

        # pipes are kept out of the way while HTML is taken away
        marked = unpiped(plain(PIPED.sub(hold, str(text))))
        return re.sub(r"\[\[(\d+)\]\]", lambda m: pipes[int(m[1])] if int(m[1]) < len(pipes) else m[0], marked)

    def standard(self, words: dict[str, str]) -> Words:
        """Words of ours, in the languages that we know; English elsewhere."""
        said = {language: words[language] for language in self.languages if language in words}
        return (
            {self.languages[0]: words["en"]} | said
            if len(self.languages) > 1
            else said.get(self.languages[0], words["en"])
        )

    def together(self, first: Words, second: Words, between: str = ": ") -> Words:
        """Both texts in each language that either has."""
        if not first or not second:
            return first or second
        main = self.languages[0]
        one, other = ({main: words} if isinstance(words, str) else words for words in (first, second))
        said = {
            language: f"{one.get(language, one[main])}{between}{other.get(language, other[main])}"
            for language in self.languages if language in one or language in other
        }  # fmt: skip
        return said if len(said) > 1 else said[main]


def _at(node: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        found = dict(items(node))
        node = found.get(key)
    return node
