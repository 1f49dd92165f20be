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
from app.insights.scores import Score, part, score
from app.insights.statistics import Summary, summary
from app.insights.tallies import OPEN, Distribution, Tally, distribution, tally
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
    `counted`: interviews in the answers; `modes`: how many of them ended in each mode."""

    study: Study
    questionnaire: engine.Questionnaire
    statuses: Counter[tuple[str, str]] = field(default_factory=Counter)
    dispositions: Counter[str] = field(default_factory=Counter)
    unsampled: int = 0
    sent: int = 0
    undelivered: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    counted: int = 0
    modes: Counter[str] = field(default_factory=Counter)
    tallies: dict[str, Tally] = field(default_factory=dict)

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
        return summary(numbers)

    @property
    def questions(self) -> Sequence[engine.Question]:
        """Those a person was asked, in the order of the newest version."""
        return [found.question for found in self.tallies.values()]


def results(study: Study, wanted: Filter = Filter()) -> Results:
    """Everything the page of a study shows."""
    made = Results(study, newest(study))
    for name, question in made.questionnaire.questions.items():
        if question.asked:
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
