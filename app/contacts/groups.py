"""Accounts (companies) and households: who belongs to them, and which member of staff looks after them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from app.accounts import service as accounts
from app.accounts.service import audit
from app.contacts.group_models import GroupRow, MemberRow
from app.contacts.matching import among
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.core.text import normalise
from app.db import reading, scoped, upsert, writing
from app.events import publish
from app.ui.paging import SIZE, Page, paginate

KINDS = {"account": N_("Account"), "household": N_("Household")}
LONGEST_NAME, LONGEST_ROLE = 200, 60


@dataclass(frozen=True, slots=True)
class Group:
    """An account or a household. owner_id: the member of staff who looks after it. members: how many, where it was counted."""

    id: str
    workspace_id: str
    kind: str
    name: str
    owner_id: str | None
    created_at: datetime
    members: int = 0

    @property
    def audience(self) -> str:
        """How an event names its members (events.Event)."""
        return f"group:{self.id}"


@dataclass(frozen=True, slots=True)
class Membership:
    """A contact in a group. role: in the group's own words."""

    group_id: str
    contact_id: str
    role: str
    since: datetime


_COLUMNS = [getattr(GroupRow, name) for name in Group.__slots__ if name != "members"]
_MEMBER = [getattr(MemberRow, name) for name in Membership.__slots__]


def key_of(name: str) -> str:
    """What makes two spellings one company: case and white space do not tell them apart."""
    return " ".join(name.lower().split())


def accounts_named(
    conn: Connection, workspace_id: str, names: Collection[str], now: datetime, *, make: bool = True
) -> dict[str, str]:
    """key_of(name) -> the account's id; those that are not there are made, as first spelled (or, without `make`, would be)."""
    wanted: dict[str, str] = {}
    for name in names:
        wanted.setdefault(key_of(name), " ".join(name.split()))
    rows = [
        {"id": new_id(), "workspace_id": workspace_id, "kind": "account", "name": name, "key": key, "created_at": now}
        for key, name in wanted.items()
    ]
    if make:
        conn.execute(upsert(conn, GroupRow).on_conflict_do_nothing(), rows)
    mine = (scoped(GroupRow, workspace_id), among(conn, GroupRow.key, list(wanted)))
    there = {row.key: row.id for row in conn.execute(select(GroupRow.key, GroupRow.id).where(*mine))}
    return {**{str(row["key"]): str(row["id"]) for row in rows}, **there}


def group(workspace_id: str, group_id: str) -> Group | None:
    return _one(workspace_id, GroupRow.id == group_id)


def account(workspace_id: str, name: str) -> Group | None:
    """The account of a name, however it is spelled."""
    return _one(workspace_id, GroupRow.key == key_of(name))


def _one(workspace_id: str, which: Any) -> Group | None:
    with reading() as conn:
        row = conn.execute(select(*_COLUMNS).where(scoped(GroupRow, workspace_id), which)).one_or_none()
    return Group(**row._mapping) if row else None


def page(workspace_id: str, search: str = "", number: int = 1, size: int = SIZE) -> Page:
    """A page of groups by name, of those whose name contains every word of `search`, with how many members each has."""
    wanted = [scoped(GroupRow, workspace_id)]
    wanted += [func.lower(GroupRow.name).contains(word, autoescape=True) for word in search.lower().split()]
    with reading() as conn:
        found = paginate(conn, select(*_COLUMNS).where(*wanted).order_by(GroupRow.name, GroupRow.id), number, size)
        mine = (scoped(MemberRow, workspace_id), MemberRow.group_id.in_([row.id for row in found.items]))
        count = select(MemberRow.group_id, func.count().label("n")).where(*mine).group_by(MemberRow.group_id)
        counts = {row.group_id: row.n for row in conn.execute(count)}
    return replace(found, items=[Group(**row._mapping, members=counts.get(row.id, 0)) for row in found.items])


def members(workspace_id: str, group_id: str) -> list[Membership]:
    """Who is in it, longest first."""
    return _memberships(workspace_id, MemberRow.group_id == group_id)


def groups_of(workspace_id: str, contact_id: str) -> list[tuple[Group, Membership]]:
    """The groups a contact is in, longest first."""
    found = _memberships(workspace_id, MemberRow.contact_id == contact_id)
    return [(one, each) for each in found if (one := group(workspace_id, each.group_id))]


