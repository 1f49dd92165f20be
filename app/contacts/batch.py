"""What storing people comes to, written together: on PostgreSQL by COPY and by updates from a staging table."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, MetaData, Table, bindparam, delete, select, tuple_, update

from app.contacts.group_models import MemberRow
from app.contacts.matching import PROFILE, Known, among
from app.contacts.models import ConsentRow, ContactRow, EndpointRow, ExternalIdRow, OriginRow
from app.core.ids import new_ids
from app.db import MANY, copy, insert_many, scoped
from app.events import publish_many

IMPORTED = "import"  # how the source of a consent from a file begins
Act = tuple[str, str, bool, str, str]  # of consent: channel, purpose, given, basis, source
Happened = tuple[str, str, dict[str, Any]]  # kind, contact, data
_PROFILE = tuple(name for name in PROFILE if name != "id")
_ENDPOINT = ("id", "channel", "address", "status", "rank")


class Batch:
    """What is to be written. source: a file's begins with IMPORTED."""

    def __init__(self, workspace_id: str, source: str, now: datetime) -> None:
        self.workspace_id, self.source, self.now = workspace_id, source, now
        self.touched: dict[str, Known] = {}
        self.external_ids: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.consents: list[tuple[str, list[Act]]] = []
        self.overwritten: dict[str, set[str]] = {}
        self.news: list[Happened] = []
        self.created = {"source": source}  # one for all the events
        self._ids: list[str] = []

    def new_id(self) -> str:
        if not self._ids:
            self._ids = new_ids(100)[::-1]
        return self._ids.pop()

    def own(self, contact: Known, **values: Any) -> dict[str, Any]:
        """A row that belongs to a contact."""
        return {"workspace_id": self.workspace_id, "contact_id": contact.id, **values}

    def write(self, conn: Connection) -> None:
        people, stamp = self.touched.values(), {"updated_at": self.now}
        created = [
            {"workspace_id": self.workspace_id, "created_at": self.now, **stamp, **_values(contact, PROFILE)}
            for contact in people
            if contact.new
        ]
        insert_many(conn, ContactRow, created)
        changed = [stamp | _values(contact, PROFILE) for contact in people if contact.changed and not contact.new]
        _update(conn, ContactRow, self.workspace_id, changed)
        self._write_endpoints(conn)
        insert_many(conn, ExternalIdRow, self.external_ids)
        insert_many(conn, MemberRow, self.members)
        self._forget_origins(conn)
        # nobody waits for a person of a file who was not there a moment ago, and a million deliveries would delay other news
        quiet = {each["id"] for each in created} if self.source.startswith(IMPORTED) else set()
        _publish(conn, self.workspace_id, self.news, self.now, quiet)
        record_consents(conn, self.workspace_id, self.consents, self.now, quiet)
        for contact in people:
            contact.new = contact.changed = False

    def _write_endpoints(self, conn: Connection) -> None:
        new, changed = [], []
        for contact in self.touched.values():
            for endpoint in contact.endpoints:
                state = endpoint.pop("state", "")
                if state == "new":
                    new.append(self.own(contact, **{name: endpoint[name] for name in _ENDPOINT}))
                elif state:
                    changed.append({name: endpoint[name] for name in ("id", "status", "rank")})
        insert_many(conn, EndpointRow, new)
        _update(conn, EndpointRow, self.workspace_id, changed)

    def _forget_origins(self, conn: Connection) -> None:
        """The value of an attribute that was written anew is no longer staff's or an interview's."""
        if not self.overwritten:
            return
        mine = (scoped(OriginRow, self.workspace_id), among(conn, OriginRow.contact_id, list(self.overwritten)))
        known = conn.execute(select(OriginRow.contact_id, OriginRow.name).where(*mine)).all()
        gone = [(row.contact_id, row.name) for row in known if row.name in self.overwritten[row.contact_id]]
        if gone:
            which = tuple_(OriginRow.contact_id, OriginRow.name).in_(gone)
            conn.execute(delete(OriginRow).where(scoped(OriginRow, self.workspace_id), which))


def _values(contact: Known, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(contact, name) for name in names}


def _update(conn: Connection, model: Any, workspace_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set what each row gives besides its id; all rows give the same."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "id"]
    if conn.dialect.name == "sqlite" or len(rows) < MANY:
        own = (scoped(model, workspace_id), model.id == bindparam("id_"))
        values: dict[str, Any] = {name: bindparam(f"{name}_") for name in names}
        changes = [{f"{name}_": value for name, value in row.items()} for row in rows]
        conn.execute(update(model).where(*own).values(**values), changes)
        return
    columns = [Column(name, model.__table__.c[name].type) for name in rows[0]]
    staged = Table(
        f"staged_{model.__tablename__}", MetaData(), *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP"
    )
    staged.create(conn)
    copy(conn, staged, rows)
    own = (scoped(model, workspace_id), model.id == staged.c.id)
    conn.execute(update(model).where(*own).values({name: staged.c[name] for name in names}))
    staged.drop(conn)


def record_consents(
    conn: Connection,
    workspace_id: str,
    consents: Iterable[tuple[str, Sequence[Act]]],
    now: datetime,
    quiet: Collection[str] = (),
) -> None:
    """Write contacts' acts of giving or withdrawing consent, and publish them; to no subscriber for the contacts in `quiet`."""
    rows, news = [], list[Happened]()
    acts = [(contact_id, act) for contact_id, each in consents for act in each]
    told: dict[Act, dict[str, Any]] = {}  # the same words once: COPY writes an object once
    for id_, (contact_id, (channel, purpose, given, basis, source)) in zip(new_ids(len(acts)), acts, strict=True):
        words = {"channel": channel, "purpose": purpose, "basis": basis, "source": source}
        data = told.setdefault((channel, purpose, given, basis, source), words)
        row = {"id": id_, "workspace_id": workspace_id, "contact_id": contact_id, "given": given, "at": now}
        rows.append({**row, **data})
        news.append(("consent.given" if given else "consent.withdrawn", contact_id, data))
    insert_many(conn, ConsentRow, rows)
    _publish(conn, workspace_id, news, now, quiet)


def _publish(
    conn: Connection, workspace_id: str, news: Sequence[Happened], now: datetime, quiet: Collection[str]
) -> None:
    publish_many(conn, workspace_id, [each for each in news if each[1] not in quiet], now)
    publish_many(conn, workspace_id, [each for each in news if each[1] in quiet], now, quiet=True)
