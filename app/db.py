"""The database: one declarative base, two engines, explicit transactions, and the wall between workspaces.

SQLite has a read engine (deferred, query_only) and a write engine (one connection, BEGIN IMMEDIATE, WAL, synchronous FULL);
PostgreSQL uses one engine for both.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    String,
    Text,
    TypeDecorator,
    event,
    insert,
    make_url,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.expression import FromClause

from app.wall import UnscopedStatement as UnscopedStatement
from app.wall import guard

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


db = SQLAlchemy(model_class=Base, disable_autonaming=True)

Id = String(36)
SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"  # on PostgreSQL each statement has its own otherwise
)


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive datetime is a bug and raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


class Json(TypeDecorator[Any]):
    """JSON kept as text with sorted keys: jsonb would reorder keys and change 1e16."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Searchable(Json):
    """JSON that conditions look into: jsonb on PostgreSQL (six times as fast there as a cast of text), and for SQLite's
    json_extract the text of Json. Equal values come back, not the same bytes."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(postgresql.JSONB() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else super().process_bind_param(value, dialect)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else super().process_result_value(value, dialect)


class Scoped:
    """Mixin for a table whose rows belong to a workspace."""

    @declared_attr
    def workspace_id(cls) -> Mapped[str]:
        return mapped_column(Id, index=True)


def scoped(model: type[Scoped], workspace_id: str) -> ColumnElement[bool]:
    """The predicate every statement on a workspace's table carries."""
    return model.workspace_id == workspace_id


# --- transactions ---------------------------------------------------------------------------------

_transaction: ContextVar[tuple[Connection, list[Callable[[], None]]] | None] = ContextVar("transaction", default=None)


@contextmanager
def writing() -> Iterator[Connection]:
    """A write transaction that commits at the outermost exit; inside another one it joins it.

    An exception rolls the whole back, so do not swallow one from a joined block: open a savepoint (`conn.begin_nested()`).
    """
    joined = _transaction.get()
    if joined is not None:
        yield joined[0]
        return
    after: list[Callable[[], None]] = []
    with db.engine.begin() as conn:
        token = _transaction.set((conn, after))
        try:
            yield conn
        finally:
            _transaction.reset(token)
    for call in after:
        call()


_snapshot: ContextVar[Connection | None] = ContextVar("snapshot", default=None)


@contextmanager
def reading() -> Iterator[Connection]:
    """A read transaction; inside another one it joins it (one snapshot, one connection), and inside `writing()` it is the
    connection that writes, so that it sees what was just written."""
    joined = _transaction.get()
    if joined is not None:
        yield joined[0]
        return
    outer = _snapshot.get()
    if outer is not None:
        yield outer
        return
    with db.engines["read"].connect() as conn:
        token = _snapshot.set(conn)
        try:
            yield conn
        finally:
            _snapshot.reset(token)


def after_commit(call: Callable[[], None]) -> None:
    """Run `call` once the transaction under way has committed; raises RuntimeError outside one."""
    joined = _transaction.get()
    if joined is None:
        raise RuntimeError("after_commit() is called inside writing()")
    joined[1].append(call)


def once_committed(call: Callable[[], None]) -> None:
    """Run `call` as soon as what was read is certain: inside `writing()` when it has committed, else at once."""
    joined = _transaction.get()
    if joined is None:
        call()
    else:
        joined[1].append(call)


def upsert(conn: Connection, model: type[Base]) -> Any:
    """An INSERT that has `on_conflict_do_update` and `on_conflict_do_nothing`, alike on both databases."""
    return (sqlite if conn.dialect.name == "sqlite" else postgresql).insert(model)


MANY = 50  # rows from which COPY is worth its round trip


def insert_many(conn: Connection, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns: by executemany, on PostgreSQL by COPY where there are many."""
    if not rows:
        return
    if conn.dialect.name == "sqlite" or len(rows) < MANY:
        conn.execute(insert(model), list(rows))
    else:
        copy(conn, model.__table__, rows)


def copy(conn: Connection, table: FromClause, rows: Sequence[Mapping[str, Any]]) -> None:
    """COPY rows of texts, numbers, truth values, instants and JSON into a table of PostgreSQL. The caller answers for the
    workspace in each row: the wall sees statements only."""
    names = list(rows[0])
    columns = [_column(table.c[name].type, conn.dialect, [row[name] for row in rows]) for name in names]
    lines = "\n".join(map("\t".join, zip(*columns, strict=True)))
    quoted = conn.dialect.identifier_preparer.quote
    cursor = conn.connection.driver_connection.cursor()  # type: ignore[union-attr]
    with cursor.copy(f"COPY {quoted(table.description)} ({', '.join(map(quoted, names))}) FROM STDIN") as stream:
        stream.write(f"{lines}\n")


_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPED = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


def _column(kind: Any, dialect: Dialect, values: list[Any]) -> list[str]:
    """A column in the text format of COPY. An object that many rows share, such as the time, is written once."""
    plain = isinstance(kind, String) and None not in values and not _SPECIAL.search("".join(values))
    if plain:
        return values
    distinct = {id(value): value for value in values}
    written = {key: _written(kind, dialect, value) for key, value in distinct.items()}
    return [written[id(value)] for value in values]


def _written(kind: Any, dialect: Dialect, value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(kind, Json):
        value = _json(value)
    elif isinstance(kind, TypeDecorator):
        value = kind.process_bind_param(value, dialect)
    return str(value).translate(_ESCAPED)


# --- engines --------------------------------------------------------------------------------------


def init_db(app: Flask) -> None:
    """Bind `db` to DATABASE_URL (sqlite:////path or postgresql://…; the driver for the latter is psycopg 3)."""
    url = make_url(app.config["DATABASE_URL"])
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    text = url.render_as_string(hide_password=False)
    if url.get_backend_name() == "sqlite":
        write = {"url": text, "pool_size": 1, "max_overflow": 0, "pool_timeout": 30}
        read = {"url": text, "pool_size": 16, "max_overflow": 16}
    else:
        write = {"url": text, "pool_size": app.config.get("DATABASE_POOL", 8), "max_overflow": 8, "pool_pre_ping": True}
        read = dict(write)
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {}
    app.config["SQLALCHEMY_BINDS"] = {None: write, "read": read}
    db.init_app(app)
    with app.app_context():
        for key in (None, "read"):
            _prepare(db.engines[key], read_only=key == "read")


def _prepare(engine: Engine, read_only: bool) -> None:
    guard(engine, db.metadata.tables)
    if engine.dialect.name != "sqlite":
        if read_only:
            event.listen(engine, "begin", lambda conn: conn.exec_driver_sql(SNAPSHOT))
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # pysqlite must not begin by itself
        cursor = connection.cursor()
        for pragma in ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        if read_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        execute = conn.connection.driver_connection.execute  # type: ignore[union-attr]
        if read_only:
            execute("BEGIN")
            return
        # SQLite's own waiting is a poll with pauses, which a process that writes without a pause never lets through: writers queue
        with open(f"{engine.url.database}-turn", "ab") as turn:
            flock(turn, LOCK_EX)
            execute("BEGIN IMMEDIATE")
