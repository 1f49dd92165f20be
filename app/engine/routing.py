"""The route as screens, as nodes and as values."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from app.engine.model import Node, Question, Questionnaire, Value
from app.engine.question_type import NONE
from app.engine.route import Route, Visit
from app.engine.state import State
from app.engine.walking import walk

PAGED = ("web", "field")
"""Channels that show a page a screen; the others show a question a screen."""


@dataclass(slots=True)
class Shot:
    """What is shown together. ``at``: the name to answer it at. ``waiting``: whether it still has to be shown. ``before``: notes of
    earlier pages that go with it."""

    at: str
    visit: Visit
    nodes: Sequence[Question]
    waiting: bool
    before: Sequence[tuple[Question, Visit]] = ()

    def __iter__(self) -> Iterator[tuple[Question, Visit]]:
        """Every node with its visit."""
        yield from self.before
        for node in self.nodes:
            yield node, self.visit

    def holds(self, name: str) -> bool:
        return any(node.name == name for node, _ in self)


def shots(route: Route, state: State, channel: str) -> list[Shot]:
    """What is shown together; notes go with the question after them.

    On channels of one question, notes after the last question are left out (see ``closing_notes``)."""
    made: list[Shot] | None = route.shots.get(channel)
    if made is None:
        made = route.shots[channel] = _shots(route, state, channel)
    return made


def _shots(route: Route, state: State, channel: str) -> list[Shot]:
    if channel in PAGED:
        return [_page_of(visit, state, channel) for visit in route.visits if _visible(visit, channel)]
    found, notes = [], list[tuple[Question, Visit]]()
    for visit in route.visits:
        for node in _visible(visit, channel):
            if node.asked:
                found.append(Shot(node.name, visit, (node,), node.name in visit.faults, notes))
                notes = []
            else:
                notes.append((node, visit))
    return found


def _page_of(visit: Visit, state: State, channel: str) -> Shot:
    """A page as a screen. It waits while a question is open, or while it is notes never seen."""
    if visit.limited:
        nodes = _visible(visit, channel)
        unread = all(not node.asked and node.name not in state.answers for node in nodes)
        waiting = unread or any(node.name in visit.faults for node in nodes)
        return Shot(visit.name, visit, _with_beside(visit, nodes), waiting)
    if visit.shot is None:
        visit.shot = Shot(visit.name, visit, _with_beside(visit, visit.shown), visit.waiting)
    shot: Shot = visit.shot
    return shot


def _with_beside(visit: Visit, nodes: list[Question]) -> list[Question]:
    """A page's nodes, each "please specify" after its question even where it is not on the route yet."""
    if not visit.beside:
        return nodes
    waiting = {
        node.bare: [text for text in visit.beside if text.beside and text.beside[0] == node.bare] for node in nodes
    }
    return [each for node in nodes for each in (node, *waiting[node.bare])]


def _visible(visit: Visit, channel: str) -> list[Question]:
    """What a channel shows: what it cannot ask at all is left out, and stays open for another channel."""
    if not visit.limited:
        return visit.shown
    return [node for node in visit.shown if node.kind.channels[channel] != NONE]


def closing_notes(route: Route, channel: str) -> list[tuple[Question, Visit]]:
    """The notes after the last question."""
    notes: list[tuple[Question, Visit]] = []
    for visit in route.visits:
        for node in _visible(visit, channel):
            notes = [] if node.asked else [*notes, (node, visit)]
    return notes


def positions(q: Questionnaire, route: Route, shot: Shot) -> dict[str, int]:
    """The how-manyth question of the route each one of a screen's page is, as shown; {} where nothing is shuffled."""
    if not q.shuffled:
        return {}
    before = 0
    for visit in route.visits:
        asked = [node.name for node in visit.shown if node.asked]
        if visit is shot.visit:
            return {name: before + number for number, name in enumerate(asked, 1)}
        before += len(asked)
    return {}


def path(q: Questionnaire, state: State) -> list[Node]:
    """The nodes on the route, in order, given the answers: questions, notes and computed values."""
    return [node for visit in walk(q, state).visits for node in visit.nodes]


def values(q: Questionnaire, state: State) -> dict[str, Value | None]:
    """The value of every node on the route outside repeats and of every outside value; None: unanswered, don't know or refused.

    A name that is missing was not asked. Those in repeats: ``rows``."""
    env = walk(q, state).env
    return {
        name: None if f"{name}?" in env else value
        for name, value in env.items()
        if (question := q.questions.get(name)) is not None and not question.repeats
    }


def completeness(q: Questionnaire, state: State, partial: Collection[str] | None = None) -> str:
    """How far an interview came (AAPOR): "complete", "partial" (every ``partial`` question is answered; default: the
    questionnaire's rule) or "break_off"."""
    route = walk(q, state)
    if not route.open:
        return "complete"
    rule = q.partial if partial is None else partial
    answered = (route.env.get(name) is not None or f"{name}?" in route.env for name in rule)
    return "partial" if rule and all(answered) else "break_off"
