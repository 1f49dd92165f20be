"""Storing, opening and deleting files. What a file is, its first bytes say; nothing that its sender claims is trusted."""

import codecs
import hashlib
import io
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import IO, Any

import puremagic
from flask import current_app
from sqlalchemy import ColumnElement, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.core.text import normalise
from app.db import after_commit, reading, scoped, writing
from app.files.models import FileRow

PIECE = 64 * 1024
HEAD = 8 * 1024
"""Bytes that tell what a file is."""
LARGEST = 15_000_000
MEDIA = {
    "image": ("image/png", "image/jpeg", "image/gif", "image/webp"),
    "audio": ("audio/mpeg", "audio/mp4", "audio/wave", "audio/x-wav", "audio/ogg", "application/ogg", "audio/webm", "audio/flac"),
    "video": ("video/mp4", "video/webm", "video/ogg", "application/ogg"),
}  # fmt: skip
"""What questions may show or play, as it is recognised."""
INLINE = frozenset(media_type for kinds in MEDIA.values() for media_type in kinds)
"""What a browser may show in a page; anything else is only ever saved."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A row of files; `size` in bytes, `sha256` in hexadecimal."""

    id: str
    workspace_id: str
    interview_id: str | None
    name: str
    media_type: str
    size: int
    sha256: str
    created_at: datetime

    @property
    def path(self) -> Path:
        """Where its content lies."""
        return _folder(self.workspace_id) / self.id


def store(
    workspace_id: str,
    name: str,
    stream: IO[bytes],
    now: datetime,
    *,
    limit: int = LARGEST,
    accept: Sequence[str] = (),
    interview_id: str | None = None,
) -> StoredFile | Problem:
    """Keep what `stream` holds, at most `limit` bytes of a media type in `accept` (also `image/*`; none: any)."""
    file_id, folder = new_id(), _folder(workspace_id)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{file_id}.part"
    try:
        written = _write(stream, part, limit)
        if isinstance(written, Problem):
            return written
        size, digest, head = written
        media_type = media_type_of(head)
        if accept and not any(fnmatchcase(media_type, kind) for kind in accept):
            params = {"media_type": media_type, "accept": ", ".join(accept)}
            return Problem(
                "wrong_media", N_("A file of the kind {media_type} is not taken; these are: {accept}."), params
            )
        stored = StoredFile(file_id, workspace_id, interview_id, _name(name), media_type, size, digest, now)
        return _put(stored, part)
    finally:
        part.unlink(missing_ok=True)


def keep(workspace_id: str, name: str, content: bytes, now: datetime) -> Problem | None:
    """Keep what questionnaires show under its name, unless it is there already; a problem where that is another file's."""
    there = named(workspace_id, name)
    if there and there.sha256 == hashlib.sha256(content).hexdigest():
        return None
    stored = store(workspace_id, name, io.BytesIO(content), now, accept=sorted(INLINE))
    return stored if isinstance(stored, Problem) else None


def _write(stream: IO[bytes], part: Path, limit: int) -> tuple[int, str, bytes] | Problem:
    """Copy piece by piece; (size, SHA-256, the first bytes)."""
    size, digest, head = 0, hashlib.sha256(), b""
    with open(part, "xb") as file:
        while piece := stream.read(PIECE):
            size += len(piece)
            if size > limit:
                return Problem("too_large", N_("The file is too large; {limit} bytes are the most."), {"limit": limit})
            head = head or piece[:HEAD]
            digest.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        return Problem("empty_file", N_("The file is empty."))
    return size, digest.hexdigest(), head


def _put(stored: StoredFile, part: Path) -> StoredFile | Problem:
    """The row, and the content under its own name once the row is there."""
    row = {name: getattr(stored, name) for name in StoredFile.__slots__}
    try:
        with writing() as conn, conn.begin_nested():
            conn.execute(insert(FileRow).values(row))
            os.replace(part, stored.path)
    except IntegrityError:
        message, remedy = N_("There is a file called {name} already."), N_("Rename the new one, or delete the old one.")
        return Problem("name_taken", message, {"name": stored.name}, remedy=remedy)
    return stored


def media_type_of(head: bytes) -> str:
    """What the first bytes of a file say it is: text/plain for text without a mark, application/octet-stream when unknown."""
    try:
        # the likeliest first; of a sound several say no media type
        found = [guess.mime_type for guess in puremagic.magic_string(head) if guess.mime_type]
    except (puremagic.PureError, ValueError):
        found = []
    if found:
        return str(found[0])
    try:
        return (
            "application/octet-stream" if "\0" in codecs.getincrementaldecoder("utf-8")().decode(head) else "text/plain"
        )
    except UnicodeDecodeError:
        return "application/octet-stream"


def find(workspace_id: str, file_id: str) -> StoredFile | None:
    return _one(workspace_id, FileRow.id == file_id)


def named(workspace_id: str, name: str) -> StoredFile | None:
    """The workspace's file of that name."""
    return _one(workspace_id, FileRow.name == name, FileRow.interview_id.is_(None))


def of_workspace(workspace_id: str) -> list[StoredFile]:
    """The files that questionnaires may show, by name."""
    mine = (scoped(FileRow, workspace_id), FileRow.interview_id.is_(None))
    with reading() as conn:
        rows = conn.execute(select(FileRow.__table__).where(*mine).order_by(FileRow.name))
        return [StoredFile(**row._mapping) for row in rows]


def remove(workspace_id: str, file_id: str) -> bool:
    """Delete a file with its content; False when there is none."""
    found = find(workspace_id, file_id)
    if found is None:
        return False
    with writing() as conn:
        conn.execute(delete(FileRow).where(scoped(FileRow, workspace_id), FileRow.id == file_id))
        after_commit(lambda: found.path.unlink(missing_ok=True))
    return True


def _one(workspace_id: str, *conditions: ColumnElement[bool]) -> StoredFile | None:
    with reading() as conn:
        row: Any = conn.execute(
            select(FileRow.__table__).where(scoped(FileRow, workspace_id), *conditions)
        ).one_or_none()
    return StoredFile(**row._mapping) if row else None


def _folder(workspace_id: str) -> Path:
    var: Path = current_app.config["VAR"]
    return var / "files" / workspace_id


def _name(given: str) -> str:
    """The last part of a path, as somebody may read it; "file" where nothing is left."""
    clean = normalise(given.replace("\\", "/").rpartition("/")[2])
    kept = "" if isinstance(clean, Problem) else "".join(c for c in clean if c.isprintable()).strip(". ")
    return kept[-200:] or "file"
