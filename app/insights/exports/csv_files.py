"""CSV (RFC 4180) and a codebook: survey.csv has one row an interview, a repeat's file one row a row, codebook.csv one row a column.

A spreadsheet takes a cell for a formula that begins with one of `FORMULA`. Such a text gets an apostrophe before it, and so
does a text that begins with an apostrophe or equals a reserved code; a reader that drops one leading apostrophe has the
original back. Numbers are written bare. Source: OWASP, CSV Injection.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from flask_babel import force_locale
from flask_babel import gettext as _

from app import engine
from app.core.problems import N_
from app.insights.bundle import FACTS, Bundle
from app.insights.exports import Progress
from app.insights.labels import said
from app.insights.table import SURVEY, WORDS, Cell, Field, Missing, Sheet

BOM = "\ufeff".encode()
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
PIECE = 200
"""Rows written at a time."""
ID = "interview__id"
ROW = N_("Which row of the repeat it is, from 1")
CODES, MANY = "codes", 200
"""The file of the codes of longer lists, and how many codes the codebook says itself."""


def guarded(text: str) -> str:
    """A person's text as a cell that no spreadsheet runs and that is no reserved code."""
    return f"'{text}" if text.startswith((*FORMULA, "'")) or text in WORDS.values() else text


class CsvFiles:
    name = "csv"

    def files(self, bundle: Bundle, bom: bool, progress: Progress) -> Iterator[tuple[str, Iterator[bytes]]]:
        yield f"{SURVEY}.csv", _table(bundle.facts, bundle.survey, bundle.rows(progress), bom)
        for sheet in bundle.repeats:
            yield f"{sheet.name}.csv", _table([ID, *sheet.numbers], sheet, bundle.rows_of(sheet), bom)
        yield "codebook.csv", _pieces(_headings(bundle), _codebook(bundle), bom)
        listed = [(sheet, field) for sheet in _sheets(bundle) for field in sheet.fields if _long(field)]
        if listed:
            headings = ["file", "name", "code", *_each(bundle, "label")]
            yield f"{CODES}.csv", _pieces(headings, _long_lists(bundle, listed), bom)


def _table(facts: Sequence[str], sheet: Sheet, rows: Iterable[Sequence[Cell]], bom: bool) -> Iterator[bytes]:
    names = [*facts, *(field.name for field in sheet.fields)]
    return _pieces(names, ([_written(cell) for cell in row] for row in rows), bom)


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


def _sheets(bundle: Bundle) -> list[Sheet]:
    return [bundle.survey, *bundle.repeats]


def _each(bundle: Bundle, what: str) -> list[str]:
    return [f"{what}_{language}" for language in bundle.languages]


def _headings(bundle: Bundle) -> list[str]:
    texts = [*_each(bundle, "label"), *_each(bundle, "codes")]
    return ["file", "name", "type", "question", "question_type", *texts, "missing", "versions"]


def _codebook(bundle: Bundle) -> Iterator[list[str]]:
    everywhere = " ".join(map(str, sorted(bundle.versions.values())))
    for sheet in _sheets(bundle):
        facts = [ID] if sheet.repeats else bundle.facts
        known = {name: FACTS[name] for name in facts} | dict.fromkeys(sheet.numbers, ("number", ROW))
        for name, (type_, label) in known.items():
            labels = [_in(language, label) for language in bundle.languages]
            yield [f"{sheet.name}.csv", name, type_, "", "", *labels, *[""] * len(labels), "", everywhere]
        for field in sheet.fields:
            labels = [_label(field, language) for language in bundle.languages]
            codes = [_codes(field, language) for language in bundle.languages]
            missing = " | ".join(f"{why} = {code}" for why, code in field.missing.items())
            versions = " ".join(map(str, field.versions))
            row = [field.name, field.type, field.question.name, field.question.type, *labels, *codes, missing, versions]
            yield [guarded(cell) for cell in (f"{sheet.name}.csv", *row)]


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
        return " | ".join(map(str, range(_most(field.question) + 1)))
    if _long(field):
        return f"{CODES}.csv"
    return " | ".join(f"{code} = {said(field.question, choice, language)}" for code, choice in field.labels.items())


def _most(question: engine.Question) -> int:
    """The highest number in a choice's column: 1, of a ranking the last rank."""
    ranks: int = question.parameters.get("most", len(question.choices))
    return ranks if question.type == "ranking" else 1


def _long(field: Field) -> bool:
    return len(field.labels) > MANY


def _long_lists(bundle: Bundle, listed: Iterable[tuple[Sheet, Field]]) -> Iterator[list[str]]:
    for sheet, field in listed:
        for code, choice in field.labels.items():
            labels = [said(field.question, choice, language) for language in bundle.languages]
            yield [guarded(cell) for cell in (f"{sheet.name}.csv", field.name, str(code), *labels)]


EXPORT = CsvFiles()
