"""The sheets of a workbook as rows of text, in bounded time and memory.

calamine reads .xlsx and .xls; it keeps a sheet as a full rectangle, so that two far cells would fill the memory. So a
workbook is looked at before it is handed over.
"""

import json
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from app.catalog.importers.report import broken
from app.catalog.importers.xlsform import reader
from app.core.problems import N_, Problem

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
UNPACKED = 80_000_000
"""Bytes of all members of an .xlsx together."""
MEMBERS = 2_000
CELLS = 4_000_000
"""Of the rectangle that holds all cells of a sheet."""
Found = dict[str, tuple[str, reader.Rows]]
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
    # what was looked at above is safe to read here; other kinds (.xls, .xlsb, .ods) are not
    found = _read(data, wanted) if data.startswith(ZIP) and b"xl/workbook.xml" in data else _in_process(data, wanted)
    if found is None:
        return broken(file, N_("The workbook is damaged: it cannot be read."))
    return {
        name: Sheet(title, tuple((number, tuple(cells)) for number, cells in rows))
        for name, (title, rows) in found.items()
    }


def _read(data: bytes, wanted: tuple[str, ...]) -> Found | None:
    try:
        return reader.read(data, wanted)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # a damaged file makes the reader panic, and a panic is no Exception
        return None


def _in_process(data: bytes, wanted: tuple[str, ...]) -> Found | None:
    """Read in a process of its own, which may die of it."""
    command = [sys.executable, "-I", reader.__file__, *wanted]
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=2 * reader.SECONDS, check=False)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    found: Found = json.loads(done.stdout)
    return found


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
