"""The sheets of a workbook as rows of text, in bounded time and memory.

calamine reads .xlsx and .xls; it keeps a sheet as a full rectangle, so that two far cells would fill the memory. So a
workbook is looked at before it is handed over.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

from app.catalog.importers.report import broken
from app.core.problems import N_, Problem

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED = 80_000_000
"""Bytes of all members of an .xlsx together."""
MEMBERS = 2_000
ROWS, COLUMNS, CELLS = 60_000, 400, 4_000_000
"""Of a sheet: rows, columns, and cells of the rectangle that holds all of them."""
CHUNK = 1 << 16
# the reader passes over cells without content, such as those that only have a format
FILLED = re.compile(rb"""<(?:\w+:)?c\s[^<>]*?\br=["']([A-Z]{1,3})([0-9]{1,7})["'][^<>]*(?<!/)>""")
UNPLACED = re.compile(rb"""<(?:\w+:)?c(?=[\s>])(?![^<>]*\br=)""")
ROW = re.compile(rb"""<(?:\w+:)?row\b[^<>]*?\br=["']([0-9]{1,7})["']""")
DTD = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sheet:
    """``rows``: (number in the sheet from 1, cells as text), the heading first; rows without text are left away."""

    name: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def sheets(data: bytes, file: str, wanted: tuple[str, ...]) -> dict[str, Sheet] | list[Problem]:
    """The sheets of these names (small letters), as far as they are there."""
    refusal = _unsafe(data, file) if data.startswith(ZIP) else None
    if refusal:
        return refusal
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        found = {name.strip().lower(): name for name in reversed(book.sheet_names)}
        return {name: _sheet(book, found[name]) for name in wanted if name in found}
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a damaged file makes the reader panic, and a panic is no Exception
        return broken(file, N_("The workbook is damaged: it cannot be read."))


def _sheet(book: CalamineWorkbook, name: str) -> Sheet:
    sheet = book.get_sheet_by_name(name)
    rows = []
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = tuple(written(cell) for cell in cells[:COLUMNS])
        if any(texts):
            rows.append((number, texts))
        if len(rows) >= ROWS:
            break
    return Sheet(name, tuple(rows))


def written(cell: Any) -> str:
    """A cell as its author sees it: 1.0 is 1, a day is 2026-11-25."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(timespec="minutes")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell).strip()


def _unsafe(data: bytes, file: str) -> list[Problem] | None:
    """Why an .xlsx is not handed to the reader, if so."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return broken(file, N_("The workbook is damaged: it cannot be unpacked."))
    # many members may share the same bytes, so they are counted before any is unpacked
    if len(members) > MEMBERS or sum(member.file_size for member in members) > UNPACKED:
        return _too_large(file)
    left = UNPACKED
    try:
        for member in members:
            box = _Box()
            for chunk in _unpacked(data, member):
                left -= len(chunk)
                if left < 0 or not box.holds(chunk):
                    return _too_large(file)
                if DTD.search(chunk):
                    return broken(file, N_("The workbook declares entities, which no workbook needs."))
    except (zlib.error, IndexError, ValueError):
        return broken(file, N_("The workbook is damaged: it cannot be unpacked."))
    return None


def _unpacked(data: bytes, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """What is really in a member, whatever size it declares; chunks overlap a little so that no cell is cut."""
    start = member.header_offset
    name, extra = (int.from_bytes(data[start + at : start + at + 2], "little") for at in (26, 28))
    packed = data[start + 30 + name + extra :][: member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise ValueError(member.compress_type)
    unpacking, tail = zlib.decompressobj(-zlib.MAX_WBITS), b""
    while packed and not unpacking.eof:
        chunk = unpacking.decompress(packed, CHUNK)
        packed = unpacking.unconsumed_tail
        yield tail + chunk
        tail = chunk[-100:]


class _Box:
    """The rectangle around a sheet's cells."""

    def __init__(self) -> None:
        self.top = self.left = 10**9
        self.bottom = self.right = self.unplaced = self.last_row = 0

    def holds(self, chunk: bytes) -> bool:
        """Whether the rectangle is still of a bearable size with the cells of this chunk."""
        for column, row in FILLED.findall(chunk):
            across = int.from_bytes(column.rjust(3, b"\0"), "big")
            self.left, self.right = min(self.left, across), max(self.right, across)
            self.top, self.bottom = min(self.top, int(row)), max(self.bottom, int(row))
        self.unplaced += len(UNPLACED.findall(chunk))
        self.last_row = max(self.last_row, *map(int, ROW.findall(chunk)), 0)
        if self.unplaced * self.last_row > CELLS:
            return False
        return self.right == 0 or (self.bottom - self.top + 1) * (_number(self.right) - _number(self.left) + 1) <= CELLS


def _number(letters: int) -> int:
    """The number of a column whose letters are the bytes: A is 1, AA 27."""
    number = 0
    for letter in letters.to_bytes(3, "big").lstrip(b"\0"):
        number = number * 26 + letter - 64
    return number


def _too_large(file: str) -> list[Problem]:
    message = N_("The workbook is too large when it is unpacked.")
    remedy = N_("Delete unused rows, columns and sheets (also the empty ones that are formatted), and pictures.")
    return [Problem("import_too_large", message, remedy=remedy, file=file)]
