"""SurveyJS's texts: per language or not, HTML, with values in braces."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from app.catalog.importers import languages
from app.catalog.importers.report import Report
from app.catalog.importers.surveyjs.values import Scope, Value, Values
from app.catalog.importers.text import pipe, plain, unpiped
from app.core.problems import N_

LOCALE = re.compile(r"default|[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
BRACES = re.compile(r"\{([^{}\n]{1,120})\}")
KEYS = set(
    "title description text html otherText noneText refuseText dontKnowText labelTrue labelFalse templateTitle label "
    "requiredErrorText minRateDescription maxRateDescription commentText completedHtml otherPlaceholder body".split()
)
OWN = set(
    "correctedanswers correctedanswercount correctanswers correctanswercount incorrectanswers incorrectanswercount questioncount "
    "pageno pagecount locale timerspent".split()
)
"""What SurveyJS itself puts into texts."""
SPECIAL = {"ua": "uk", "gr": "el", "cz": "cs", "tel": "te", "se": "sv"}
"""SurveyJS's own names of languages that are called otherwise elsewhere."""
Words = str | dict[str, str]
OTHER: Mapping[str, str] = {
    "en": "Other (describe)", "pl": "Inne (jakie?)", "ru": "Другое (укажите)", "ro": "Altele (precizați)",
    "it": "Altro (specificare)",
}  # fmt: skip
NONE: Mapping[str, str] = {"en": "None", "pl": "Żadne", "ru": "Ничего из этого", "ro": "Niciuna", "it": "Nessuno"}


class Texts:
    """Texts of one form. ``languages``: their tags, the form's own first."""

    def __init__(self, form: Mapping[str, Any], values: Values, report: Report) -> None:
        self.values, self.report = values, report
        own = form.get("locale")
        main = own if isinstance(own, str) and languages.tag(SPECIAL.get(own, own)) else "en"
        found = dict.fromkeys((main, *(key for key in _locales(form) if key != "default")))
        known = languages.tags([SPECIAL.get(locale, locale) for locale in list(found)[:60]])
        self.tags = {locale: known[SPECIAL.get(locale, locale)] for locale in list(found)[:60]}
        self.tags["default"] = self.tags[main]
        self.languages = list(dict.fromkeys(self.tags.values()))

    def words(self, given: Any, scope: Scope, where: str, name: str) -> Words:
        """The text as our definitions have it; "" where there is none."""
        if isinstance(given, Mapping):
            said = {
                self.tags[key]: self._one(text, scope, where, name)
                for key, text in sorted(given.items(), key=lambda entry: entry[0] != "default")
                if isinstance(text, str) and key in self.tags
            }
            said = {language: text for language, text in said.items() if text}
            if self.languages[0] in said or not said:
                return said.get(self.languages[0], "") if len(said) < 2 else said
            return {self.languages[0]: next(iter(said.values())), **said}
        return self._one(str(given), scope, where, name) if isinstance(given, str | int | float) else ""

    def standard(self, words: Mapping[str, str]) -> Words:
        """Words of SurveyJS's own, in the languages that we know; English elsewhere."""
        said = {language: words[language] for language in self.languages if language in words}
        return (
            {self.languages[0]: words["en"]} | said
            if len(self.languages) > 1
            else said.get(self.languages[0], words["en"])
        )

    def together(self, first: Words, second: Words, between: str = "\n") -> Words:
        """Both texts, one after the other, in each language that either has."""
        if not first or not second:
            return first or second
        if isinstance(first, str) and isinstance(second, str):
            return f"{first}{between}{second}"
        one, other = self._each(first), self._each(second)
        main = self.languages[0]
        return {
            language: f"{one.get(language, one[main])}{between}{other.get(language, other[main])}"
            for language in self.languages if language in one or language in other
        }  # fmt: skip

    def _each(self, words: Words) -> dict[str, str]:
        return {self.languages[0]: words} if isinstance(words, str) else words

    def _one(self, text: str, scope: Scope, where: str, name: str) -> str:
        return BRACES.sub(lambda match: self._piped(match, scope, where, name), unpiped(plain(text)))

    def _piped(self, match: re.Match[str], scope: Scope, where: str, name: str) -> str:
        """An answer in a text. What is asked later, or has no words of its own, leaves a gap."""
        path = match[1].strip().removeprefix("#")
        if scope.item is not None and path.casefold() in ("item", "choice"):
            return scope.item
        if path.casefold() in ("panelindex", "rowindex", "visiblepanelindex", "visiblerowindex") and scope.repeats:
            self.report.approximated("text", where, name, match[0], N_("Rows are counted from 1 in texts."))
            return "${position|}"
        value = self.values.find(path, scope) or (None if path.casefold() in OWN else self.values.outsider(path))
        if value is None and path.casefold() in OWN:
            self.report.left_out("text", where, name, match[0], N_("It is counted by SurveyJS itself."))
            return ""
        if value is None:
            return match[0]
        said = [each for each in value.each() if each.at < scope.at and not each.row and _inside(each, scope)]
        pipes = [words for each in said for words in _pipes(each)]
        if not pipes:
            self.report.left_out("text", where, name, match[0], N_("Its words are not known where the text stands."))
            return ""
        return "".join(pipes)


def _pipes(value: Value) -> list[str]:
    """The answer's words; of fields in a table one after the other."""
    if value.type == "grid":
        return [" ".join(word for part in value.parts.values() for word in _pipes(part))] if value.parts else []
    return [] if value.type in ("rows", "note", "lost") else [pipe(value.name)]


def _inside(value: Value, scope: Scope) -> bool:
    return value.repeats == scope.repeats[: len(value.repeats)]


def _locales(form: Any) -> Iterator[str]:
    """The languages of all texts in the form, in the order in which they come."""
    waiting = [form]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += reversed(node)
        elif isinstance(node, Mapping):
            for key, below in node.items():
                if key in KEYS and isinstance(below, Mapping):
                    yield from (
                        str(k) for k, text in below.items() if LOCALE.fullmatch(str(k)) and isinstance(text, str)
                    )
            waiting += reversed(list(node.values()))
