"""What an expression over contacts may name: fields of the profile, consent, accounts, and the workspace's attributes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Double, Select, Text, and_, cast, distinct, func, select, type_coerce
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.expression import Subquery

from app.contacts.attributes import Definition
from app.contacts.group_models import GroupRow, MemberRow
from app.contacts.models import ConsentRow, ContactRow
from app.contacts.permission import CHANNELS
from app.core.problems import N_
from app.db import scoped
from app.engine.expressions import Symbol
from app.filters import Document, History, Names, Sql

PURPOSE = "research"
PROFILE = {
    "kind": Symbol("code", ("prospect", "customer")),
    "language": Symbol("text"),
    "time_zone": Symbol("text"),
    "customer_since": Symbol("date"),
    "added": Symbol("date"),
    "account": Symbol("set"),
    "household": Symbol("set"),
    **{f"consent_{channel}": Symbol("bool") for channel in CHANNELS},
}
MEANINGS = {
    "kind": N_("prospect or customer"),
    "language": N_("such as 'pl'; unknown where it is not known"),
    "time_zone": N_("such as 'Europe/Warsaw'"),
    "customer_since": N_("the day (UTC) they became a customer"),
    "added": N_("the day (UTC) we first knew them"),
    "account": N_("the names of their accounts"),
    "household": N_("the names of their households"),
    **{f"consent_{channel}": N_("the latest yes or no; unknown where there was none") for channel in CHANNELS},
}
"""What each name of PROFILE is, for the page that an expression is written on."""
_TYPES = {"text": "text", "number": "number", "boolean": "bool", "date": "date", "choice": "code", "tags": "set"}
AXES = {"lat": "lat", "lon": "lon"}


def symbols(declared: Mapping[str, Definition]) -> dict[str, Symbol]:
    """Every name: PROFILE, and the attributes that are not called as one of it; of a location its two halves, in degrees."""
    found: dict[str, Symbol] = {}
    for name, one in declared.items():
        if one.type == "location":
            found |= {f"{name}_{axis}": Symbol("number") for axis in AXES}
        else:
            found[name] = Symbol(_TYPES[one.type], tuple(one.choices))
    return found | PROFILE


def value(name: str, one: Definition, attributes: Mapping[str, Any]) -> dict[str, Any]:
    """An attribute as the evaluator has it: name -> value, what is not known left out."""
    known = attributes.get(name)
    if known is None:
        return {}
    if one.type == "location":
        return {f"{name}_{axis}": known[axis] for axis in AXES}
    return {name: tuple(known) if one.type == "tags" else known}


def column(name: str, one: Definition, document: Document) -> dict[str, Any]:
    """The same in SQL."""
    if one.type == "location":
        return {f"{name}_{axis}": document.number(name, axis) for axis in AXES}
    read = {"number": document.number, "boolean": document.boolean, "tags": document.codes}.get(one.type, document.text)
    return {name: read(name)}


@dataclass(frozen=True, slots=True)
class GroupNames:
    """The names of a contact's accounts or households as a set (filters.Codes): never unknown, perhaps empty."""

    workspace_id: str
    kind: str

    def _members(self, *columns: Any) -> Select[Any]:
        same = and_(GroupRow.id == MemberRow.group_id, GroupRow.workspace_id == MemberRow.workspace_id)
        mine = (scoped(MemberRow, self.workspace_id), GroupRow.kind == self.kind)
        return select(*columns).select_from(MemberRow).join(GroupRow, same).where(*mine)

    def has(self, code: Sql) -> Sql:
        return ContactRow.id.in_(self._members(MemberRow.contact_id).where(GroupRow.name == code))

    def size(self) -> Sql:
        own = MemberRow.contact_id == ContactRow.id
        counted = self._members(func.count(distinct(GroupRow.name))).where(own)
        return cast(counted.scalar_subquery(), Double)


class ContactNames:
    """The names of a workspace's contacts in SQL, for filters.to_sql; `joined` is what the conditions read."""

    def __init__(self, workspace_id: str, declared: Mapping[str, Definition], now: datetime, dialect: str) -> None:
        self.workspace_id, self.dialect = workspace_id, dialect
        self.history = History(workspace_id, now, dialect)
        raw = (
            type_coerce(ContactRow.attributes, JSONB) if dialect == "postgresql" else cast(ContactRow.attributes, Text)
        )
        document = Document(raw, dialect)
        attributes = {key: sql for name, one in declared.items() for key, sql in column(name, one, document).items()}
        self.consents = {f"consent_{channel}": latest_consent(workspace_id, channel) for channel in CHANNELS}
        profile: dict[str, Any] = {
            "kind": cast(ContactRow.kind, Text),
            "language": func.nullif(cast(ContactRow.language, Text), "", type_=Text),
            "time_zone": func.nullif(cast(ContactRow.time_zone, Text), "", type_=Text),
            "customer_since": self._day(ContactRow.customer_since),
            "added": self._day(ContactRow.created_at),
            "account": GroupNames(workspace_id, "account"),
            "household": GroupNames(workspace_id, "household"),
            **{name: table.c.given for name, table in self.consents.items()},
        }
        self.names = Names({**attributes, **profile}, self.history, {"now()": now.isoformat()}, dialect)

    def _day(self, instant: Any) -> Sql:
        if self.dialect == "postgresql":
            return func.to_char(func.timezone("UTC", instant), "YYYY-MM-DD", type_=Text)
        return func.date(instant, type_=Text)

    def joined(self, references: frozenset[str]) -> Any:
        """The table of contacts with those of the history and consents that were named."""
        tables = [*self.history.tables, *(table for name, table in self.consents.items() if name in references)]
        found: Any = ContactRow.__table__
        for table in tables:
            found = found.outerjoin(table, table.c.contact_id == ContactRow.id)
        return found


def latest_consent(workspace_id: str, channel: str) -> Subquery:
    """A row a contact: the act in force."""
    newest_first = func.row_number().over(
        partition_by=ConsentRow.contact_id, order_by=(ConsentRow.at.desc(), ConsentRow.id.desc())
    )
    acts = (
        select(ConsentRow.contact_id, ConsentRow.given, newest_first.label("place"))
        .where(scoped(ConsentRow, workspace_id), ConsentRow.channel == channel, ConsentRow.purpose == PURPOSE)
        .subquery()
    )
    return select(acts.c.contact_id, acts.c.given).where(acts.c.place == 1).subquery(f"consent_{channel}")
