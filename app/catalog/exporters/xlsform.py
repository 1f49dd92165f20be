"""A questionnaire as an XLSForm workbook (xlsform.org)."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from babel import Locale, UnknownLocaleError

from app.catalog.exporters.rows import MEDIA, Rows
from app.catalog.importers.report import Report
from app.engine.model import Questionnaire

SURVEY = (
    "type", "name", "label", "hint", "guidance_hint", "relevant", "required", "required_message", "constraint",
    "constraint_message", "calculation", "default", "choice_filter", "repeat_count", "appearance", "parameters", *MEDIA,
)  # fmt: skip
CHOICES = ("list_name", "name", "label", *MEDIA)


@dataclass(frozen=True, slots=True)
class Exported:
    """``data``: an .xlsx; ``report``: what the form cannot say."""

    data: bytes
    report: Report


def write(q: Questionnaire) -> Exported:
    """The questionnaire as a workbook with the sheets survey, choices and settings."""
    report = Report()
    rows = Rows(q, report)
    rows.write()
    title = q.title.plain(q.languages[0])
    settings = {"form_title": title, "form_id": q.name, "default_language": language_name(q.languages[0])}
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _sheet(book, "survey", SURVEY, rows.survey, q.languages)
    columns = sorted({column for row in rows.choices for column in row if column not in CHOICES})
    _sheet(book, "choices", (*CHOICES, *columns), rows.choices, q.languages)
    _sheet(book, "settings", tuple(settings), [settings], q.languages)
    book.close()
    return Exported(out.getvalue(), report)


def language_name(tag: str) -> str:
    """``Polish (pl)``"""
    try:
        name = Locale.parse(tag.replace("-", "_")).english_name
    except (UnknownLocaleError, ValueError):
        name = None
    return f"{name or tag} ({tag})"


def _sheet(
    book: xlsxwriter.Workbook,
    name: str,
    columns: tuple[str, ...],
    rows: list[dict[str, Any]],
    languages: tuple[str, ...],
) -> None:
    """Texts are mappings of languages and take a column each; a column that nobody uses is left away."""
    used = [column for column in columns if any(row.get(column) for row in rows) or column in columns[:3]]
    headings = [
        (column, language, f"{column}::{language_name(language)}" if language else column)
        for column in used
        for language in (languages if _translated(rows, column) else ("",))
    ]
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for number, (_, _, heading) in enumerate(headings):
        sheet.write_string(0, number, heading)
    for line, row in enumerate(rows, 1):
        for number, (column, language, _) in enumerate(headings):
            cell = row.get(column, "")
            text = cell.get(language, "") if isinstance(cell, Mapping) else cell
            if text:
                sheet.write_string(line, number, str(text))


def _translated(rows: list[dict[str, Any]], column: str) -> bool:
    return any(isinstance(row.get(column), Mapping) for row in rows)
