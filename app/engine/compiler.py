"""From a definition's tree to a Questionnaire, or to all that is wrong with it."""

from collections.abc import Mapping
from typing import Any, Protocol

from app.core.problems import Problem
from app.engine.model import Questionnaire


class Marks(Protocol):
    """Where each node of the tree stands: ``file`` and ``place(path) -> (line, column)``; app.catalog.source reads them."""

    file: str

    def place(self, path: tuple[str | int, ...]) -> tuple[int | None, int | None]: ...


def compile(tree: Mapping[str, Any], marks: Marks | None = None) -> Questionnaire | list[Problem]:
    """The questionnaire, or every problem of the definition at once."""
    raise NotImplementedError


def compatible(old: Questionnaire, new: Questionnaire) -> list[Problem]:
    """What in ``new`` differs from ``old`` by more than its texts: [] means a live study may take it."""
    raise NotImplementedError
