"""API keys: shown once, kept as a hash, limited to scopes, revocable."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app.accounts.audit import audit
from app.accounts.models import ApiKey
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.core.tokens import random_token, token_hash
from app.db import reading, scoped, writing

SCOPES = {
    "contacts:read": N_("Read contacts"),
    "contacts:write": N_("Add and change contacts, consent and suppression"),
    "events:write": N_("Report events of customers, such as a delivery"),
    "studies:read": N_("Read studies and questionnaires"),
    "studies:write": N_("Open, change and close studies"),
    "interviews:read": N_("Read interviews and answers"),
    "interviews:write": N_("Start interviews and record answers"),
    "results:read": N_("Read results and exports"),
}
PREFIX = "canvass_"  # lets scanners of leaked secrets recognise one
TOUCH = timedelta(minutes=1)  # how exact last_used_at is


@dataclass(frozen=True, slots=True)
class Key:
    """An API key without its secret. `hint` is how it begins."""

    id: str
    workspace_id: str
    name: str
    hint: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None

    @property
    def last_instant(self) -> datetime | None:
        """The last one at which it works: it falls on the day that was chosen."""
        return self.expires_at and self.expires_at - timedelta.resolution

    def good(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > now)


def create_key(
    workspace_id: str, name: str, scopes: Iterable[str], expires_at: datetime | None, actor: str, now: datetime
) -> str | list[Problem]:
    """Make a key; returns it, for the only time."""
    name, scopes = name.strip(), sorted(scopes)
    problems = _problems(name, scopes, expires_at, now)
    if problems:
        return problems
    secret = PREFIX + random_token(40)
    row = {"name": name, "scopes": scopes, "hint": secret[: len(PREFIX) + 4]}
    key_id = new_id()
    with writing() as conn:
        conn.execute(
            insert(ApiKey).values(
                **row, id=key_id, workspace_id=workspace_id, key_hash=token_hash(secret), created_by=actor,
                created_at=now, expires_at=expires_at,
            )
        )  # fmt: skip
        kept = {**row, "expires_at": expires_at and expires_at.isoformat(timespec="seconds")}
        audit(conn, workspace_id, actor, "api_key.created", "api_key", key_id, None, kept, now)
    return secret


def keys(workspace_id: str) -> list[Key]:
    """The workspace's keys, the newest first; revoked ones too."""
    with reading() as conn:
        rows = conn.execute(_columns().where(scoped(ApiKey, workspace_id)).order_by(ApiKey.id.desc()))
        return [Key(**{**row._mapping, "scopes": tuple(row.scopes)}) for row in rows]


def revoke_key(workspace_id: str, key_id: str, actor: str, now: datetime) -> bool:
    """Make a key worthless; False when there is no such key that still was worth something."""
    with writing() as conn:
        mine = [scoped(ApiKey, workspace_id), ApiKey.id == key_id, ApiKey.revoked_at.is_(None)]
        revoked = conn.execute(update(ApiKey).where(*mine).values(revoked_at=now)).rowcount == 1
        if revoked:
            before, after = {"revoked_at": None}, {"revoked_at": now.isoformat(timespec="seconds")}
            audit(conn, workspace_id, actor, "api_key.revoked", "api_key", key_id, before, after, now)
    return revoked


def key_of(secret: str, now: datetime) -> Key | None:
    """The key with this secret, if it is still good; marks it as used."""
    with reading() as conn:
        # the secret is all that a program sends
        found = _columns().where(ApiKey.key_hash == token_hash(secret))
        row = conn.execute(found, execution_options={"every_workspace": True}).first()
    key = Key(**{**row._mapping, "scopes": tuple(row.scopes)}) if row else None
    if key is None or not key.good(now):
        return None
    if key.last_used_at is None or key.last_used_at <= now - TOUCH:
        with writing() as conn:
            mine = [scoped(ApiKey, key.workspace_id), ApiKey.id == key.id]
            conn.execute(update(ApiKey).where(*mine).values(last_used_at=now))
    return key


def _columns() -> Any:
    return select(*(getattr(ApiKey, field.name) for field in fields(Key)))


def _problems(name: str, scopes: list[str], expires_at: datetime | None, now: datetime) -> list[Problem]:
    problems = []
    if not name:
        remedy = N_("Name the program that will use it.")
        problems.append(Problem("no_name", N_("The key needs a name."), name="name", remedy=remedy))
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        message = N_("There is no scope {unknown}.") if unknown else N_("A key needs a scope.")
        remedy = N_("Choose at least one of {scopes}.")
        params = {"unknown": ", ".join(unknown), "scopes": ", ".join(SCOPES)}
        problems.append(Problem("bad_scope", message, params, "scopes", remedy))
    if expires_at and expires_at <= now:
        problems.append(Problem("past", N_("The key would have expired already."), name="expires_at"))
    return problems
