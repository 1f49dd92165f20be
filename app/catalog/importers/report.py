"""What became of each part of an imported questionnaire, line by line."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.problems import N_, Problem

KINDS = ("question", "condition", "choice", "text", "setting")
CARRIED, APPROXIMATED, LEFT_OUT = OUTCOMES = ("carried", "approximated", "left_out")


@dataclass(frozen=True, slots=True)
class Line:
    """One part. ``where``: sheet and row, line or path in the file; ``name``: the question or list it belongs to, as in the
    file; ``what``: the part as it stands there; ``why``: a message id with ``{named}`` params, "" where it was carried."""

    kind: str
    where: str
    name: str
    outcome: str
    what: str = ""
    why: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def reason(self, translate: Callable[[str], str] = str) -> str:
        return translate(self.why).format_map(self.params) if self.why else ""

    def __str__(self) -> str:
        """One line for a terminal."""
        what = f" “{_short(self.what)}”" if self.what else ""
        return f"{self.where}: {self.kind} {self.name}{what} {self.outcome.replace('_', ' ')}: {self.reason()}"


class Report:
    """Exactly one line of kind question a question and of kind condition a condition; the other kinds only where something
    was not carried. ``kind`` is one of KINDS."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def carried(self, kind: str, where: str, name: str, what: str = "", /) -> None:
        self.lines.append(Line(kind, where, name, CARRIED, what))

    def approximated(self, kind: str, where: str, name: str, what: str, why: str, /, **params: Any) -> None:
        self.lines.append(Line(kind, where, name, APPROXIMATED, what, why, params))

    def left_out(self, kind: str, where: str, name: str, what: str, why: str, /, **params: Any) -> None:
        self.lines.append(Line(kind, where, name, LEFT_OUT, what, why, params))

    def counts(self) -> dict[str, dict[str, int]]:
        """How many of each kind were carried, approximated, left out."""
        found = Counter((line.kind, line.outcome) for line in self.lines)
        return {kind: {outcome: found[kind, outcome] for outcome in OUTCOMES} for kind in KINDS}

    def as_json(self) -> dict[str, Any]:
        """``{"counts": {kind: {outcome: n}}, "lines": [{kind, where, name, outcome, what, why}]}``"""
        lines = [
            {
                "kind": line.kind, "where": line.where, "name": line.name,
                "outcome": line.outcome, "what": line.what, "why": line.reason(),
            }
            for line in self.lines
        ]  # fmt: skip
        return {"counts": self.counts(), "lines": lines}


@dataclass(frozen=True, slots=True)
class Imported:
    """``tree``: a definition as ``app.engine.compile`` takes it; ``report``: what became of each part. ``files``: the names of
    the pictures, sounds and videos that it shows and that came along."""

    tree: dict[str, Any]
    report: Report
    files: tuple[str, ...] = ()


def broken(file: str, why: str, **params: Any) -> list[Problem]:
    """The refusal of a file that an importer cannot read; ``why`` is a message id."""
    return [
        Problem(
            "import_broken", why, params, remedy=N_("Save or export it again in the program it comes from."), file=file
        )
    ]


def _short(text: str, most: int = 80) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
