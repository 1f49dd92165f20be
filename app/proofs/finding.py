"""What the checks find in a definition that compiles: allowed, but probably not meant.

Each code is documented in docs/findings.md under a heading of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.problems import Problem

BLOCKING = "error"
"""A severity that keeps a definition from being published: somebody would be stuck, or a question could never be answered."""
SEVERITIES: Mapping[str, str] = {
    "dead_end": BLOCKING,
    "impossible_constraint": BLOCKING,
    "contradiction": "warning",
    "unreachable_page": "warning",
    "unreachable_question": "warning",
    "unreachable_choice": "warning",
    "always_true": "warning",
    "narrow_constraint": "warning",
    "impossible_cell": "warning",
    "unfillable_quotas": "warning",
    "surprising_unknown": "warning",
    "same_page_dead_end": BLOCKING,
    "same_page_choice": "warning",
    "stop_word": "warning",
    "keyword": "warning",
    "ambiguous_reply": "warning",
    "not_on_channel": "warning",
    "untranslated": "warning",
    "longer_than_said": "warning",
    "always_met": "note",
    "switched_off": "note",
    "idle_check": "note",
    "may_be_unknown": "note",
    "degraded_on_channel": "note",
    "opt_in_word": "note",
    "long_message": "note",
    "not_proved": "note",
}
"""Every finding. "error" blocks publishing, "warning" does not, "note" only informs."""


@dataclass(frozen=True, slots=True)
class Finding(Problem):
    """A problem with its ``witness``: the answers of a respondent whom it hits, in the order given; {} where there is none."""

    witness: Mapping[str, Any] = field(default_factory=dict)

    @property
    def page(self) -> str:
        """Where it is explained."""
        return f"docs/findings.md#{self.code}"

    @property
    def example(self) -> str:
        """The witness as a person reads it: ``age = 17, owns = yes``."""
        return ", ".join(f"{name} = {_said(value)}" for name, value in self.witness.items())

    def __str__(self) -> str:
        """The problem, the witness and the page."""
        example = f" Example: {self.example}." if self.witness else ""
        return f"{_plain(self)}{example} {self.page}"


def _plain(finding: Finding) -> str:
    return Problem.__str__(finding)


def _said(value: Any) -> str:
    return " + ".join(map(str, value)) if isinstance(value, (tuple, list)) else str(value)


def found(code: str, message: str, params: Mapping[str, Any], remedy: str, name: str, **more: Any) -> Finding:
    """A finding with the severity of its code. ``name``: the question or page it is about."""
    return Finding(code, message, params, name=name, remedy=remedy, severity=SEVERITIES[code], **more)
