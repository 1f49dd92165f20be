"""The rows of a grid as one table. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app import engine
from app.insights.statistics import Summary
from app.insights.tallies import APART, Bar

if TYPE_CHECKING:
    from app.insights.results import Results


@dataclass(frozen=True, slots=True)
class GridRow:
    """`bars`: of a choice, by code. `numbers`: of a number. `apart`: as a distribution has it. `n`: those who answered."""

    question: engine.Question
    bars: Mapping[str, Bar]
    numbers: Summary | None
    apart: Mapping[str, int | None]
    n: int


@dataclass(frozen=True, slots=True)
class GridTable:
    """`codes`: the choices of all rows, in their order. `apart`: what is no answer and happened in a row (dk, refused, …)."""

    rows: Sequence[GridRow]
    codes: Sequence[str]
    apart: Sequence[str]


def grid_table(results: "Results", questions: Sequence[engine.Question]) -> GridTable:
    """The table of a grid's rows."""
    rows = [_row(results, question) for question in questions]
    codes = dict.fromkeys(code for row in rows for code in row.bars)
    return GridTable(rows, list(codes), [name for name in APART if any(row.apart[name] != 0 for row in rows)])


def _row(results: "Results", question: engine.Question) -> GridRow:
    shown = results.distribution(question.name) if question.choices else None
    numbers = results.summary(question.name) if question.value_type == "number" else None
    bars = {bar.code: bar for bar in shown.bars} if shown else {}
    return GridRow(question, bars, numbers, results.apart(question.name), results.tallies[question.name].answered)
