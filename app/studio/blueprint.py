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

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self.definition.problems

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What may be published but is probably not meant."""
        return self.definition.warnings

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
    def open_studies(self) -> list[catalog.Study]:
        found = catalog.studies(self.entry.workspace_id, self.entry.id)
        return [study for study in found if study.status == "open"]

    @cached_property
    def by_place(self) -> dict[Place, list[Problem]]:
        """The problems of each question, page and value from outside; () holds those of the questionnaire."""
        return problems_by_place(self.tree, self.problems)

    @cached_property
    def warnings_by_place(self) -> dict[Place, list[Problem]]:
        return problems_by_place(self.tree, self.warnings)

    def part(self, place: Place) -> Any:
        return find(self.tree, place)


def problems_by_place(tree: Any, problems: Iterable[Problem]) -> dict[Place, list[Problem]]:
    known = set(places(tree)) if editable(tree) else set()
    found: dict[Place, list[Problem]] = {}
    for problem in problems:
        path = path_of(problem.path)
        place = next((path[:end] for end in (4, 2) if path[:end] in known), ())
        found.setdefault(place, []).append(problem)
    return found


def desk_of(questionnaire_id: str) -> Desk:
    """The desk, or 404."""
    entry = catalog.entry(workspace_id(), questionnaire_id)
    if entry is None:
        abort(404)
    return Desk(entry, catalog.working(workspace_id(), questionnaire_id))
