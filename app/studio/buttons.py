"""What the editor's buttons do to the tree: move, copy, delete, add. Each gives the tree, what is open then, and what was done."""

from typing import Any

from flask_babel import gettext as _

from app.engine.types import TYPES
from app.studio import outline
from app.studio.outline import Place, Tree
from app.studio.typed import starting

ENTRIES = {"choice": "choices", "row": "rows"}


def _new_entry(part: Tree, stem: str) -> dict[str, Any]:
    taken = {str(entry.get("name")) for entry in part.get(ENTRIES[stem]) or []}
    name = next(name for number in range(1, 10_000) if (name := f"{stem}_{number}") not in taken)
    return {"name": name, "label": {}}


def _move(step: int) -> Any:
    def act(tree: Tree, place: Place, number: int) -> tuple[dict[str, Any], Place, str]:
        changed, moved = outline.move(tree, place, step)
        return changed, moved, _("Moved %(name)s", name=outline.name_of(outline.find(changed, moved)))

    return act


def _delete(tree: Tree, place: Place, number: int) -> tuple[dict[str, Any], Place, str]:
    name = outline.name_of(outline.find(tree, place))
    changed = outline.delete(tree, place)
    left = list(outline.places(changed))
    beside = min(left, key=lambda other: abs(_rank(other, left) - _rank(place, list(outline.places(tree)))), default=())
    return changed, beside, _("Deleted %(name)s", name=name)


def _rank(place: Place, among: list[Place]) -> int:
    return among.index(place) if place in among else len(among)


def _copy(tree: Tree, place: Place, number: int) -> tuple[dict[str, Any], Place, str]:
    part = outline.find(tree, place)
    copy = {**part, "name": outline.fresh_name(tree, str(part.get("name") or "question"))}
    changed, made = outline.insert(tree, (*place[:-1], int(place[-1]) + 1), copy)
    return changed, made, _("Copied %(name)s", name=part.get("name", ""))


def _entry(stem: str, change: str) -> Any:
    """Move or delete a choice or a row."""

    def act(tree: Tree, place: Place, number: int) -> tuple[dict[str, Any], Place, str]:
        key = ENTRIES[stem]
        entries = [*(outline.find(tree, place).get(key) or [])]
        if number < len(entries):
            entry = entries.pop(number)
            if change != "delete":
                entries.insert(max(0, number + (-1 if change == "up" else 1)), entry)
        deleted = {"choice": _("Deleted a choice"), "row": _("Deleted a row")}
        moved = {"choice": _("Moved a choice"), "row": _("Moved a row")}
        return outline.replace(tree, (*place, key), entries), place, (deleted if change == "delete" else moved)[stem]

    return act


def _add_entry(stem: str) -> Any:
    def act(tree: Tree, place: Place, number: int) -> tuple[dict[str, Any], Place, str]:
        part, key = outline.find(tree, place), ENTRIES[stem]
        entries = [*(part.get(key) or []), _new_entry(part, stem)]
        what = _("Added a choice") if stem == "choice" else _("Added a row")
        return outline.replace(tree, (*place, key), entries), place, what

    return act


ACTIONS = {
    "up": _move(-1),
    "down": _move(1),
    "delete": _delete,
    "copy": _copy,
    **{f"{stem}-add": _add_entry(stem) for stem in ENTRIES},
    **{f"{stem}-{change}": _entry(stem, change) for stem in ENTRIES for change in ("up", "down", "delete")},
}


MADE = ("page", "block", "repeat", "list", "hidden")
"""What can be added that is no question."""


def added(tree: Tree, place: Place, kind: str) -> tuple[dict[str, Any], Place]:
    """After the part that is open, or at the end where it is of another kind."""
    if kind == "hidden":
        part = {"name": outline.fresh_name(tree, "value"), "type": "text", "source": "contact"}
        return outline.insert(tree, ("outside", 10_000), part)
    if kind == "list":
        made = {"name": outline.fresh_name(tree, "list"), "choices": [{"name": "choice_1", "label": {}}]}
        return outline.insert(tree, ("lists", 10_000), made)
    around = place[:-2] if place[-2:-1] == ("questions",) else place
    if kind in MADE:
        level, index = ((*around[:-1],), int(around[-1]) + 1) if around[:1] == ("pages",) else (("pages",), 10_000)
        return outline.insert(tree, (*level, index), _new_part(tree, kind))
    page = next((at for at in (around, *_pages_before(tree, around)) if _is_page(tree, at)), None)
    if page is None:
        tree, page = outline.insert(tree, ("pages", 0), _new_part(tree, "page"))
    index = int(place[-1]) + 1 if place[-2:-1] == ("questions",) else 10_000
    return outline.insert(tree, (*page, "questions", index), _new_question(tree, kind))


def _is_page(tree: Tree, place: Place) -> bool:
    part = outline.find(tree, place)
    return part is not None and outline.kind_of(place, part) == "page"


def _pages_before(tree: Tree, place: Place) -> list[Place]:
    """Pages in a block that is open, then the last page of all."""
    pages = [at for at in outline.places(tree) if _is_page(tree, at)]
    return [*(at for at in pages if place and at[: len(place)] == place), *pages[-1:]]


def _new_part(tree: Tree, kind: str) -> dict[str, Any]:
    page = {"name": outline.fresh_name(tree, "page"), "questions": []}
    if kind == "page":
        return page
    return {kind: outline.fresh_name(tree, kind), "pages": [page]}


def _new_question(tree: Tree, kind: str) -> dict[str, Any]:
    question: dict[str, Any] = {"name": outline.fresh_name(tree, "question"), "type": kind}
    if TYPES[kind].shown:
        question["label"] = {}
    question |= dict.fromkeys(TYPES[kind].required_parameters, "")
    return question | starting(TYPES[kind])
