"""What may change in a live study: texts, and nothing that answers depend on."""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from app.core.problems import N_, Problem
from app.engine.model import Block, Choice, Expression, Grid, Metric, Page, Question, Questionnaire, Repeat, Text
from app.engine.quotas import Quota, Side

NAMED = (Page, Block, Repeat, Question, Grid, Choice, Metric, Quota, Side)
IGNORED = ("title", "purpose", "minutes", "languages", "media", "fixed", "pool", "synonyms")
"""Texts and what is shown beside them, what follows from the rest, and what is there again: a pool's choices are the question's."""
WRITTEN = {"parts": "pages"}
"""How a definition calls it."""
AGAIN = ("questions", "pages")
"""What a questionnaire has in its parts too."""


def compatible(old: Questionnaire, new: Questionnaire) -> list[Problem]:
    """What in ``new`` differs from ``old`` by more than its texts: [] means a live study may take it.

    Languages may be added, not taken away. ``path`` says where, by name."""
    problems = list(_differences(old, new, new.name))
    for language in old.languages:
        if language not in new.languages:
            message = N_("The language {language} was taken away.")
            remedy = N_("Keep it: interviews may be under way in it.")
            problems.append(Problem("not_text_only", message, {"language": language}, remedy=remedy, path="languages"))
    return problems


def _differences(old: Any, new: Any, path: str) -> Iterator[Problem]:
    if isinstance(old, (Questionnaire, *NAMED)) and type(old) is type(new):
        for field in fields(old):
            a, b = getattr(old, field.name), getattr(new, field.name)
            again = isinstance(old, Questionnaire) and field.name in AGAIN
            if field.compare and field.name not in IGNORED and not again and not _text(a, b):
                yield from _differences(a, b, f"{path}.{WRITTEN.get(field.name, field.name)}")
    elif _named(old) and _named(new):
        before, after = {thing.name: thing for thing in old}, {thing.name: thing for thing in new}
        if list(before) != list(after):
            yield _changed(", ".join(before), ", ".join(after), path)
        for name in before.keys() & after.keys():
            yield from _differences(before[name], after[name], f"{path}.{name}")
    elif _sides(old) and _sides(new) and len(old) == len(new):
        for was, will in zip(old, new, strict=True):
            yield from _differences(was, will, path)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in old.keys() | new.keys():
            if not _text(old.get(key), new.get(key)):
                yield from _differences(old.get(key), new.get(key), f"{path}.{key}")
    elif isinstance(old, Expression) and isinstance(new, Expression):
        if old.tree != new.tree:
            yield _changed(old.source, new.source, path)
    elif old != new:
        yield _changed(getattr(old, "source", old), getattr(new, "source", new), path)


def _text(a: Any, b: Any) -> bool:
    """Whether both are texts, or one is and the other is missing."""
    return (isinstance(a, Text) and (b is None or isinstance(b, Text))) or (isinstance(b, Text) and a is None)


def _named(things: Any) -> bool:
    return isinstance(things, tuple) and all(isinstance(thing, NAMED) for thing in things)


def _sides(things: Any) -> bool:
    """Whether these are the interlocked sides of a quota."""
    return isinstance(things, tuple) and bool(things) and all(isinstance(thing, tuple) for thing in things)


def _changed(old: Any, new: Any, path: str) -> Problem:
    return Problem(
        "not_text_only",
        N_("{path} changed from “{old}” to “{new}”; a live study can only change its texts."),
        {"path": path, "old": old, "new": new},
        remedy=N_("Undo it, or publish the change as a new study."),
        path=path,
    )
