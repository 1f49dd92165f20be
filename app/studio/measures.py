"""The form of what is measured: the scores taken from questions, and when an interview counts as partial. Pure.

One empty row follows the scores, so that another can be added without a script; a row without a kind is left out.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, Form, FormField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import CheckboxInput, ListWidget

from app.catalog.service import questions
from app.engine.metrics import MEASURES
from app.engine.types import TYPES
from app.studio.outline import Tree

KINDS = {
    "": _l("None"), "nps": _l("NPS: recommendation"), "csat": _l("CSAT: satisfaction"), "ces": _l("CES: ease"),
}  # fmt: skip
MEASURED = {type_ for types in MEASURES.values() for type_ in types}


def fields(tree: Tree) -> dict[str, Any]:
    """The fields ``metrics`` and ``partial`` of a questionnaire's form."""
    asked = [question for question in questions(tree) if getattr(TYPES.get(str(question.get("type"))), "asked", False)]
    known = [question for question in asked if question.get("type") in MEASURED]
    named = [{"name": entry.get("question")} for entry in tree.get("metrics") or ()]
    row = {
        "kind": SelectField(_l("Score"), choices=_choices(KINDS), validate_choice=False),
        "question": SelectField(_l("Question"), choices=_names(known, named), validate_choice=False),
        "name": StringField(_l("Name in data")),
        "boxes": StringField(_l("Answers that count")),
    }
    ruled = [{"name": name} for name in (tree.get("partial") or {}).get("answered") or ()]
    partial = SelectMultipleField(
        _l("Counts as partial once these are answered"), choices=_names(asked, ruled), validate_choice=False,
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    return {"metrics": FieldList(FormField(type("MetricForm", (Form,), row)), _l("Scores")), "partial": partial}


def shown_metrics(entries: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """The rows of the scores, and an empty one."""
    rows = [{**entry, "boxes": ", ".join(map(str, entry.get("boxes") or ()))} for entry in entries]
    return [*rows, {"kind": "", "question": "", "name": "", "boxes": ""}]


def typed_metrics(rows: Sequence[FormField], old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The scores as typed; one without a name takes its kind's. What the form does not show stays."""
    metrics: list[dict[str, Any]] = []
    for index, row in enumerate(rows):
        data = {key: (row.form[key].data or "").strip() for key in ("name", "kind", "question")}
        if not data["kind"]:
            continue
        taken = {metric["name"] for metric in metrics}
        data["name"] = data["name"] or next(n for n in _stems(data["kind"]) if n not in taken)
        boxes = [int(box) if re.fullmatch(r"-?\d{1,9}", box) else box for box in _words(row.form["boxes"].data)]
        kept = {key: value for key, value in (old[index] if index < len(old) else {}).items() if key == "direction"}
        metrics.append({**data, **({"boxes": boxes} if boxes else {}), **kept})
    return metrics


def _stems(kind: str) -> list[str]:
    return [kind, *(f"{kind}_{number}" for number in range(2, 100))]


def _words(text: str | None) -> list[str]:
    return [word for word in re.split(r"[,\s]+", text or "") if word]


def _names(known: Sequence[Tree], also: Sequence[Tree]) -> list[SelectChoice]:
    """The questions by name, and what is named although it is none: the compiler says so, the form keeps it."""
    return _choices({str(part["name"]): str(part["name"]) for part in (*known, *also) if part.get("name")})


def _choices(labels: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]
