"""When something is shown: the older conditions, row by row, as one ExpressionScript, which relevance is from version 2 on.

What LimeSurvey makes of the rows: those of one question and field are alternatives, different ones must all hold, scenarios are
alternatives.
"""

import re

from app.catalog.importers.limesurvey.survey import Question
from app.catalog.importers.limesurvey.tables import Row
from app.catalog.importers.limesurvey.variables import SGQA, Variables

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
TRIVIAL = ("", "1", "true")


def relevance(question: Question, variables: Variables) -> str:
    """The expression under which a question is shown, "" for always. Relevance counts where both are there: LimeSurvey writes
    it anew from the conditions whenever they change."""
    written = question.relevance.strip()
    return written if written not in TRIVIAL or not question.conditions else source(question.conditions, variables)


def source(rows: list[Row], variables: Variables) -> str:
    """Conditions as one expression."""
    scenarios: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        fields = scenarios.setdefault(row.get("scenario") or "1", {})
        field = row.get("cfieldname", "").strip()
        fields.setdefault(f"{row.get('cqid', '')} {field}", []).append(one(row, variables))
    return " or ".join(
        "(" + " and ".join("(" + " or ".join(alternatives) + ")" for alternatives in fields.values()) + ")"
        for fields in scenarios.values()
    )


def one(row: Row, variables: Variables) -> str:
    """One condition."""
    field, value = row.get("cfieldname", "").strip().removeprefix("+"), row.get("value", "")
    method = row.get("method", "").strip().replace("a", "").replace("b", "") or "=="
    if field.startswith("{"):
        name = field.strip("{}")
    elif variables.find(field) is None and (part := _part(field, value, variables)):
        name, value = f"{part}.NAOK", "Y"
    else:
        name = f"{field}.NAOK"
    if method.upper() == "RX":
        return f"regexMatch({_quoted(value if re.fullmatch('/.*/[a-z]*', value) else f'/{value}/')}, {name})"
    if not value.strip():
        return f"{'!' if method == '!=' else ''}is_empty({name})"
    if re.fullmatch(r"@(\d+X\d+X\d+|Q\d+).*@", value):
        return f"{name} {method} {value.strip('@')}.NAOK"
    if re.fullmatch(r"\{[^{}]+\}", value):
        return f"{name} {method} {value[1:-1]}"
    return f"{name} {method if method in COMPARISONS else '=='} {_quoted(value)}"


def _part(field: str, value: str, variables: Variables) -> str:
    """The part of a multiple choice that is named as the value of the whole; "" where it is none."""
    if SGQA.fullmatch(field):
        return f"{field}{value}" if variables.find(f"{field}{value}") else ""
    question = variables.ids.get(field.removeprefix("Q"))
    return f"{question.code}_{value}" if question and variables.find(f"{question.code}_{value}") else ""


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '\\"') + '"'
