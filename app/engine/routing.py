"""Which questions are on the route, what is still open on it, and what expressions see.

The route is a pure function of the questionnaire and the state's answers and outside values. One pass in the order of
the definition is enough because expressions refer to earlier names only. An answer that is off the route, or that a
later change made invalid (its choice is gone, its constraint fails), is kept but masked.
"""

from collections.abc import Collection
from dataclasses import dataclass

from app.engine.model import Env, Expression, Node, Page, Question, Questionnaire, Value
from app.engine.question_type import NONE
from app.engine.state import Answer, State

PAGED = ("web", "field")
"""Channels that show a page a screen; the others show a question a screen."""


@dataclass(slots=True)
class Route:
    """``pages``: each page on the route with its nodes on the route (computed ones too). ``faults``: what is wrong with
    the answer of a node on the route: "open" (none yet), "required", "choice" or "constraint"."""

    env: Env
    pages: list[tuple[Page, list[Question]]]
    faults: dict[str, str]

    def screens(self, channel: str) -> list[tuple[str, list[Question]]]:
        """What is shown together, by the name to answer it at; notes go with the question after them.

        On channels of one question, notes after the last question are left out (see ``closing_notes``)."""
        if channel in PAGED:
            visible = [(page.name, [node for node in nodes if _visible(node, channel)]) for page, nodes in self.pages]
            return [screen for screen in visible if screen[1]]
        screens, notes = [], []
        for node in self._shown(channel):
            notes.append(node)
            if node.asked:
                screens.append((node.name, notes))
                notes = []
        return screens

    def closing_notes(self, channel: str) -> list[Question]:
        """The notes after the last question."""
        notes: list[Question] = []
        for node in self._shown(channel):
            notes = [] if node.asked else [*notes, node]
        return notes

    def _shown(self, channel: str) -> list[Question]:
        return [node for _, nodes in self.pages for node in nodes if _visible(node, channel)]

    def waiting(self, nodes: list[Question], answers: Collection[str]) -> bool:
        """Whether a screen of these nodes still has to be shown: a question is open, or it is notes never seen."""
        unread = True
        for node in nodes:
            if node.name in self.faults:
                return True
            if node.asked or node.name in answers:
                unread = False
        return unread


def _visible(node: Question, channel: str) -> bool:
    """Whether a channel shows it: what it cannot ask at all is left out, and stays open for another channel."""
    return node.shown and node.kind.channels[channel] != NONE


def holds(condition: Expression | None, env: Env) -> bool:
    """Whether something is shown: an unknown condition means not."""
    return condition is None or condition.evaluate(env) is True


def is_required(question: Question, env: Env) -> bool:
    required = question.required
    return required if isinstance(required, bool) else required.evaluate(env) is True


def walk(q: Questionnaire, state: State) -> Route:
    """The route. It is read, never changed, and remembered by the state."""
    if state.memo is None or state.memo[0] is not q:
        object.__setattr__(state, "memo", (q, _walk(q, state)))
    route: Route = state.memo[1]
    return route


def _walk(q: Questionnaire, state: State) -> Route:
    """The route, in one pass."""
    env: Env = {question.name: state.outside.get(question.name) for question in q.outside}
    if state.started:
        env["now()"] = state.started
    route = Route(env, [], {})
    answers = state.answers
    for page in q.pages:
        if page.relevant is not None and page.relevant.evaluate(env) is not True:
            continue
        nodes = []
        for question in page.questions:
            if question.relevant is not None and question.relevant.evaluate(env) is not True:
                continue
            nodes.append(question)
            if question.asked:
                fault = _take(question, answers.get(question.name), env)
                if fault:
                    route.faults[question.name] = fault
            elif question.calculation is not None:
                env[question.name] = question.calculation.evaluate(env)
            elif not question.shown:
                env[question.name] = state.outside.get(question.name)
        route.pages.append((page, nodes))
    return route


def _take(question: Question, answer: Answer | None, env: Env) -> str:
    """Put an answer into the env; what is wrong with it, "" when nothing is."""
    name = question.name
    env[name] = None
    if answer is None:
        return "open"
    value, special = answer.value, answer.special
    if special is not None:
        env[f"{name}?"] = special
        if question.choices and question.value_type != "number":
            env[name] = (special,) if question.value_type == "set" else special
        return ""
    if value is None:
        return "required" if question.required is not False and is_required(question, env) else ""
    if question.conditional and not _offered(question, value, env):
        return "choice"
    env[name] = value
    if question.constraint is not None:
        env["."] = value
        if question.constraint.evaluate(env) is False:
            env[name] = None
            return "constraint"
    return ""


def _offered(question: Question, value: Value, env: Env) -> bool:
    """Whether every chosen choice is still one of those shown."""
    chosen = value if isinstance(value, tuple) else (str(value),)
    return all(holds(choice.relevant, env) for choice in question.choices if choice.name in chosen)


def path(q: Questionnaire, state: State) -> list[Node]:
    """The nodes on the route, in order, given the answers: questions, notes and computed values."""
    return [node for _, nodes in walk(q, state).pages for node in nodes]


def values(q: Questionnaire, state: State) -> dict[str, Value | None]:
    """The value of every node on the route and of every outside value; None: unanswered, don't know or refused.

    A name that is missing was not asked."""
    env = walk(q, state).env
    return {name: None if f"{name}?" in env else value for name, value in env.items() if name in q.questions}


def completeness(q: Questionnaire, state: State, partial: Collection[str] | None = None) -> str:
    """How far an interview came (AAPOR): "complete", "partial" (every ``partial`` question is answered; default: the
    questionnaire's rule) or "break_off"."""
    route = walk(q, state)
    if not route.faults:
        return "complete"
    rule = q.partial if partial is None else partial
    answered = (route.env.get(name) is not None or f"{name}?" in route.env for name in rule)
    return "partial" if rule and all(answered) else "break_off"
