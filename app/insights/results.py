"""The results of a study: one pass over its interviews, memory independent of their number."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.insights import rates as aapor
from app.insights.cases import Case, batches
from app.insights.grids import GridTable, grid_table
from app.insights.rankings import Ranked, ranking
from app.insights.scores import Score, part, score
from app.insights.sections import Section, sections
from app.insights.small_cells import LEAST
from app.insights.statistics import Summary, spread, summary
from app.insights.table import asks_for_more
from app.insights.tallies import OPEN, Distribution, Tally, apart, distribution, tally
from app.interviews.scan import scan

COUNTED = ("complete", "partial")
"""The interviews whose answers are results."""
ARRIVED = ("sending", "sent", "delivered", "unknown")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which interviews: created from `since` and before `until`; for answers, those last answered in `mode` ("" for all)."""

    since: datetime | None = None
    until: datetime | None = None
    mode: str = ""


@dataclass(slots=True)
class Results:
    """`statuses`: (channel, status) -> interviews. `dispositions`: of people who were sampled; who came by an open link was
    not, and is in `unsampled`. `undelivered`: (channel, state, reason) of the last message to those whom none reached.
    `counted`: interviews in the answers; `modes`: how many of them ended in each mode. `ways`: (what, mode) -> interviews, what:
    assigned, complete (of those assigned), offered or answered. `rows`: of a repeat (after those it stands in): a number of rows
    -> how often there were so many, once an interview or once a row of the repeat around it."""

    study: Study
    questionnaire: engine.Questionnaire
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    dispositions: Counter[str] = field(default_factory=Counter)
    unsampled: int = 0
    sent: int = 0
    undelivered: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    counted: int = 0
    modes: Counter[str] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    tallies: dict[str, Tally] = field(default_factory=dict)
    rows: dict[tuple[str, ...], Counter[int | float]] = field(default_factory=dict)

    @property
    def guarded(self) -> bool:
        """Whether small cells are hidden."""
        return self.study.basis == "anonymous"

    def status(self, *names: str) -> int:
        """Interviews with one of these statuses, on every channel."""
        return sum(n for (_, status), n in self.statuses.items() if status in names)

    @property
    def total(self) -> int:
        return self.statuses.total()

    @property
    def scores(self) -> list[Score]:
        """The metrics of the questionnaire."""
        found = ((metric, self.tallies.get(metric.question)) for metric in self.questionnaire.metrics)
        return [score(metric, each, self.guarded) for metric, each in found if each]

    @property
    def rates(self) -> Mapping[str, Fraction | float | None]:
        """AAPOR's rates of those who were sampled, {} where nobody was."""
        return aapor.rates(aapor.outcomes(self.dispositions.elements())) if self.dispositions else {}

    def distribution(self, name: str) -> Distribution:
        """In an anonymous study without the counts that few people make up, nor those that would tell them."""
        shown = [each.metric for each in self.scores if each.metric.question == name and each.pooled]
        guard = (lambda code: tuple(part(metric, code) for metric in shown)) if self.guarded else None
        return distribution(self.tallies[name], guard)

    def summary(self, name: str) -> Summary | None:
        """Of a number."""
        found = self.tallies[name]
        numbers = {value: n for value, n in found.pooled.items() if isinstance(value, (int, float))}
        return None if self.guarded and found.few else summary(numbers)

    def spread(self, name: str) -> tuple[str, str, str, str, str] | None:
        """Of dates or times; in an anonymous study none, since each is somebody's."""
        moments = {value: n for value, n in self.tallies[name].pooled.items() if isinstance(value, str)}
        return None if self.guarded else spread(moments)

    def grid(self, questions: Sequence[engine.Question]) -> GridTable:
        """The rows of a grid."""
        return grid_table(self, questions)

    def ranking(self, name: str) -> Sequence[Ranked]:
        return ranking(self.tallies[name], self.guarded)

    def apart(self, name: str) -> dict[str, int | None]:
        """dk, refused, skipped, not_asked -> how many; None where hidden."""
        return apart(self.tallies[name], self.guarded)

    def title(self, repeat: str) -> engine.Text | None:
        """Of a repeat, where it has one."""
        return next((each.title for each in self.questionnaire.repeats() if each.name == repeat), None)

    def latest(self, name: str) -> Sequence[str]:
        """The last open answers; in an anonymous study only where enough people wrote some."""
        found = self.tallies[name]
        return () if self.guarded and found.few else list(found.latest)

    def size(self, repeats: tuple[str, ...]) -> Summary | None:
        """How many rows a repeat has; in an anonymous study only of one in no other, where enough people were asked."""
        found: Counter[int | float] = self.rows.get(repeats, Counter())
        hidden = self.guarded and (len(repeats) > 1 or found.total() < LEAST)
        return None if hidden else summary(found)

    @property
    def sections(self) -> Sequence[Section]:
        """The questions a person was asked, in the order of the newest version."""
        return sections(found.question for found in self.tallies.values())


