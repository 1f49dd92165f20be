"""A LimeSurvey structure export (.lss) as tables of rows, within bounds of memory whatever the file holds."""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.catalog.importers.report import broken
from app.core.problems import N_, Problem

Row = dict[str, str]
MOST, DEEPEST = 2_000_000, 50
"""Elements of a file, and levels of them."""
OLDEST, NEWEST = 100, 800
"""Versions of LimeSurvey's database that are read; those known when this was written end at 640."""


@dataclass
class Tables:
    """``rows``: by table; a cell that is empty or not there is "" (ask with ``get``). ``languages`` as the file lists them."""

    version: int = 0
    kind: str = ""
    languages: list[str] = field(default_factory=list)
    rows: dict[str, list[Row]] = field(default_factory=dict)

    def of(self, table: str) -> list[Row]:
        return self.rows.get(table, [])


class _TooMuch(Exception):
    """The file has more elements, or deeper ones, than any survey; stays inside this module."""


class _Reader:
    """What expat calls: keeps the cells of ``<table><rows><row><cell>`` and nothing else."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.path: list[str] = []
        self.depth = 0
        self.row: Row = {}
        self.text: list[str] = []
        self.left = MOST

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self.depth += 1
        self.left -= 1
        if self.left < 0 or self.depth > DEEPEST:
            raise _TooMuch
        if self.depth <= 5:
            self.path.append(tag)
            self.text = []
        if self.depth == 4:
            self.row = {}

    def data(self, text: str) -> None:
        if self.depth <= 5:
            self.text.append(text)

    def end(self, tag: str) -> None:
        if self.depth <= 5:
            self._keep(tag, "".join(self.text))
            self.path.pop()
            self.text = []
        self.depth -= 1

    def _keep(self, tag: str, text: str) -> None:
        match self.path:
            case [_, "DBVersion"]:
                self.tables.version = int(text) if text.strip().isdecimal() and len(text) < 9 else 0
            case [_, "LimeSurveyDocType"]:
                self.tables.kind = text.strip()
            case [_, "languages", "language"]:
                self.tables.languages.append(text.strip())
            case [_, _, "rows", "row", _]:
                self.row[tag] = text
            case [_, table, "rows", "row"]:
                self.tables.rows.setdefault(table, []).append(self.row)

    def close(self) -> Tables:
        return self.tables


def looks_like(data: bytes) -> bool:
    """Whether the file says at its beginning that it is one."""
    return re.search(rb"<LimeSurveyDocType>", data[:2000]) is not None


def read_tables(data: bytes, file: str) -> Tables | list[Problem]:
    """The tables of a survey, or why the file cannot be read."""
    parser: Any = DefusedXMLParser(target=_Reader(), forbid_dtd=True)
    try:
        parser.feed(data)
        tables: Tables = parser.close()
    except DefusedXmlException:
        return broken(file, N_("It declares entities or a document type, which no export of LimeSurvey does."))
    except _TooMuch:
        return broken(file, N_("It has more than {most} elements, or nests them too deeply."), most=MOST)
    except (ParseError, ValueError, LookupError) as error:
        return broken(file, N_("It is not well-formed XML: {reason}."), reason=str(error)[:100])
    if tables.kind != "Survey":
        return broken(file, N_("It holds a {kind}, not a whole survey."), kind=tables.kind[:40] or "?")
    if not OLDEST <= tables.version <= NEWEST:
        return broken(file, N_("It is of database version {version}, which is not known."), version=tables.version)
    if not tables.of("questions"):
        return broken(file, N_("It has no questions."))
    return tables
