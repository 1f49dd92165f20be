"""The next case for an interviewer.

The best case is claimed by one statement (PostgreSQL: FOR UPDATE SKIP LOCKED; SQLite: inside BEGIN IMMEDIATE); only then are
permission, number and the interview's holder asked, and a case that fails there is put aside and the next one claimed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, case, or_, select, update

from app.catalog import service as catalog
from app.db import scoped, writing
from app.fieldwork.admitting import Leased, admit
from app.fieldwork.leasing import UnderWay, held, interviewer
from app.fieldwork.models import CaseRow
from app.fieldwork.outcomes import AHEAD, WAITING
from app.fieldwork.recovery import expire
from app.fieldwork.store import CASE_COLUMNS, LEASE, Case

TRIES = 50
FRESH = 9


def next_case(
    workspace_id: str, interviewer_id: str, now: datetime, study_id: str | None = None
) -> Leased | UnderWay | None:
    """The next case to call for this interviewer, of any open study or of one; None: nothing is due. A practice study is asked
    for by name only."""
    with writing() as conn:
        me = interviewer(conn, workspace_id, interviewer_id)
        expire(now, workspace_id)
        busy = held(conn, workspace_id, interviewer_id, now)
        if busy:
            return UnderWay(busy)
        studies = callable_studies(workspace_id, study_id, now)
        for _ in range(TRIES):
            found = _claim_best(conn, me, studies, now)
            if found is None:
                return None
            leased = admit(conn, found, interviewer_id, now)
            if isinstance(leased, Leased):
                return leased
    return None


def callable_studies(workspace_id: str, study_id: str | None, now: datetime) -> list[str]:
    """The studies whose people may be called now."""
    return [
        study.id
        for study in catalog.studies(workspace_id)
        if study.accepts(now) and "phone" in study.channels
        and (study.id == study_id if study_id else not study.practice)
    ]  # fmt: skip


def _claim_best(conn: Connection, me: Any, studies: Sequence[str], now: datetime) -> Case | None:
    """Take the first case in the order of `_rank`, in one statement."""
    wanted = offered_to(me.workspace_id, me.user_id, (me.converter, me.languages), studies, now)
    rank = _rank(me.user_id)
    fresh = rank == FRESH
    best = (
        select(CaseRow.id)
        .where(*wanted)
        .order_by(
            rank,
            CaseRow.priority.desc(),
            case((fresh, None), else_=CaseRow.until).nulls_last(),
            case((fresh, None), else_=CaseRow.last_at).nulls_first(),
            CaseRow.shuffle,
            CaseRow.id,
        )
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = conn.execute(
        update(CaseRow)
        .where(scoped(CaseRow, me.workspace_id), CaseRow.id == best.scalar_subquery())
        .values(before=CaseRow.state, state="LEASED", actor=me.user_id, expires_at=now + LEASE)
        .returning(*CASE_COLUMNS)
    ).one_or_none()
    return Case(**taken._mapping) if taken else None


def offered_to(
    workspace_id: str, user_id: str, skills: tuple[bool, Sequence[str]], studies: Sequence[str], now: datetime
) -> list[Any]:
    """The conditions on a case that may be offered to an interviewer now. skills: (converter, languages)."""
    converter, languages = skills
    mine = or_(CaseRow.keeper.is_(None), CaseRow.keeper == user_id, CaseRow.kept_until <= now)
    due = and_(CaseRow.next_at <= now, or_(CaseRow.until.is_(None), CaseRow.until > now))
    wanted = [
        scoped(CaseRow, workspace_id),
        CaseRow.kind == "phone",
        CaseRow.study_id.in_(studies),
        mine,
        or_(and_(CaseRow.state.in_(WAITING), due), and_(CaseRow.state == "WRAP", CaseRow.keeper == user_id)),
    ]
    if languages:
        wanted.append(CaseRow.language.in_(languages))
    if not converter:
        wanted.append(or_(CaseRow.state != "REFUSED_HOLD", CaseRow.forced))
    return wanted


def _rank(user_id: str) -> Any:
    """The order of the reference: what a crash left to be coded; forced; own and orphaned hard appointments; live transfers; soft
    appointments; busy; partials; retries; fresh."""
    hard = CaseRow.appointment == "hard"
    return case(
        (CaseRow.state == "WRAP", 0),
        (CaseRow.forced, 1),
        (and_(hard, CaseRow.keeper == user_id), 2),
        (hard, 3),
        (CaseRow.appointment == "transfer", 4),
        (CaseRow.appointment == "soft", 5),
        (and_(CaseRow.state == "RETRY", CaseRow.last_outcome.in_(AHEAD)), 6),
        (CaseRow.state == "PARTIAL", 7),
        (CaseRow.state.in_(("RETRY", "REFUSED_HOLD")), 8),
        else_=FRESH,
    )
