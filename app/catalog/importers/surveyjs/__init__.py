"""SurveyJS forms (JSON of survey-library, versions 1 and 2)."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from app.catalog.importers import json_file
from app.catalog.importers.companions import Companions, nothing
from app.catalog.importers.names import valid
from app.catalog.importers.report import Imported
from app.catalog.importers.surveyjs.flow import Flow, calculations, everything, shown_by
from app.catalog.importers.surveyjs.form import Form
from app.catalog.importers.surveyjs.outline import Outline
from app.catalog.importers.surveyjs.pages import LOOKS, Pages
from app.catalog.importers.surveyjs.pages import READ as READ_OF_ELEMENTS
from app.catalog.importers.surveyjs.values import Scope
from app.core.problems import N_, Problem

READ = {
    "title", "description", "locale", "pages", "elements", "questions", "calculatedValues", "triggers", "completedHtml",
    "completedHtmlOnCondition", "questionsOrder", "maxTimeToFinishPage", "timeLimitPerPage", "name", "logoPosition",
}  # fmt: skip


class SurveyJs:
    name = "surveyjs"
    title = "SurveyJS"
    extensions = (".json",)

    def sniff(self, data: bytes) -> bool:
        head = data[:200_000]
        if b'"SurveyElements"' in head:  # Qualtrics
            return False
        return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and any(
            key in head for key in (b'"pages"', b'"elements"', b'"questions"')
        )

    def read(self, data: bytes, file: str, _companions: Companions = nothing) -> Imported | list[Problem]:
        raw = json_file.read(data, file)
        if isinstance(raw, Problem):
            return [raw]
        raw = raw.get("json", raw) if isinstance(raw.get("json"), Mapping) else raw
        form = Form(raw)
        outline = Outline(form, shown_by(form))
        pages = outline.pages()
        computed = calculations(form, pages)
        flow = Flow(form, pages)
        made = Pages(form, flow.ends, computed)
        nodes = made.build(pages)
        lost = [[jump] for jump, to in flow.jumps if not _leads(made, jump, to)]
        nodes = [node for node in nodes if node.get("questions") not in lost]
        if not nodes:
            message, remedy = N_("There is no question in the file."), N_("Export the form again, as JSON.")
            return [Problem("import_broken", message, remedy=remedy, file=file)]
        minutes = max(1, min(240, len(everything(e for page in pages for e in page.elements)) // 4))
        return Imported(_tree(form, nodes, file, minutes), form.report)


def _leads(made: Pages, jump: dict[str, Any], to: int) -> bool:
    """Whether the jump leads to what is left of its page, or of one after it."""
    jump["to"] = next((name for number, name in sorted(made.first.items()) if number >= to), "")
    return bool(jump["to"])


def _tree(form: Form, nodes: list[dict[str, Any]], file: str, minutes: int) -> dict[str, Any]:
    stem = PurePath(file).stem
    title = form.texts.words(form.raw.get("title"), Scope(0), "title", "") or stem
    purpose = form.texts.words(form.raw.get("description"), Scope(0), "description", "") or title
    why = N_("The form does not say what is promised about answers: check basis, purpose and minutes.")
    form.report.approximated("setting", file, "", "basis, purpose, minutes", why)
    others = [key for key in form.raw if key not in READ and key not in READ_OF_ELEMENTS]
    if others:
        form.report.left_out("setting", file, "", ", ".join(map(str, others)), LOOKS)
    tree: dict[str, Any] = {
        "questionnaire": valid(stem, "form").lower(),
        "title": title,
        "languages": form.texts.languages,
    }
    if len(form.texts.languages) > 1:
        tree["untranslated"] = "default"
    tree |= {"basis": "confidential", "purpose": purpose, "minutes": minutes}
    outside = [{"name": name, "type": "text", "source": "host"} for name in form.values.outside.values()]
    if outside:
        tree["outside"] = outside
    return {**tree, "pages": nodes}


IMPORTER = SurveyJs()
