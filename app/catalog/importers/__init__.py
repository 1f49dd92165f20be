"""Questionnaires of other systems: one module per format, found by name. To add one, add a file that exposes ``IMPORTER``."""

from typing import Protocol

from app.catalog.importers.companions import Companions, nothing
from app.catalog.importers.report import Imported
from app.core.problems import N_, Problem
from app.core.registry import Registry

LARGEST = 20_000_000
"""Bytes of a file."""


class Importer(Protocol):
    """A format. ``title``: as its makers write it. ``extensions``: lower case, with the dot.

    Both methods take any bytes and raise nothing."""

    name: str
    title: str
    extensions: tuple[str, ...]

    def sniff(self, data: bytes) -> bool:
        """Whether this looks like the format; cheap."""

    def read(self, data: bytes, file: str, companions: Companions) -> Imported | list[Problem]:
        """The definition and what became of each part. ``file`` names it in problems and may give a title; ``companions``: the
        files that came along."""


IMPORTERS: Registry[Importer] = Registry("importer", __name__, "IMPORTER")


def read(data: bytes, file: str, companions: Companions = nothing) -> Imported | list[Problem]:
    """The definition in a file of any of the formats, or why there is none."""
    if len(data) > LARGEST:
        message = N_("The file has more than {most} MB.")
        remedy = N_("Take pictures and unused sheets out of it.")
        return [Problem("import_too_large", message, {"most": LARGEST // 1_000_000}, remedy=remedy, file=file)]
    fitting = [importer for importer in IMPORTERS if importer.sniff(data)]
    # two formats may look alike from outside: then the name of the file decides
    fitting.sort(key=lambda importer: not file.lower().endswith(importer.extensions))
    if not fitting:
        message = N_("This is no questionnaire that can be imported.")
        remedy = N_("These can be: {formats}.")
        return [Problem("import_unknown_format", message, {"formats": formats()}, remedy=remedy, file=file)]
    return fitting[0].read(data, file, companions)


def formats() -> str:
    """``XLSForm (.xlsx, .xls), …``"""
    return ", ".join(f"{importer.title} ({', '.join(importer.extensions)})" for importer in IMPORTERS)
