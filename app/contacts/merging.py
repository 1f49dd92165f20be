"""Two contacts that are one person become one: what is theirs moves to the one that is kept, the other is left empty.

Nothing is lost: both are written down as they were (MergeRow), with the ids of everything that moved.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.accounts.service import audit
from app.contacts import batch, matching, store
from app.contacts.group_models import MemberRow, MergeRow
from app.contacts.matching import OWN, Known
from app.contacts.models import ConsentRow, ContactRow, EndpointRow, ExternalIdRow, OriginRow, SuppressionRow
from app.contacts.moving import movers, repointed
from app.contacts.profiles import contact
from app.contacts.service import person
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import scoped, writing
from app.events import move, publish

PLAIN = ("name", "language", "time_zone", "kind")
MERGED = "merge of duplicates"  # the source of a withdrawal that a merge carries over


def merge(
    workspace_id: str, kept_id: str, merged_id: str, take: Collection[str], actor: str, now: datetime
) -> Problem | None:
    """Merge the second contact into the first. take: of what both have, the fields (PLAIN) and attributes in which the second is
    right; what only one has is kept anyway. Of opposite consents the withdrawal stands, and every suppression.
    """
    with writing() as conn:
        both = (ContactRow.id.in_((kept_id, merged_id)), ContactRow.erased_at.is_(None))
        rows = conn.execute(select(ContactRow.id, ContactRow.created_at).where(scoped(ContactRow, workspace_id), *both)
                            .order_by(ContactRow.id).with_for_update()).all()  # fmt: skip
        if len(rows) != 2:
            return Problem(
                "not_two", N_("These are not two contacts."), remedy=N_("Look whether they are merged already.")
            )
        before = {id_: _written_down(workspace_id, id_) for id_ in (kept_id, merged_id)}
        known = {each.id: each for each in matching.load(conn, workspace_id, [kept_id, merged_id])}
        kept, merged = known[kept_id], known[merged_id]
        moved = _move_own(conn, workspace_id, kept, merged, now)
        _move_profile(conn, workspace_id, kept, merged, take, min(row.created_at for row in rows), now)
        for table, mover in movers().items():
            moved[table] = mover(conn, workspace_id, merged_id, kept_id, now)
        moved["events"] = move(conn, workspace_id, merged_id, kept_id)
        row = {"id": new_id(), "workspace_id": workspace_id, "kept_id": kept_id, "merged_id": merged_id, "actor": actor, "at": now,
               "kept": before[kept_id], "merged": before[merged_id], "moved": moved}  # fmt: skip
        conn.execute(insert(MergeRow), [row])
        counts = {table: len(ids) for table, ids in moved.items() if ids}
        said = {"merged": merged_id, "taken": sorted(take), "moved": counts, "merge": row["id"]}
        audit(conn, workspace_id, actor, "contact.merged", "contact", kept_id, None, said, now)
        publish(conn, workspace_id, "contact.merged", {"merged": merged_id}, now, contact_id=kept_id)
    return None


def _written_down(workspace_id: str, contact_id: str) -> dict[str, Any]:
    one = contact(workspace_id, contact_id)
    assert one is not None
    plain: dict[str, Any] = _json(person(one))
    return plain


def _json(value: Any) -> Any:
    """Instants as text."""
    if isinstance(value, dict):
        return {key: _json(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


# --- the profile ----------------------------------------------------------------------------------


def _move_profile(
    conn: Connection, workspace_id: str, kept: Known, merged: Known, take: Collection[str], created_at: datetime, now: datetime
) -> None:  # fmt: skip
    """The kept profile, completed; the merged one, emptied."""
    one = scoped(ContactRow, workspace_id)
    empty: dict[str, Any] = {"external_id": None, "name": "", "attributes": {}, "search": ""}
    gone = {**empty, "erased_at": now, "updated_at": now, "merged_into": kept.id}
    conn.execute(update(ContactRow).where(one, ContactRow.id == merged.id).values(**gone))
    conn.execute(update(ContactRow).where(one, ContactRow.merged_into == merged.id).values(merged_into=kept.id))
    for name in PLAIN:
        if name in take or not getattr(kept, name):
            setattr(kept, name, getattr(merged, name))
    since = [each for each in (kept.customer_since, merged.customer_since) if each]
    kept.customer_since = min(since) if since and kept.kind == "customer" else None
    taken = {name for name in merged.attributes if name in take or name not in kept.attributes}
    kept.attributes = {**kept.attributes, **{name: merged.attributes[name] for name in taken}}
    _move_origins(conn, workspace_id, kept.id, merged.id, taken)
    kept.external_id = kept.external_id or merged.external_id
    store.note_search(kept)
    profile = {name: getattr(kept, name) for name in matching.PROFILE if name != "id"}
    values = {**profile, "updated_at": now, "created_at": created_at}
    conn.execute(update(ContactRow).where(one, ContactRow.id == kept.id).values(**values))


def _move_origins(conn: Connection, workspace_id: str, kept_id: str, merged_id: str, taken: Collection[str]) -> None:
    mine = scoped(OriginRow, workspace_id)
    conn.execute(delete(OriginRow).where(mine, OriginRow.contact_id == kept_id, OriginRow.name.in_(taken)))
    conn.execute(
        update(OriginRow)
        .where(mine, OriginRow.contact_id == merged_id, OriginRow.name.in_(taken))
        .values(contact_id=kept_id)
    )
    conn.execute(delete(OriginRow).where(mine, OriginRow.contact_id == merged_id))


# --- what hangs on it in this package -------------------------------------------------------------


def _move_own(conn: Connection, workspace_id: str, kept: Known, merged: Known, now: datetime) -> dict[str, list[str]]:
    moved = {"endpoints": _move_endpoints(conn, workspace_id, kept, merged)}
    moved["external_ids"] = repointed(conn, ExternalIdRow, workspace_id, merged.id, kept.id)
    kept.external_ids |= merged.external_ids
    if merged.external_id and kept.external_id:  # by which a file may still know them
        row = {
            "id": new_id(),
            "workspace_id": workspace_id,
            "contact_id": kept.id,
            "scheme": OWN,
            "value": merged.external_id,
        }
        conn.execute(insert(ExternalIdRow), [row])
        kept.external_ids.add((OWN, merged.external_id))
    moved["consents"] = repointed(conn, ConsentRow, workspace_id, merged.id, kept.id)
    _withdraw_where_either_did(conn, workspace_id, kept, merged, now)
    moved["suppressions"] = repointed(conn, SuppressionRow, workspace_id, merged.id, kept.id)
    moved["contact_group_members"] = _move_memberships(conn, workspace_id, kept, merged)
    return moved


def _move_endpoints(conn: Connection, workspace_id: str, kept: Known, merged: Known) -> list[str]:
    """The kept contact's addresses are tried first. Of one that both have, the worse news counts."""
    mine = scoped(EndpointRow, workspace_id)
    there = {endpoint["address"]: endpoint for endpoint in kept.endpoints}
    last = max((endpoint["rank"] for endpoint in kept.endpoints), default=-1)
    moved = []
    for endpoint in sorted(merged.endpoints, key=lambda each: each["rank"]):
        same = there.get(endpoint["address"])
        if same is None:
            last += 1
            conn.execute(
                update(EndpointRow).where(mine, EndpointRow.id == endpoint["id"]).values(contact_id=kept.id, rank=last)
            )
            kept.endpoints.append({**endpoint, "rank": last})
            moved.append(endpoint["id"])
            continue
        conn.execute(delete(EndpointRow).where(mine, EndpointRow.id == endpoint["id"]))
        if endpoint["status"] in ("failed", "landline") and same["status"] == "good":
            conn.execute(
                update(EndpointRow).where(mine, EndpointRow.id == same["id"]).values(status=endpoint["status"])
            )
    return moved


def _withdraw_where_either_did(conn: Connection, workspace_id: str, kept: Known, merged: Known, now: datetime) -> None:
    """Somebody who said no under one of the two is not contacted because of a yes under the other."""
    acts: list[batch.Act] = [
        (channel, purpose, False, "consent", MERGED)
        for channel, purpose in sorted(kept.consents.keys() & merged.consents.keys())
        if kept.consents[channel, purpose][0] != merged.consents[channel, purpose][0]
    ]
    batch.record_consents(conn, workspace_id, [(kept.id, acts)], now)


def _move_memberships(conn: Connection, workspace_id: str, kept: Known, merged: Known) -> list[str]:
    mine = (scoped(MemberRow, workspace_id), MemberRow.contact_id == merged.id)
    conn.execute(delete(MemberRow).where(*mine, MemberRow.group_id.in_(kept.roles)))
    conn.execute(update(MemberRow).where(*mine).values(contact_id=kept.id))
    return sorted(merged.roles.keys() - kept.roles.keys())
