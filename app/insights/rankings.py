"""What was put in order: how often each choice came first, and its mean rank. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from app.insights.small_cells import hidden, hidden_share
from app.insights.statistics import Estimate, mean, share
from app.insights.tallies import Tally


@dataclass(frozen=True, slots=True)
class Ranked:
    """A choice. `n`: how many gave it a rank; `first`: how many the first, None where either is hidden. `share`: of those who
    answered, who ranked it first. `mean`: its mean rank among those who ranked it, None for fewer than two."""

    code: str
    n: int
    first: int | None
    share: Estimate | None
    mean: Estimate | None


def ranking(found: Tally, guarded: bool) -> Sequence[Ranked]:
    """The choices in the order of the questionnaire, then codes of earlier versions. `guarded`: hide small cells."""
    ranks: dict[str, Counter[int | float]] = {choice.name: Counter() for choice in found.question.choices}
    for value, count in found.pooled.items():
        if isinstance(value, tuple):
            ranks.setdefault(value[0], Counter())[int(value[1])] += count
    codes = list(ranks)
    gone = _hidden(found, ranks) if guarded else set()
    return [
        Ranked(code, 0, None, None, None)
        if code in gone
        else Ranked(code, ranks[code].total(), ranks[code][1], share(ranks[code][1], found.answered), mean(ranks[code]))
        for code in codes
    ]


def _hidden(found: Tally, ranks: dict[str, Counter[int | float]]) -> set[str]:
    """Those few people ranked, or few left out, or that their first places would tell. In a repeat nobody can be told apart."""
    if found.few or found.question.repeats:
        return set(ranks)
    codes = list(ranks)
    few = {codes[place] for place in hidden([ranks[code][1] for code in codes])}
    return few | {code for code in codes if hidden_share(ranks[code].total(), found.answered)}
