"""Workbooks for tests."""

import io
from typing import Any

import xlsxwriter


def workbook(**sheets: list[tuple[Any, ...]]) -> bytes:
    """An .xlsx of these sheets, the first row of each its heading."""
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return data.getvalue()
