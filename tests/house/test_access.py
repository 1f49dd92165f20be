"""Every route says who may use it, and answers each caller as the table says."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Connection, Delete, Insert, Update, event

from app.db import db
from app.ui.access import ROLES, UnmarkedView, access_of, public, require_marks, role
from tests.conftest import Client
from tests.house import routes as house


@pytest.fixture(scope="module")
def doors() -> Iterator[house.Doors]:
    yield from house.new_doors(Client)


def test_every_route_has_its_row_and_every_row_its_route(doors: house.Doors) -> None:
    there, known = {str(route) for route in house.routes(doors.app)}, set(house.table())
    assert there - known == set(), (
        "print the rows with `python -m tests.house.routes`, read them, add them to routes.txt"
    )
    assert known - there == set(), "rows of routes that are gone"


def test_each_caller_gets_the_status_of_the_table(doors: house.Doors) -> None:
    known = house.table()
    rows = {str(route): doors.row(route) for route in house.routes(doors.app) if str(route) in known}
    assert {name: row for name, row in rows.items() if row != known[name]} == {}


def test_the_table_agrees_with_the_marks(doors: house.Doors) -> None:
    """So that a wrong row cannot be added by copying what a wrong view does."""
    wrong = []
    for rule in doors.app.url_map.iter_rules():
        access = access_of(doors.app, rule.endpoint)
        for method in house.methods(rule):
            row = dict(zip(house.CALLERS, house.table().get(f"{method} {rule.rule}", ()), strict=False))
            if access and row and not agrees(access.kind, access.names, row):
                wrong.append(f"{method} {rule.rule} {access} {row}")
    assert wrong == []


def agrees(kind: str, names: tuple[str, ...], row: dict[str, int]) -> bool:
    people = {caller: row[caller] for caller in ROLES}
    if kind == "role":
        allowed = {caller for caller in ROLES if not names or caller in names}
        return (
            row["anonymous"] in (302, 401)
            and row["key"] in (302, 401, 415)
            and all((status == 403) == (caller not in allowed) for caller, status in people.items())
        )
    if kind == "api_key":
        return row["anonymous"] in (401, 415) and row["key"] not in (401, 403) and set(people.values()) <= {401, 415}
    if kind == "webhook":
        return set(row.values()) <= {400, 403, 404}
    return 403 not in row.values() and 401 not in row.values()


def test_no_status_is_a_fault(doors: house.Doors) -> None:
    assert [name for name, row in house.table().items() if any(status >= 500 for status in row if status != 503)] == []


# When a person was last seen and a key last used, and how often an address has knocked, are kept about a visit.
ABOUT_A_VISIT = {"staff_sessions", "api_keys", "rate_limits"}


def test_reading_a_page_writes_nothing(doors: house.Doors) -> None:
    written: list[tuple[str, str]] = []
    knocking = ""

    def note(conn: Connection, statement: object, *rest: object) -> None:
        if isinstance(statement, (Insert, Update, Delete)) and statement.table.name not in ABOUT_A_VISIT:
            written.append((knocking, statement.table.name))

    event.listen(db.engine, "before_execute", note)
    for route in house.routes(doors.app):
        if route.method == "GET":
            for caller in ("anonymous", "admin", "researcher", "interviewer", "key"):
                token = doors.session(caller)
                knocking = str(route)
                doors.knock(route, caller, token)
                knocking = ""
    event.remove(db.engine, "before_execute", note)
    assert [place for place in written if place[0]] == []


def test_a_view_without_a_mark_stops_the_start() -> None:
    app = Flask("app", static_folder=None)
    app.add_url_rule("/secret", "secret", lambda: "")
    with pytest.raises(UnmarkedView, match="secret"):
        require_marks(app)


def test_a_view_has_one_mark_of_a_role_that_exists() -> None:
    with pytest.raises(ValueError, match="two access marks"):
        public(role("admin")(lambda: ""))
    with pytest.raises(ValueError, match="no such role: owner"):
        role("owner")
