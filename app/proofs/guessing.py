"""Answers that are likely to pass a question's check, where one at random did not."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, TypeGuard

from app.core.problems import Problem
from app.engine.expressions.evaluate import closure
from app.engine.expressions.moments import shift
from app.engine.expressions.patterns import ACCEPT, One, Pattern, compile_pattern
from app.engine.model import Env, Question

DRAWS = 60
"""Answers that are thought of before one is given that the check may refuse."""
LETTERS = "aeinorstAEINORST0123456789 .-"
LONGEST = 60
"""Characters after which a text that must match a pattern heads for the end."""


def fitting(question: Question, offered: Sequence[str], known: Env, chance: Random) -> str | list[str]:
    """What somebody might type into the form's field, that passes the question's check where such a thing is found in ``DRAWS``.

    ``offered``: the names of the choices shown. ``known``: what the check sees."""
    said, clues = question.kind.sample(question, offered, chance), None
    for _ in range(DRAWS):
        if _passes(question, said, known):
            return said
        clues = clues or Clues(question, known)
        guessed = clues.guess(chance) if chance.random() < 0.6 else None
        said = question.kind.sample(question, offered, chance) if guessed is None else guessed
    return said


def _passes(question: Question, said: str | list[str], known: Env) -> bool:
    """Whether it can be read and the check, if there is one, does not refuse it."""
    if question.constraint is None:
        return True
    value = question.kind.parse_several(question, [said] if isinstance(said, str) else said)
    if isinstance(value, Problem):
        return False
    return question.constraint.evaluate({**known, question.bare: value, ".": value}) is not False


class Clues:
    """What a question's check mentions. ``whole``: the sum of the answers that it reads, the rest of which may be wanted."""

    def __init__(self, question: Question, known: Env) -> None:
        tree, read = (question.constraint.tree, question.constraint.references) if question.constraint else ([], ())
        parts = list(_parts(tree))
        values = [closure(part)(known) for part in parts if not _reads(part, question.bare)]
        self.question = question
        self.patterns: list[str] = [part[2][1] for part in parts if part[0] == "regex"]
        self.texts = [value for value in values if isinstance(value, str)]
        self.numbers = [value for value in values if _is_number(value)]
        self.whole = sum(value for name in read if _is_number(value := known.get(name)))

    def guess(self, chance: Random) -> str | None:
        """One of these things, or what follows from one or is near to it; None where there is none."""
        if self.patterns:
            return matching(chance.choice(self.patterns), chance)
        near = self._near(chance)
        match self.question.value_type:
            case "number":
                return self._number(chance.choice(near)) if near else None
            case "date":
                return _day(self.texts, [0, -1, 1, *near], chance)
            case "text" if chance.random() < 0.5:
                return self._text(near, chance)
        typed = [*self.texts, *map(self._number, near)]
        return chance.choice(typed) if typed else None

    def _near(self, chance: Random) -> list[float]:
        """The numbers and what is near them."""
        near: list[float] = []
        for number in self.numbers:
            other = chance.choice(self.numbers)
            near += [number, number - 1, number + 1, number - other, number + other, *[number - self.whole] * 4]
        return near

    def _number(self, number: float) -> str:
        return f"{number:.{self.question.parameters.get('decimals', 0)}f}"

    def _text(self, lengths: Sequence[float], chance: Random) -> str:
        """Some of the texts together; where lengths are mentioned filled up with letters or cut to one."""
        begun = "".join(chance.sample(self.texts, chance.randint(0, len(self.texts))))
        most = self.question.parameters.get("max_length", LONGEST)
        length = max(0, min(int(chance.choice(lengths)) if lengths else len(begun), most))
        return (begun + "".join(chance.choices(LETTERS[:16], k=max(0, length - len(begun)))))[:length]


def _is_number(value: Any) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _day(days: Sequence[str], shifts: Sequence[float], chance: Random) -> str | None:
    """One of the days, or so many days before or after it; None where there is none."""
    if not days:
        return None
    try:
        return shift(chance.choice(days)[:10], chance.choice(shifts) * chance.choice((-1, 1)))
    except (ValueError, OverflowError):  # no day, or none of the calendar's
        return None


def _reads(tree: Any, own: str) -> bool:
    """Whether a part of the check is about the answer itself, so that it has no value yet."""
    return any(part[0] == "own" or part[:2] == ["name", own] for part in _parts(tree))


def _parts(tree: Any) -> Iterator[Any]:
    if isinstance(tree, list):
        yield tree
        for part in tree[1:]:
            yield from _parts(part)


def matching(source: str, chance: Random) -> str | None:
    """A text that the pattern matches as a whole; None where there is none."""
    pattern = compile_pattern(source)
    if not isinstance(pattern, Pattern):
        return None
    distance = _distances(pattern)
    states = [state for state in pattern.start if state in distance and state not in pattern.jumps]
    text = ""
    while states:
        if ACCEPT in states and (len(text) >= LONGEST or chance.random() < 0.3 or len(states) == 1):
            return text
        open_ = [state for state in states if state != ACCEPT]
        nearest = min(open_, key=lambda state: distance[state])
        one, following = pattern.steps[nearest if len(text) >= LONGEST else chance.choice(open_)]
        character = _character(one, chance)
        if character is None:
            return None
        text += character
        states = [state for state in pattern._closed([following]) if state in distance and state not in pattern.jumps]
    return None


def _distances(pattern: Pattern) -> dict[int, int]:
    """How many characters each state is from the end, for those that lead there."""
    distance = {ACCEPT: 0}
    changed = True
    while changed:
        changed = False
        edges = [(state, following, 1) for state, (_, following) in pattern.steps.items()]
        edges += [(state, following, 0) for state, targets in pattern.jumps.items() for following in targets]
        for state, following, cost in edges:
            near = distance.get(following)
            if near is not None and near + cost < distance.get(state, near + cost + 1):
                distance[state] = near + cost
                changed = True
    return distance


def _character(one: One, chance: Random) -> str | None:
    if one.negated:
        return next((c for c in chance.sample(LETTERS, len(LETTERS)) if one.takes(c)), None)
    low, high = chance.choice(one.ranges)
    return chr(chance.randint(ord(low), ord(high)))
