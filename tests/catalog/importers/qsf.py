"""Small Qualtrics files for tests."""

import json
from typing import Any

from app.catalog.importers.qualtrics import IMPORTER
from app.catalog.importers.report import Imported
from app.engine import Questionnaire, compile

Node = dict[str, Any]


def question(qid: str, **payload: Any) -> Node:
    """A single choice of A and B unless told otherwise."""
    standard = {
        "QuestionText": f"Text of {qid}",
        "DataExportTag": qid.replace("QID", "Q"),
        "QuestionType": "MC",
        "Selector": "SAVR",
        "Choices": {"1": {"Display": "A"}, "2": {"Display": "B"}},
        "Validation": {"Settings": {"ForceResponse": "OFF", "Type": "None"}},
        "Language": [],
    }
    return {**standard, **payload, "QuestionID": qid}


def ask(left: str, operator: str, right: Any = None, kind: str = "Question", **more: Any) -> Node:
    """One expression of a logic."""
    return {
        "LogicType": kind,
        "LeftOperand": left,
        "Operator": operator,
        "RightOperand": right,
        "Type": "Expression",
        **more,
    }


def logic(*groups: Node | list[Node], joined: str = "OrIf") -> Node:
    """Groups of expressions."""
    made: Node = {"Type": "BooleanExpression"}
    for index, group in enumerate(groups):
        entries = group if isinstance(group, list) else [group]
        made[str(index)] = {**{str(i): e for i, e in enumerate(entries)}, "Type": joined if index else "If"}
    return made


def elements(*members: str | Node) -> list[Node]:
    """Questions by id, ``"break"`` for a page break."""
    named: list[Node] = []
    for member in members:
        if isinstance(member, str):
            named.append({"Type": "Page Break"} if member == "break" else {"Type": "Question", "QuestionID": member})
        else:
            named.append({"Type": "Question", **member})
    return named


def block(id_: str, *members: str | Node, **more: Any) -> Node:
    return {"Type": "Standard", "ID": id_, "Description": id_, "BlockElements": elements(*members), **more}


def qsf(questions: list[Node], blocks: list[Node] | None = None, flow: list[Node] | None = None, **more: Any) -> Node:
    """A survey; one block of all questions unless told otherwise. ``more``: options, quotas, entry."""
    blocks = blocks or [block("Main", *(q["QuestionID"] for q in questions))]
    made: list[Node] = [
        {"Element": "BL", "Payload": blocks},
        {"Element": "SO", "Payload": more.get("options", {})},
        *({"Element": "SQ", "PrimaryAttribute": q["QuestionID"], "Payload": q} for q in questions),
        *({"Element": "QO", "Payload": quota} for quota in more.get("quotas", [])),
    ]
    if flow is not None:
        made.append({"Element": "FL", "Payload": {"Type": "Root", "Flow": flow}})
    return {
        "SurveyEntry": {"SurveyName": "Survey", "SurveyLanguage": "EN", **more.get("entry", {})},
        "SurveyElements": made,
    }


def imported(survey: Node) -> Imported:
    """What the file becomes, which always compiles."""
    done = IMPORTER.read(json.dumps(survey).encode(), "survey.qsf")
    assert isinstance(done, Imported), done
    questionnaire = compile(done.tree)
    assert isinstance(questionnaire, Questionnaire), [str(problem) for problem in questionnaire]
    return done


def everything(node: Any) -> list[Node]:
    """All questions of the pages, in order."""
    if isinstance(node, list):
        return [found for each in node for found in everything(each)]
    return [*node.get("questions", []), *everything(node.get("pages", []))]


def questions_of(survey: Node) -> list[Node]:
    return everything(imported(survey).tree["pages"])
