"""Fixtures. The suite runs on SQLite, and again with `--database postgresql`."""

from __future__ import annotations

import contextvars
import itertools
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import stamp
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app import models as models
from app.accounts import service as accounts
from app.accounts.sign_in import open_session
from app.core.clock import FixedClock
from app.db import db
from app.factory import create_app
from app.migrations import DIRECTORY, newest_revision
from config import Testing
from tests import postgres as pg
from tests.leaving_out import left_out

pytest_plugins = ["tests.browser", "tests.product", "tests.rabbitmq"]

# A machine may be slow. CI tries the same examples each time; new ones are found everywhere else.
hypothesis_settings.register_profile(
    "suite",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
hypothesis_settings.load_profile("suite")

# Marks follow from the fixtures a test asks for.
MARKS = {
    "database_url": "database",
    "module_database_url": "database",
    "empty_database_url": "database",
    "chromium": "browser",
    "postgres": "postgresql",
}
_number = itertools.count()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=("sqlite", "postgresql"), default="sqlite", help="what the tests' database is"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for fixture, mark in MARKS.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
    # Files of few tests are the long ones (walks, whole programs): begun first, they leave no core idle at the end.
    tests = Counter(item.path for item in items)
    items.sort(key=lambda item: tests[item.path])


# --- databases ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL cluster; the URL has `{}` for the database's name."""
    folder = pg.binaries()
    if folder is None:
        left_out("no PostgreSQL here: apt-get install postgresql")
    with pg.cluster(folder) as url:
        yield url


@pytest.fixture(scope="session")
def schema(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of an empty database with every table, made once and copied for each test."""
    if request.config.getoption("--database") == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('schema') / 'canvass.db'}"
    else:
        cluster = request.getfixturevalue("postgres")
        _create_database(cluster, "schema")
        url = cluster.format("schema")
    app = create_app(Testing({"DATABASE_URL": url}))
    with app.app_context():
        db.metadata.create_all(db.engine)
        if newest_revision():
            stamp(DIRECTORY)
        _close(app)
    return url


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, schema: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A fresh database with every table and no row, always at the same address."""
    folder = tmp_path_factory.getbasetemp() / "database"
    folder.mkdir(exist_ok=True)
    with fresh_database(request, schema, folder, "test") as url:
        yield url


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database without any table."""
    if request.config.getoption("--database") == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    name = f"empty_{next(_number)}"
    cluster = request.getfixturevalue("postgres")
    _create_database(cluster, name)
    yield cluster.format(name)
    _sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def module_database_url(
    request: pytest.FixtureRequest, schema: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same, shared by a module's tests."""
    with fresh_database(request, schema, tmp_path_factory.mktemp("database")) as url:
        yield url


@contextmanager
def fresh_database(request: pytest.FixtureRequest, schema: str, folder: Path, name: str | None = None) -> Iterator[str]:
    if schema.startswith("sqlite"):
        for left in folder.glob("canvass.db*"):  # its journal, too
            left.unlink()
        shutil.copyfile(schema.removeprefix("sqlite:///"), folder / "canvass.db")
        yield f"sqlite:///{folder / 'canvass.db'}"
        return
    name = name or f"test_{next(_number)}"
    cluster = request.getfixturevalue("postgres")
    _create_database(cluster, name, "TEMPLATE schema STRATEGY file_copy")
    yield cluster.format(name)
    _sql(cluster, f"DROP DATABASE {name} WITH (FORCE)")


def _create_database(cluster: str, name: str, options: str = "") -> None:
    _sql(cluster, f"CREATE DATABASE {name} {options}")


def _sql(cluster: str, statement: str) -> None:
    with psycopg.connect(cluster.format("postgres"), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def _close(app: Flask) -> None:
    for engine in db.engines.values():
        engine.dispose()


# --- the application ------------------------------------------------------------------------------


class Client(FlaskClient):
    """A test client whose requests see nothing of the test's own application context, as in life."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)

    def submit(self, address: str, data: dict[str, Any] | None = None, page: str | None = None, **kwargs: Any) -> Any:
        """Load `page` (the address itself unless told), then post `data` to the address with the page's CSRF token."""
        shown = self.get(page or address)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown.text)
        assert token, f"{page or address} ({shown.status}) shows no form"
        return self.post(address, data={"csrf_token": token[1], **(data or {})}, **kwargs)


@pytest.fixture
def clock() -> FixedClock:
    """The app's clock, at noon UTC on Wednesday 4 November 2026 until the test moves it."""
    return FixedClock(datetime(2026, 11, 4, 12, tzinfo=UTC))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment the app is made from; a test module may override it."""
    return {"DATABASE_URL": database_url, "VAR_DIR": str(tmp_path)}


_apps: dict[str, Flask] = {}
"""By the address of its database: making the routes and compiling each statement takes longer than many a test."""


@pytest.fixture
def app(request: pytest.FixtureRequest, settings: dict[str, str], clock: FixedClock, tmp_path: Path) -> Iterator[Flask]:
    """The application on a fresh database, inside its application context. One that a test left as it was serves the next."""
    address = settings["DATABASE_URL"]
    shared = settings == {"DATABASE_URL": address, "VAR_DIR": str(tmp_path)}
    shared = shared and request.node.get_closest_marker("own_app") is None
    app = (shared and _apps.pop(address, None)) or create_app(Testing(settings))
    app.test_client_class = Client
    app.config["VAR"], app.extensions["clock"] = tmp_path, clock
    before = dict(app.config)
    with app.app_context():
        yield app
        _close(app)
    if shared and app.config == before:
        _apps[address] = app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """An anonymous browser without JavaScript."""
    return app.test_client()


@pytest.fixture
def workspace(app: Flask, clock: FixedClock) -> str:
    """The id of a workspace, "Northwind"."""
    made = accounts.create_workspace("Northwind", clock.now(), contact_line="help@northwind.example")
    assert isinstance(made, accounts.Workspace), made
    return made.id


@pytest.fixture
def staff(workspace: str, clock: FixedClock) -> Callable[..., accounts.Person]:
    """`staff("interviewer", …)`: a member of staff with these roles."""

    def make(*roles: str, workspace_id: str = workspace) -> accounts.Person:
        number = next(_number)
        made = accounts.create_user(
            workspace_id, f"p{number}@northwind.example", f"Person {number}", roles, clock.now()
        )
        assert isinstance(made, accounts.Person), made
        return made

    return make


@pytest.fixture
def signed_in(app: Flask, staff: Callable[..., accounts.Person], clock: FixedClock) -> Callable[..., Client]:
    """`signed_in("interviewer", …)`: the browser of a member of staff with these roles; or of a given person."""

    def make(*roles: str, person: accounts.Person | None = None) -> Client:
        client = app.test_client()
        assert isinstance(client, Client)
        token = open_session(person or staff(*roles), "test", clock.now())
        with client.session_transaction() as session:
            session.update(_user_id=token, _fresh=True)
        return client

    return make
