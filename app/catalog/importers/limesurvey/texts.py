"""Texts of LimeSurvey's as ours: HTML as plain text, ``{…}`` as pipes."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from app.catalog import source
from app.catalog.importers import text
from app.catalog.importers.limesurvey import expressionscript
from app.catalog.importers.limesurvey.expressions import Translator
from app.catalog.importers.limesurvey.expressionscript import Syntax
from app.catalog.importers.limesurvey.survey import EVERY, Question, Survey, Texts
from app.catalog.importers.limesurvey.terms import Term, Untranslatable, as_text
from app.catalog.importers.limesurvey.variables import Variables
from app.catalog.importers.names import Names
from app.catalog.importers.report import Report
from app.core.problems import N_

MARK = re.compile("⟦([0-9]+)⟧")
IGNORED = {"ANSWERTABLE", "SURVEYURL", "OPTOUTURL", "OPTINURL", "NUMBEROFQUESTIONS", "THEREAREXQUESTIONS", "PERC"}


@cache
def words() -> Mapping[str, Texts]:
    """The words of built-in answers, by language."""
    read = source.read((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    assert not isinstance(read, list), read
    tree: Mapping[str, Texts] = read[0]
    return tree


class Writer:
    """Puts texts into our languages. ``pending``: the computed questions that texts need and that stand before them; the caller
    takes them. ``missing``: whether some text is not there in some language."""

    def __init__(
        self, survey: Survey, tags: Mapping[str, str], variables: Variables, names: Names, report: Report
    ) -> None:
        self.survey, self.tags, self.variables, self.names, self.report = survey, tags, variables, names, report
        self.pending: list[dict[str, Any]] = []
        self.computed: dict[str, str] = {}
        self.missing = False
        self.system = {
            "SURVEYNAME": next(iter(survey.texts.get("title", {}).values()), ""),
            "SID": survey.sid,
            "SURVEYID": survey.sid,
            **dict.fromkeys(IGNORED, ""),
        }

    def new_page(self) -> None:
        """What was computed on another page may be off the route on this one."""
        self.computed = {}

    def built_in(self, word: str) -> Texts:
        """The words of a built-in answer in the languages of the survey; English where they are not known."""
        known = words()[word]
        return {language: known.get(language.split("-")[0], known["en"]) for language in self.tags}

    def needed(self, texts: Texts, where: Question, otherwise: str) -> Any:
        """A text that must be there; ``otherwise`` stands in its place where it is empty."""
        written = self.text(texts, where)
        otherwise = otherwise.strip() or "…"
        if written is None:
            self.report.approximated(
                "text", self.place(where), where.code, otherwise, N_("It has no text: its code stands there.")
            )
            self.missing = self.missing or len(self.tags) > 1
            return otherwise
        return written

    def text(self, texts: Texts, where: Question | None = None) -> Any:
        """The text: plain where there is one language, else by our languages; None where it is empty. In the first language
        there is always one."""
        found = {}
        for language, tag in self.tags.items():
            shown = self._one(texts.get(language) or texts.get(EVERY) or "", where)
            if shown:
                found[tag] = shown
        if not found:
            return None
        first = next(iter(self.tags.values()))
        if first not in found:
            found = {first: next(iter(found.values())), **found}
        if len(self.tags) == 1:
            return found[first]
        self.missing = self.missing or len(found) < len(self.tags)
        return found

    def place(self, question: Question | None) -> str:
        return f"question {question.qid}" if question else "survey"

    def bare(self, written: str) -> str:
        """A piece of a text between expressions, without HTML; the blanks at its ends stay where it says something."""
        plain = text.plain(written)
        return written if plain == written.strip() and plain else plain

    def _one(self, raw: str, where: Question | None) -> str:
        """A text of one language. Expressions are taken out before HTML is read, since they hold ``<`` and quotes."""
        expressions: list[str] = []
        shown = ""
        for piece, is_expression in expressionscript.pieces(raw[: 4 * text.LONGEST].replace("⟦", "[")):
            if is_expression:
                expressions.append(piece)
                piece = f"⟦{len(expressions) - 1}⟧"
            shown += piece
        plain = text.unpiped(text.plain(shown))
        return MARK.sub(lambda mark: self._piped(expressions[int(mark[1])], where), plain).strip()

    def _piped(self, expression: str, where: Question | None) -> str:
        syntax = expressionscript.read(expression) if self.variables.spend(expression) else None
        if syntax is None:
            return text.unpiped(text.plain(f"{{{expression}}}"))
        translator = Translator(self.variables, where.code if where else "", system=self.system)
        try:
            term = translator.term(_plainly(syntax))
            name = self._direct(term, translator) or self._computed(term, where)
        except Untranslatable as reason:
            self.report.left_out(
                "text", self.place(where), where.code if where else "", expression, reason.why, **reason.params
            )
            return ""
        for why in translator.notes.said:
            self.report.approximated("text", self.place(where), where.code if where else "", expression, why)
        if name is None:
            return text.unpiped(str(term.value))
        return text.pipe(name)

    def _direct(self, term: Term, translator: Translator) -> str:
        """The name of the question that is shown as it is, "" where something is made of it. A choice is shown by its label, so
        that its code is something else."""
        variable = term.variable
        if variable is None or variable.choice:
            return ""
        if term.kind == "code":
            if all(theirs == ours for theirs, ours in variable.codes.items()):
                return ""
            translator.notes.add(N_("The label is shown instead of the code."))
        return variable.name

    def _computed(self, term: Term, where: Question | None) -> str | None:
        """The name of a computed question of that value; None for a literal."""
        if term.value is not None:
            return None
        calculation = term.source if term.kind in ("number", "date") else as_text(term).source
        label = re.fullmatch(r"label\(\$\{(\w+)\}\)", calculation.removeprefix("coalesce(").removesuffix(", '')"))
        if label:
            return label[1]  # a pipe shows what a person reads
        if calculation not in self.computed:
            name = self.names.take(f"{where.code if where else 'text'}_text")
            self.computed[calculation] = name
            self.pending.append({"name": name, "type": "computed", "calculation": calculation})
        return self.computed[calculation]


def _plainly(syntax: Syntax) -> Syntax:
    """With the HTML taken out of its texts."""
    if syntax.op == "const":
        value = syntax.operands[0]
        if isinstance(value, str) and ("<" in value or "&" in value):
            return Syntax("const", (text.plain(value),))
        return syntax
    return Syntax(syntax.op, tuple(_plainly(o) if isinstance(o, Syntax) else o for o in syntax.operands))
