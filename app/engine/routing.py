"""Which questions are on the route, and what expressions see."""

from collections.abc import Collection

from app.engine.model import Node, Questionnaire, Value
from app.engine.state import State


def path(q: Questionnaire, state: State) -> list[Node]:
    """The nodes on the route, in order, given the answers: questions, notes and computed values."""
    raise NotImplementedError


def values(q: Questionnaire, state: State) -> dict[str, Value | None]:
    """The value of every node on the route and of every outside value (None: unanswered, or special). What is missing was not asked."""
    raise NotImplementedError


def completeness(q: Questionnaire, state: State, partial: Collection[str] | None = None) -> str:
    """"complete", "partial" (the ``partial`` questions are answered; default: the questionnaire's rule) or "break_off"."""
    raise NotImplementedError
