"""The blueprint of the studio and what all its views share."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, abort, flash
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.catalog import service as catalog
from app.core.problems import Problem
from app.studio.outline import Place, editable, find, path_of, places
from app.ui.access import role
from app.ui.navigation import navigate_to

bp = Blueprint("studio", __name__, url_prefix="/studio")
navigate_to("studio.home", _l("Studio"), 20)

may_read = role("researcher", "manager")
may_write = role("researcher")


def workspace_id() -> str:
    return str(current_user.workspace_id)


def actor() -> str:
    return str(current_user.id)


def is_researcher() -> bool:
    return "researcher" in current_user.roles


@bp.context_processor
def shared() -> dict[str, Any]:
    return {"may_write": is_researcher(), "say": say, "remedy": remedy}


def say(problem: Problem) -> str:
    return problem.text(_)


def remedy(problem: Problem) -> str:
    return problem.remedy_text(_)


def flash_problems(problems: Iterable[Problem]) -> None:
    for problem in problems:
        flash(" ".join((say(problem), remedy(problem))).strip(), "danger")


@dataclass
class Desk:
    """A questionnaire on the researcher's desk: its draft (or newest version), read and checked."""

    entry: catalog.Entry
    working: catalog.Version

    @cached_property
    def definition(self) -> catalog.Definition:
        return catalog.recheck(self.working)

    @property
    def tree(self) -> Any:
        return self.definition.tree

    @cached_property
    def judged(self) -> "Judged":
        return judge(self.definition)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.judged.problems

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return self.judged.warnings

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return catalog.languages(self.tree)

    @property
    def editable(self) -> bool:
        return editable(self.tree)

    @cached_property
    def last_edit(self) -> str | None:
        return catalog.last_edit(self.entry.workspace_id, self.working)

    @cached_property
    def published(self) -> catalog.Version | None:
        return catalog.newest_published(self.entry.workspace_id, self.entry.id)

    @cached_property
    def studies(self) -> list[catalog.Study]:
        return catalog.studies(self.entry.workspace_id, self.entry.id)

    @cached_property
    def open_studies(self) -> list[catalog.Study]:
        return [study for study in self.studies if study.status == "open"]

    @cached_property
    def by_place(self) -> dict[Place, list[Problem]]:
        """The problems of each question, page and value from outside; () holds those of the questionnaire."""
        return problems_by_place(self.tree, self.problems)

    def part(self, place: Place) -> Any:
        return find(self.tree, place)


@dataclass(frozen=True)
class Judged:
    """``problems`` keep a definition from being published. ``warnings``: what may be, but is probably not meant; ``notes``: what is
    worth knowing."""

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    def at(self, tree: Any, place: Place) -> tuple[list[Problem], list[Problem], list[Problem]]:
        """Those of one part: problems, warnings, notes."""
        here = (problems_by_place(tree, each).get(place, []) for each in (self.problems, self.warnings, self.notes))
        problems, warnings, notes = here
        return problems, warnings, notes


def judge(definition: catalog.Definition) -> Judged:
    """What the compiler says, else what the checks find that can be told at once."""
    if definition.questionnaire is None:
        return Judged(definition.problems)
    found = catalog.while_typing(definition)
    kinds = (tuple(f for f in found if f.severity == severity) for severity in ("error", "warning", "note"))
    return Judged(*kinds)


def problems_by_place(tree: Any, problems: Iterable[Problem]) -> dict[Place, list[Problem]]:
    found: dict[Place, list[Problem]] = {}
    for problem in problems:
        found.setdefault(place_of(tree, problem), []).append(problem)
    return found


def place_of(tree: Any, problem: Problem) -> Place:
    """The question, page or value from outside that a problem is about; () for the questionnaire."""
    known = set(places(tree)) if editable(tree) else set()
    path = path_of(problem.path)
    return next((path[:end] for end in (4, 2) if path[:end] in known), ())


def desk_of(questionnaire_id: str) -> Desk:
    """The desk, or 404."""
    entry = catalog.entry(workspace_id(), questionnaire_id)
    if entry is None:
        abort(404)
    return Desk(entry, catalog.working(workspace_id(), questionnaire_id))


def free_name(base: str) -> str:
    """The template's own name while it is free, else with a number."""
    if base.startswith("own:"):
        entry = catalog.entry(workspace_id(), base.removeprefix("own:"))
        base = entry.name if entry else ""
    taken = {entry.name for entry in catalog.questionnaires(workspace_id())}
    stems = (base if number == 1 else f"{base}_{number}" for number in range(1, 10_000))
    return next(stem for stem in stems if stem not in taken) if base else ""
