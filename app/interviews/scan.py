"""Bulk reading of a study's interviews, in batches: memory stays the same however many there are.

Test interviews and those of practice studies are never read. Each batch is a read transaction of its own, so that a long
export keeps no snapshot open; an interview answered meanwhile is read as it is then.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection, func, select

from app import engine
from app.catalog import service as catalog
from app.db import reading, scoped
from app.interviews import repository
from app.interviews.models import InterviewRow

COLUMNS = tuple(
    column.name for column in InterviewRow.__table__.columns if column.name.partition("_")[0] not in ("holder", "is")
)
BATCH = 500


def scan(
    workspace_id: str,
    study_id: str,
    columns: Sequence[str] = COLUMNS,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    newest_first: bool = False,
    statuses: Sequence[str] = (),
    batch: int = BATCH,
) -> Iterator[list[Any]]:
    """The interviews of a study as rows with these `columns` (and id), `batch` at a time, in the order they were created.

    since, until: when they were created, from and before. statuses: all of them unless told. `document` is the text that
    `engine.from_json` reads."""
    wanted = _wanted(workspace_id, study_id)
    if wanted is None:
        return
    if since is not None:
        wanted.append(InterviewRow.created_at >= since)
    if until is not None:
        wanted.append(InterviewRow.created_at < until)
    if statuses:
        wanted.append(InterviewRow.status.in_(statuses))
    names = dict.fromkeys(("id", *columns, *(("workspace_id", "places") if "document" in columns else ())))
    key = InterviewRow.id  # UUID version 7: it begins with the time
    statement = select(*(getattr(InterviewRow, name) for name in names)).limit(batch)
    statement = statement.order_by(key.desc() if newest_first else key)
    after: list[Any] = []
    while True:
        with reading() as conn:
            rows = _whole(conn, list(conn.execute(statement.where(*wanted, *after))), "document" in columns)
        if rows:
            yield rows
        if len(rows) < batch:
            return
        last = rows[-1].id
        after = [key < last if newest_first else key > last]


def _whole(conn: Connection, rows: list[Any], documents: bool) -> list[Any]:
    """The same rows, the documents of repeats' rows put into the main ones."""
    if not documents:
        return rows
    kept = repository.row_documents(conn, [row._mapping for row in rows if row.places])
    return [
        SimpleNamespace(**{**row._mapping, "document": engine.joined(row.document, kept[row.id])})
        if row.id in kept
        else row
        for row in rows
    ]


def versions_of(workspace_id: str, study_id: str) -> set[str]:
    """The ids of the questionnaire versions that the study's interviews are pinned to."""
    wanted = _wanted(workspace_id, study_id)
    if wanted is None:
        return set()
    with reading() as conn:
        return set(conn.scalars(select(InterviewRow.version_id).where(*wanted).distinct()))


def count(workspace_id: str, study_id: str) -> dict[str, int]:
    """How many interviews of a study have each status."""
    wanted = _wanted(workspace_id, study_id)
    if wanted is None:
        return {}
    with reading() as conn:
        rows = conn.execute(
            select(InterviewRow.status, func.count().label("n")).where(*wanted).group_by(InterviewRow.status)
        )
        return {row.status: row.n for row in rows}


def events_of(workspace_id: str, interview_id: str) -> list[engine.Event]:
    """Everything that happened in an interview, in order."""
    with reading() as conn:
        return repository.events_of(conn, workspace_id, interview_id)


def _wanted(workspace_id: str, study_id: str) -> list[Any] | None:
    """The predicates of a study's own interviews; None where there are none to count."""
    study = catalog.study(workspace_id, study_id)
    if study is None or study.practice or study.trial:
        return None
    return [scoped(InterviewRow, workspace_id), InterviewRow.study_id == study_id, InterviewRow.is_test.is_(False)]


def asked_since(workspace_id: str, since: datetime) -> set[str]:
    """The ids of the contacts who were chosen for a study since then, test interviews left out."""
    chosen = (InterviewRow.contact_id.is_not(None), InterviewRow.created_at >= since, InterviewRow.is_test.is_(False))
    with reading() as conn:
        return set(conn.scalars(select(InterviewRow.contact_id).where(scoped(InterviewRow, workspace_id), *chosen)))
