r"""Regular expressions that match a whole text in time linear in its length.

RE2's idea (Thompson 1968): all states that could be reached are followed at once, so no pattern can make a text slow. The
subset: characters, ``.``, classes, ``\d \w \s`` and their opposites (ASCII), ``( )``, ``(?: )``, ``|``, ``* + ? {n} {n,} {n,m}``.
"""

import re
from dataclasses import dataclass, field
from functools import lru_cache

Ranges = tuple[tuple[str, str], ...]
States = frozenset[int]

CLASSES: dict[str, Ranges] = {
    "d": (("0", "9"),),
    "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z")),
    "s": (("\t", "\r"), (" ", " ")),
}
CONTROLS = {"t": "\t", "n": "\n", "r": "\r"}
LARGEST = 2000
"""States of a pattern, counted repetitions written out."""


class BadPattern(Exception):
    """Why a pattern is outside the subset; stays inside this module."""


@dataclass(frozen=True, slots=True)
class One:
    """One character, in the ranges or (``negated``) outside them."""

    ranges: Ranges
    negated: bool = False

    def takes(self, character: str) -> bool:
        return any(low <= character <= high for low, high in self.ranges) != self.negated


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Either:
    branches: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """``most`` None: without end."""

    part: "Node"
    least: int
    most: int | None


Node = One | Sequence | Either | Repeat
ACCEPT = 0


@dataclass(slots=True)
class Pattern:
    """States are numbers: one character leads from ``steps[state]`` on; ``jumps[state]`` are free."""

    steps: dict[int, tuple[One, int]] = field(default_factory=dict)
    jumps: dict[int, tuple[int, ...]] = field(default_factory=dict)
    start: States = frozenset()
    seen: dict[tuple[States, str], States] = field(default_factory=dict)

    def matches(self, text: str) -> bool:
        """Whether the whole text is matched."""
        states = self.start
        for character in text:
            key = (states, character)
            following = self.seen.get(key)
            if following is None:
                following = self._closed(
                    [s[1] for state in states if (s := self.steps.get(state)) and s[0].takes(character)]
                )
                if len(self.seen) < 10 * LARGEST:
                    self.seen[key] = following
            if not following:
                return False
            states = following
        return ACCEPT in states

    def _closed(self, states: list[int]) -> States:
        """These states and all that are free from them."""
        reached: set[int] = set()
        while states:
            state = states.pop()
            if state not in reached:
                reached.add(state)
                states.extend(self.jumps.get(state, ()))
        return frozenset(reached)

    def _state(self) -> int:
        number = len(self.steps) + len(self.jumps) + 1
        if number > LARGEST:
            raise BadPattern("it repeats too much")
        return number

    def build(self, node: Node, following: int) -> int:
        """The state from which the node leads to ``following``."""
        match node:
            case One():
                state = self._state()
                self.steps[state] = (node, following)
                return state
            case Sequence(parts):
                for part in reversed(parts):
                    following = self.build(part, following)
                return following
            case Either(branches):
                entries = tuple([self.build(branch, following) for branch in branches])
                state = self._state()
                self.jumps[state] = entries
                return state
            case Repeat(part, least, most):
                return self._repeat(part, least, most, following)

    def _repeat(self, part: Node, least: int, most: int | None, following: int) -> int:
        if most is None:
            loop = self._state()
            self.jumps[loop] = (following,)
            self.jumps[loop] = (self.build(part, loop), following)
            following = loop
        for _ in range((most or least) - least):
            entry = self.build(part, following)
            optional = self._state()
            self.jumps[optional] = (entry, following)
            following = optional
        for _ in range(least):
            following = self.build(part, following)
        return following


@lru_cache(512)
def compile_pattern(source: str) -> Pattern | str:
    """The pattern, or why it cannot be used. ``^`` at the start and ``$`` at the end say what is so anyway."""
    body = source.removeprefix("^")
    if body.endswith("$") and not body.endswith("\\$"):
        body = body[:-1]
    pattern = Pattern()
    try:
        start = pattern.build(_Reader(body).whole(), ACCEPT)
    except BadPattern as reason:
        return str(reason)
    except RecursionError:
        return "its groups are too deep"
    pattern.start = pattern._closed([start])
    return pattern


class _Reader:
    """Recursive descent over the source."""

    def __init__(self, source: str) -> None:
        self.source, self.at = source, 0

    def peek(self) -> str:
        return self.source[self.at : self.at + 1]

    def take(self) -> str:
        character = self.peek()
        if not character:
            raise BadPattern("it ends too early")
        self.at += 1
        return character

    def whole(self) -> Node:
        node = self.either()
        if self.peek():
            raise BadPattern("a bracket closes that was not opened")
        return node

    def either(self) -> Node:
        branches = [self.sequence()]
        while self.peek() == "|":
            self.take()
            branches.append(self.sequence())
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.repeated(self.atom()))
        return Sequence(tuple(parts))

    def repeated(self, node: Node) -> Node:
        count = re.compile(r"[*+?]|\{(\d{1,4})(,?)(\d{0,4})\}").match(self.source, self.at)
        if not count:
            return node
        self.at = count.end()
        bounds = {"*": (0, None), "+": (1, None), "?": (0, 1)}.get(count[0])
        least, most = bounds or (int(count[1]), int(count[3]) if count[3] else None if count[2] else int(count[1]))
        if most is not None and most < least:
            raise BadPattern("a repetition's most is below its least")
        if self.peek() == "?":  # as few as possible: the same, since the whole text must match
            self.take()
        if self.peek() in ("*", "+", "?"):
            raise BadPattern("it repeats a repetition")
        return Repeat(node, least, most)

    def atom(self) -> Node:
        character = self.take()
        if character == "(":
            return self.group()
        if character == "[":
            return self.char_class()
        if character == "\\":
            return self.escape()
        if character == ".":
            return One((("\n", "\n"),), negated=True)
        if character in "*+?{}^$":
            raise BadPattern(f"“{character}” stands where it means nothing; write \\{character} for the character")
        return One(((character, character),))

    def group(self) -> Node:
        if self.peek() == "?":
            if self.source[self.at : self.at + 2] != "?:":
                raise BadPattern("it uses a look-around, a flag or a named group")
            self.at += 2
        node = self.either()
        if self.peek() != ")":
            raise BadPattern("a bracket is not closed")
        self.take()
        return node

    def escape(self) -> One:
        character = self.take()
        if character.lower() in CLASSES:
            return One(CLASSES[character.lower()], negated=character.isupper())
        character = CONTROLS.get(character, character)
        if character.isdigit():
            raise BadPattern("it refers back to a group")
        if character.isalpha():
            raise BadPattern(f"\\{character} is not known")
        return One(((character, character),))

    def char_class(self) -> One:
        negated = self.peek() == "^"
        if negated:
            self.take()
        ranges: list[tuple[str, str]] = []
        while self.peek() != "]" or not ranges:
            first = self.member()
            if self.peek() == "-" and self.source[self.at + 1 : self.at + 2] not in ("]", "") and len(first) == 1:
                self.take()
                ranges.append(self.span(first[0][0], self.member()))
            else:
                ranges.extend(first)
        self.take()
        return One(tuple(ranges), negated)

    def span(self, low: str, last: Ranges) -> tuple[str, str]:
        high = last[0][1]
        if len(last) > 1 or low > high:
            raise BadPattern("a range of characters is the wrong way round")
        return low, high

    def member(self) -> Ranges:
        character = self.take()
        if character != "\\":
            return ((character, character),)
        one = self.escape()
        if one.negated:
            raise BadPattern("a class holds the opposite of a class")
        return one.ranges