def results(study: Study, wanted: Filter = Filter()) -> Results:
    """Everything the page of a study shows."""
    made = Results(study, newest(study))
    for name, question in made.questionnaire.questions.items():
        if question.asked and not asks_for_more(question):
            made.tallies[name] = Tally(question)
    for batch in batches(study.workspace_id, study, wanted.since, wanted.until):
        for case in batch:
            _count(made, case, wanted.mode)
    return made


def newest(study: Study) -> engine.Questionnaire:
    """The questionnaire as new interviews get it. LookupError for a study that was never opened."""
    if study.version_id is None:
        raise LookupError(f"study {study.id} was never opened")
    return catalog.questionnaire(study.version_id)


def _count(made: Results, case: Case, mode: str) -> None:
    made.statuses[channel_of(case), case.row.status] += 1
    _count_ways(made.ways, case)
    if case.row.contact_id is None:
        made.unsampled += 1
    else:
        made.dispositions[case.disposition] += 1
    if any(each.state in ARRIVED for each in case.approaches):
        made.sent += 1
    elif case.approaches:
        last = case.approaches[-1]
        made.undelivered[last.channel, last.state, last.reason or ""] += 1
    if case.row.status in COUNTED and mode in ("", case.row.mode_answered):
        made.counted += 1
        made.modes[case.row.mode_answered or ""] += 1
        tally(made.tallies, case.questionnaire, case.state)
        _count_rows(made.rows, case)


def _count_ways(found: Counter[tuple[str, str]], case: Case) -> None:
    row = case.row
    ways = {"assigned": row.mode_assigned, "offered": row.mode_offered, "answered": row.mode_answered}
    if row.status == "complete":
        ways["complete"] = row.mode_assigned
    found.update((what, mode) for what, mode in ways.items() if mode)


def _count_rows(found: dict[tuple[str, ...], Counter[int | float]], case: Case) -> None:
    for name, count in engine.row_counts(case.questionnaire, case.state).items():
        found.setdefault((name,), Counter())[count] += 1
    for row in engine.rows(case.questionnaire, case.state):
        for name, count in row.inner.items():
            found.setdefault((*row.repeats, name), Counter())[count] += 1


def channel_of(case: Case) -> str:
    """The channel on which somebody answered last, else on which they were asked last, "" where nobody asked them yet."""
    row = case.row
    if row.mode_answered:
        return "email" if row.mode_answered == "web" and row.entry == "email" else row.mode_answered
    if row.mode_assigned in ("phone", "field"):
        return row.mode_assigned
    return case.approaches[-1].channel if case.approaches else ""


def latest_score(study: Study, most: int = 200) -> Score | None:
    """The study's first metric over its newest finished interviews, `most` of them at the most: quick however large it is."""
    questionnaire = newest(study)
    metric = next(iter(questionnaire.metrics), None)
    if metric is None:
        return None
    tallies: dict[str, Tally] = {}
    columns = ("version_id", "document")
    rows = next(scan(study.workspace_id, study.id, columns, newest_first=True, statuses=COUNTED, batch=most), [])
    for row in rows:
        tally(tallies, catalog.questionnaire(row.version_id), engine.from_json(row.document))
    found = tallies.get(metric.question)
    return score(metric, found, study.basis == "anonymous") if found else None


def is_open(question: engine.Question) -> bool:
    """Whether it is answered in the person's own words."""
    return question.type in OPEN
