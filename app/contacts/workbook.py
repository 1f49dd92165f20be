"""A workbook (.xlsx) as CSV. Also a program of its own: a workbook's file name on the command line, CSV on standard output.

calamine keeps a whole sheet, as a full rectangle, in memory; a small damaged file can make it ask for any amount. So it is read by
a process of its own, which may take MEMORY and SECONDS and no more, and the product only ever sees the CSV. That process imports
only what error values are of the product.
"""

import csv
import resource
import shutil
import subprocess
import sys
import tempfile
from datetime import date, datetime, time
from typing import Any, BinaryIO, cast

from python_calamine import CalamineWorkbook

from app.core.problems import N_, Problem

MAGIC = b"PK\x03\x04"
MEMORY, SECONDS, WRITTEN = 2_000_000_000, 120, 2_000_000_000
"""Bytes of address space, seconds of CPU and bytes of CSV that a workbook may take."""


def as_table(stream: BinaryIO) -> BinaryIO | Problem:
    """The CSV of a seekable file that is a workbook or CSV already."""
    if not is_workbook(stream):
        return stream
    remedy = N_("Save its first sheet as CSV UTF-8.")
    return as_csv(stream) or Problem(
        "bad_workbook", N_("The workbook is damaged or too large to be read."), remedy=remedy
    )


def is_workbook(stream: BinaryIO) -> bool:
    """Whether a seekable file is a zip archive, as .xlsx is."""
    stream.seek(0)
    start = stream.read(len(MAGIC))
    stream.seek(0)
    return start == MAGIC


def as_csv(stream: BinaryIO) -> BinaryIO | None:
    """The first sheet as a temporary CSV file (UTF-8, commas); None for a file that cannot be read, or is too large.

    A line break inside a cell becomes a space, so that a row is a line.
    """
    with tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(stream, copy)
        copy.flush()
        made = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115  the caller's, who closes it
        command = [sys.executable, "-m", __name__, copy.name]
        done = subprocess.run(command, stdout=made, stderr=subprocess.DEVNULL, timeout=10 * SECONDS)  # noqa: S603  our own
    made.seek(0)
    if done.returncode:
        made.close()
        return None
    return made


def _text(cell: Any) -> str:
    """A cell as its author sees it: 1.0 is 1, a day is 2026-11-25."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return " ".join(str(cell).splitlines())


def main(name: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sheet = CalamineWorkbook.from_path(name).get_sheet_by_index(0)
    sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr]
    writer = csv.writer(sys.stdout)
    writer.writerows([_text(cell) for cell in row] for row in sheet.iter_rows())


if __name__ == "__main__":
    main(sys.argv[1])
