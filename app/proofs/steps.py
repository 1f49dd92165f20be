"""A questionnaire as steps: what can be said of each page and question as terms of z3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.engine.model import Expression, Question
from app.proofs.logic import Guard
from app.proofs.values import Cases, Truth


@dataclass
class Condition:
    """``role``: relevant, required or choice. ``base``: those for whom it is looked at. ``choice``: whose it is, else ""."""

    role: str
    expression: Expression
    truth: Truth
    base: Guard
    choice: str = ""


@dataclass(eq=False)
class Step:
    """A page, block, repeat or question of ``parent``. ``here``: those who come to it; ``asked``: those it is shown to, as a
    named term. ``reads``: the names it depends on.

    ``possible``: what its answers are, wherever it is asked; ``links``: that only those asked have one, and the like;
    ``passed``: what holds of those who get past it. ``answers``: each that can be told apart; ``known``: where there is one.
    ``offered``: when each choice is shown. ``constraint``: of the value; ``failing``: where each answer alone fails it.
    ``needed``: where it must be answered."""

    name: str
    parent: str
    question: Question | None
    here: Guard
    asked: Guard
    conditions: list[Condition] = field(default_factory=list)
    reads: frozenset[str] = frozenset()
    possible: list[Guard] = field(default_factory=list)
    links: list[Guard] = field(default_factory=list)
    passed: list[Guard] = field(default_factory=list)
    answers: Cases = field(default_factory=dict)
    known: Guard = False
    offered: Mapping[str, Guard] = field(default_factory=dict)
    constraint: Truth | None = None
    failing: Cases = field(default_factory=dict)
    needed: Guard = False


def deciding(steps: Sequence[Step], step: Step) -> list[str]:
    """The questions that decide about a step, directly or not, in the order asked."""
    wanted, names = set(step.reads), list[str]()
    for earlier in reversed(steps[: steps.index(step)]):
        if earlier.name in wanted or earlier.name == step.parent:
            wanted |= earlier.reads
            names.append(earlier.name)
    return names[::-1]
