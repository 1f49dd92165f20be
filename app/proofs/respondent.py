"""A random respondent who answers through the engine, screen by screen, as a valid person would."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from app import engine
from app.core.problems import Problem
from app.engine.model import SPECIALS, Env, Question, Questionnaire, Value
from app.engine.question_type import LINK
from app.engine.state import place_of
from app.engine.walking import walk
from app.proofs.guessing import fitting
from app.proofs.witness import bare

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
TRIES = 60
"""Different answers to one screen before it is said that it cannot be passed."""
SCREENS = 5000
SPECIAL, EMPTY, MISSING = 0.05, 0.15, 0.3
"""How often somebody does not know or refuses, leaves empty what may be, and how often a value from outside is not there."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A screen that could not be passed: the codes of its problems by question, and the answers that led there."""

    screen: str
    problems: Mapping[str, str]
    answers: Mapping[str, Any]


@dataclass
class Journey:
    """``visited``: the screens in order; ``status``: of the end, "stuck" for none."""

    state: engine.State
    status: str = ""
    visited: list[str] = field(default_factory=list)
    stuck: Stuck | None = None


class Respondent:
    """One person, all of whose answers follow from ``chance``."""

    def __init__(self, q: Questionnaire, channel: str, chance: Random) -> None:
        self.q, self.channel, self.chance = q, channel, chance

    def answer_all(self) -> Journey:
        """From the first screen to the end."""
        journey = Journey(self._begun())
        for _ in range(SCREENS):
            screen, channel = self._next(journey.state)
            if isinstance(screen, engine.End):
                journey.status = screen.status
                return journey
            journey.visited.append(screen.at)
            after = self._pass(journey, screen, channel)
            if after is None:
                break
            journey.state = after
        journey.status = "stuck"
        return journey

    def _next(self, state: engine.State) -> tuple[engine.Screen | engine.End, str]:
        """The screen, and the channel that it is answered on: the page that a link opens, where the channel sends one."""
        screen = engine.next_screen(self.q, state, self.channel)
        if isinstance(screen, engine.Screen) and any(
            self._question(item).kind.channels[self.channel] == LINK for item in screen.items
        ):
            return engine.next_screen(self.q, state, "web", screen.at), "web"
        return screen, self.channel

    def _begun(self) -> engine.State:
        language = self.chance.choice(self.q.languages)
        state = engine.new_state(self.q, str(self.chance.random()), language, self._outside())
        state, _ = engine.inform(self.q, state, engine.Session(self.channel, "link"), DAY)
        return engine.inform(self.q, state, engine.Consent(True, "rehearsal", language), DAY)[0]

    def _outside(self) -> dict[str, Value]:
        known: dict[str, Value] = {}
        for question in self.q.questions.values():
            if question.type == "hidden" and self.chance.random() > MISSING:
                known[question.name] = self._given(question)
        return known

    def _given(self, question: Question) -> Value:
        match question.value_type:
            case "number":
                return self.chance.randint(0, 100)
            case "bool":
                return self.chance.random() < 0.5
            case "date":
                return f"{self.chance.randint(1990, 2026)}-0{self.chance.randint(1, 9)}-1{self.chance.randint(0, 9)}"
        return self.chance.choice(("north", "south", "gold", "1"))

    def _pass(self, journey: Journey, screen: engine.Screen, channel: str) -> engine.State | None:
        """The state after the screen; None when no answer was accepted, which is noted."""
        asked = {item.name: item for item in screen.items if self._question(item).asked}
        raw: dict[str, Any] = {}
        for item in asked.values():
            raw |= self._kept(item, journey.state) or self._typed(item, journey.state, raw, channel, 0)
        problems: tuple[Problem, ...] = ()
        for attempt in range(1, TRIES):
            unusual = list(asked) if attempt > 3 else ()
            outcome = engine.answer(self.q, journey.state, screen.at, raw, channel, DAY, unusual)
            if isinstance(outcome, engine.Accepted):
                return outcome.state if outcome.state is not journey.state else None
            problems = outcome.problems
            told = {problem.name for problem in problems}
            wrong = [name for name in asked if name in told] or list(asked)
            for name in asked if attempt % 10 == 0 else wrong:
                raw = {key: value for key, value in raw.items() if key.removesuffix("__special") != name}
                raw |= self._typed(asked[name], journey.state, raw, channel, attempt)
        journey.stuck = Stuck(screen.at, {p.name: p.code for p in problems}, answers(journey.state))
        return None

    def _question(self, item: engine.Item) -> Question:
        return self.q.questions[bare(item.name)]

    def _kept(self, item: engine.Item, state: engine.State) -> dict[str, Any]:
        """What was said before, on a screen that is shown again because something on it appeared."""
        if item.special:
            return {f"{item.name}__special": item.special}
        return {item.name: item.raw} if item.value is not None or item.name in state.answers else {}

    def _typed(
        self, item: engine.Item, state: engine.State, raw: Mapping[str, Any], channel: str, attempt: int
    ) -> dict[str, Any]:
        """Something new: don't know, nothing, or an answer; the more a check was failed, the more to its point."""
        question, chance = self._question(item), self.chance
        specials = [code for code, label in zip(SPECIALS, (item.dk, item.refused), strict=True) if label]
        if specials and chance.random() < (SPECIAL if attempt < TRIES / 2 else 0.5):
            return {f"{item.name}__special": chance.choice(specials)}
        if not item.required and chance.random() < (EMPTY if attempt < TRIES / 2 else 0.8):
            return {item.name: ""}
        offered = [choice.name for choice in item.choices]
        said = fitting(question, offered, self._known(item, state, raw), chance)
        return {item.name: self._as_reply(item, said) if channel == "sms" else said}

    def _known(self, item: engine.Item, state: engine.State, raw: Mapping[str, Any]) -> Env:
        """What the item's check sees: the values so far, in its row, with what was typed on this screen. {} where it has none."""
        question, place, route = self._question(item), place_of(item.name), walk(self.q, state)
        visit = route.visit(f"{question.page}{place}")
        if question.constraint is None or visit is None:
            return {}
        known = dict(route.env_of(visit))
        for other in visit.page.questions:
            if other.calculation is not None:
                known[other.bare] = other.calculation.evaluate(known)
            elif typed := raw.get(f"{other.bare}{place}"):
                value = other.kind.parse_several(other, [typed] if isinstance(typed, str) else typed)
                known[other.bare] = None if isinstance(value, Problem) else value
        return known

    def _as_reply(self, item: engine.Item, said: Any) -> str:
        """Options are replied to by their numbers, but for those that are found by their names."""
        numbers = {} if item.type == "lookup" else {choice.name: str(choice.number) for choice in item.choices}
        return " ".join(numbers.get(part, part) for part in ([said] if isinstance(said, str) else said))


def answers(state: engine.State) -> dict[str, Any]:
    """Answers as plain values, empty ones left out."""
    return {name: answer.special or answer.value for name, answer in state.answers.items() if not answer.blank}


def counted(q: Questionnaire, state: engine.State) -> tuple[list[str], Counter[tuple[str, str]]]:
    """The questions on the route, in order, and the choices picked."""
    route = [node for node in engine.path(q, state) if node.asked]
    picked: Counter[tuple[str, str]] = Counter()
    for node in route:
        answer = state.answers.get(node.name)
        if answer is None or answer.value is None or not node.choices:
            continue
        for name in answer.value if isinstance(answer.value, tuple) else (str(answer.value),):
            picked[bare(node.name), name] += 1
    return [node.name for node in route], picked
