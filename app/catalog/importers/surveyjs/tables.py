"""SurveyJS's tables: matrix, matrixdropdown (a grid a column) and multipletext."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.catalog.importers.names import Names
from app.catalog.importers.surveyjs import choices
from app.catalog.importers.surveyjs import shown as shown
from app.catalog.importers.surveyjs.checks import required
from app.catalog.importers.surveyjs.choices import Choice
from app.catalog.importers.surveyjs.form import Condition, Element, Form
from app.catalog.importers.surveyjs.kinds import UNPLAIN, columns, conditions_of, kind_of, lines, value_of
from app.catalog.importers.surveyjs.values import Value
from app.catalog.importers.writing import answered, any_of, negated
from app.core.problems import N_

GRIDS = {
    "single_choice": "matrix_single", "yes_no": "matrix_single", "rating": "matrix_single", "multiple_choice": "matrix_multiple",
    "decimal": "matrix_number", "integer": "matrix_number", "text": "matrix_text", "long_text": "matrix_text",
}  # fmt: skip
MOST_CELLS = 5_000


def rows_of(raw: Mapping[str, Any], key: str = "rows") -> list[Choice]:
    """The rows, each with a name of ours."""
    names, found = Names(), dict[str, Choice]()
    for value, text, whole in lines(raw, key)[:MOST_CELLS]:
        if value.casefold() not in found:
            found[value.casefold()] = Choice(value, names.take(value, "r"), text, whole)
    return list(found.values())


def declare(form: Form, element: Element, value: Value) -> Value:
    """The value of a table: one part a row; in a table of several columns each row has one part a column."""
    element.rows = rows_of(element.raw, "items" if element.kind == "texts" else "rows")
    if element.kind == "grid":
        return _matrix(element, value)
    if element.kind == "texts":
        return _fields(form, element, value)
    return _columns(form, element, value)


def _matrix(element: Element, value: Value) -> Value:
    element.items = choices.coded(lines(element.raw, "columns"))
    several = element.raw.get("cellType") == "checkbox"
    cell = replace(value, type="set" if several else "code", codes=choices.codes(element.items))
    parts = {row.value.casefold(): replace(cell, name=f"{element.name}__{row.code}") for row in element.rows}
    return replace(value, parts=parts)


def _fields(form: Form, element: Element, value: Value) -> Value:
    """Plain fields are rows of a grid of texts, others questions of their own."""
    for row in element.rows:
        raw = {**row.raw, "type": "text", "name": row.value}
        element.parts.append(_part(form, element, raw, f"{element.key}_{row.value}"))
    own = {"isRequired", "validators", "requiredIf"}
    plain = all(part.kind == "text" and not own & part.raw.keys() for part in element.parts)
    if plain and element.parts and not element.raw.get("isRequired"):
        element.kind = "grid_of_texts"
        for row, part in zip(element.rows, element.parts, strict=True):
            part.name = f"{element.name}__{row.code}"
    parts = {row.value.casefold(): value_of(form, part) for row, part in zip(element.rows, element.parts, strict=True)}
    return replace(value, parts=parts)


def _part(form: Form, element: Element, raw: Mapping[str, Any], name: str) -> Element:
    conditions: list[Condition] = [*element.conditions, *conditions_of(raw, element.where)]
    part = Element(
        raw, str(raw.get("name", "")), form.names.take(name), kind_of(raw), "", element.where, element.scope, conditions
    )
    part.items = choices.choices(raw)
    part.type = value_of(form, part).type
    return part


def _columns(form: Form, element: Element, value: Value) -> Value:
    cells = columns(element.raw)
    names: set[str] = set()
    rows: dict[str, dict[str, Value]] = {row.value.casefold(): {} for row in element.rows}
    for _, raw in cells:
        seen = str(raw.get("name", "")).casefold() in names
        names.add(str(raw.get("name", "")).casefold())
        if kind_of(raw) in UNPLAIN or seen:
            why = N_("A column of the kind {cell} has no like here, or it is there twice.")
            form.report.left_out("choice", element.where, element.key, str(raw.get("name", "")), why, cell=raw["type"])
            continue
        column = _part(form, element, raw, f"{element.key}_{raw.get('name', 'column')}")
        column.conditions = conditions_of(raw, element.where)
        element.parts.append(column)
        cell = value_of(form, column)
        if column.kind == "rating":
            column.items = choices.coded([(str(p), str(p), {}) for p in range(*_points(raw))])
            cell = replace(cell, type="code", codes=choices.codes(column.items))
        for row in element.rows:
            name = (
                f"{column.name}__{row.code}" if column.kind in GRIDS else form.names.take(f"{column.name}_{row.code}")
            )
            rows[row.value.casefold()][str(raw.get("name", "")).casefold()] = replace(cell, name=name)
    return replace(value, parts={row: replace(value, type="grid", parts=parts) for row, parts in rows.items()})


def _points(raw: Mapping[str, Any]) -> tuple[int, int]:
    low, high = raw.get("rateMin", 1), raw.get("rateMax", 5)
    return (low, high + 1) if isinstance(low, int) and isinstance(high, int) else (1, 6)


def grid(form: Form, element: Element) -> list[dict[str, Any]]:
    """A matrix, or fields with nothing but texts."""
    node = shown.question(form, element)
    if element.kind == "grid":
        node["type"] = "matrix_multiple" if element.raw.get("cellType") == "checkbox" else "matrix_single"
        node["choices"] = choices.nodes(form, element)
        if element.raw.get("isAllRowRequired") or element.raw.get("eachRowRequired"):
            node["required"] = True
        elif element.raw.get("isRequired"):
            node["required"] = True
            why = N_("Every row must be answered here, where one was enough.")
            form.report.approximated("setting", element.where, element.key, "isRequired", why)
    else:
        node["type"] = "matrix_text"
    if element.raw.get("rowOrder", element.raw.get("rowsOrder")) == "random":
        node["randomize_rows"] = True
    node["rows"] = [_row(form, element, row) for row in element.rows]
    return [node] if element.rows and node.get("choices", True) else []


def _row(form: Form, element: Element, row: Choice) -> dict[str, Any]:
    words = form.texts.words(row.words, element.scope, element.where, element.key)
    node: dict[str, Any] = {"name": row.code, "label": words or row.value}
    sources = [(row.raw.get("visibleIf"), True), (row.raw.get("enableIf"), True)]
    sources.append((element.raw.get("rowsVisibleIf"), row is element.rows[0]))
    conditions = [
        form.condition(source, element, item=row.value, counted=counted)
        for source, counted in sources
        if isinstance(source, str)
    ]
    relevant = form.all_of(conditions)
    return {**node, "relevant": relevant} if relevant else node


def fields(form: Form, element: Element) -> list[dict[str, Any]]:
    """Fields of several kinds, each a question under a common heading; where one of them is required in all, the last is
    while the others are empty."""
    nodes = [shown.heading(form, element)]
    for part in element.parts:
        nodes += shown.plain(form, part)
    if element.raw.get("isRequired") and element.parts and "required" not in nodes[-1]:
        nodes[-1]["required"] = negated(any_of(answered(part.name) for part in element.parts[:-1]))
    return nodes


def by_column(form: Form, element: Element) -> list[dict[str, Any]]:
    """A grid for each column; what no grid can hold is asked row by row."""
    nodes = [shown.heading(form, element)] if len(element.parts) > 1 else []
    relevant = form.relevant(element)
    for column in element.parts:
        node = _column(form, element, column, titled=len(element.parts) == 1)
        made = [node] if column.kind in GRIDS else _cells(form, element, column, node)
        for each in made:
            together = form.all_of((relevant or None, each.pop("relevant", None)))
            nodes.append({**each, "relevant": together} if together else each)
    return nodes if element.rows else []


def _column(form: Form, element: Element, column: Element, titled: bool) -> dict[str, Any]:
    label = form.label(column) if column.raw.get("title") or not titled else form.label(element)
    if titled and column.raw.get("title"):
        label = form.texts.together(form.label(element), label, ": ")
    node: dict[str, Any] = {"name": column.name, "type": GRIDS.get(column.kind, column.kind), "label": label}
    if column.kind in ("single_choice", "multiple_choice", "rating", "image_choice"):
        node["choices"] = choices.nodes(form, column)
        if not node["choices"]:
            node = {"name": column.name, "type": "matrix_text", "label": label}
    elif column.kind == "yes_no":
        node["choices"] = shown.yes_no(form, column)
    needed = required(form, column)
    if needed:
        node["required"] = needed
    node["rows"] = []
    for index, row in enumerate(element.rows):
        line = _row(form, element, row)
        around = {**element.scope.around, "row": element.cells[row.value.casefold()].parts}
        scoped = replace(column, scope=replace(element.scope, around=around, at=element.at + 1))
        own = [
            form.condition(condition.source, scoped, item=row.value, counted=index == 0)
            for condition in column.conditions
        ]
        relevant = form.all_of((line.pop("relevant", None), *own))
        node["rows"].append({**line, "relevant": relevant} if relevant else line)
    return node


def _cells(form: Form, element: Element, column: Element, node: dict[str, Any]) -> list[dict[str, Any]]:
    """The column as one question a row."""
    rows, made = node.pop("rows"), []
    for row, line in zip(element.rows, rows, strict=True):
        name = element.cells[row.value.casefold()].parts[column.key.casefold()].name
        label = form.texts.together(line["label"], node["label"], ": ")
        relevant = {"relevant": line["relevant"]} if "relevant" in line else {}
        made.append({**node, "name": name, "label": label, **relevant})
    return made
