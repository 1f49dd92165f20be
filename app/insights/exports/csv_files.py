"""CSV (RFC 4180) and a codebook: survey.csv has one row an interview, codebook.csv one row a column.

A spreadsheet takes a cell for a formula that begins with one of `FORMULA`. Such a text gets an apostrophe before it, and so
does a text that begins with an apostrophe or equals a reserved code; a reader that drops one leading apostrophe has the
original back. Numbers are written bare. Source: OWASP, CSV Injection.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from app.insights.bundle import FACTS, Bundle
from app.insights.exports import Progress
from app.insights.labels import said
from app.insights.table import WORDS, Cell, Field, Missing

BOM = "\ufeff".encode()
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PIECE = 200
"""Rows written at a time."""


def guarded(text: str) -> str:
    """A person's text as a cell that no spreadsheet runs and that is no reserved code."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) or text in WORDS.values() else text


class CsvFiles:
    name = "csv"

    def files(self, bundle: Bundle, bom: bool, progress: Progress) -> Iterator[tuple[str, Iterator[bytes]]]:
        names = [*bundle.facts, *(field.name for field in bundle.fields)]
        rows = ([_written(cell) for cell in row] for row in bundle.rows(progress))
        yield "survey.csv", _pieces(names, rows, bom)
        yield "codebook.csv", _pieces(_headings(bundle), _codebook(bundle), bom)


def _written(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Missing():
            return str(cell.code)
        case str():
            return guarded(cell)
    return str(int(cell)) if float(cell).is_integer() else repr(cell)


def _pieces(names: Sequence[str], rows: Iterable[Sequence[str]], bom: bool) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    if bom:
        yield BOM
    for number, row in enumerate(rows, 1):
        writer.writerow(row)
        if number % PIECE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()


# --- the codebook ---------------------------------------------------------------------------------


def _headings(bundle: Bundle) -> list[str]:
    languages = bundle.languages
    labels, codes = ([f"{what}_{language}" for language in languages] for what in ("label", "codes"))
    return ["name", "type", "question", "question_type", *labels, *codes, "missing", "versions"]


def _codebook(bundle: Bundle) -> Iterator[list[str]]:
    everywhere = " ".join(map(str, sorted(bundle.versions.values())))
    for name in bundle.facts:
        type_, label = FACTS[name]
        labels = [_in(language, label) for language in bundle.languages]
        yield [name, type_, "", "", *labels, *[""] * len(labels), "", everywhere]
    for field in bundle.fields:
        labels = [_label(field, language) for language in bundle.languages]
        codes = [_codes(field, language) for language in bundle.languages]
        missing = " | ".join(f"{why} = {code}" for why, code in field.missing.items())
        versions = " ".join(map(str, field.versions))
        row = [field.name, field.type, field.question.name, field.question.type, *labels, *codes, missing, versions]
        yield [guarded(cell) for cell in row]


def _in(language: str, text: str) -> str:
    with force_locale(language):
        return _(text)


def _label(field: Field, language: str) -> str:
    question = field.question
    choice = question.choice(field.choice)
    parts = [question.label, choice.label if choice else None]
    return ": ".join(text.plain(language) for text in parts if text is not None and language in text.parts)


def _codes(field: Field, language: str) -> str:
    if field.choice:
        return "0 | 1"
    return " | ".join(f"{code} = {said(field.question, choice, language)}" for code, choice in field.labels.items())


EXPORT = CsvFiles()
