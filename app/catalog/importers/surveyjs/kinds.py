"""Which of our question types a SurveyJS element becomes, and what its value is in conditions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.catalog.importers.surveyjs import choices
from app.catalog.importers.surveyjs.form import GREYED, Condition, Element, Form
from app.catalog.importers.surveyjs.values import Value
from app.core.problems import N_

Raw = Mapping[str, Any]
INPUTS = {
    "number": "decimal", "range": "decimal", "date": "date", "datetime": "datetime", "datetime-local": "datetime",
    "time": "time", "email": "email",
}  # fmt: skip
KINDS = {
    "comment": "long_text", "radiogroup": "single_choice", "dropdown": "single_choice", "buttongroup": "single_choice",
    "checkbox": "multiple_choice", "tagbox": "multiple_choice", "boolean": "yes_no", "ranking": "ranking", "file": "file",
    "signaturepad": "signature", "slider": "slider", "html": "note", "image": "lost", "expression": "computed",
    "matrix": "grid", "matrixdropdown": "columns", "multipletext": "texts", "paneldynamic": "rows", "matrixdynamic": "rows",
}  # fmt: skip
TYPES = {
    "decimal": "number", "integer": "number", "rating": "number", "slider": "number", "date": "date", "datetime": "datetime",
    "time": "time", "single_choice": "code", "yes_no": "code", "image_choice": "code", "multiple_choice": "set",
    "ranking": "set", "note": "note", "lost": "lost", "rows": "rows", "grid": "grid", "columns": "grid", "texts": "grid",
}  # fmt: skip
UNPLAIN = ("note", "lost", "rows", "grid", "columns", "texts", "computed")
"""What no field or cell of a table can be."""
LONGEST_SCALE = 101
UNSEEN = N_("Only the page's own program would show it.")


def kind_of(raw: Raw) -> str:
    """One of our types, or a shape: grid, columns, texts, rows, lost."""
    type_ = raw.get("type")
    if type_ == "text":
        return _text_kind(raw)
    if type_ == "rating":
        return _rating_kind(raw)
    if type_ == "imagepicker":
        return "multiple_choice" if raw.get("multiSelect") else "single_choice"
    if type_ == "slider" and raw.get("sliderType") == "range":
        return "lost"
    if type_ in ("radiogroup", "dropdown", "buttongroup", "checkbox", "tagbox") and not _has_choices(raw):
        return "text"
    return KINDS.get(str(type_), "lost")


def _has_choices(raw: Raw) -> bool:
    return bool(choices.choices(raw) or raw.get("choicesFromQuestion"))


def _text_kind(raw: Raw) -> str:
    kinds = {str(v.get("type", "")).removesuffix("validator") for v in validators(raw)}
    kind = INPUTS.get(str(raw.get("inputType", "text")), "text")
    if kind == "text" and raw.get("maskType") in ("numeric", "currency"):
        kind = "decimal"
    if kind == "text" and "numeric" in kinds:
        return "decimal"
    return "email" if kind == "text" and "email" in kinds else kind


def whole(value: Any) -> int | None:
    """The number where it is a whole one."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def validators(raw: Raw) -> list[Raw]:
    found = raw.get("validators")
    return [v for v in found if isinstance(v, Mapping)] if isinstance(found, list) else []


def scale(raw: Raw) -> tuple[int, int] | None:
    """The ends of a rating in whole steps of one; None where its values are written down or stepped otherwise."""
    low, high, step = raw.get("rateMin", 1), raw.get("rateMax", 5), raw.get("rateStep", 1)
    if "rateCount" in raw and "rateMax" not in raw and isinstance(raw["rateCount"], int) and isinstance(low, int):
        high = low + raw["rateCount"] - 1
    whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (low, high, step))
    return (low, high) if whole and step == 1 and low < high and not raw.get("rateValues") else None


def rates(raw: Raw) -> Raw:
    """A rating whose points are choices, as a question with choices."""
    if isinstance(raw.get("rateValues"), list) and raw["rateValues"]:
        return {"choices": raw["rateValues"]}
    low, high, step = raw.get("rateMin", 1), raw.get("rateMax", 5), raw.get("rateStep", 1)
    numbers = all(isinstance(n, int | float) for n in (low, high, step)) and step > 0 and high > low
    count = min(int((high - low) / step), LONGEST_SCALE) + 1 if numbers else 0
    points = [round(low + step * i, 10) for i in range(count)]
    return {"choices": [int(p) if float(p).is_integer() else p for p in points] or [1, 2, 3, 4, 5]}


def _rating_kind(raw: Raw) -> str:
    ends = scale(raw)
    if ends is None:
        return "single_choice"
    return "rating" if ends[1] - ends[0] < LONGEST_SCALE else "integer"


def value_of(form: Form, element: Element) -> Value:
    """The element's value before its parts are known."""
    raw, kind = element.raw, element.kind
    if kind == "single_choice" and raw.get("type") == "rating":
        element.items = choices.choices(rates(raw))
    value = Value(TYPES.get(kind, "text"), element.name, element.at, repeats=element.scope.repeats)
    if kind == "yes_no":
        worth = ((raw.get("valueTrue", True), "yes"), (raw.get("valueFalse", False), "no"))
        codes = {str(given).strip().casefold(): code for given, code in worth}
        return replace(value, codes=codes, boolean="valueTrue" not in raw)
    origin = raw.get("choicesFromQuestion")
    source = form.values.find(origin, element.scope) if isinstance(origin, str) else None
    if source and not element.items:
        return replace(value, codes=source.codes)
    words = {item.value.strip().casefold(): item.value for item in reversed(element.items)}
    return replace(
        value,
        codes=choices.codes(element.items),
        words=words,
        boolean=bool(raw.get("confirms")),
        ranked=kind == "ranking",
    )


def lines(raw: Raw, key: str) -> list[tuple[str, Any, Raw]]:
    """Rows, columns or items of a table: (value, text, all of it)."""
    found = raw.get(key)
    items = []
    for item in found if isinstance(found, list) else []:
        whole = item if isinstance(item, Mapping) else {}
        value = str(whole.get("value", whole.get("name", "")) if whole else item)
        text = whole.get("text", whole.get("title")) or value
        if value:
            items.append((value, text, whole))
    return items


def conditions_of(raw: Raw, where: str) -> list[Condition]:
    """When a page, panel or element is there; greyed out counts as away."""
    name = str(raw.get("name", ""))
    if raw.get("visible") is False and not raw.get("visibleIf"):
        return [Condition("false", where, name, UNSEEN)]
    found = [
        Condition(raw[key], where, name, why)
        for key, why in (("visibleIf", ""), ("enableIf", GREYED))
        if isinstance(raw.get(key), str) and raw[key].strip()
    ]
    return found


def columns(raw: Raw) -> list[tuple[int, Raw]]:
    """The columns of a matrix as elements: of the matrix's cell type, with its choices, where they have none of their own."""
    found = raw.get("columns")
    cells: list[tuple[int, Raw]] = []
    for index, column in enumerate(found if isinstance(found, list) else []):
        column = column if isinstance(column, Mapping) else {"name": str(column)}
        kind = column.get("cellType", "default")
        kind = raw.get("cellType", "dropdown") if kind == "default" else kind
        inherited = {key: raw[key] for key in ("choices",) if key in raw and not column.get("choices")}
        cells.append((index, {**inherited, **{k: v for k, v in column.items() if k != "choices" or v}, "type": kind}))
    return cells
