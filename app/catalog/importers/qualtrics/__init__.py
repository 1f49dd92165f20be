"""Qualtrics surveys (.qsf)."""

from pathlib import PurePath
from typing import Any

from app.catalog.importers import json_file
from app.catalog.importers.companions import Companions, nothing
from app.catalog.importers.names import valid
from app.catalog.importers.qualtrics.flow import Flow, quotas
from app.catalog.importers.qualtrics.form import Form, Node
from app.catalog.importers.qualtrics.raw import survey
from app.catalog.importers.report import Imported
from app.core.problems import N_, Problem

KEPT_ELSEWHERE = ("STAT", "RS", "QC", "PROJ", "QG", "PL", "NT")


class Qualtrics:
    name = "qualtrics"
    title = "Qualtrics"
    extensions = (".qsf",)

    def sniff(self, data: bytes) -> bool:
        return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" and b'"SurveyElements"' in data

    def read(self, data: bytes, file: str, _companions: Companions = nothing) -> Imported | list[Problem]:
        raw = json_file.read(data, file)
        if isinstance(raw, Problem):
            return [raw]
        form = Form(survey(raw))
        flow = Flow(form)
        flow.declare()
        pages = flow.nodes(form.survey.flow)
        if not pages or not any(line.kind == "question" and line.outcome != "left_out" for line in form.report.lines):
            message, remedy = (
                N_("There is no question in the file."),
                N_("Export the survey again, with its questions."),
            )
            return [Problem("import_broken", message, remedy=remedy, file=file)]
        _rest(form)
        return Imported(_tree(form, pages, file), form.report)


def _rest(form: Form) -> None:
    """What stands outside the questions and is not carried."""
    for id_, block in form.survey.blocks.items():
        why = N_("The flow does not lead to the block.")
        form.report.left_out("setting", id_, str(block.get("Description", "")), "block", why)
    for qid in form.survey.unused:
        form.report.left_out("setting", qid, qid, "Trash", N_("It was thrown away in Qualtrics."))
    for kind, _ in form.survey.others:
        if kind not in KEPT_ELSEWHERE:
            form.report.left_out(
                "setting", kind, "", kind, N_("Scores, translations of messages and the like are not carried.")
            )


def _tree(form: Form, pages: list[Node], file: str) -> dict[str, Any]:
    entry = form.survey.entry
    title = form.texts.one(entry.get("SurveyName"), lambda *_: "") or PurePath(file).stem
    purpose = form.texts.one(entry.get("SurveyDescription"), lambda *_: "") or title
    why = N_("The survey does not say what is promised about answers: check basis, purpose and minutes.")
    form.report.approximated("setting", file, "", "basis, purpose, minutes", why)
    several = len(form.texts.languages) > 1
    asked = sum(line.kind == "question" for line in form.report.lines)
    tree: dict[str, Any] = {
        "questionnaire": valid(PurePath(file).stem, "survey").lower(),
        "title": title,
        "languages": form.texts.languages,
        **({"untranslated": "default"} if several else {}),
        "basis": "confidential",
        "purpose": purpose,
        "minutes": max(1, min(240, asked // 4)),
    }
    tree |= {"lists": form.lists} if form.lists else {}
    counted = quotas(form)
    outside = [{"name": name, "type": "text", "source": source} for name, source in form.outside.items()]
    tree |= {"outside": outside} if outside else {}
    tree |= {"quotas": counted} if counted else {}
    return {**tree, "pages": pages}


IMPORTER = Qualtrics()
