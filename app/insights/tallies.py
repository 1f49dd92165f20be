"""Counting answers: one tally a question, kept by mode, whatever number of interviews goes in. Pure."""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

from app import engine
from app.insights.small_cells import LEAST, hidden, hidden_share
from app.insights.statistics import Estimate, share
from app.insights.table import SKIPPED, reason

NOT_ASKED = "not_asked"
APART = (engine.DK, engine.REFUSED, SKIPPED, NOT_ASKED)
OPEN = ("text", "long_text")


@dataclass(slots=True)
class Tally:
    """`values`: mode -> value -> how often; of a multiple choice each chosen code counts. `answered`: interviews with a value.
    `apart`: dk, refused, skipped, not_asked. `question`: as the newest version counted has it."""

    question: engine.Question
    values: dict[str, Counter[engine.Value]] = field(default_factory=dict)
    answered: int = 0
    apart: Counter[str] = field(default_factory=Counter)

    @property
    def pooled(self) -> Counter[engine.Value]:
        """All modes together."""
        return sum(self.values.values(), Counter())


def tally(tallies: dict[str, Tally], questionnaire: engine.Questionnaire, state: engine.State) -> None:
    """Count one interview. Answers that are off the route count as not asked."""
    values, route = engine.values(questionnaire, state), {node.name for node in engine.path(questionnaire, state)}
    for question in questionnaire.questions.values():
        if not question.asked:
            continue
        found = tallies.setdefault(question.name, Tally(question))
        found.question = question
        value = values.get(question.name)
        if value is not None:
            found.answered += 1
            if question.type not in OPEN:
                counter = found.values.setdefault(state.answers[question.name].mode, Counter())
                counter.update(value if isinstance(value, tuple) else [value])
        else:
            why = reason(question, state) if question.name in route else None
            found.apart[why or NOT_ASKED] += 1


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a distribution. `count` None: hidden, too few people. `estimate`: its share of those who answered."""

    code: str
    count: int | None
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """A closed question. `bars`: the choices in the order of the questionnaire, then codes of earlier versions. `apart`: dk,
    refused, skipped, not_asked -> how many, None where hidden. `n`: those who answered."""

    question: engine.Question
    bars: Sequence[Bar]
    apart: dict[str, int | None]
    n: int


def distribution(found: Tally, guard: Callable[[str], Hashable] | None = None) -> Distribution:
    """The distribution of a closed question. `guard`: hide small cells; it names the group of codes that each is in, whose
    totals are shown elsewhere (the parts of a score)."""
    counts = {str(value): count for value, count in found.pooled.items()}
    codes = list(dict.fromkeys([*(choice.name for choice in found.question.choices), *sorted(counts)]))
    numbers = {code: counts.get(code, 0) for code in codes} | {_apart(name): found.apart[name] for name in APART}
    gone = _hidden(found, numbers, guard) if guard else set()
    bars = [
        Bar(code, None, None) if code in gone else Bar(code, numbers[code], share(numbers[code], found.answered))
        for code in codes
    ]
    apart = {name: None if _apart(name) in gone else found.apart[name] for name in APART}
    return Distribution(found.question, bars, apart, found.answered)


def _hidden(found: Tally, numbers: Mapping[str, int], guard: Callable[[str], Hashable]) -> set[str]:
    if found.answered < LEAST:
        return set(numbers)
    if found.question.value_type == "set":
        several = {code for code, n in numbers.items() if not code.startswith("?") and hidden_share(n, found.answered)}
        return several | _within([_apart(name) for name in APART], numbers)
    groups: dict[Hashable, list[str]] = {}
    for code in numbers:
        groups.setdefault("?" if code.startswith("?") else guard(code), []).append(code)
    return set().union(*(_within(codes, numbers) for codes in groups.values()))


def _apart(name: str) -> str:
    """Told from a choice that is called the same."""
    return f"?{name}"


def _within(codes: Sequence[str], numbers: Mapping[str, int]) -> set[str]:
    return {codes[place] for place in hidden([numbers[code] for code in codes])}
