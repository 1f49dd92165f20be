"""From a definition's tree to a Questionnaire, or to all that is wrong with it."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.core.problems import Problem
from app.engine.choices import ChoiceList
from app.engine.declaring import declare
from app.engine.expressions import Symbol, parse
from app.engine.listing import compile_lists
from app.engine.metrics import compile_metrics, compile_partial, compile_writes
from app.engine.model import DK, REFUSED, Expression, Page, Question, Questionnaire, Text, every
from app.engine.parts import compile_parts, settled
from app.engine.questions import is_fixed, outside_question
from app.engine.quotas import compile_quotas
from app.engine.schema import DEFINITION
from app.engine.structure import Path, Structure, written
from app.engine.texts import compile_text

Repeats = tuple[str, ...]
FALSE = Expression("false", ["bool", False], "bool", frozenset(), lambda env: False)


class Marks(Protocol):
    """Where each node of a tree stands in its file (app.catalog.source reads them).

    ``place(path)``: (line, column), both from 1, of the key or list item; ``inside(path)``: of the first character of a
    scalar. The nearest parent's where the path is not there; None where unknown."""

    file: str

    def place(self, path: Path) -> tuple[int | None, int | None]: ...

    def inside(self, path: Path) -> tuple[int | None, int | None]: ...


class NoMarks:
    """Of a tree that came from no file."""

    file = ""

    def place(self, path: Path) -> tuple[int | None, int | None]:
        return None, None

    inside = place


def compile(tree: Mapping[str, Any], marks: Marks | None = None) -> Questionnaire | list[Problem]:
    """The questionnaire, or every problem of the definition at once, in the order of the file."""
    compilation = Compilation(marks or NoMarks())
    questionnaire = compilation.run(tree)
    if compilation.problems or questionnaire is None:
        return sorted(compilation.problems, key=lambda problem: (problem.line or 0, problem.column or 0))
    return questionnaire


class Compilation:
    """One run of the compiler: what is known so far and what is wrong so far.

    ``names``: every name of the definition; those not yet reached are marked as coming later. ``questions``: those compiled.
    ``listed``: names in repeats that something outside reads."""

    is_fixed = staticmethod(is_fixed)

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.problems: list[Problem] = []
        self.names: dict[str, Symbol] = {}
        self.languages: tuple[str, ...] = ()
        self.untranslated = False
        self.lists: dict[str, ChoiceList] = {}
        self.lists_given: list[Any] = []
        self.questions: dict[str, Question] = {}
        self.listed: set[str] = set()
        self.policy: Mapping[str, Mapping[str, str]] = {}

    def report(self, path: Path, code: str, message: str, remedy: str = "", **params: Any) -> None:
        line, column = self.marks.place(path)
        self.problems.append(
            Problem(
                code, message, params, remedy=remedy, file=self.marks.file, line=line, column=column, path=written(path)
            )
        )

    def text(self, given: Any, path: Path, within: Repeats = (), standard: Mapping[str, str] | None = None) -> Text:
        return compile_text(
            given, self.languages, self.names, path, self.report, standard or {}, within, self.untranslated
        )

    def ours(self, words: Mapping[str, str] | None) -> Mapping[str, str] | None:
        """Our own words in the questionnaire's languages: English where we have none."""
        return words and {language: words.get(language, words["en"]) for language in self.languages}

    def optional_text(self, node: Mapping[str, Any], key: str, path: Path, within: Repeats = ()) -> Text | None:
        return self.text(node[key], (*path, key), within) if key in node else None

    def expression(
        self,
        node: Mapping[str, Any],
        key: str,
        path: Path,
        want: str | None = "bool",
        own: Symbol | None = None,
        within: Repeats = (),
        columns: frozenset[str] = frozenset(),
    ) -> Expression | None:
        if key not in node:
            return None
        where = written((*path, key))
        result = parse(str(node[key]), self.names, want, own, within=within, columns=columns, place=where)
        if isinstance(result, Expression):
            self._read(result, within)
            return result
        line, column = self.marks.inside((*path, key))
        for problem in result:
            at = column + problem.column - 1 if column and problem.column else column
            self.problems.append(problem.located(self.marks.file, line, at, where))
        return None

    def derive(self, source: str, within: Repeats, own: Symbol | None = None) -> Expression:
        """A condition of the compiler's own making; where a problem was found before it may not be one."""
        result = parse(source, self.names, "bool", own, within=within)
        assert isinstance(result, Expression) or self.problems, result
        return result if isinstance(result, Expression) else FALSE

    def _read(self, expression: Expression, within: Repeats) -> None:
        """Remember which names of a repeat are read from outside of it, as lists."""
        for name in expression.references:
            repeats = self.names[name].repeats if name in self.names else ()
            if repeats != within[: len(repeats)]:
                self.listed.add(name)

    def run(self, tree: Any) -> Questionnaire | None:
        node = Structure(self.report).clean(DEFINITION, tree, ())
        if node is None:
            return None
        self.languages = tuple(dict.fromkeys(filter(None, node.get("languages", ())))) or ("en",)
        self.untranslated = "untranslated" in node
        declare(self, node)
        self.policy = {DK: node.get("dont_know", {}), REFUSED: node.get("refused", {})}
        outside = tuple(outside_question(entry) for entry in node.get("outside", ()) if entry and len(entry) == 3)
        for question in outside:
            self.names[question.name] = Symbol(question.value_type)
        title, purpose = self.text(node.get("title", {}), ("title",)), self.text(node.get("purpose", {}), ("purpose",))
        self.lists_given = [entry for entry in node.get("lists", ()) if entry]
        compile_lists(self, node.get("lists", ()))
        parts = compile_parts(self, node.get("pages", ()), ("pages",), ())
        questions = {question.name: question for question in outside} | self.questions
        metrics = compile_metrics(node.get("metrics", ()), questions, self.report)
        partial = compile_partial(node.get("partial", {}), questions, self.report)
        quotas = compile_quotas(self, node.get("quotas", ()))
        writes = compile_writes(node.get("writes", ()), questions, self.report)
        if self.problems:
            return None
        parts = settled(self, parts)
        pages = tuple(part for part in every(parts) if isinstance(part, Page))
        return Questionnaire(
            *(node["questionnaire"], title, self.languages, node["basis"], purpose, node["minutes"]),
            outside=outside,
            parts=parts,
            pages=pages,
            metrics=metrics,
            partial=partial,
            questions=questions,
            tree=tree,
            quotas=quotas,
            writes=writes,
        )

    def specifying(self, name: str) -> list[Any]:
        """The choices of a list, as they are written."""
        return next((list(entry.get("choices", ())) for entry in self.lists_given if entry.get("name") == name), [])
