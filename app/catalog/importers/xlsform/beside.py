"""The files beside a form that choices and calculations read: CSV, and what of XML and GeoJSON is a table."""

import json
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from defusedxml import DefusedXmlException, ElementTree

from app.catalog import list_files
from app.catalog.importers.companions import Companions
from app.core.problems import N_, Problem

Table = Sequence[Mapping[str, str]]
"""Rows as mappings of columns."""


class Beside:
    """``companions``: the files. Each is read once."""

    def __init__(self, companions: Companions) -> None:
        self.companions = companions
        self.tables: dict[str, Table | Problem | None] = {}

    def table(self, file: str) -> Table | Problem | None:
        """The rows of a file; None where it is not there."""
        if file not in self.tables:
            content = self.companions(file)
            self.tables[file] = None if content is None else read(content, file)
        return self.tables[file]

    def called(self, name: str) -> Table:
        """The rows of a file of that name, with or without its ending; none where it is not there or cannot be read."""
        for ending in ("", ".csv", ".xml", ".geojson"):
            table = self.table(name + ending)
            if table is not None and not isinstance(table, Problem):
                return table
        return ()


def read(content: bytes, file: str) -> Table | Problem:
    """The table in a file, told by its name."""
    text = list_files.text_in(content, file)
    if isinstance(text, Problem):
        return text
    suffix = PurePath(file).suffix.lower()
    try:
        if suffix == ".geojson":
            return _of_geojson(text)
        if suffix == ".xml":
            return _of_xml(text)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, SyntaxError, DefusedXmlException):
        remedy = N_("Save it as CSV in UTF-8 with the columns name and label, one row a choice.")
        return Problem("bad_list_file", N_("{file} holds no table that can be read."), {"file": file}, remedy=remedy)
    lines = list_files.cells(text, file)
    if isinstance(lines, Problem):
        return lines
    return [dict(zip(lines[0], map(str.strip, line), strict=False)) for line in lines[1:]]


def _of_geojson(text: str) -> Table:
    """The features' properties; of their geometry nothing is kept."""
    features = json.loads(text)["features"]
    rows = [{"id": feature.get("id"), **(feature.get("properties") or {})} for feature in features]
    return [{column: str(value) for column, value in row.items() if value is not None} for row in rows]


def _of_xml(text: str) -> Table:
    """``<root><item><name>a</name><label>A</label></item> …</root>``"""
    return [{cell.tag: (cell.text or "").strip() for cell in item} for item in ElementTree.fromstring(text)]
