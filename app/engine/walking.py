"""Walking a questionnaire: which questions are on the route, what is still open on it, and what expressions see.

The route is a pure function of the questionnaire and the state's answers and outside values. One pass in the order of
the definition is enough because expressions refer to earlier names only. An answer that is off the route, or that a
later change made invalid (its choice is gone, its constraint fails), is kept but masked.

After an answer only the parts that are answered anew, or read what changed, are walked again; a test holds the two ways together.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.engine.dependence import gives, names, reads
from app.engine.model import Block, Env, Page, Part, Question, Questionnaire, Value
from app.engine.order import arranged, shuffled
from app.engine.repeats import placed, walk_repeat
from app.engine.route import ABSENT, Route, Visit, holds, is_required
from app.engine.state import Answer, State


def walk(q: Questionnaire, state: State) -> Route:
    """The route. It is read, never changed, and remembered by the state."""
    memo, base = state.memo, state.base  # other threads may be at it, too
    if memo is None or memo[0] is not q:
        walking, route = Walk(q, state), None
        if base is not None and base[0] is q:
            route = walking.again(*base[1:])
        memo = q, route or walking.whole()
        object.__setattr__(state, "memo", memo)
        object.__setattr__(state, "base", None)
    found: Route = memo[1]
    return found


@dataclass(frozen=True, slots=True)
class Walk:
    q: Questionnaire
    state: State

    def whole(self) -> Route:
        """The route, in one pass."""
        env: Env = {question.name: self.state.outside.get(question.name) for question in self.q.outside}
        env["seed()"], env["language()"] = self.state.seed, self.state.language
        if self.state.started:
            env["now()"] = self.state.started
        route, pieces = Route(env), list[list[Visit]]()
        for part in self.q.parts:
            before = len(route.visits)
            self.parts((part,), env, "", route)
            if route.exit is not None or route.target:
                self.parts(self.q.parts[len(pieces) + 1 :], env, "", route)
                return route
            pieces.append(route.visits[before:])
        route.pieces = pieces
        return route

    def again(self, old: Route, changed: Collection[str]) -> Route | None:
        """The route after some answers (by bare name) changed, made from the one before; None where it must be walked whole:
        there was an exit or a jump, or there is one now, or the interview has only just begun."""
        if old.pieces is None or old.env.get("now()") != self.state.started:
            return None
        before, env, dirty = old.env, dict(old.env), set(changed)
        route, pieces = Route(env), list[list[Visit]]()
        for part, concern, piece in zip(self.q.parts, concerns(self.q), old.pieces, strict=True):
            if not dirty.isdisjoint(concern.reads):
                for name in concern.gives:
                    env.pop(name, None)
                start = len(route.visits)
                self.parts((part,), env, "", route)
                if route.exit is not None or route.target:
                    return None
                piece = route.visits[start:]
                for name in concern.gives:
                    if before.get(name, ABSENT) != env.get(name, ABSENT):
                        dirty.add(name)
            else:
                route.visits += piece
            pieces.append(piece)
        route.pieces = pieces
        return route

    def parts(self, parts: Sequence[Part], env: Env, place: str, route: Route) -> None:
        """Walk parts of one level, at a place (``""`` or a row's), adding to the route."""
        for part in parts:
            if route.exit is not None:
                return
            if route.target:
                if part.name != route.target:
                    continue
                route.target = ""
            if part.relevant is not None and part.relevant.evaluate(env) is not True:
                continue
            if isinstance(part, Page):
                self.page(part, placed(self.q, part, place) if place else part.questions, env, place, route)
            elif isinstance(part, Block):
                self.block(part, env, place, route)
            else:
                walk_repeat(self, part, env, place, route)

    def block(self, block: Block, env: Env, place: str, route: Route) -> None:
        """A block's parts are walked in the order of the definition and shown in an order of their own."""
        if not block.randomize:
            self.parts(block.parts, env, place, route)
            return
        start, pieces = len(route.visits), dict[str, list[Visit]]()
        for part in block.parts:
            before = len(route.visits)
            self.parts((part,), env, place, route)
            pieces[part.name] = route.visits[before:]
        order = shuffled(tuple(pieces), block.randomize, f"{self.state.seed}:{block.name}{place}")
        route.visits[start:] = [visit for name in order for visit in pieces[name]]

    def page(self, page: Page, questions: Sequence[Question], env: Env, place: str, route: Route) -> None:
        """A page: ``questions`` are its own, or a row's."""
        answers = self.state.answers.main if not place else self.state.answers.at(place)
        faults: dict[str, str] = {}
        nodes, shown, beside = [], [], []
        unread = True
        for question in questions:
            if question.relevant is not None and question.relevant.evaluate(env) is not True:
                if question.beside:
                    beside.append(question)
                continue
            if question.type == "exit":
                route.exit = question
                break
            if question.type == "jump":
                route.target = question.parameters["to"]
                break
            nodes.append(question)
            if question.shown:
                shown.append(question)
            if question.asked:
                unread = False
                fault = _take(question, answers.get(question.name), env)
                if fault:
                    faults[question.name] = fault
            elif question.calculation is not None:
                env[question.bare] = question.calculation.evaluate(env)
            elif not question.shown:
                env[question.bare] = self.state.outside.get(question.bare)
            elif question.name in answers:
                unread = False
        if page.shuffled and nodes:
            nodes = arranged(page, nodes, self.state.seed, place)
            shown = [node for node in nodes if node.shown]
        waiting = bool(faults) or (unread and bool(shown))
        name, of_row = f"{page.name}{place}", env if place else None
        route.visits.append(Visit(name, page, nodes, shown, faults, of_row, waiting, page.limited, beside))


@dataclass(frozen=True, slots=True)
class Concern:
    """Of a part of the questionnaire: ``gives``, the keys of the env that it fills; ``reads``, the names on which it depends, its
    own among them."""

    gives: tuple[str, ...]
    reads: frozenset[str]


def concerns(q: Questionnaire) -> list[Concern]:
    """Of every part of the highest level, worked out once."""
    found: list[Concern] | None = q.items.get("concerns")
    if found is None:
        found = q.items["concerns"] = [
            Concern(gives(part), frozenset(names((part,)) | reads((part,)))) for part in q.parts
        ]
    return found


def _take(question: Question, answer: Answer | None, env: Env) -> str:
    """Let expressions see an answer that holds; otherwise they see None. Returns what is wrong, or ""."""
    name = question.bare
    env[name] = None
    if answer is None:
        return "open"
    special, value = answer.special, answer.value
    if special is not None:
        env[f"{name}?"] = special
        if question.choices and question.value_type != "number":
            env[name] = (special,) if question.value_type == "set" else special
        return ""
    if value is None:
        excused = answer.override is not None  # the time of its page was over
        return "required" if not excused and question.required is not False and is_required(question, env) else ""
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
    picked = [choice for name in chosen if (choice := question.choice(name))]
    if not all(holds(choice.relevant, env) for choice in picked):
        return False
    condition = question.choice_filter
    return condition is None or all(condition.evaluate({**env, **choice.columns}) is True for choice in picked)
