"""Walking a questionnaire: which questions are on the route, what is still open on it, and what expressions see.

The route is a pure function of the questionnaire and the state's answers and outside values. One pass in the order of
the definition is enough because expressions refer to earlier names only. An answer that is off the route, or that a
later change made invalid (its choice is gone, its constraint fails), is kept but masked.

A row of a repeat is walked again only where its answers, or what it reads from outside, changed since the last time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.engine.model import Block, Env, Expression, Page, Part, Question, Questionnaire, Repeat, Value
from app.engine.order import arranged, shuffled
from app.engine.state import Answer, State

ABSENT = object()
"""In place of what the env has not."""


@dataclass(slots=True)
class Visit:
    """A page on the route; in a repeat once a row. ``name``: of the page, with its row (``p[2]``). ``nodes``: those on the route,
    computed ones too, as shown. ``env``: what expressions of the page see. ``waiting``: whether it still has to be shown.
    ``limited``: whether a channel leaves something out. ``beside``: each "please specify" that its choice does not bring onto the
    route yet: a page shows it with the question."""

    name: str
    page: Page
    nodes: list[Question]
    shown: list[Question]
    env: Env
    waiting: bool
    limited: bool
    beside: list[Question] = field(default_factory=list)


@dataclass(slots=True)
class Route:
    """``env``: what expressions after the last page see. ``faults``: what is wrong with the answer of a node on the route: "open"
    (none yet), "required", "choice" or "constraint". ``exit``: the exit it comes to. ``target``: where a jump under way leads."""

    env: Env
    visits: list[Visit] = field(default_factory=list)
    faults: dict[str, str] = field(default_factory=dict)
    exit: Question | None = None
    target: str = ""

    def visit(self, name: str) -> Visit | None:
        """The visit of that name."""
        return next((visit for visit in self.visits if visit.name == name), None)


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
    env["seed()"], env["language()"] = state.seed, state.language
    if state.started:
        env["now()"] = state.started
    route = Route(env)
    _walk_parts(q, state, q.parts, env, "", route)
    return route


def _walk_parts(q: Questionnaire, state: State, parts: Sequence[Part], env: Env, place: str, route: Route) -> None:
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
            questions = placed(q, part, place) if place else part.questions
            _walk_page(q, state, part, questions, env, place, route)
        elif isinstance(part, Block):
            _walk_block(q, state, part, env, place, route)
        else:
            _walk_repeat(q, state, part, env, place, route)


def _walk_block(q: Questionnaire, state: State, block: Block, env: Env, place: str, route: Route) -> None:
    """A block's parts are walked in the order of the definition and shown in an order of their own."""
    if not block.randomize:
        _walk_parts(q, state, block.parts, env, place, route)
        return
    start, pieces = len(route.visits), dict[str, list[Visit]]()
    for part in block.parts:
        before = len(route.visits)
        _walk_parts(q, state, (part,), env, place, route)
        pieces[part.name] = route.visits[before:]
    order = shuffled(tuple(pieces), block.randomize, f"{state.seed}:{block.name}{place}")
    route.visits[start:] = [visit for name in order for visit in pieces[name]]


def _walk_page(
    q: Questionnaire, state: State, page: Page, questions: Sequence[Question], env: Env, place: str, route: Route
) -> None:
    """A page: ``questions`` are its own, or a row's."""
    answers = state.answers.main if not place else state.answers.at(place)
    faults = route.faults
    nodes, shown, beside = [], [], []
    waiting, unread = False, True
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
                waiting = True
        elif question.calculation is not None:
            env[question.bare] = question.calculation.evaluate(env)
        elif not question.shown:
            env[question.bare] = state.outside.get(question.bare)
        elif question.name in answers:
            unread = False
    if page.shuffled and nodes:
        nodes = arranged(page, nodes, state.seed, place)
        shown = [node for node in nodes if node.shown]
    waits = waiting or (unread and bool(shown))
    route.visits.append(Visit(f"{page.name}{place}", page, nodes, shown, env, waits, page.limited, beside))


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


