"""An interview's new state, its events and the news of it, in the transaction that made them."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app import engine
from app.events import publish
from app.interviews import repository
from app.interviews.repository import Interview

# AAPOR disposition of a finished interview (phone-and-field reference, section 2)
DISPOSITIONS = {
    "complete": "1.1",
    "partial": "1.2",
    "break_off": "2.12",
    "declined": "2.112",
    "screened_out": "4.7",
    "quota_full": "4.8",
}


def save(
    conn: Connection,
    interview: Interview,
    state: engine.State,
    events: list[dict[str, Any]],
    now: datetime,
    columns: dict[str, Any],
) -> Interview:
    revision = repository.append(conn, interview, events, now)
    repository.save(conn, interview, state, revision=revision, **columns)
    known = {name: value for name, value in columns.items() if not name.startswith("holder_") and name != "confirmed"}
    claim = interview.holder
    if "holder_channel" in columns:
        claim = repository.Holder(*(columns[f"holder_{part}"] for part in ("channel", "actor", "token", "expires_at")))
    elif "holder_expires_at" in columns and claim:
        claim = replace(claim, expires_at=columns["holder_expires_at"])
    return replace(
        interview,
        state=state,
        revision=revision,
        holder=claim,
        holder_token=claim.token if claim else interview.holder_token,
        confirmed=tuple(columns.get("confirmed", interview.confirmed)),
        **known,
    )


def tell(conn: Connection, interview: Interview, kind: str, now: datetime, data: dict[str, Any] | None = None) -> None:
    publish(
        conn,
        interview.workspace_id,
        kind,
        {**(data or {}), "is_test": interview.is_test},
        now,
        contact_id=interview.contact_id,
        study_id=interview.study_id,
        interview_id=interview.id,
    )
