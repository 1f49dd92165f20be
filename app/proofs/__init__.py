"""Checks of a definition that compiles: what is allowed, but probably not meant.

``check`` finds what there is to find and says where it stands. Who can get where is proved by z3 (``pip install canvass[proofs]``);
without it the checks that need no solver still run, and a note says so.
"""

from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from importlib.util import find_spec

from app.core.problems import N_
from app.engine.compiler import Marks, NoMarks
from app.engine.model import CHANNELS, Questionnaire
from app.engine.structure import Path, written
from app.proofs.advice import advise
from app.proofs.compatibility import Support, compatibility, on_channels
from app.proofs.finding import BLOCKING, SEVERITIES, Finding, found
from app.proofs.length import longer, minutes
from app.proofs.messages import Translations, on_sms, outside_gsm, segments, stop_words
from app.proofs.places import choice_path, places
from app.proofs.translations import untranslated

__all__ = [
    "BLOCKING",
    "SEVERITIES",
    "Finding",
    "Support",
    "check",
    "compatibility",
    "found",
    "has_solver",
    "minutes",
    "outside_gsm",
    "segments",
    "stop_words",
]


def has_solver() -> bool:
    return find_spec("z3") is not None


def untranslated_frame(_language: str) -> Callable[[str], str]:
    """The words around questions in English."""
    return str


def check(
    q: Questionnaire,
    marks: Marks | None = None,
    channels: Sequence[str] = (),
    translations: Translations = untranslated_frame,
    solver: bool = True,
) -> list[Finding]:
    """Every finding, each at its place, in the order of the file.

    ``channels``: those it is meant for; none: nobody has said, so all of them are looked at and told as notes.
    ``translations``: gettext of a language, for the words around questions. ``solver``: whether to prove anything."""
    proved, unreachable = _proved(q, solver)
    raw = [*proved, *advise(q), *longer(q), *on_channels(q, channels or CHANNELS, bool(channels))]
    if not channels or "sms" in channels:
        raw += on_sms(q, translations, bool(channels))
    raw += untranslated(q.tree, q.languages, unreachable)
    at = _Places(q, marks or NoMarks())
    unique: dict[tuple[object, ...], Finding] = {}
    for finding in map(at.placed, raw):
        among = (finding.params.get("language"), finding.params.get("channel"))
        unique.setdefault((finding.code, finding.path, *among), finding)
    return sorted(unique.values(), key=lambda finding: (finding.line or 0, finding.column or 0))


def _proved(q: Questionnaire, solver: bool) -> tuple[Sequence[Finding], Set[str]]:
    """What the solver finds, and what nobody gets to see."""
    if not solver:
        return [], frozenset()
    if not has_solver():
        message = N_("Who can get where was not checked: the solver z3 is not installed.")
        return [found("not_proved", message, {}, N_("Install it: pip install 'canvass[proofs]'."), "")], frozenset()
    from app.proofs.reach import prove  # imports z3, which may not be there

    proof = prove(q)
    return proof.findings, proof.unreachable


class _Places:
    """Puts findings where they belong: until then they know a name and a key."""

    def __init__(self, q: Questionnaire, marks: Marks) -> None:
        self.q, self.marks = q, marks
        self.paths = places(q.tree)

    def placed(self, finding: Finding) -> Finding:
        path = self._path(finding)
        line, column = self.marks.place(path)
        return replace(finding, file=self.marks.file, line=line, column=column, path=written(path))

    def _path(self, finding: Finding) -> Path:
        base, key = self.paths.get(finding.name, ()), finding.path
        if key.startswith("choices."):
            name, label = key.removeprefix("choices."), key.endswith(".label")
            name = name.removesuffix(".label")
            question = (
                self.paths.get(finding.name.rpartition("__")[0], base) if len(base) and base[-2] == "rows" else base
            )
            path = choice_path(self.q.tree, question, name)
            return (*path, "label" if label else "relevant")
        return (*base, key) if key else base
