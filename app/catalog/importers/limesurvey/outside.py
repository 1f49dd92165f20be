"""Values that come with the link, which LimeSurvey calls URL parameters; one may fill a question."""

from typing import Any

from app.catalog.importers.limesurvey.survey import Question, Survey
from app.catalog.importers.limesurvey.variables import Variable, Variables
from app.catalog.importers.report import Report
from app.core.problems import N_

TYPES = {"N": "number", "5": "number", "D": "date", "S": "text", "T": "text", "U": "text"}
"""Of a value by the type of the question that it fills; other questions cannot be filled unless they are hidden."""


def parameters(found: Survey, ours: dict[str, str], variables: Variables, report: Report) -> list[dict[str, Any]]:
    """The values as entries of ``outside``. One that fills a question becomes its default value."""
    made = []
    by_id = {question.qid: question for question in found.questions()}
    for row in found.parameters:
        name, question = row.get("parameter", ""), by_id.get(row.get("targetqid", ""))
        if question and question.on("hidden") and ours[question.qid] == name and not question.defaults:
            continue  # the hidden question is the value
        own = variables.names.take(name, "value")
        type_ = TYPES.get(question.type, "text") if question else "text"
        made.append({"name": own, "type": type_, "source": "link"})
        if own != name:
            why = N_("It is called {ours} here.")
            report.approximated("setting", f"parameter {row.get('id', '')}", name, "", why, ours=own)
        if question:
            _fill(question, row, Variable(own, type_), variables, report)
    return made


def _fill(question: Question, row: dict[str, str], variable: Variable, variables: Variables, report: Report) -> None:
    name = f"URL:{variable.name}"
    if row.get("targetsqid", "0") not in ("", "0") or (question.type not in TYPES and not question.on("hidden")):
        why = N_("A value that comes with the link fills no question of this type.")
        report.left_out("setting", f"question {question.qid}", question.code, row.get("parameter", ""), why)
        return
    variables.by_code[name] = variable
    question.defaults.insert(0, {"qid": question.qid, "defaultvalue": f"{{{name}}}"})
