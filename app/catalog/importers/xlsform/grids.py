"""Questions with the same choices, shown as a table there, as a grid here."""

from typing import Any

from app.catalog.importers.names import Names
from app.catalog.importers.xlsform.form import Item
from app.catalog.importers.xlsform.questions import Questions

Node = dict[str, Any]
TYPES = {"select_one": "matrix_single", "select_multiple": "matrix_multiple"}
PLAIN = {"type", "name", "appearance", "relevant", "required", "$kuid", "$autoname", "$qpath", "$xpath"}
"""Columns that a row of a grid can have."""


def runs(group: Item) -> list[list[Item]]:
    """What a group holds, questions that make one table together."""
    table = "table-list" in group.row.get("appearance").lower()
    found: list[list[Item]] = []
    for item in group.children:
        together = found and _alike(found[-1][-1], item) and (table or _appearance(item) == "list-nolabel")
        if together:
            found[-1].append(item)
        else:
            found.append([item])
    return found


def _appearance(item: Item) -> str:
    words = item.row.get("appearance").lower().split()
    return next((word for word in words if word in ("label", "list-nolabel")), "")


def _alike(one: Item, other: Item) -> bool:
    return all(_tabular(item) for item in (one, other)) and (
        (one.list, one.type.word, one.row.get("required")) == (other.list, other.type.word, other.row.get("required"))
        or (_appearance(one) == "label" and (one.list, one.type.word) == (other.list, other.type.word))
    )


def _tabular(item: Item) -> bool:
    row = item.row
    return item.kind == "question" and item.type.word in TYPES and not item.type.other and not item.type.source and (
        item.list is not None and set(row.cells) <= PLAIN and set(row.texts) <= {"label"}
    )  # fmt: skip


def build(group: Item, run: list[Item], questions: Questions, within: list[str], names: Names) -> Node | None:
    """The grid of a run of at least two rows; None where there is none."""
    rows = [item for item in run if _appearance(item) != "label"]
    if len(run) < 2 or not rows:
        return None
    name = names.take(f"{group.ours}_grid")
    head = next((item for item in run if _appearance(item) == "label"), None)
    label = questions.texts.text((head or group).row, "label", group, group.name)
    node: Node = {"name": name, "type": TYPES[rows[0].type.word], "label": label, "rows": []}
    media = questions.media.of(head.row, head.name) if head else None
    if media:
        node["media"] = media
    if head is not None:
        questions.report.carried("question", head.row.where, head.name, "label")
    relevant = " and ".join(f"({condition})" for condition in within)
    if relevant:
        node["relevant"] = relevant
    for item in rows:
        node["rows"].append(_row(item, questions))
        item.ours, item.there = f"{name}__{item.ours}", True
        questions.report.carried("question", item.row.where, item.name, item.type.word)
    required = [questions.conditions.condition(item, "required") for item in rows]
    if required[0]:
        node["required"] = required[0]
    return node | questions.choices.of(rows[0], questions.conditions)


def _row(item: Item, questions: Questions) -> Node:
    row: Node = {"name": item.ours, "label": questions.texts.text(item.row, "label", item, item.name)}
    relevant = questions.conditions.condition(item, "relevant")
    if relevant is not None and relevant is not True:
        row["relevant"] = "false" if relevant is False else relevant
    return row
