"""Links: 12 random base62 characters that open one interview, or start one in a study. The row keeps their SHA-256."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from flask import current_app
from sqlalchemy import bindparam, insert, select, update

from app.core.tokens import Signer, random_token, token_hash
from app.db import reading, scoped, writing
from app.interviews.models import InterviewRow
from app.interviews.models import Link as LinkRow
from app.interviews.repository import Interview, interview_from

SCALE_CODE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Link:
    """`state`: good, expired or revoked, as of the moment it was resolved. `interview_id` None: an anonymous start."""

    token: str
    workspace_id: str
    study_id: str
    interview_id: str | None
    purpose: str
    is_test: bool
    state: str


def mint(
    workspace_id: str,
    study_id: str,
    *,
    purpose: str,
    now: datetime,
    expires_at: datetime,
    interview_id: str | None = None,
    is_test: bool = False,
) -> str:
    """A new token; shown once, since only its hash is kept. Earlier links stay good until they expire."""
    token = random_token()
    with writing() as conn:
        conn.execute(
            insert(LinkRow).values(
                token_hash=token_hash(token),
                workspace_id=workspace_id,
                study_id=study_id,
                interview_id=interview_id,
                purpose=purpose,
                is_test=is_test,
                created_at=now,
                expires_at=expires_at,
            )
        )
    return token


def mint_for(interview: Interview, days: int, purpose: str, now: datetime) -> str:
    """A new token for going on with an interview, good for `days`."""
    return mint(
        interview.workspace_id,
        interview.study_id,
        purpose=purpose,
        interview_id=interview.id,
        is_test=interview.is_test,
        now=now,
        expires_at=now + timedelta(days=days),
    )


# A public route knows the workspace from the token alone. The interview comes along: every page of a respondent begins here.
_OWN = ("workspace_id", "study_id", "interview_id", "purpose", "is_test", "expires_at", "revoked_at")
_BY_HASH = (
    select(InterviewRow.__table__, *(getattr(LinkRow, name).label(f"link_{name}") for name in _OWN))
    .outerjoin(
        InterviewRow, (InterviewRow.id == LinkRow.interview_id) & (InterviewRow.workspace_id == LinkRow.workspace_id)
    )
    .where(LinkRow.token_hash == bindparam("token_hash"))
    .execution_options(every_workspace=True)
)


def opened(token: str, now: datetime) -> tuple[Link, Interview | None] | None:
    """The link a token stands for, with its interview; None when there is none."""
    with reading() as conn:
        row = conn.execute(_BY_HASH, {"token_hash": token_hash(token)}).one_or_none()
        if row is None:
            return None
        *of_interview, workspace_id, study_id, interview_id, purpose, is_test, expires_at, revoked_at = row
        values = dict(zip(InterviewRow.__table__.c.keys(), of_interview, strict=True))
        interview = interview_from(conn, values) if interview_id else None
    state = "revoked" if revoked_at else "expired" if expires_at <= now else "good"
    return Link(token, workspace_id, study_id, interview_id, purpose, is_test, state), interview


def resolve(token: str, now: datetime) -> Link | None:
    """The link a token stands for; None when there is none."""
    found = opened(token, now)
    return found[0] if found else None


def revoke(workspace_id: str, interview_id: str, now: datetime) -> None:
    """End every link of an interview."""
    with writing() as conn:
        conn.execute(
            update(LinkRow)
            .where(scoped(LinkRow, workspace_id), LinkRow.interview_id == interview_id, LinkRow.revoked_at.is_(None))
            .values(revoked_at=now)
        )


def scale_code(signer: Signer, token: str, question: str, value: str) -> str:
    """The code of one cell of a scale in a mail: keyed to link and option, it says nothing by itself."""
    return signer.sign("scale", token, question, value, length=SCALE_CODE_LENGTH)


def scale_value(signer: Signer, token: str, question: str, values: tuple[str, ...], code: str) -> str | None:
    """The option a code in a link stands for, None for a code of another link or none at all."""
    return next((value for value in values if signer.verify(code, "scale", token, question, value)), None)


def trap_code(signer: Signer, token: str) -> str:
    """The code of the link in a mail that no person sees: it looks like an option's and is none."""
    return signer.sign("trap", token, length=SCALE_CODE_LENGTH)


def is_trap(signer: Signer, token: str, code: str) -> bool:
    return signer.verify(code, "trap", token)


def embed_secret(signer: Signer, study_id: str) -> str:
    """What the server of a site that embeds the study signs its customers with."""
    return signer.sign("embed customer", study_id)


def panel_secret(signer: Signer, study_id: str) -> str:
    """What the panel that sends people to the study, and we, sign addresses with."""
    return signer.sign("panel", study_id)


def url(token: str, **query: str) -> str:
    """The public address of a link, built from PUBLIC_URL."""
    address = f"{current_app.config['PUBLIC_URL']}/i/{token}"
    return f"{address}?{urlencode(query)}" if query else address
