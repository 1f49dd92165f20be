"""From a definition's tree to a Questionnaire, or to all that is wrong with it."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.core.problems import N_, Problem
from app.engine.expressions import Symbol, parse
from app.engine.metrics import compile_metrics, compile_partial
from app.engine.model import DK, REFUSED, Expression, Page, Question, Questionnaire, Text
from app.engine.questions import compile_question, outside_question
from app.engine.quotas import compile_quotas
from app.engine.schema import DEFINITION
from app.engine.structure import Path, Structure, written
from app.engine.texts import compile_text
from app.engine.types import TYPES


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

    ``names``: every name of the definition; those not yet reached are marked as coming later."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.problems: list[Problem] = []
        self.names: dict[str, Symbol] = {}
        self.languages: tuple[str, ...] = ()
        self.policy: Mapping[str, Mapping[str, str]] = {}

    def report(self, path: Path, code: str, message: str, remedy: str = "", **params: Any) -> None:
        line, column = self.marks.place(path)
        self.problems.append(
            Problem(
                code, message, params, remedy=remedy, file=self.marks.file, line=line, column=column, path=written(path)
            )
        )

    def text(self, given: Any, path: Path, standard: Mapping[str, str] | None = None) -> Text:
        return compile_text(given, self.languages, self.names, path, self.report, standard or {})

    def optional_text(self, node: Mapping[str, Any], key: str, path: Path) -> Text | None:
        return self.text(node[key], (*path, key)) if key in node else None

    def expression(
        self, node: Mapping[str, Any], key: str, path: Path, want: str | None = "bool", own: Symbol | None = None
    ) -> Expression | None:
        if key not in node:
            return None
        result = parse(str(node[key]), self.names, want, own)
        if isinstance(result, Expression):
            return result
        line, column = self.marks.inside((*path, key))
        for problem in result:
            at = column + problem.column - 1 if column and problem.column else column
            self.problems.append(problem.located(self.marks.file, line, at, written((*path, key))))
        return None

    def run(self, tree: Any) -> Questionnaire | None:
        node = Structure(self.report).clean(DEFINITION, tree, ())
        if node is None:
            return None
        self.languages = tuple(dict.fromkeys(filter(None, node.get("languages", ())))) or ("en",)
        self.policy = {DK: node.get("dont_know", {}), REFUSED: node.get("refused", {})}
        self._collect(node)
        outside = tuple(outside_question(entry) for entry in node.get("outside", ()) if entry and len(entry) == 3)
        for question in outside:
            self.names[question.name] = Symbol(question.value_type)
        title, purpose = self.text(node.get("title", {}), ("title",)), self.text(node.get("purpose", {}), ("purpose",))
        pages = [self._page(page, ("pages", i)) for i, page in enumerate(node.get("pages", ())) if page]
        questions = {question.name: question for question in outside}
        questions |= {question.name: question for page in pages for question in page.questions}
        metrics = compile_metrics(node.get("metrics", ()), questions, self.report)
        partial = compile_partial(node.get("partial", {}), questions, self.report)
        quotas = compile_quotas(self, node.get("quotas", ()))
        if self.problems:
            return None
        return Questionnaire(
            *(node["questionnaire"], title, self.languages, node["basis"], purpose, node["minutes"]),
            *(outside, tuple(pages), metrics, partial, questions, tree),
            quotas=quotas,
        )

    def _collect(self, node: Mapping[str, Any]) -> None:
        """Learn every name before any is used, so that a later one can be told from an unknown one."""
        pages: set[str] = set()
        for index, entry in enumerate(node.get("outside", ())):
            self._declare(entry, ("outside", index))
        for page_index, page in enumerate(node.get("pages", ())):
            path: Path = ("pages", page_index)
            if page and page.get("name") in pages:
                self._duplicate(page["name"], (*path, "name"))
            pages.add((page or {}).get("name", ""))
            for index, question in enumerate((page or {}).get("questions", ())):
                self._declare(question, (*path, "questions", index))

    def _declare(self, entry: Mapping[str, Any] | None, path: Path) -> None:
        name = (entry or {}).get("name")
        if entry is None or name is None:
            return
        if name in self.names:
            self._duplicate(name, (*path, "name"))
        elif name in ("and", "or", "div", "true", "false"):
            message = N_("{name} is a word of the expression language.")
            self.report((*path, "name"), "reserved_name", message, N_("Choose another name."), name=name)
        kind = TYPES.get(entry.get("type", ""))
        computed = kind is None or not kind.asked
        self.names[name] = Symbol(None if computed or kind is None else kind.value_type, later=True)

    def _duplicate(self, name: str, path: Path) -> None:
        self.report(path, "duplicate_name", N_("There are two called {name}."), N_("Rename one of them."), name=name)

    def _page(self, node: Mapping[str, Any], path: Path) -> Page:
        relevant = self.expression(node, "relevant", path)
        title = self.optional_text(node, "title", path)
        questions: list[Question] = []
        for index, entry in enumerate(node.get("questions", ())):
            if entry and "type" in entry:
                below = (*path, "questions", index)
                questions.append(compile_question(self, {"name": "", **entry}, node.get("name", ""), below))
            elif entry and "name" in entry:
                self.names[entry["name"]] = Symbol(None)
        return Page(node.get("name", ""), tuple(questions), title, relevant)
