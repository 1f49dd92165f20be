"""How the cells of a study's quotas stand, and changing how many are wanted while it is live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from app import engine
from app.accounts import service as accounts
from app.catalog import service as catalog
from app.core.problems import N_, Problem
from app.db import reading, scoped, upsert, writing
from app.interviews.models import Place, QuotaTarget
from app.interviews.repository import Interview

MOST = 100_000_000


@dataclass(frozen=True, slots=True)
class Cell:
    """`complete`, `under_way`: how many interviews have taken and reserved a place."""

    name: str
    target: int
    complete: int
    under_way: int

    @property
    def full(self) -> bool:
        return self.complete >= self.target


@dataclass(frozen=True, slots=True)
class Standing:
    """A quota as it stands. `hard`: who comes too late is turned away."""

    name: str
    hard: bool
    cells: Sequence[Cell]


def standing(study: catalog.Study, now: datetime) -> list[Standing]:
    """How each quota of an opened study stands, in the order of the definition."""
    quotas = catalog.questionnaire(study.version_id).quotas if study.version_id else ()
    if not quotas:
        return []
    counted = (
        select(Place.quota, Place.cell, Place.taken, func.count())
        .where(scoped(Place, study.workspace_id), Place.study_id == study.id, or_(Place.taken, Place.expires_at > now))
        .group_by(Place.quota, Place.cell, Place.taken)
    )
    with reading() as conn:
        counts = {(quota, cell, taken): count for quota, cell, taken, count in conn.execute(counted)}
        changed = targets(conn, study.workspace_id, study.id)

    def cell(quota: engine.Quota, name: str, target: int) -> Cell:
        key = (quota.name, name)
        return Cell(name, changed.get(key, target), counts.get((*key, True), 0), counts.get((*key, False), 0))

    return [Standing(q.name, q.kind == "hard", [cell(q, *each) for each in q.targets.items()]) for q in quotas]


def full(study: catalog.Study, interview: Interview, now: datetime) -> bool:
    """Whether nobody like this person is wanted any more: as many as the study wants are complete, or a hard quota's cell is; while
    nobody knows the cell, all its cells. Test interviews are always wanted."""
    if interview.is_test:
        return False
    if study.max_interviews is not None and _complete(study) >= study.max_interviews:
        return True
    questionnaire = catalog.questionnaire(interview.version_id)
    if not any(quota.kind == "hard" for quota in questionnaire.quotas):
        return False
    known = engine.cells(questionnaire, interview.state)

    def shut(quota: Standing) -> bool:
        theirs = [cell for cell in quota.cells if known.get(quota.name, cell.name) == cell.name]
        return bool(theirs) and all(cell.full for cell in theirs)

    return any(shut(quota) for quota in standing(study, now) if quota.hard)


def _complete(study: catalog.Study) -> int:
    taken = select(func.count()).select_from(Place).where(
        scoped(Place, study.workspace_id), Place.study_id == study.id, Place.quota == "", Place.taken
    )  # fmt: skip
    with reading() as conn:
        return conn.scalar(taken) or 0


def targets(conn: Connection, workspace_id: str, study_id: str) -> dict[tuple[str, str], int]:
    """The targets that were changed, by quota and cell."""
    statement = select(QuotaTarget.quota, QuotaTarget.cell, QuotaTarget.target)
    rows = conn.execute(statement.where(scoped(QuotaTarget, workspace_id), QuotaTarget.study_id == study_id))
    return {(quota, cell): target for quota, cell, target in rows}


def set_target(
    study: catalog.Study, quota: str, cell: str, target: int, *, now: datetime, actor: str
) -> Problem | None:
    """How many are wanted of a cell from now on. Who is under way keeps their place, even beyond a lower target."""
    known = {(each.name, one.name): one for each in standing(study, now) for one in each.cells}
    old = known.get((quota, cell))
    if old is None:
        return Problem("unknown_cell", N_("{name} has no cell {cell}."), {"name": quota, "cell": cell})
    if not 0 <= target <= MOST:
        message, remedy = N_("{value} is out of range."), N_("Write a whole number from {low} to {high}.")
        return Problem("out_of_range", message, {"value": target, "low": 0, "high": MOST}, remedy=remedy)
    if target == old.target:
        return None
    key = {"workspace_id": study.workspace_id, "study_id": study.id, "quota": quota, "cell": cell}
    with writing() as conn:
        statement = upsert(conn, QuotaTarget).values(**key, target=target)
        conn.execute(
            statement.on_conflict_do_update(index_elements=["study_id", "quota", "cell"], set_={"target": target})
        )
        was, will = {f"{quota}: {cell}": old.target}, {f"{quota}: {cell}": target}
        accounts.audit(conn, study.workspace_id, actor, "study.quota", "study", study.id, was, will, now)
    return None
