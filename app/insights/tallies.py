"""Counting answers: one tally a question, kept by mode, whatever number of interviews goes in. Pure.

In a repeat each row is an answer; how many people they come from is counted beside it.
"""

from collections import Counter, deque
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app import engine
from app.insights.small_cells import LEAST, hidden, hidden_share
from app.insights.statistics import Estimate, share
from app.insights.table import SKIPPED, asks_for_more, reason

NOT_ASKED = "not_asked"
APART = (engine.DK, engine.REFUSED, SKIPPED, NOT_ASKED)
OPEN = ("text", "long_text", "email", "phone_number")
UNCOUNTED = (*OPEN, "file")
"""Types whose every answer is another."""
LATEST = 3
"""Open answers that stand with their question."""
MANY = 30
"""Choices of a list that are shown one by one."""


@dataclass(slots=True)
class Tally:
    """`values`: mode -> value -> how often; of a multiple choice each chosen code counts, of a ranking each (code, rank).
    `answered`: interviews with a value, in a repeat rows. `apart`: dk, refused, skipped, not_asked. `people`: in a repeat, code
    -> interviews that have it in a row, and "" -> those that have any value. `latest`: the last open answers read. `question`:
    as the newest version counted has it."""

    question: engine.Question
    values: dict[str, Counter[engine.Value]] = field(default_factory=dict)
    answered: int = 0
    apart: Counter[str] = field(default_factory=Counter)
    people: Counter[str] = field(default_factory=Counter)
    latest: deque[str] = field(default_factory=lambda: deque(maxlen=LATEST))

    @property
    def pooled(self) -> Counter[engine.Value]:
        """All modes together."""
        return sum(self.values.values(), Counter())

    @property
    def few(self) -> bool:
        """Whether fewer people answered than an anonymous study tells of."""
        return (self.people[""] if self.question.repeats else self.answered) < LEAST


def tally(tallies: dict[str, Tally], questionnaire: engine.Questionnaire, state: engine.State) -> None:
    """Count one interview. Answers that are off the route count as not asked."""
    asked: dict[tuple[str, ...], list[engine.Question]] = {}
    for question in questionnaire.questions.values():
        if question.asked and not asks_for_more(question):
            asked.setdefault(question.repeats, []).append(question)
    values = engine.values(questionnaire, state)
    for question in asked.get((), ()):
        _count(tallies, question, values, state, "")
    told: dict[str, set[str]] = {}
    for row in engine.rows(questionnaire, state):
        for question in asked.get(row.repeats, ()):
            told.setdefault(question.name, set()).update(_count(tallies, question, row.values, state, row.place))
    for name, codes in told.items():
        tallies[name].people.update(codes)


def _count(
    tallies: dict[str, Tally],
    question: engine.Question,
    values: Mapping[str, engine.Value | None],
    state: engine.State,
    place: str,
) -> Sequence[str]:
    """Count one answer; the codes it counts for, "" for any value."""
    found = tallies.setdefault(question.name, Tally(question))
    found.question = question
    value = values.get(question.name)
    if value is None:
        why = (reason(question, state, place) if question.name in values else None) or NOT_ASKED
        found.apart[why] += 1
        return [_apart(why)]
    found.answered += 1
    if question.type in UNCOUNTED:
        found.latest.append(str(value))
        return [""]
    counted = list(_counted(question, value))
    counter = found.values.setdefault(state.answers[f"{question.name}{place}"].mode, Counter())
    counter.update(counted)
    return ["", *map(str, counted)]


def _counted(question: engine.Question, value: engine.Value) -> Sequence[Any]:
    if not isinstance(value, tuple):
        return [value]
    return [(code, rank) for rank, code in enumerate(value, 1)] if question.type == "ranking" else value


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a distribution. `count` None: hidden, too few people. `estimate`: its share of those who answered."""

    code: str
    count: int | None
    estimate: Estimate | None


@dataclass(frozen=True, slots=True)
class Distribution:
    """A closed question. `bars`: the choices in the order of the questionnaire, then codes of earlier versions; of a long list
    those chosen most. `rest`: the answers that are in no bar of a long list. `apart`: dk, refused, skipped, not_asked -> how many,
    None where hidden. `n`: those who answered."""

    question: engine.Question
    bars: Sequence[Bar]
    apart: dict[str, int | None]
    n: int
    rest: int = 0


Guard = Callable[[str], Hashable]


def distribution(found: Tally, guard: Guard | None = None) -> Distribution:
    """The distribution of a closed question. `guard`: hide small cells; it names the group of codes that each is in, whose
    totals are shown elsewhere (the parts of a score)."""
    counts = {str(value): count for value, count in found.pooled.items()}
    codes = list(dict.fromkeys([*(choice.name for choice in found.question.choices), *sorted(counts)]))
    long = len(codes) > MANY
    if long:
        codes = sorted(counts, key=lambda code: -counts[code])
    numbers = {code: counts.get(code, 0) for code in codes}
    gone = _hidden(found, numbers, guard) if guard else set()
    bars = [
        Bar(code, None, None) if code in gone else Bar(code, numbers[code], share(numbers[code], found.answered))
        for code in codes
    ]
    if not long:
        return Distribution(found.question, bars, apart(found, guard is not None), found.answered)
    shown = [bar for bar in bars if bar.count is not None][:MANY]
    rest = sum(counts.values()) - sum(bar.count or 0 for bar in shown)
    return Distribution(found.question, shown, apart(found, guard is not None), found.answered, rest)


def apart(found: Tally, guarded: bool) -> dict[str, int | None]:
    """dk, refused, skipped, not_asked -> how many; None where hidden."""
    numbers = {_apart(name): found.apart[name] for name in APART}
    gone: set[str] = set()
    if guarded:
        gone = set(numbers) if found.few else _within(list(numbers), _people(found, numbers))
    return {name: None if _apart(name) in gone else found.apart[name] for name in APART}


def _hidden(found: Tally, numbers: Mapping[str, int], guard: Guard) -> set[str]:
    if found.few:
        return set(numbers)
    people = _people(found, numbers)
    if found.question.value_type == "set":
        everybody = found.people[""] if found.question.repeats else found.answered
        return {code for code, n in people.items() if hidden_share(n, everybody)}
    groups: dict[Hashable, list[str]] = {}
    for code in numbers:
        groups.setdefault(guard(code), []).append(code)
    return set().union(*(_within(codes, people) for codes in groups.values()))


def _people(found: Tally, numbers: Mapping[str, int]) -> Mapping[str, int]:
    """How many people are in each of the counts."""
    return {code: found.people[code] for code in numbers} if found.question.repeats else numbers


def _apart(name: str) -> str:
    """Told from a choice that is called the same."""
    return f"?{name}"


def _within(codes: Sequence[str], numbers: Mapping[str, int]) -> set[str]:
    return {codes[place] for place in hidden([numbers[code] for code in codes])}
