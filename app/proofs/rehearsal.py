"""Many random respondents, and what becomes of them: paths, what nobody is asked, where somebody is stuck, how long it takes.

Each person follows from the seed and their number alone, so that any part can be rehearsed by any process.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from multiprocessing import get_context
from random import Random
from typing import Any

from app import engine
from app.engine.model import CHANNELS, Questionnaire
from app.proofs.length import seconds
from app.proofs.messages import segments
from app.proofs.respondent import Journey, Respondent, Stuck, counted
from app.proofs.witness import bare

CHUNK = 100
"""People of one piece of work."""


@dataclass
class Length:
    """Of each person: screens and minutes; by SMS also messages and segments."""

    screens: list[int] = field(default_factory=list)
    minutes: list[float] = field(default_factory=list)
    segments: list[int] = field(default_factory=list)


@dataclass
class Tally:
    """``paths``: how often each route was taken, as the questions on it, rows left out. ``stuck``: by screen, the number of
    the first person and how many there were, with that first example."""

    people: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    paths: Counter[tuple[str, ...]] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    chosen: Counter[tuple[str, str]] = field(default_factory=Counter)
    stuck: dict[str, tuple[int, int, Stuck]] = field(default_factory=dict)
    lengths: dict[str, Length] = field(default_factory=lambda: {channel: Length() for channel in CHANNELS})

    def add(self, other: "Tally") -> None:
        self.people += other.people
        for name in ("statuses", "paths", "asked", "chosen"):
            getattr(self, name).update(getattr(other, name))
        for screen, (number, count, example) in other.stuck.items():
            first = self.stuck.get(screen, (number, 0, example))
            earlier = first if first[0] <= number else (number, 0, example)
            self.stuck[screen] = (earlier[0], first[1] + count, earlier[2])
        for channel, length in other.lengths.items():
            for name in ("screens", "minutes", "segments"):
                getattr(self.lengths[channel], name).extend(getattr(length, name))


def rehearse(q: Questionnaire, people: Iterable[int], seed: int, channel: str) -> Tally:
    """What becomes of these people, by number."""
    tally, costs = Tally(), _Costs(q)
    for number in people:
        journey = Respondent(q, channel, Random(f"{seed}:{number}")).answer_all()  # noqa: S311 - not for secrets
        tally.people += 1
        tally.statuses[journey.status] += 1
        route, picked = counted(q, journey.state)
        tally.paths[tuple(dict.fromkeys(map(bare, route)))] += 1
        tally.asked.update({bare(name) for name in route})
        tally.chosen.update(picked.keys())
        if journey.stuck:
            tally.stuck.setdefault(journey.stuck.screen, (number, 0, journey.stuck))
            first, count, example = tally.stuck[journey.stuck.screen]
            tally.stuck[journey.stuck.screen] = (first, count + 1, example)
        costs.count(tally, journey, route)
    return tally


class _Costs:
    """What each question takes, worked out once per language."""

    def __init__(self, q: Questionnaire) -> None:
        self.q = q
        self.seconds: dict[tuple[str, str, str], float] = {}
        self.segments: dict[tuple[str, str], int] = {}

    def count(self, tally: Tally, journey: Journey, route: Sequence[str]) -> None:
        language = journey.state.language
        nodes = [bare(node.name) for node in engine.path(self.q, journey.state) if node.shown]
        pages = {self.q.questions[bare(name)].page + name.removeprefix(bare(name)) for name in route}
        for channel, length in tally.lengths.items():
            length.screens.append(len(pages) if channel in ("web", "field") else len(route))
            length.minutes.append(round(sum(self._seconds(name, channel, language) for name in nodes) / 60, 2))
        tally.lengths["sms"].segments.append(sum(self._segments(bare(name), language) for name in route))

    def _seconds(self, name: str, channel: str, language: str) -> float:
        key = (name, channel, language)
        if key not in self.seconds:
            self.seconds[key] = seconds(self.q.questions[name], channel, language)
        return self.seconds[key]

    def _segments(self, name: str, language: str) -> int:
        key = (name, language)
        if key not in self.segments:
            self.segments[key] = segments(self.q, self.q.questions[name], language, str)
        return self.segments[key]


# --- on several cores -----------------------------------------------------------------------------

_compiled: Questionnaire | None = None


def _start(tree: Mapping[str, Any]) -> None:
    """Compile once in each process: a questionnaire holds functions, which cannot be sent."""
    global _compiled
    compiled = engine.compile(tree)
    _compiled = compiled if isinstance(compiled, Questionnaire) else None


def _work(first: int, last: int, seed: int, channel: str) -> Tally:
    if _compiled is None:
        raise RuntimeError("the definition was good where it was sent from")
    return rehearse(_compiled, range(first, last), seed, channel)


def rehearse_all(
    q: Questionnaire, count: int, seed: int, channel: str, processes: int, progress: Callable[[int], None]
) -> Tally:
    """The same for ``count`` people on several processes. ``progress(n)``: n more are done."""
    tally = Tally()
    chunks = [(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]
    if processes == 1 or len(chunks) == 1:
        for first, last in chunks:
            tally.add(rehearse(q, range(first, last), seed, channel))
            progress(last - first)
        return tally
    with ProcessPoolExecutor(processes, get_context("spawn"), _start, (dict(q.tree),)) as pool:
        jobs = {pool.submit(_work, first, last, seed, channel): last - first for first, last in chunks}
        for job in as_completed(jobs):
            tally.add(job.result())
            progress(jobs[job])
    return tally