def _memberships(workspace_id: str, which: Any) -> list[Membership]:
    order = (MemberRow.since, MemberRow.contact_id, MemberRow.group_id)
    with reading() as conn:
        rows = conn.execute(select(*_MEMBER).where(scoped(MemberRow, workspace_id), which).order_by(*order))
        return [Membership(**row._mapping) for row in rows]


# --- changing -------------------------------------------------------------------------------------


def make(
    workspace_id: str, kind: str, name: str, owner_id: str | None, actor: str, now: datetime
) -> Group | list[Problem]:
    """Make a group; every problem, and then none was made."""
    made = Group(new_id(), workspace_id, kind, " ".join(name.split()), owner_id, now)
    problems = _problems(made)
    if problems:
        return problems
    with writing() as conn:
        values = {name: getattr(made, name) for name in Group.__slots__ if name != "members"}
        conn.execute(upsert(conn, GroupRow).values(**values, key=_key(made)))
        audit(conn, workspace_id, actor, "group.created", "group", made.id, None, _state(made), now)
    return made


def change(changed: Group, actor: str, now: datetime) -> list[Problem]:
    """Store a group's name and owner."""
    problems = _problems(changed)
    before = group(changed.workspace_id, changed.id)
    if problems or before is None or before == replace(changed, members=before.members):
        return problems
    with writing() as conn:
        mine = (scoped(GroupRow, changed.workspace_id), GroupRow.id == changed.id)
        values = {"name": changed.name, "owner_id": changed.owner_id, "key": _key(changed)}
        conn.execute(update(GroupRow).where(*mine).values(**values))
        states = (_state(before), _state(changed))
        audit(conn, changed.workspace_id, actor, "group.changed", "group", changed.id, *states, now)
    return []


def join(workspace_id: str, group_id: str, contact_id: str, role: str, source: str, now: datetime) -> None:
    """Put a contact into a group, or change the role they have there."""
    row = {"group_id": group_id, "contact_id": contact_id, "workspace_id": workspace_id, "role": role[:LONGEST_ROLE]}
    with writing() as conn:
        into = upsert(conn, MemberRow).values(**row, since=now)
        conn.execute(into.on_conflict_do_update(index_elements=["group_id", "contact_id"], set_={"role": row["role"]}))
        _tell(conn, workspace_id, contact_id, source, now)


def leave(workspace_id: str, group_id: str, contact_id: str, source: str, now: datetime) -> None:
    with writing() as conn:
        mine = (scoped(MemberRow, workspace_id), MemberRow.group_id == group_id, MemberRow.contact_id == contact_id)
        if conn.execute(delete(MemberRow).where(*mine)).rowcount:
            _tell(conn, workspace_id, contact_id, source, now)


def _tell(conn: Connection, workspace_id: str, contact_id: str, source: str, now: datetime) -> None:
    publish(
        conn, workspace_id, "contact.updated", {"source": source, "fields": ["account"]}, now, contact_id=contact_id
    )


def _key(one: Group) -> str | None:
    return key_of(one.name) if one.kind == "account" else None


def _state(one: Group) -> Mapping[str, Any]:
    return {"kind": one.kind, "name": one.name, "owner": one.owner_id}


def _problems(one: Group) -> list[Problem]:
    problems = []
    if not one.name or len(one.name) > LONGEST_NAME or isinstance(normalise(one.name), Problem):
        problems.append(Problem("group_name", N_("The name is empty or longer than 200 characters."), name="name"))
    namesake = account(one.workspace_id, one.name) if one.kind == "account" else None
    if namesake and namesake.id != one.id:
        remedy = N_("Use the one that is there.")
        problems.append(
            Problem("account_taken", N_("There is an account of this name already."), name="name", remedy=remedy)
        )
    if one.owner_id and accounts.person(one.workspace_id, one.owner_id) is None:
        problems.append(Problem("group_owner", N_("The owner is no member of staff."), name="owner_id"))
    return problems


def first_group(workspace_id: str, kind: str) -> dict[str, str]:
    """contact -> the account or household that they are in; of several the one made first."""
    same = (GroupRow.id == MemberRow.group_id) & (GroupRow.workspace_id == MemberRow.workspace_id)
    mine = (scoped(MemberRow, workspace_id), GroupRow.kind == kind)
    first = select(MemberRow.contact_id, func.min(MemberRow.group_id)).select_from(MemberRow).join(GroupRow, same)
    with reading() as conn:
        return dict(conn.execute(first.where(*mine).group_by(MemberRow.contact_id)).tuples().all())
