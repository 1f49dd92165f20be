"""Fieldwork's verbs: cases, the queue, calls and visits. What other packages call."""

from app.fieldwork import merging as merging
from app.fieldwork import news as news
from app.fieldwork.admitting import Leased
from app.fieldwork.calling import Coded, Dialled, Lost, begin, code, complete, dial, note
from app.fieldwork.leasing import UnderWay, not_takeable, put_back, renew, take
from app.fieldwork.outcomes import OUTCOMES, offered
from app.fieldwork.queue import callable_studies, next_case
from app.fieldwork.reading import (
    appointment_of,
    at_hand,
    attempts_of,
    case,
    cases_in,
    cases_of_interview,
    counts,
    days_work,
    dispositions,
    notes_on,
    open_cases_of,
    tally,
    visits_of,
)
from app.fieldwork.sampling import Added, add_case, add_cases, call_me, everybody, went_elsewhere
from app.fieldwork.store import Attempt, Case, attempts_on, zones_of
from app.fieldwork.supervising import assign, force, reopen, set_skills, skills

__all__ = [
    "OUTCOMES", "Added", "Attempt", "Case", "Coded", "Dialled", "Leased", "Lost", "UnderWay", "add_case", "add_cases",
    "appointment_of", "assign", "at_hand", "attempts_of", "attempts_on", "begin", "call_me", "callable_studies", "case", "cases_in",
    "cases_of_interview", "code", "complete", "counts", "days_work", "dial", "dispositions", "everybody", "force",
    "next_case", "not_takeable", "note", "notes_on", "offered", "open_cases_of", "put_back",
    "renew", "reopen", "set_skills", "skills", "take",
    "tally", "visits_of", "went_elsewhere", "zones_of",
]  # fmt: skip
