"""LimeSurvey's structure exports (.lss), of database versions 143 to 640."""

from typing import Any

from app.catalog.importers import names
from app.catalog.importers.companions import Companions, nothing
from app.catalog.importers.languages import tags
from app.catalog.importers.limesurvey.outside import parameters
from app.catalog.importers.limesurvey.pages import Pages
from app.catalog.importers.limesurvey.quotas import quotas
from app.catalog.importers.limesurvey.survey import MOST_PARTS, MOST_QUESTIONS, Survey, survey
from app.catalog.importers.limesurvey.tables import looks_like, read_tables
from app.catalog.importers.limesurvey.texts import Writer
from app.catalog.importers.limesurvey.variables import Variables
from app.catalog.importers.mending import mend
from app.catalog.importers.names import Names
from app.catalog.importers.report import Imported, Report, broken
from app.core.problems import N_, Problem
from app.proofs import minutes


class LimeSurvey:
    name = "limesurvey"
    title = "LimeSurvey"
    extensions = (".lss",)

    def sniff(self, data: bytes) -> bool:
        return looks_like(data)

    def read(self, data: bytes, file: str, _companions: Companions = nothing) -> Imported | list[Problem]:
        tables = read_tables(data, file)
        if isinstance(tables, list):
            return tables
        found = survey(tables)
        questions = list(found.questions())
        parts = sum(len(question.answers) + len(question.subquestions) for question in questions)
        if len(questions) > MOST_QUESTIONS or parts > MOST_PARTS:
            why = N_("It has more than {questions} questions, or {parts} answers and subquestions.")
            return broken(file, why, questions=MOST_QUESTIONS, parts=MOST_PARTS)
        report = Report()
        tree = definition(found, report)
        if not tree["pages"]:
            return broken(file, N_("None of its questions can be asked here."))
        compiled = mend(tree, report)
        if compiled:
            tree["minutes"] = min(240, max(1, round(minutes(compiled, "web"))))
        return Imported(tree, report)


IMPORTER = LimeSurvey()


def definition(found: Survey, report: Report) -> dict[str, Any]:
    """The tree; ``report`` is written to."""
    given = Names()
    ours = {question.qid: given.take(question.code) for question in found.questions()}
    for question in found.questions():
        if ours[question.qid] != question.code:
            why = N_("It is called {ours} here.")
            report.approximated("setting", f"question {question.qid}", question.code, "", why, ours=ours[question.qid])
    variables = Variables({question.code: question for question in found.questions()}, names=given)
    writer = Writer(found, tags(found.languages), variables, given, report)
    links = parameters(found, ours, variables, report)
    built = Pages(found, writer, ours)
    opening = _opening(built, found)
    pages = [*opening, *built.build(), *_closing(built, found)]
    why = N_("The survey does not say what is promised about answers: check purpose and minutes.")
    report.approximated("setting", "survey", "", "purpose, minutes", why)
    tree: dict[str, Any] = {
        "questionnaire": names.valid(f"survey_{found.sid}").lower(),
        "title": writer.text(found.texts.get("title", {})) or f"LimeSurvey {found.sid}",
        "languages": list(writer.tags.values()),
        "basis": "anonymous" if found.settings.get("anonymized") == "Y" else "confidential",
        "purpose": writer.text(found.texts.get("description", {})) or writer.text(found.texts.get("title", {})) or "…",
        "minutes": 1,
    }
    if writer.missing:
        tree["untranslated"] = "default"
    cells = quotas(found, built)
    outside = [{"name": name, "type": "text", "source": "contact"} for name in variables.contact.values()]
    outside += links
    tree |= {"outside": outside} if outside else {}
    tree |= {"quotas": cells} if cells else {}
    _left_out(found, report)
    return {**tree, "pages": pages}


def _opening(built: Pages, found: Survey) -> list[dict[str, Any]]:
    """The welcome text and the notice on data protection, as a page before the first."""
    shown = ["welcometext"] if found.settings.get("showwelcome") != "N" else []
    shown += ["policy_notice"] if found.settings.get("showsurveypolicynotice", "0") not in ("0", "") else []
    texts = [text for name in shown if (text := built.writer.text(found.texts.get(name, {}))) is not None]
    notes = [note for text in texts for note in built.note(text)]
    return [{"name": built.page_name("welcome"), "questions": notes}] if notes else []


def _closing(built: Pages, found: Survey) -> list[dict[str, Any]]:
    """The end text, as an exit."""
    text = built.writer.text(found.texts.get("endtext", {}))
    if text is None:
        return []
    leave = {"name": built.writer.names.take("end"), "type": "exit", "status": "complete", "label": text}
    return [{"name": built.page_name("end_page"), "questions": [*built.pending(), leave]}]


def _left_out(found: Survey, report: Report) -> None:
    """What belongs to a survey and has no place in a definition."""
    if any(found.texts.get("url", {}).values()):
        url = next(filter(None, found.texts["url"].values()))
        report.left_out(
            "setting", "survey", "end url", url, N_("Set it in the study: it is where people are led at the end.")
        )
    for row in found.assessments:
        why = N_("Assessments are not carried over.")
        report.left_out("setting", f"assessment {row.get('id', '')}", row.get("name", ""), "", why)
    for name in ("startdate", "expires"):
        if found.settings.get(name):
            report.left_out(
                "setting", "survey", name, found.settings[name], N_("Set it in the study: it says when it is open.")
            )
    if found.settings.get("format") == "A":
        report.approximated(
            "setting", "survey", "format", "A", N_("Everything stood on one page; here each group does.")
        )
