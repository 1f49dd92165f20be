"""Who an expression over contacts holds for: in SQL for many, by the evaluator for one (the same semantics)."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.contacts import definitions
from app.contacts.attributes import Definition
from app.contacts.group_models import GroupRow, MemberRow
from app.contacts.models import ConsentRow, ContactRow
from app.contacts.profiles import Contact, contacts_where, named
from app.contacts.segment_names import PURPOSE, ContactNames, symbols, value
from app.core.problems import N_, Problem
from app.db import reading, scoped
from app.engine.expressions import parse
from app.engine.expressions.grammar import Syntax, read
from app.engine.expressions.history import SEGMENT
from app.engine.model import Env, Expression
from app.filters import happened, to_sql
from app.ui.paging import SIZE, Page, paginate


def understood(source: str, declared: Mapping[str, Definition]) -> Expression | list[Problem]:
    """The checked condition, or everything wrong with it, each problem with its column."""
    syntax = read(source)
    remainder = _find("%", syntax) if isinstance(syntax, Syntax) else None
    if remainder:
        message, remedy = N_("% is not known in a segment."), N_("Use +, -, * and /.")
        return [Problem("unknown_function", message, remedy=remedy, column=remainder.column)]
    found = parse(source, symbols(declared), "bool", functions=SEGMENT)
    return [_for_contacts(each) for each in found] if isinstance(found, list) else found


def _find(op: str, syntax: Syntax) -> Syntax | None:
    if syntax.op == op:
        return syntax
    inside = (_find(op, each) for each in syntax.operands if isinstance(each, Syntax))
    return next((each for each in inside if each), None)


def _for_contacts(problem: Problem) -> Problem:
    """The remedies of a questionnaire are none here."""
    if problem.code != "unknown_name" or problem.params.get("close"):
        return problem
    return replace(problem, remedy=N_("Declare it as an attribute, or use one of the names below."))


def people(workspace_id: str, expression: Expression, now: datetime, dialect: str) -> Select[Any]:
    """SELECT the ids of the contacts that it holds for."""
    names = ContactNames(workspace_id, definitions.declared(workspace_id), now, dialect)
    condition = to_sql(expression.tree, names.names)
    everybody = select(ContactRow.id).select_from(names.joined(expression.references))
    return everybody.where(scoped(ContactRow, workspace_id), ContactRow.erased_at.is_(None), condition)


def _prepare(conn: Connection) -> None:
    """Compiling the query to machine code takes PostgreSQL longer than running it; for this transaction alone."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SET LOCAL jit = off")


def count(workspace_id: str, expression: Expression, now: datetime) -> int:
    with reading() as conn:
        _prepare(conn)
        found = people(workspace_id, expression, now, conn.dialect.name)
        return conn.scalar(found.with_only_columns(func.count(), maintain_column_froms=True)) or 0


def ids(workspace_id: str, expression: Expression, now: datetime) -> list[str]:
    with reading() as conn:
        _prepare(conn)
        return list(conn.scalars(people(workspace_id, expression, now, conn.dialect.name).order_by(ContactRow.id)))


def page(workspace_id: str, expression: Expression, now: datetime, number: int = 1, size: int = SIZE) -> Page:
    """A page of the contacts it holds for, newest first."""
    with reading() as conn:
        _prepare(conn)
        wanted = people(workspace_id, expression, now, conn.dialect.name).order_by(ContactRow.id.desc())
        found = paginate(conn, wanted, number, size)
        there = contacts_where(
            workspace_id, ContactRow.id.in_([row.id for row in found.items]), order=ContactRow.id.desc()
        )
    return replace(found, items=there)


def holds(workspace_id: str, expression: Expression, contact_id: str, now: datetime) -> bool:
    """Whether it holds for a contact; False for one that is not there."""
    envs = facts(workspace_id, expression, [contact_id], now)
    return bool(envs) and expression.evaluate(envs[contact_id]) is True


def facts(workspace_id: str, expression: Expression, contact_ids: Collection[str], now: datetime) -> dict[str, Env]:
    """What the evaluator reads of contacts, by id; of erased ones nothing."""
    with reading() as conn:
        declared = definitions.declared(workspace_id)
        found = named(workspace_id, contact_ids)
        envs = {key: _profile(contact, declared) for key, contact in found.items()}
        acts = (scoped(ConsentRow, workspace_id), ConsentRow.contact_id.in_(found), ConsentRow.purpose == PURPOSE)
        for row in conn.execute(select(ConsentRow.__table__).where(*acts).order_by(ConsentRow.at, ConsentRow.id)):
            envs[row.contact_id][f"consent_{row.channel}"] = row.given
        same = (GroupRow.id == MemberRow.group_id) & (GroupRow.workspace_id == MemberRow.workspace_id)
        mine = (scoped(MemberRow, workspace_id), MemberRow.contact_id.in_(found))
        columns = (MemberRow.contact_id, GroupRow.kind, GroupRow.name)
        for row in conn.execute(select(*columns).select_from(MemberRow).join(GroupRow, same).where(*mine).distinct()):
            envs[row.contact_id][row.kind] += (row.name,)
        events = happened(workspace_id, found)
    return {key: {**env, "now()": now.isoformat(), "history()": events.get(key, [])} for key, env in envs.items()}


def _profile(contact: Contact, declared: Mapping[str, Definition]) -> Env:
    env: Env = {"kind": contact.kind, "account": (), "household": (), "added": _day(contact.created_at)}
    for name, one in declared.items():
        env = {**value(name, one, contact.attributes), **env}
    texts = {
        "language": contact.language,
        "time_zone": contact.time_zone,
        "customer_since": _day(contact.customer_since),
    }
    return env | {name: text or None for name, text in texts.items()}


def _day(at: datetime | None) -> str | None:
    return at.astimezone(UTC).date().isoformat() if at else None
