"""A concrete respondent out of a solver's model, and the engine's own word on what happens to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import z3

from app import engine
from app.engine.model import Question, Questionnaire, Value
from app.proofs.encode import Encoding
from app.proofs.steps import Step
from app.proofs.translate import SINCE
from app.proofs.values import Measure, Picked, Words

OTHER_WORDS = "something else"
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SCREENS = 3000


@dataclass(frozen=True, slots=True)
class Person:
    """What somebody says: ``answers`` and ``specials`` (dk or refused) by question, values from ``outside``, and the day."""

    answers: Mapping[str, Value]
    specials: Mapping[str, str]
    outside: Mapping[str, Value]
    day: datetime

    def said(self, names: Sequence[str]) -> dict[str, Any]:
        """Their answers to these questions, in this order."""
        everything = {**self.outside, **self.answers, **self.specials}
        return {name: everything[name] for name in names if name in everything}


def person(encoding: Encoding, model: Any, steps: Sequence[Step]) -> Person:
    """Who the model describes, as far as these steps."""
    answers, specials, outside = dict[str, Value](), dict[str, str](), dict[str, Value]()
    for step in steps:
        question = step.question
        if question is None or not _true(model, step.asked):
            continue
        value = _value(encoding, model, step)
        if value is not None:
            (answers if question.asked else outside)[step.name] = value
        for code, guard in encoding.translator.names[step.name].specials.items() if question.asked else ():
            if _true(model, guard):
                specials[step.name] = code
    return Person(answers, specials, outside, _day(encoding, model))


def _value(encoding: Encoding, model: Any, step: Step) -> Value | None:
    question, known = step.question, encoding.translator.names.get(step.name)
    if question is None or known is None:
        return None
    picked = [answer for answer, guard in step.answers.items() if _true(model, guard)]
    if isinstance(known.value, Picked):
        return tuple(map(str, picked)) or None
    if picked:
        return picked[0]
    if isinstance(known.value, Words) and _true(model, known.value.other):
        return _other(question, step)
    if isinstance(known.value, Measure) and _true(model, known.value.known):
        return _number(model.eval(known.value.term, model_completion=True), question)
    return None


def _other(question: Question, step: Step) -> Value | None:
    """A text that no condition mentions, or a choice that none does."""
    if question.choices:
        return next((choice.name for choice in question.choices if choice.name not in step.answers), None)
    return OTHER_WORDS


def _number(term: Any, question: Question) -> Value:
    if z3.is_int_value(term):
        whole = term.as_long()
        return date.fromordinal(whole).isoformat() if question.value_type == "date" else whole
    fraction = term.as_fraction()
    rounded = round(float(fraction), int(question.parameters.get("decimals", 2)))
    return int(rounded) if rounded.is_integer() else rounded


def _day(encoding: Encoding, model: Any) -> datetime:
    term = model.eval(encoding.logic.integer(SINCE))
    if not z3.is_int_value(term) or not 1 <= term.as_long() <= 3_652_059:
        return NOON
    return datetime.combine(date.fromordinal(term.as_long()), NOON.timetz())


def _true(model: Any, guard: Any) -> bool:
    return guard if isinstance(guard, bool) else z3.is_true(model.eval(guard, model_completion=True))


# --- the engine's word ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody standing before a question: the state, and the screen with the question on it."""

    state: engine.State
    screen: engine.Screen
    item: engine.Item


def replay(q: Questionnaire, somebody: Person, target: str) -> Arrival | None:
    """Answer on the phone, question by question, up to the target; None when they do not get there."""
    state = engine.new_state(q, "witness", q.languages[0], somebody.outside)
    state, _ = engine.inform(q, state, engine.Session("phone", "call"), somebody.day)
    state, _ = engine.inform(q, state, engine.Consent(True, "check", q.languages[0]), somebody.day)
    for _ in range(SCREENS):
        screen = engine.next_screen(q, state, "phone")
        if isinstance(screen, engine.End):
            return None
        asked = [item for item in screen.items if bare(item.name) == target]
        if asked:
            return Arrival(state, screen, asked[0])
        raw = {key: value for item in screen.items for key, value in _raw(q, item, somebody).items()}
        outcome = engine.answer(q, state, screen.at, raw, "phone", somebody.day, [item.name for item in screen.items])
        if not isinstance(outcome, engine.Accepted) or outcome.state is state:
            return None
        state = outcome.state
    return None


def _raw(q: Questionnaire, item: engine.Item, somebody: Person) -> dict[str, Any]:
    name = bare(item.name)
    question = q.questions[name]
    if name in somebody.specials:
        return {f"{item.name}__special": somebody.specials[name]}
    if name in somebody.answers:
        return {item.name: question.kind.typed(somebody.answers[name])}
    return {item.name: ""}


def fails(q: Questionnaire, arrival: Arrival, answers: Sequence[Value], when: datetime) -> bool:
    """Whether the engine refuses each of these answers."""
    question = q.questions[bare(arrival.item.name)]
    for answer in answers:
        raw = {arrival.item.name: question.kind.typed(answer)}
        outcome = engine.answer(q, arrival.state, arrival.screen.at, raw, "phone", when, [arrival.item.name])
        if isinstance(outcome, engine.Accepted):
            return False
    return True


def bare(name: str) -> str:
    """A question's name without its row."""
    return name.partition("[")[0]
