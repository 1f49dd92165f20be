"""Files that staff upload: kept until somebody has said what the columns mean, then imported; large ones by the scheduler."""

import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import force_locale, gettext
from sqlalchemy import delete, insert, select, update

from app.accounts.service import audit
from app.contacts.csvfile import CsvFile, open_csv
from app.contacts.importing import ImportReport, explain, import_csv
from app.contacts.models import UploadRow
from app.contacts.rows import BadRow
from app.core.ids import new_id
from app.core.problems import Problem
from app.core.wake import wake
from app.db import after_commit, reading, scoped, writing

AT_ONCE = 256 * 1024  # bytes: a file of this size is imported while its uploader waits
LEASE = timedelta(minutes=2)
ATTEMPTS = 3
KEEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Upload:
    """An uploaded file; see UploadRow."""

    id: str
    workspace_id: str
    file_name: str
    size: int
    read: int
    actor: str
    state: str
    checked: bool
    options: Mapping[str, Any]
    report: Mapping[str, Any] | None
    attempts: int


_COLUMNS = [getattr(UploadRow, name) for name in Upload.__slots__]


def keep(
    workspace_id: str, file_name: str, content: bytes, options: Mapping[str, Any], actor: str, now: datetime
) -> str:
    """Keep a file; returns its id."""
    row = {"id": new_id(), "workspace_id": workspace_id, "file_name": file_name[:200], "content": content, "actor": actor,
           "size": len(content), "read": 0, "state": "new", "checked": False, "options": dict(options), "attempts": 0,
           "created_at": now, "due_at": now}  # fmt: skip
    with writing() as conn:
        conn.execute(insert(UploadRow), [row])
    return str(row["id"])


def upload(workspace_id: str, upload_id: str) -> Upload | None:
    with reading() as conn:
        own = (scoped(UploadRow, workspace_id), UploadRow.id == upload_id)
        row = conn.execute(select(*_COLUMNS).where(*own)).one_or_none()
    return Upload(**row._mapping) if row else None


def opened(one: Upload) -> CsvFile | Problem:
    """The file, to look at its columns and first rows."""
    return open_csv(io.BytesIO(_content(one)), one.options.get("encoding"))


def bad_rows(one: Upload) -> str | None:
    """The rows that were not stored, as CSV; None when there are none, or no longer."""
    return _column(one, UploadRow.bad_rows)


def _content(one: Upload) -> bytes:
    return _column(one, UploadRow.content) or b""


def _column(one: Upload, column: Any) -> Any:
    with reading() as conn:
        return conn.scalar(select(column).where(scoped(UploadRow, one.workspace_id), UploadRow.id == one.id))


def start(one: Upload, options: Mapping[str, Any], checked: bool, now: datetime) -> bool:
    """Import the file, or with `checked` only try; False when that is under way or done already.

    options: mapping, region, encoding and the language of the report. A small file is done when this returns.
    """
    with writing() as conn:
        waiting = (scoped(UploadRow, one.workspace_id), UploadRow.id == one.id, UploadRow.state.in_(("new", "failed")))
        values = {
            "state": "queued",
            "options": dict(options),
            "checked": checked,
            "due_at": now,
            "attempts": 0,
            "read": 0,
        }
        if conn.execute(update(UploadRow).where(*waiting).values(**values)).rowcount != 1:
            return False
        if one.size > AT_ONCE:
            after_commit(lambda: wake("contact uploads"))
    if one.size <= AT_ONCE:
        _work(one.workspace_id, one.id, now)
    return True


def tick(now: datetime) -> int:
    """Import what waits, and what a worker left when it died (importing again changes nothing); forget what is old."""
    due = (UploadRow.state.in_(("queued", "running")), UploadRow.due_at <= now)
    with reading() as conn:
        # uploads wait in one queue for all workspaces; each row names its own
        rows = conn.execute(
            select(UploadRow.workspace_id, UploadRow.id).where(*due).execution_options(every_workspace=True)
        ).all()
        old = conn.scalar(
            select(UploadRow.id)
            .where(UploadRow.created_at < now - KEEP)
            .limit(1)
            .execution_options(every_workspace=True)
        )
    if old:
        with writing() as conn:
            conn.execute(
                delete(UploadRow).where(UploadRow.created_at < now - KEEP).execution_options(every_workspace=True)
            )
    return sum(_work(row.workspace_id, row.id, now) for row in rows)


def _work(workspace_id: str, upload_id: str, now: datetime) -> bool:
    """Claim an upload and import it; False when another worker has it."""
    own = (scoped(UploadRow, workspace_id), UploadRow.id == upload_id)
    with writing() as conn:
        due = (*own, UploadRow.state.in_(("queued", "running")), UploadRow.due_at <= now)
        values = {"state": "running", "due_at": now + LEASE, "attempts": UploadRow.attempts + 1}
        if conn.execute(update(UploadRow).where(*due).values(**values)).rowcount != 1:
            return False
    one = upload(workspace_id, upload_id)
    if one is None:
        return False
    if one.attempts > ATTEMPTS:
        with writing() as conn:
            conn.execute(update(UploadRow).where(*own).values(state="failed"))
        return True
    _import(one, now)
    return True


def _import(one: Upload, now: datetime) -> None:
    own = (scoped(UploadRow, one.workspace_id), UploadRow.id == one.id)

    def progress(read: int) -> None:
        if read - told[0] > AT_ONCE:
            told[0] = read
            with writing() as conn:
                conn.execute(update(UploadRow).where(*own).values(read=read, due_at=now + LEASE))

    told = [0]
    bad = io.StringIO()
    options = one.options
    with force_locale(options["language"]):
        report = import_csv(
            one.workspace_id, io.BytesIO(_content(one)), now, progress, mapping=options["mapping"],
            region=options["region"], encoding=options["encoding"], source=one.file_name, dry_run=one.checked,
            bad_file=bad, translate=gettext,
        )  # fmt: skip
        told_report = _told(report)
    unusable = bool(report.problems)
    finished = not (one.checked or unusable)
    values = {"state": "done" if finished else "new", "report": told_report, "read": one.size,
              "bad_rows": bad.getvalue() if report.bad_count else None}  # fmt: skip
    with writing() as conn:
        conn.execute(update(UploadRow).where(*own).values(**values, **({"content": None} if finished else {})))
        if finished:
            counts = {key: told_report[key] for key in ("imported", "updated", "unchanged", "bad_count")}
            after = {"file": one.file_name, **counts}
            audit(conn, one.workspace_id, one.actor, "contacts.imported", "upload", one.id, None, after, now)


def _told(report: ImportReport) -> dict[str, Any]:
    """A report in words, in the language of whoever asked."""
    told = asdict(report)
    told["problems"] = [explain(problem, gettext) for problem in report.problems]
    told["bad"] = [_row(row) for row in report.bad]
    told["warned"] = [_row(row) for row in report.warned]
    return told


def _row(row: BadRow) -> dict[str, Any]:
    return {"line": row.line, "problems": [explain(problem, gettext) for problem in row.problems]}


TICKS = [("contact uploads", 5, tick)]
