"""What a part of a questionnaire gives to expressions after it, and what it depends on."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from app.engine.model import Choice, Expression, Page, Part, Pipe, Question, Repeat, Text, every


def gives(part: Part) -> tuple[str, ...]:
    """The keys of the env that walking it fills. Of a repeat: the lists that are read elsewhere, and the number of its rows."""
    if isinstance(part, Page):
        return tuple(key for question in part.questions for key in (question.bare, f"{question.bare}?"))
    if isinstance(part, Repeat):
        return (part.name, *part.listed)
    return tuple(key for inner in part.parts for key in gives(inner))


def names(parts: Iterable[Part]) -> set[str]:
    """Everything that is asked or worked out in the parts, at any depth."""
    return {question.bare for question in _questions(parts)}


def reads(parts: Iterable[Part]) -> set[str]:
    """Every name that a condition, check or calculation of the parts refers to."""
    parts = list(parts)
    found = {name for thing in _things(parts) for value in _values(thing) for name in _references(value)}
    return found


def pipes(parts: Iterable[Part]) -> set[str]:
    """Every name that a text of the parts pipes in."""
    texts = (value for thing in _things(list(parts)) for value in _values(thing) if isinstance(value, Text))
    pieces = (piece for text in texts for said in text.parts.values() for piece in said)
    return {piece.name for piece in pieces if isinstance(piece, Pipe)}


def _references(value: Any) -> frozenset[str]:
    return value.references if isinstance(value, Expression) else frozenset()


def _questions(parts: Iterable[Part]) -> Iterator[Question]:
    return (question for part in every(list(parts)) if isinstance(part, Page) for question in part.questions)


def _things(parts: list[Part]) -> Iterator[Any]:
    """The parts, their questions, the grids of these and their choices."""
    yield from every(parts)
    for question in _questions(parts):
        yield question
        if question.grid is not None:
            yield question.grid
        yield from question.choices


def _values(thing: Part | Question | Choice) -> Iterator[Any]:
    for field in fields(thing):
        value = getattr(thing, field.name)
        yield from value.values() if field.name == "parameters" else (value,)
