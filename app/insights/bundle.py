"""What every export is made from: a study's tables with their columns, and the rows, read as they are written out."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from app import engine
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import service as contacts
from app.core.problems import N_
from app.insights.cases import Case, batch_size, batches
from app.insights.table import Cell, Plan, Sheet, cells, plan, row_cells, sheets
from app.interviews.scan import scan, versions_of
from app.samples import service as samples

WEIGHT = "interview__weight"
# No name of a question holds two underscores, so these never meet one.
FACTS = {
    "interview__id": ("text", N_("Interview")),
    "interview__external_id": ("text", N_("The person's external id (attributable studies only)")),
    "interview__status": ("text", N_("Status")),
    "interview__partial": ("number", N_("1 for a partial interview")),
    "interview__disposition": ("text", N_("AAPOR disposition")),
    "interview__mode": ("text", N_("Mode of the last answer")),
    "interview__entry": ("text", N_("How the person first came")),
    "interview__language": ("text", N_("Language")),
    "interview__created": ("text", N_("Created (UTC)")),
    "interview__started": ("text", N_("First answer (UTC)")),
    "interview__completed": ("text", N_("Completed (UTC)")),
    "interview__version": ("number", N_("Version of the questionnaire")),
    WEIGHT: ("number", N_("Design weight (of people drawn in a sample)")),
}
"""The columns that say what an interview is: type and label."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """`survey`: the table of interviews, `repeats`: those of repeats. `versions`: version id -> number. `languages`: of all
    versions. `weighted`: a sample was released to the study."""

    study: Study
    survey: Sheet
    repeats: Sequence[Sheet]
    versions: dict[str, int]
    languages: tuple[str, ...]
    weighted: bool = False

    @property
    def facts(self) -> list[str]:
        """The names of the columns of FACTS that this study has; a repeat's table has the first alone."""
        has = {"interview__external_id": self.study.basis == "attributable", WEIGHT: self.weighted}
        return [name for name in FACTS if has.get(name, True)]

    def rows(self, progress: Callable[[int], object] = lambda n: None) -> Iterator[list[Cell]]:
        """One row an interview: the facts, then the answers. `progress` is told how many more were read."""
        plans: dict[str, Plan] = {}
        for batch in batches(self.study.workspace_id, self.study):
            people, weights = self._external_ids(batch), self._weights(batch)
            # in the order of the ids shown: an anonymous study's order of arrival is nobody's business
            for case in sorted(batch, key=lambda case: public_id(self.study, case.row.id)):
                version = case.row.version_id
                filled = plans.get(version) or plans.setdefault(version, plan(case.questionnaire, self.survey))
                yield [*self._facts(case, people, weights), *cells(case.questionnaire, case.state, filled)]
            progress(len(batch))

    def rows_of(self, sheet: Sheet) -> Iterator[list[Cell]]:
        """One row a row of a repeat, in the order of the interviews' ids: the id, the numbers, then the answers."""
        plans: dict[str, Plan] = {}
        for batch in scan(
            self.study.workspace_id, self.study.id, ("version_id", "document"), batch=batch_size(self.study)
        ):
            for key, found in sorted((public_id(self.study, each.id), each) for each in batch):
                questionnaire, state = catalog.questionnaire(found.version_id), engine.from_json(found.document)
                filled = plans.get(found.version_id) or plans.setdefault(found.version_id, plan(questionnaire, sheet))
                for row in engine.rows(questionnaire, state):
                    if row.repeats[-1] == sheet.repeats[-1]:
                        numbers = dict(zip(row.repeats, row.numbers, strict=True))
                        yield [key, *map(numbers.get, sheet.repeats), *row_cells(row, state, filled)]

    def _external_ids(self, batch: Sequence[Case]) -> dict[str, str | None]:
        if self.study.basis != "attributable":
            return {}
        ids = {case.row.contact_id for case in batch if case.row.contact_id}
        return {key: person.external_id for key, person in contacts.named(self.study.workspace_id, ids).items()}

    def _weights(self, batch: Sequence[Case]) -> dict[str, float]:
        ids = [case.row.id for case in batch]
        return samples.weights(self.study.workspace_id, self.study.id, ids) if self.weighted else {}

    def _facts(self, case: Case, people: dict[str, str | None], weights: dict[str, float]) -> list[Cell]:
        row = case.row
        known: dict[str, Cell] = {
            "interview__id": public_id(self.study, row.id),
            "interview__external_id": people.get(row.contact_id),
            "interview__status": row.status,
            "interview__partial": int(row.status == "partial"),
            "interview__disposition": case.disposition,
            "interview__mode": row.mode_answered,
            "interview__entry": row.entry,
            "interview__language": row.language,
            "interview__created": _iso(row.created_at),
            "interview__started": _iso(row.started_at),
            "interview__completed": _iso(row.completed_at),
            "interview__version": self.versions.get(row.version_id),
            WEIGHT: weights.get(row.id),
        }
        return [known[name] for name in self.facts]


def bundle(study: Study) -> Bundle:
    """The columns of a study: those of every version that its interviews are pinned to, and of its current one."""
    used = versions_of(study.workspace_id, study.id) | ({study.version_id} if study.version_id else set())
    known = catalog.versions(study.workspace_id, study.questionnaire_id)
    numbers = {version.id: version.number or 0 for version in reversed(known) if version.id in used}
    questionnaires = [(number, catalog.questionnaire(key)) for key, number in numbers.items()]
    languages = dict.fromkeys(code for _, each in reversed(questionnaires) for code in each.languages)
    survey, *repeats = sheets(questionnaires)
    weighted = samples.weighted(study.workspace_id, study.id)
    return Bundle(study, survey, repeats, numbers, tuple(languages), weighted)


def public_id(study: Study, interview_id: str) -> str:
    """An interview's id outside the product. In an anonymous study a digest: the id itself tells the millisecond of creation."""
    return hashlib.sha256(interview_id.encode()).hexdigest()[:32] if study.basis == "anonymous" else interview_id


def _iso(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
