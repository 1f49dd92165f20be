"""The cells of a workbook as text. Also a program of its own, in a process of its own: a workbook on standard input, JSON on
standard output.

A damaged .xls makes calamine ask for as much memory as 65,536 by 65,536 cells take, and end the process when there is none;
no such process may be one that serves people. So it imports nothing of the product.
"""

import json
import resource
import sys
from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

from python_calamine import CalamineWorkbook

ROWS, COLUMNS = 60_000, 400
"""Of a sheet; what lies beyond is not read."""
MEMORY, SECONDS = 1_500_000_000, 30
"""Bytes and seconds of the CPU that the program may take."""
Rows = list[tuple[int, tuple[str, ...]]]


def read(data: bytes, wanted: Sequence[str]) -> dict[str, tuple[str, Rows]]:
    """Of each sheet of these names (small letters): its name as written, and its rows with text as (number from 1, cells)."""
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    found = {name.strip().lower(): name for name in reversed(book.sheet_names)}
    return {name: (found[name], _rows(book, found[name])) for name in wanted if name in found}


def _rows(book: CalamineWorkbook, name: str) -> Rows:
    rows: Rows = []
    for number, cells in enumerate(book.get_sheet_by_name(name).iter_rows(), 1):
        texts = tuple(written(cell) for cell in cells[:COLUMNS])
        if any(texts):
            rows.append((number, texts))
        if len(rows) >= ROWS:
            break
    return rows


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


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(read(sys.stdin.buffer.read(), sys.argv[1:]), sys.stdout)
