"""Qualtrics's tables, forms, sliders and drill-downs: grids, or several questions under a heading."""

from collections.abc import Callable, Mapping
from typing import Any

from app.catalog.importers.qualtrics import questions as plain
from app.catalog.importers.qualtrics.form import Form, Item, Node, Question
from app.catalog.importers.qualtrics.logic import profile
from app.catalog.importers.qualtrics.piping import piper
from app.catalog.importers.qualtrics.questions import (
    checks,
    choices,
    condition,
    item_label,
    label,
    numeric,
    order,
    required,
    settings,
    shown,
    words,
)
from app.catalog.importers.qualtrics.raw import below, flag
from app.catalog.importers.surveyjs.terms import same_value
from app.catalog.importers.writing import reference
from app.core.problems import N_

NOT_RANKED = N_("The order within the groups is left out.")


def rows(form: Form, question: Question) -> list[Node]:
    made = []
    for row in question.rows:
        said = item_label(form, question, row)
        if question.raw.get("Selector") == "Bipolar" and isinstance(said, str):
            said = " – ".join(part.strip() for part in said.split(":") if part.strip()) or said
        node: Node = {"name": row.code, "label": said}
        relevant = condition(form, question, row.raw.get("DisplayLogic"), question.at)
        made.append({**node, "relevant": relevant} if relevant else node)
        if flag(row.raw.get("TextEntry")):
            why = N_("Rows of a table have no field of their own.")
            form.report.left_out("choice", form.where(question), question.name, str(row.raw.get("Display", "")), why)
    return made


def matrix(form: Form, question: Question) -> list[Node]:
    node = shown(form, question, question.kind) | required(form, question)
    node |= {"rows": rows(form, question), "choices": choices(form, question, "Answers")}
    return [node | order(form, question, "randomize_rows")] if question.rows and question.choices else []


def constant_sum(form: Form, question: Question) -> list[Node]:
    node = shown(form, question, "constant_sum") | required(form, question) | {"rows": rows(form, question)}
    total = same_value(settings(question).get("ChoiceTotal"))
    if not isinstance(total, int | float):
        total = 100
        why = N_("No total was checked; 100 is taken.")
        form.report.approximated("setting", form.where(question), question.name, "ChoiceTotal", why)
    return [{**node, "total": total, **order(form, question, "randomize_rows")}] if question.rows else []


def heading(form: Form, question: Question) -> Node:
    return {"name": form.names.take(f"{question.name}_heading"), "type": "note", "label": label(form, question)}


def by_column(form: Form, question: Question) -> list[Node]:
    """A grid for each column of a table of texts, sums or ranks."""
    single = len(question.choices) == 1
    type_ = {"texts": "matrix_text", "sums": "constant_sum", "ranks": "matrix_number"}[question.kind]
    made = [] if single else [heading(form, question)]
    total = same_value(settings(question).get("ChoiceTotal"))
    for column in question.choices:
        name = (
            question.cells[f"{question.rows[0].id}/{column.id}"].partition("__")[0] if question.rows else question.name
        )
        said = label(form, question) if single else item_label(form, question, column, "Answers")
        node: Node = {
            "name": name,
            "type": type_,
            "label": said,
            **required(form, question),
            "rows": rows(form, question),
        }
        if type_ == "constant_sum":
            node["total"] = total if isinstance(total, int | float) else 100
        made.append(node)
    if question.kind == "ranks":
        form.report.approximated(
            "setting", form.where(question), question.name, "RO", N_("The ranks of a row are numbers.")
        )
    return made if question.rows else []


def fields(form: Form, question: Question) -> list[Node]:
    """The fields of a form: texts, numbers, addresses, each with a check of its own."""
    made = [heading(form, question)]
    needed = required(form, question)
    for row in question.rows:
        kind = question.kinds[row.id]
        forced = (
            {"required": True}
            if str(row.raw.get("TextEntryForceResponse", "")).lower() in ("on", "true", "1")
            else needed
        )
        node: Node = {"name": question.cells[row.id], "type": kind, "label": item_label(form, question, row), **forced}
        relevant = condition(form, question, row.raw.get("DisplayLogic"), question.at)
        node |= {"relevant": relevant} if relevant else {}
        made.append(node | (numeric({}) if kind == "decimal" else {}))
    return made if question.rows else []


def sliders(form: Form, question: Question) -> list[Node]:
    """A slider, or stars, for each line."""
    given = below(question.raw, "Configuration")
    low, high = (same_value(given.get(key)) for key in ("CSSliderMin", "CSSliderMax"))
    stars = question.kind == "stars"
    low = low if isinstance(low, int | float) and not stars else int(stars)
    if stars:
        count = same_value(given.get("StarCount"))
        high = count if isinstance(count, int) else high
    high = high if isinstance(high, int | float) and high > low else (5 if stars else 100)
    single = len(question.rows) == 1
    made = [] if single else [heading(form, question)]
    for row in question.rows:
        said = form.texts.together(label(form, question), words(form, question, "Choices", row.id, "Display"))
        said = said if single else item_label(form, question, row)
        node: Node = {"name": question.cells[row.id], "type": "rating" if stars else "slider", "label": said}
        node |= {"min": low, "max": high, **required(form, question)}
        decimals = same_value(given.get("NumDecimals"))
        if not stars and isinstance(decimals, int) and decimals > 0:
            node["step"] = 10.0 ** -min(decimals, 5)
        if flag(given.get("NotApplicable")):
            node["dont_know"] = words(form, question, "Configuration", "NotApplicableText") or True
        relevant = condition(form, question, row.raw.get("DisplayLogic"), question.at)
        made.append({**node, "relevant": relevant} if relevant else node)
    return made if question.rows else []


