"""When a case is due: the rules of its study, applied to what was tried already."""

from dataclasses import replace
from datetime import datetime

from app.catalog import service as catalog
from app.fieldwork import schedule, store
from app.fieldwork.schedule import Rules, Window
from app.fieldwork.store import Case


def rules(case: Case) -> Rules:
    """The rules of the case's study."""
    study = catalog.study(case.workspace_id, case.study_id)
    return schedule.rules_of(study.slot_limits if study else {})


def first_window(case: Case, now: datetime) -> Window:
    """The hours of a case that nobody tried yet: an evening or a weekend. A visit is made when its interviewer is there, and
    practice at any time."""
    if case.kind == "visit" or case.is_test:
        return Window(now, None)
    return schedule.next_call_at(now, store.zones_of(case), (), rules(case))


def next_window(case: Case, earliest: datetime) -> Window:
    """The hours of a further attempt, not before `earliest`."""
    history = store.counted(store.attempts_on(case))
    return schedule.next_call_at(earliest, store.zones_of(case), history, replace(rules(case), first=schedule.SLICES))


def over(case: Case, next_at: datetime) -> bool:
    """Whether the cap is reached, so that no further attempt is due."""
    return schedule.exhausted(store.counted(store.attempts_on(case)), next_at, rules(case))
