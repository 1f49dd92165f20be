"""NPS, CSAT and CES as the questionnaire defines them, pooled and by mode. Pure.

A score is never shown without its definition, n, interval and channel mix: vendors define CES in four ways, and phone and
web differ by up to 18 points on one question (Pew 2015).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app import engine
from app.insights.small_cells import LEAST
from app.insights.statistics import Estimate, mean, nps, share
from app.insights.tallies import Tally


@dataclass(frozen=True, slots=True)
class Measure:
    """`estimate`: -100..100 for nps, else 0..1. `parts`: counts, least favourable first: detractors, passives, promoters, or
    outside and inside the boxes. `mean`: of a numeric scale, for csat and ces."""

    estimate: Estimate
    parts: tuple[int, ...]
    mean: Estimate | None


@dataclass(frozen=True, slots=True)
class Score:
    """A metric over all modes. `pooled` None: no answers, or too few to show. `modes`: mode, its answers, its measure, which is
    None in an anonymous study. `n`: all answers."""

    metric: engine.Metric
    question: engine.Question
    n: int
    pooled: Measure | None
    modes: Sequence[tuple[str, int, Measure | None]]


def score(metric: engine.Metric, found: Tally, guarded: bool) -> Score:
    """`guarded`: show no score that would tell a count under `small_cells.LEAST`, and none by mode."""
    modes = [
        (mode, counts.total(), None if guarded else measure(metric, counts))
        for mode, counts in sorted(found.values.items())
        if counts
    ]
    pooled = measure(metric, found.pooled)
    if guarded and pooled:
        told = any(0 < part < LEAST for part in pooled.parts)
        pooled = None if told else replace(pooled, mean=None)  # a mean tells hidden counts together with shown ones
    return Score(metric, found.question, found.answered, pooled, modes)


def part(metric: engine.Metric, code: str) -> int:
    """Which of a measure's `parts` an answer belongs to."""
    if metric.kind == "nps":
        return (int(code) >= 7) + (int(code) >= 9)
    return int(code in {str(box) for box in metric.boxes})


def measure(metric: engine.Metric, counts: Mapping[engine.Value, int]) -> Measure | None:
    """The metric of these answers; None without any."""
    parts = [0, 0, 0] if metric.kind == "nps" else [0, 0]
    for value, count in counts.items():
        parts[part(metric, str(value))] += count
    if metric.kind == "nps":
        estimate = nps(parts[2], parts[1], parts[0])
        return Measure(estimate, tuple(parts), None) if estimate else None
    estimate = share(parts[1], sum(parts))
    numbers = {value: count for value, count in counts.items() if isinstance(value, (int, float))}
    return Measure(estimate, tuple(parts), mean(numbers)) if estimate else None
