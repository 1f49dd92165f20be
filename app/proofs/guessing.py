"""Answers that are likely to pass a question's check, where one at random did not."""

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from app.engine.expressions.patterns import ACCEPT, One, Pattern, compile_pattern
from app.engine.model import Question

LETTERS = "aeinorstAEINORST0123456789 .-"
LONGEST = 60
"""Characters after which a text that must match a pattern heads for the end."""


def guess(question: Question, known: Mapping[str, Any], chance: Random) -> str | None:
    """Something that the check mentions or that follows from it; None where it says nothing. ``known``: values by name."""
    if question.constraint is None:
        return None
    tree = question.constraint.tree
    patterns = [part[2][1] for part in _parts(tree) if part[0] == "regex"]
    if patterns:
        return matching(chance.choice(patterns), chance)
    constants = [part[1] for part in _parts(tree) if part[0] in ("number", "date", "text", "code", "time", "datetime")]
    values = [known[name] for name in sorted(question.constraint.references) if known.get(name) is not None]
    numbers = [value for value in values if isinstance(value, (int, float)) and not isinstance(value, bool)]
    candidates: list[Any] = [*constants, *values]
    for number in [value for value in candidates if isinstance(value, (int, float)) and not isinstance(value, bool)]:
        candidates += [number - 1, number + 1, number + sum(numbers), *[number - sum(numbers)] * 4]  # shares of a whole
    said = chance.choice(candidates) if candidates else None
    return None if said is None or isinstance(said, (tuple, bool)) else _typed(said)


def _typed(value: Any) -> str:
    return f"{round(value, 6):g}" if isinstance(value, float) else str(value)


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
