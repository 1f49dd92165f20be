"""Labels, hints and messages in every language of the form."""

import re
from collections.abc import Iterable
from typing import Any

from app.catalog.importers import languages
from app.catalog.importers.report import Report
from app.catalog.importers.text import pipe, plain, unpiped
from app.catalog.importers.xlsform.columns import Row
from app.catalog.importers.xlsform.form import Form, Item
from app.core.problems import N_

OUTPUT = re.compile(r"<output\s+value\s*=\s*[\"']\s*(\$\{[^{}]*\})\s*[\"']\s*/?>")
PIPE = re.compile(r"\$\{\s*([^{}|]+?)\s*\}")
MARKDOWN = [
    (re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*|__(\S(?:[^_\n]*\S)?)__"), r"\1\2"),
    (re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])|(?<!\w)_(\S(?:[^_\n]*[^\s_])?)_(?!\w)"), r"\1\2"),
    (re.compile(r"^#{1,6}\s+", re.MULTILINE), ""),
    (re.compile(r"\[([^\[\]\n]*)\]\(([^()\s]*)\)"), r"\1 (\2)"),
    (re.compile(r"\\([*_#\\])"), r"\1"),
]
WORDS = ("label", "hint", "guidance_hint", "constraint_message", "required_message")
SCRIPTS = {
    "ar": "\u0600-\u06ff", "ru": "\u0400-\u04ff", "hi": "\u0900-\u097f", "bn": "\u0980-\u09ff", "zh": "\u4e00-\u9fff",
    "am": "\u1200-\u137f", "my": "\u1000-\u109f", "km": "\u1780-\u17ff", "th": "\u0e00-\u0e7f", "he": "\u0590-\u05ff",
}  # fmt: skip
"""The language that letters most likely are of, where nothing says it."""
OTHER = {"en": "Other", "pl": "Inne", "ru": "Другое", "ro": "Altul", "it": "Altro"}


class Texts:
    """``tags``: a language as written -> its BCP 47 tag, the default language first. ``partial``: whether a text was met
    that one of the languages lacks."""

    def __init__(self, form: Form, rows: Iterable[Row], report: Report) -> None:
        self.form, self.report = form, report
        self.partial = False
        rows = list(rows)
        labels = [name for row in rows if row.sheet == "survey" for name in row.texts.get("label", ())]
        written = dict.fromkeys(name for row in rows for column in WORDS for name in row.texts.get(column, ()))
        named = [name for name in written if name]
        wanted = form.settings.get("default_language", "")
        default = next((name for name in named if name == wanted or _same_language(name, wanted)), None)
        # texts without a language are in the default one, or a language of their own
        own = not named or (default is None and "" in labels)
        self.default = "" if own else default or named[0]
        self.tags = {self.default: "", **dict.fromkeys(named, "")}
        self.tags |= self._tags([name for name in self.tags if name])
        if own:
            known = languages.tag(wanted) or self._guessed(rows)
            spare = (tag for tag in languages.PRIVATE if tag not in self.languages)
            self.tags[""] = next(spare) if known in self.languages else known

    @property
    def languages(self) -> list[str]:
        return list(self.tags.values())

    def tag_of(self, language: str) -> str | None:
        """The tag of a language as written, "" being the default one; None where the form has no words in it."""
        tag = self.tags.get(language or self.default) or languages.tag(language)
        return tag if tag in self.languages else None

    def _guessed(self, rows: list[Row]) -> str:
        """The language of texts that name none, by their letters."""
        sample = "".join(text for row in rows[:300] for text in row.texts.get("label", {}).values())
        counts = {tag: len(re.findall(f"[{letters}]", sample)) for tag, letters in SCRIPTS.items()}
        most = max(counts, key=lambda tag: counts[tag])
        found = most if counts[most] * 3 > len(sample) else "en"
        why = N_("the form does not name its language; {language} was taken")
        self.report.approximated("setting", "settings", "default_language", "", why, language=found)
        return found

    def _tags(self, names: list[str]) -> dict[str, str]:
        found = languages.tags(names)
        for name, tag in found.items():
            if tag in languages.PRIVATE:
                why = N_("the language {language} has no code that is known; it is {tag} here")
                self.report.approximated("setting", "survey", name, "", why, language=name, tag=tag)
        return found

    def text(self, row: Row, column: str, at: Item | None, otherwise: str = "") -> Any:
        """The text of a cell as a definition has it: plain where there is one language, else by tag; None where there is none.

        ``at``: where it stands, which says what it may pipe in."""
        given = dict(row.texts.get(column, {}))
        if "" in given and self.default not in given:
            given[self.default] = given[""]
        by_tag = {tag: self._clean(given[name], at, row) for name, tag in self.tags.items() if given.get(name)}
        by_tag = {tag: words for tag, words in by_tag.items() if words}
        if not by_tag and otherwise:
            by_tag = {self.languages[0]: unpiped(otherwise)}
        return self._shaped(by_tag, row, column)

    def words(self, by_tag: dict[str, str], otherwise: str) -> Any:
        """Words of our own, or that the form has in one language only, for all languages."""
        return self._shaped({tag: by_tag.get(tag, otherwise) for tag in self.languages}, None, "")

    def _shaped(self, by_tag: dict[str, str], row: Row | None, column: str) -> Any:
        if not by_tag:
            return None
        first = self.languages[0]
        if first not in by_tag:
            tag, words = next(iter(by_tag.items()))
            by_tag = {first: words, **by_tag}
            if row is not None:
                why = N_("there is no {column} in {language}; that in {other} is shown")
                self.report.approximated(
                    "text", row.where, row.get("name"), words, why, column=column, language=first, other=tag
                )
        self.partial = self.partial or len(by_tag) < len(self.languages)
        return by_tag[first] if len(self.languages) == 1 else by_tag

    def _clean(self, text: str, at: Item | None, row: Row) -> str:
        words = plain(OUTPUT.sub(r"\1", text))
        for pattern, by in MARKDOWN:
            words = pattern.sub(by, words)
        parts = PIPE.split(words)
        for index in range(1, len(parts), 2):
            parts[index] = self._pipe(parts[index], at, row)
        parts[::2] = [unpiped(part) for part in parts[::2]]
        return "".join(parts).strip()

    def _pipe(self, name: str, at: Item | None, row: Row) -> str:
        found = self.form.named.get(name, [])
        item = next((item for item in found if at and visible(item, at)), None)
        if item is not None:
            return pipe(item.ours)
        self.report.approximated(
            "text", row.where, row.get("name"), f"${{{name}}}", N_("its answer cannot be shown here")
        )
        return ""


def visible(item: Item, at: Item) -> bool:
    """Whether the item has one value, known before ``at``."""
    fitting = item.value not in ("none", "file") and item.kind == "question"
    return fitting and item.there and item.place < at.place and item.repeats == at.repeats[: len(item.repeats)]


def _same_language(name: str, wanted: str) -> bool:
    return bool(wanted) and (
        name.casefold() == wanted.casefold() or languages.tag(name) == (languages.tag(wanted) or "?")
    )