# --- repeats --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """A row as it was walked. ``documents``, ``outer``: what it was made from. ``listed``: its value of each listed name."""

    documents: Sequence[Any]
    outer: Sequence[Any]
    route: Route
    listed: list[Any]


def _walk_repeat(q: Questionnaire, state: State, repeat: Repeat, env: Env, place: str, route: Route) -> None:
    """Row by row. What stands outside then sees the listed names as lists, and the repeat's own name as the number of rows."""
    outer = [env.get(name, ABSENT) for name in repeat.outer]
    under = _places(state) if repeat.nested else None
    lists: dict[str, list[Any]] = {name: [] for name in repeat.listed}
    count = _count(repeat, env)
    done = 0
    while done < repeat.most and route.exit is None:
        if (count is not None and done >= count) or (
            count is None and not _another(q, state, repeat, env, place, done, route)
        ):
            break
        done += 1
        row = _row(q, state, repeat, env, f"{place}[{done}]", outer, under)
        route.visits += row.route.visits
        route.faults |= row.route.faults
        route.exit = row.route.exit
        for values, value in zip(lists.values(), row.listed, strict=True):
            values.extend(value) if isinstance(value, list) else values.append(value)
    env.update(lists)
    env[repeat.name] = done


def _count(repeat: Repeat, env: Env) -> int | None:
    """How many rows there are; None: the person says it. An unknown count is none."""
    if repeat.count is None:
        return None
    count = repeat.count.evaluate(env)
    return max(repeat.least, min(int(count or 0), repeat.most))


def _another(q: Questionnaire, state: State, repeat: Repeat, env: Env, place: str, done: int, route: Route) -> bool:
    """Whether there is a row after ``done``: up to the least always, then as the person says."""
    if repeat.more is None or done < repeat.least:
        return True
    here = f"{place}[{done}]"
    asked = {**env, "position()": done}
    _walk_page(q, state, repeat.more, placed(q, repeat.more, here), asked, here, route)
    return asked.get(repeat.more.name) == "yes"


def _places(state: State) -> dict[str, list[Mapping[str, Answer]]]:
    """The documents at or under each place."""
    found: dict[str, list[Mapping[str, Answer]]] = {}
    for place, document in state.answers.rows.items():
        parts = place.split("]")[:-1]
        for depth in range(1, len(parts) + 1):
            found.setdefault("]".join(parts[:depth]) + "]", []).append(document)
    return found


def _row(
    q: Questionnaire,
    state: State,
    repeat: Repeat,
    env: Env,
    place: str,
    outer: list[Any],
    under: dict[str, list[Mapping[str, Answer]]] | None,
) -> Row:
    """The row at a place, walked or remembered."""
    documents = under.get(place, []) if under is not None else [state.answers.at(place)]
    walked, key = _walked(q, state), (repeat.name, place)
    known = walked.get(key)
    if known and known.outer == outer and _same(known.documents, documents):
        return known
    inside = Route({**env, "position()": int(place[place.rindex("[") + 1 : -1])})
    _walk_parts(q, state, repeat.parts, inside.env, place, inside)
    row = Row(documents, outer, inside, [inside.env.get(name) for name in repeat.listed])
    walked[key] = row
    return row


def _walked(q: Questionnaire, state: State) -> dict[tuple[str, str], Row]:
    """What is remembered of rows, by repeat and place."""
    if state.walked is None or state.walked[0] is not q:
        object.__setattr__(state, "walked", (q, {}))
    found: dict[tuple[str, str], Row] = state.walked[1]
    return found


def _same(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Whether they are the very same documents: those that did not change are never copied."""
    return len(old) == len(new) and all(map(lambda a, b: a is b, old, new))


def placed(q: Questionnaire, page: Page, place: str) -> tuple[Question, ...]:
    """The page's questions for a row, made once."""
    key = ("placed", page.name, place)
    found: tuple[Question, ...] | None = q.items.get(key)
    if found is None:
        found = q.items[key] = tuple(replace(question, name=f"{question.name}{place}") for question in page.questions)
    return found
