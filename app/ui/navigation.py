"""The staff's navigation: each package adds its entry when its views are imported; people see those their roles may use."""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, request
from flask_login import current_user

from app.ui.access import access_of


@dataclass(frozen=True, slots=True)
class Entry:
    """A page of the navigation. `label` is a lazy text; entries stand in `order`."""

    endpoint: str
    label: Any
    order: int


_entries: dict[str, Entry] = {}


def navigate_to(endpoint: str, label: Any, order: int) -> None:
    """Add a page to the navigation. Who sees it follows from the page's `@role`."""
    _entries[endpoint] = Entry(endpoint, label, order)


def entries() -> list[Entry]:
    """What the signed-in person may use, in order."""
    roles = set(getattr(current_user, "roles", ()))
    return [entry for entry in sorted(_entries.values(), key=lambda e: e.order) if _may(entry, roles)]


def _may(entry: Entry, roles: set[str]) -> bool:
    access = access_of(current_app, entry.endpoint)
    return access is not None and (not access.names or bool(roles & set(access.names)))


def is_here(entry: Entry) -> bool:
    """Whether the page shown belongs to this entry: the same blueprint."""
    here = request.endpoint or ""
    return here == entry.endpoint or here.rpartition(".")[0] == entry.endpoint.rpartition(".")[0]


def init_navigation(app: Flask) -> None:
    """Call after the blueprints are there; ValueError for an entry without a page."""
    lost = [endpoint for endpoint in _entries if endpoint not in app.view_functions]
    if lost:
        raise ValueError(f"the navigation names pages that do not exist: {', '.join(lost)}")
    app.jinja_env.globals.update(navigation=entries, is_here=is_here)