def profiles(form: Form, question: Question) -> list[Node]:
    """Rows with a scale each."""
    made = [heading(form, question)]
    for row in question.rows:
        scale = [
            {"name": code, "label": words(form, question, "Answers", row.id, key, "Display") or key}
            for code, key in profile(question, row.id)
        ]
        node = {"name": question.cells[row.id], "type": "single_choice", "label": item_label(form, question, row)}
        if scale:
            made.append({**node, "choices": scale, **required(form, question)})
    return made if len(made) > 1 else []


def best_worst(form: Form, question: Question) -> list[Node]:
    """Most and least of a list: two choices, which may not be the same."""
    if not question.choices:
        return []
    made: list[Node] = [heading(form, question)]
    for number, (key, name) in enumerate(question.cells.items()):
        said = words(form, question, "Answers", key, "Display") or key
        node: Node = {"name": name, "type": "single_choice", "label": said, "choices": choices(form, question)}
        node |= required(form, question)
        if number:
            node["constraint"] = f". != {reference(next(iter(question.cells.values())))}"
        made.append(node)
    return made if len(made) > 1 else []


def groups(form: Form, question: Question) -> list[Node]:
    """Into which group each item goes."""
    if not question.rows or not question.choices:
        return []
    pipe = piper(form, question.at, form.where(question), question.name)
    scale = [
        {"name": item.code, "label": form.texts.one(item.raw.get("Display"), pipe) or item.id}
        for item in question.choices
    ]
    made = [heading(form, question)]
    for row in question.rows:
        node: Node = {"name": question.cells[row.id], "type": "single_choice", "label": item_label(form, question, row)}
        made.append({**node, "choices": scale})
    form.report.approximated("setting", form.where(question), question.name, "PGR", NOT_RANKED)
    return made


def side_by_side(form: Form, question: Question) -> list[Node]:
    """A heading, then a grid for each column."""
    made = [heading(form, question)]
    for part in question.parts.values():
        made += BUILDERS.get(part.kind, _nothing)(form, part)
    return made


def drill(form: Form, question: Question) -> list[Node]:
    """A list whose choices know their parents; each level asks for those below the one before."""
    by_id = {choice.id: choice for choice in question.choices}
    levels = list(question.cells.values())
    made: list[Node] = [] if len(levels) == 1 else [heading(form, question)]
    for level, name in enumerate(levels):
        here = [row for row in question.rows if row.worth == str(level)]
        entries = [_entry(form, question, by_id, row) for row in here]
        list_ = form.names.take(f"{name}_list")
        form.lists.append({"name": list_, "choices": entries})
        said = label(form, question) if len(levels) == 1 else _level(form, question, level)
        node: Node = {
            "name": name,
            "type": "single_choice",
            "label": said,
            "choices": list_,
            **required(form, question),
        }
        if level:
            node["choice_filter"] = f"parent = {reference(levels[level - 1])}"
        made.append(node)
    return made if question.choices else []


def _entry(form: Form, question: Question, by_id: Mapping[str, Item], row: Item) -> Node:
    node: Node = {"name": by_id[row.id].code, "label": item_label(form, question, by_id[row.id], "Answers")}
    return {**node, "values": {"parent": by_id[row.code].code}} if row.code in by_id else node


def _level(form: Form, question: Question, level: int) -> Any:
    """The words over a level: the question's choices are its levels."""
    return words(form, question, "Choices", str(level + 1), "Display") or str(level + 1)


def _nothing(form: Form, question: Question) -> list[Node]:
    return []


BUILDERS: Mapping[str, Callable[[Form, Question], list[Node]]] = {
    "single_choice": plain.single,
    "multiple_choice": plain.single,
    "ranking": plain.single,
    "nps": plain.nps,
    "text": plain.text,
    "long_text": plain.text,
    "decimal": plain.text,
    "email": plain.text,
    "date": plain.text,
    "note": plain.note,
    "file": plain.plain,
    "signature": plain.plain,
    "matrix_single": matrix,
    "matrix_multiple": matrix,
    "constant_sum": constant_sum,
    "texts": by_column,
    "sums": by_column,
    "ranks": by_column,
    "form": fields,
    "sliders": sliders,
    "stars": sliders,
    "profile": profiles,
    "best_worst": best_worst,
    "groups": groups,
    "columns": side_by_side,
    "drill": drill,
}
__all__ = ["BUILDERS", "checks"]
