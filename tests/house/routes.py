"""The table of routes: who gets which status. `python -m tests.house.routes` prints the rows that are missing."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from app.accounts import service as accounts
from app.accounts.keys import SCOPES, create_key
from app.accounts.sign_in import open_session
from app.core.clock import FixedClock
from app.db import db
from app.factory import create_app
from app.ui.access import ROLES
from config import Testing

TABLE = Path(__file__).with_name("routes.txt")
CALLERS = ("anonymous", *ROLES, "key")
NOW = datetime(2026, 11, 4, 12, tzinfo=UTC)
# What stands for a parameter: something well formed that does not exist.
EXAMPLES = {"default": "nothing", "string": "nothing", "path": "nothing", "int": "1", "uuid": "0" * 32}


@dataclass(frozen=True, order=True)
class Route:
    """One method of one rule."""

    rule: str
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def address(self) -> str:
        return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?\w+>", lambda m: EXAMPLES[m[1] or "default"], self.rule)


def routes(app: Flask) -> list[Route]:
    """Every route of the product, sorted."""
    return sorted(Route(rule.rule, method) for rule in app.url_map.iter_rules() for method in methods(rule))


def methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def table() -> dict[str, tuple[int, ...]]:
    """The rows of routes.txt: the statuses in the order of CALLERS."""
    rows = [line.split() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {f"{row[0]} {row[1]}": tuple(map(int, row[2:])) for row in rows}


class Doors:
    """An application with one person of each role and a key of every scope, who knock at its routes."""

    def __init__(self, app: Flask) -> None:
        app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # so that the answer is about the caller, not about the form
        app.config["PROPAGATE_EXCEPTIONS"] = False
        self.app = app
        made = accounts.create_workspace("Doors", NOW)
        assert isinstance(made, accounts.Workspace), made
        self.people = {role: self._person(made.id, role) for role in ROLES}
        key = create_key(made.id, "every scope", SCOPES, None, "command", NOW)
        assert isinstance(key, str), key
        self.key = key

    @staticmethod
    def _person(workspace_id: str, role: str) -> accounts.Person:
        made = accounts.create_user(workspace_id, f"{role}@doors.example", role, [role], NOW)
        assert isinstance(made, accounts.Person), made
        return made

    def session(self, caller: str) -> str | None:
        """The token of a fresh session; None for a caller who is no person."""
        return open_session(self.people[caller], "test", NOW) if caller in self.people else None

    def knock(self, route: Route, caller: str, token: str | None) -> int:
        """The status a caller gets, with an empty form (for the key an empty JSON object)."""
        client = self.app.test_client()
        if token:
            with client.session_transaction() as session:
                session.update(_user_id=token, _fresh=True)
        options: dict[str, Any] = {"method": route.method}
        if caller == "key":
            options["headers"] = {"Authorization": f"Bearer {self.key}"}
            if route.method != "GET":
                options["json"] = {}
        return client.open(route.address, **options).status_code

    def row(self, route: Route) -> tuple[int, ...]:
        return tuple(self.knock(route, caller, self.session(caller)) for caller in CALLERS)


def written(route: Route, statuses: tuple[int, ...]) -> str:
    return f"{route.method:<6} {route.rule:<52} " + " ".join(f"{status:>4}" for status in statuses)


def new_doors(client_class: Callable[..., Any]) -> Iterator[Doors]:
    """Doors on a database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(Testing({"DATABASE_URL": f"sqlite:///{folder}/doors.db", "VAR_DIR": folder}), FixedClock(NOW))
        app.test_client_class = client_class
        with app.app_context():
            db.metadata.create_all(db.engine)
            yield Doors(app)
            for engine in db.engines.values():
                engine.dispose()


def main() -> int:
    """Print a row, with the statuses as they are now, for each route without one. Read them before you add them."""
    from tests.conftest import Client

    for doors in new_doors(Client):
        known = table()
        for route in routes(doors.app):
            if str(route) not in known:
                print(written(route, doors.row(route)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
