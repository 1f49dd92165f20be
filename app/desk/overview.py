"""What the home page tells each role."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.catalog import service as catalog
from app.catalog.service import Study
from app.delivery import service as delivery
from app.events import dead_deliveries
from app.fieldwork import service as fieldwork
from app.fieldwork.reading import Day
from app.heartbeat import SILENT, silence
from app.insights.results import latest_score
from app.insights.scores import Score
from app.interviews.scan import count


@dataclass(frozen=True, slots=True)
class InField:
    """An open study: interviews by status, and the newest value of its first metric."""

    study: Study
    counts: Mapping[str, int]
    score: Score | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def in_the_field(workspace_id: str) -> list[InField]:
    """The open studies, newest first, practice left out."""
    studies = [study for study in catalog.studies(workspace_id) if study.status == "open" and not study.practice]
    return [InField(study, count(workspace_id, study.id), latest_score(study)) for study in studies]


@dataclass(frozen=True, slots=True)
class Warnings:
    """What needs a person. `messages`: how many are failed, blocked or unknown, by state. `dead`: deliveries of events that were
    given up. `silent`: the scheduler's silence, where it is too long; None when it never spoke is `never`."""

    messages: Mapping[str, int]
    dead: int
    silent: timedelta | None
    never: bool

    def __bool__(self) -> bool:
        return bool(self.messages or self.dead or self.silent or self.never)


def warnings(workspace_id: str, machine_now: datetime) -> Warnings:
    """`machine_now`: the machine's own time; moving the demo's clock is no silence."""
    found = {state: delivery.outbox(workspace_id, state=state).total for state in ("blocked", "failed", "unknown")}
    quiet = silence("scheduler", machine_now)
    late = quiet if quiet is not None and quiet > SILENT else None
    return Warnings({k: n for k, n in found.items() if n}, len(dead_deliveries(workspace_id)), late, quiet is None)


def calls(workspace_id: str, user_id: str, now: datetime) -> Day:
    """An interviewer's day on the phone."""
    studies = fieldwork.callable_studies(workspace_id, None, now)
    return fieldwork.days_work(workspace_id, user_id, studies, now)


def visits(workspace_id: str, user_id: str) -> int:
    """How many visits an interviewer still has to make."""
    return sum(not case.finished for case in fieldwork.visits_of(workspace_id, user_id))


def find_studies(workspace_id: str, words: str) -> Collection[Study]:
    """Studies whose title or name contains every word."""
    wanted = words.casefold().split()
    return [
        study
        for study in catalog.studies(workspace_id)
        if all(word in f"{study.title} {study.name}".casefold() for word in wanted)
    ]
