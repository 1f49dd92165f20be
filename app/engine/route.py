"""The route through a questionnaire, as walking it gives it."""

from dataclasses import dataclass, field
from typing import Any

from app.engine.model import Env, Expression, Page, Question

ABSENT = object()
"""In place of what an env has not."""


@dataclass(slots=True)
class Visit:
    """A page on the route; in a repeat once a row. ``name``: of the page, with its row (``p[2]``). ``nodes``: those on the
    route, computed ones too, as shown. ``faults``: what is wrong with the answer of one of them: "open" (none yet), "required",
    "choice" or "constraint". ``env``: what expressions of a row see; None outside repeats, where it is the route's.
    ``waiting``: whether it still has to be shown. ``limited``: whether a channel leaves something out. ``beside``: each "please
    specify" that its choice does not bring onto the route yet: a page shows it with the question."""

    name: str
    page: Page
    nodes: list[Question]
    shown: list[Question]
    faults: dict[str, str]
    env: Env | None
    waiting: bool
    limited: bool
    beside: list[Question]
    shot: Any = None
    """The visit as a screen of a channel that shows pages, once made (app.engine.routing)."""


@dataclass(slots=True)
class Route:
    """``env``: what expressions after the last page see. ``exit``: the exit it comes to. ``target``: where a jump under way leads.
    ``pieces``: what each part of the questionnaire gave, while there was no exit or jump (app.engine.walking)."""

    env: Env
    visits: list[Visit] = field(default_factory=list)
    exit: Question | None = None
    target: str = ""
    pieces: list[list[Visit]] | None = None
    shots: dict[str, Any] = field(default_factory=dict)
    """The route as screens, by channel, once made (app.engine.routing)."""

    def visit(self, name: str) -> Visit | None:
        """The visit of that name."""
        return next((visit for visit in self.visits if visit.name == name), None)

    def env_of(self, visit: Visit) -> Env:
        """What expressions of a page see."""
        return self.env if visit.env is None else visit.env

    @property
    def open(self) -> bool:
        """Whether anything on it is not answered, or not any more."""
        return any(visit.faults for visit in self.visits)


def holds(condition: Expression | None, env: Env) -> bool:
    """Whether something is shown: an unknown condition means not."""
    return condition is None or condition.evaluate(env) is True


def is_required(question: Question, env: Env) -> bool:
    required = question.required
    return required if isinstance(required, bool) else required.evaluate(env) is True
