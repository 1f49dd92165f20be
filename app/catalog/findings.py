"""What the checks find in a definition, worked out once for each content."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path

from babel.support import Translations

from app import proofs
from app.catalog.definition import Definition
from app.core import canonical
from app.core.problems import N_
from app.proofs import Finding, found

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"
LARGE = 150
"""Questions from which on nothing is proved while somebody types: it takes a second or more."""
KEPT = 64
"""Definitions whose findings are kept."""


@dataclass(frozen=True)
class _Work:
    """What is to be checked, told apart by its content."""

    content: str
    file: str
    channels: tuple[str, ...]
    solver: bool
    definition: Definition = field(compare=False)


def findings(definition: Definition, channels: Sequence[str] = (), solver: bool = True) -> tuple[Finding, ...]:
    """Every finding of a definition that compiles, in the order of the file; () for any other."""
    if definition.questionnaire is None:
        return ()
    content = sha256((definition.text + canonical.dumps(definition.tree)).encode()).hexdigest()
    return _findings(_Work(content, definition.marks.file, tuple(channels), solver, definition))


def while_typing(definition: Definition) -> tuple[Finding, ...]:
    """The findings that can be told at once."""
    q = definition.questionnaire
    if q is None or len(q.questions) < LARGE:
        return findings(definition)
    message = N_("Who can get where is proved on the page Publish: this is too large to do so while you type.")
    return (*findings(definition, solver=False), found("not_proved", message, {}, "", ""))


def blocking(definition: Definition) -> list[Finding]:
    """Those that keep it from being published."""
    return [finding for finding in findings(definition) if finding.severity == proofs.BLOCKING]


@lru_cache(KEPT)
def _findings(work: _Work) -> tuple[Finding, ...]:
    q, marks = work.definition.questionnaire, work.definition.marks
    return tuple(proofs.check(q, marks, work.channels, gettext_of, work.solver)) if q else ()


@cache
def gettext_of(language: str) -> Callable[[str], str]:
    """The words around questions in a language; English where we have none."""
    lookup: Callable[[str], str] = Translations.load(CATALOGUES, [language]).gettext
    return lookup
