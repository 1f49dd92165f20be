"""A definition as text: read, compiled, and all that is wrong with it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app import engine
from app.catalog import list_files, source
from app.core.problems import N_, Problem
from app.engine.compiler import Marks, NoMarks
from app.engine.schema import LANGUAGE


@dataclass(frozen=True, slots=True)
class Definition:
    """``tree`` is None where the text is not YAML; ``questionnaire`` is None where anything is wrong. ``marks``: where each node
    stands."""

    text: str
    tree: Mapping[str, Any] | None
    questionnaire: engine.Questionnaire | None
    problems: tuple[Problem, ...]
    marks: Marks = field(default_factory=NoMarks, compare=False, repr=False)


NOWHERE = list_files.held_by(tuple)


def check(text: str, file: str = "", lists: list_files.Reader = NOWHERE) -> Definition:
    """Read and compile a definition in YAML. ``file`` names it in the problems. ``lists``: reads the files that its lists name."""
    read = source.read(text, file)
    if isinstance(read, list):
        return Definition(text, None, None, tuple(read))
    tree, marks = read
    if not isinstance(tree, Mapping):
        problem = Problem(
            "not_a_definition", N_("This is not a definition."), remedy=N_("Begin with questionnaire: name.")
        )
        return Definition(text, None, None, (problem.located(file, 1),))
    tree, unread = list_files.filled(tree, lists)
    compiled = engine.compile(tree, marks)
    if isinstance(compiled, list):
        problems = [_why(problem, unread) for problem in compiled]
        return Definition(text, tree, None, tuple(list_files.shortened(problems, tree)))
    return Definition(text, tree, compiled, (), marks)


def _why(problem: Problem, unread: Mapping[str, Problem]) -> Problem:
    """Of a list without choices: why its file gave none."""
    found = unread.get(problem.path) if problem.code == "empty_choices" else None
    return found.located(problem.file, problem.line, problem.column, problem.path) if found else problem


def title(tree: Mapping[str, Any] | None, otherwise: str = "") -> str:
    """The title in the definition's default language, as far as there is one."""
    titles = (tree or {}).get("title")
    if isinstance(titles, str):
        return titles
    if not isinstance(titles, Mapping):
        return otherwise
    return str(next((titles[language] for language in languages(tree) if titles.get(language)), otherwise))


def languages(tree: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The languages a definition declares, the default first; ("en",) as long as it declares none."""
    declared = (tree or {}).get("languages")
    if not isinstance(declared, list):
        return ("en",)
    tags = (code for code in declared if isinstance(code, str) and re.fullmatch(LANGUAGE, code))
    return tuple(dict.fromkeys(tags)) or ("en",)


def pages_of(parts: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """The pages among these parts, those in blocks and repeats too."""
    for part in parts:
        if "questions" in part or "pages" not in part:
            yield part
        yield from pages_of(part.get("pages") or [])


def questions(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Every question, in the order asked."""
    return [question for page in pages_of(tree.get("pages") or []) for question in page.get("questions") or []]
