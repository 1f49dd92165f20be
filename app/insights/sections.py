"""The questions of a results page as they are read: by repeat, the rows of a grid together, "please specify" under its question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app import engine
from app.engine.model import Grid


@dataclass(frozen=True, slots=True)
class Part:
    """A question with the texts that specify its choices, or the rows of a grid."""

    questions: Sequence[engine.Question]
    grid: Grid | None = None
    specified: Sequence[engine.Question] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`repeats`: those it stands in, its own the last; () for what is asked once."""

    repeats: tuple[str, ...]
    parts: Sequence[Part]


def sections(questions: Iterable[engine.Question]) -> list[Section]:
    """What is asked once, then each repeat, in the order of the questions."""
    found: dict[tuple[str, ...], list[engine.Question]] = {(): []}
    for question in questions:
        found.setdefault(question.repeats, []).append(question)
    return [Section(repeats, _parts(asked)) for repeats, asked in found.items()]


def _parts(questions: Sequence[engine.Question]) -> list[Part]:
    names = {question.name for question in questions}
    grids: dict[str, list[engine.Question]] = {}
    specified: dict[str, list[engine.Question]] = {}
    for question in questions:
        if question.grid:
            grids.setdefault(question.grid.name, []).append(question)
        if question.beside and question.beside[0] in names:
            specified.setdefault(question.beside[0], []).append(question)
    nested = {question.name for texts in specified.values() for question in texts}
    parts = []
    for question in questions:
        if question.grid and question is grids[question.grid.name][0]:
            parts.append(Part(grids[question.grid.name], question.grid))
        elif question.grid is None and question.name not in nested:
            parts.append(Part([question], None, specified.get(question.name, ())))
    return parts
