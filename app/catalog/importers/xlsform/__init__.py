"""XLSForm (xlsform.org): a workbook with the sheets survey, choices and settings."""

import re
import unicodedata
from pathlib import PurePath
from typing import Any

from app.catalog.importers.companions import Companions, nothing
from app.catalog.importers.mending import mend
from app.catalog.importers.report import Imported, Report, broken
from app.catalog.importers.text import plain, unpiped
from app.catalog.importers.xlsform.beside import Beside
from app.catalog.importers.xlsform.columns import rows
from app.catalog.importers.xlsform.form import Form
from app.catalog.importers.xlsform.meaning import tell_the_meaningless
from app.catalog.importers.xlsform.order import put_in_order
from app.catalog.importers.xlsform.pages import Pages
from app.catalog.importers.xlsform.questions import Questions
from app.catalog.importers.xlsform.reading import read_form
from app.catalog.importers.xlsform.texts import Texts
from app.catalog.importers.xlsform.workbook import OLE, ZIP, Sheet, sheets
from app.core.problems import N_, Problem

SHEETS = ("survey", "choices", "external_choices", "settings", "entities", "osm")
SECONDS = 10
"""That a question takes, to say how long the questionnaire is."""
CARRIED_SETTINGS = {"form_title", "form_id", "default_language", "allow_choice_duplicates"}


class XlsForm:
    name = "xlsform"
    title = "XLSForm"
    extensions = (".xlsx", ".xls", ".xlsm")

    def sniff(self, data: bytes) -> bool:
        return data.startswith((ZIP, OLE))

    def read(self, data: bytes, file: str, companions: Companions = nothing) -> Imported | list[Problem]:
        found = sheets(data, file, SHEETS)
        if isinstance(found, list):
            return found
        survey = found.get("survey")
        if survey is None or not any("type" in row.cells for row in rows(survey)):
            return broken(file, N_("The workbook has no sheet called survey with a column called type."))
        report = Report()
        form = read_form(found, Beside(companions), report)
        put_in_order(form, report)
        texts = Texts(form, [row for name in ("survey", "choices") for row in rows(found.get(name))], report)
        questions = Questions(form, texts, report)
        pages = Pages(form, questions).build(form.root)
        if not pages:
            return broken(file, N_("The form asks nothing that can be asked here."))
        _left_out_sheets(found, report)
        tell_the_meaningless(form, report)
        tree = _tree(form, texts, questions, pages, file, report)
        mend(tree, report)
        return Imported(tree, report, tuple(questions.media.used))


def _tree(
    form: Form, texts: Texts, questions: Questions, pages: list[Any], file: str, report: Report
) -> dict[str, Any]:
    stem = PurePath(file).stem
    title = unpiped(plain(form.settings.get("form_title", "") or form.settings.get("form_id", "") or stem)) or "XLSForm"
    asked = sum(line.kind == "question" and line.outcome != "left_out" for line in report.lines)
    for setting in ("purpose", "minutes", "basis"):
        why = N_("the form does not say it: look at it before publishing")
        report.approximated("setting", "settings", setting, "", why)
    for setting, value in form.settings.items():
        if setting not in CARRIED_SETTINGS:
            report.left_out("setting", "settings", setting, value, N_("it has no meaning here"))
    titles = texts.words({}, title)
    tree: dict[str, Any] = {
        "questionnaire": _name(form.settings.get("form_id", "") or stem or title),
        "title": titles,
        "languages": texts.languages,
        "basis": "confidential",
        "purpose": titles,
        "minutes": min(max(round(asked * SECONDS / 60), 1), 240),
    }
    if texts.partial and len(texts.languages) > 1:
        tree["untranslated"] = "default"
    if questions.outside:
        tree["outside"] = questions.outside
    if questions.choices.shared:
        files = questions.choices.files
        tree["lists"] = [
            {"name": name, **({"file": files[name]} if name in files else {}), "choices": found}
            for name, found in questions.choices.shared.items()
        ]
    return {**tree, "pages": pages}


def _name(wanted: str) -> str:
    ascii_ = unicodedata.normalize("NFKD", wanted).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", ascii_).strip("_0123456789")[:60].rstrip("_") or "form"


def _left_out_sheets(found: dict[str, Sheet], report: Report) -> None:
    for name in ("entities", "osm"):
        if name in found:
            report.left_out("setting", name, name, "", N_("this sheet has no meaning here"))


IMPORTER = XlsForm()
