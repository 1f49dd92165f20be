"""A definition's tree while it is being written: find, change, add, move and delete its parts. Pure; trees are never mutated.

A place is a path of keys and indexes: ``("pages", 0, "questions", 2)`` for a question, ``("pages", 0)`` for a page, a block or a
repeat, ``("pages", 0, "pages", 1)`` for a page in one, ``("outside", 1)`` for a value from outside, ``("lists", 0)`` for a list of
choices, ``()`` for the questionnaire itself. In an address it reads ``pages.0.questions.2``.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from app.catalog.service import questions
from app.core import canonical

Place = tuple[str | int, ...]
UNASKED = ("note", "computed", "exit", "jump")
Tree = Mapping[str, Any]


ADDRESS = re.compile(r"|(outside|lists)\.\d{1,4}|pages\.\d{1,4}(\.pages\.\d{1,4}){0,8}(\.questions\.\d{1,4})?")
NAMES = ("block", "repeat", "name")
"""The keys that name a part."""


def place_of(text: str) -> Place | None:
    """A place as written in an address; None for anything that is none."""
    if not ADDRESS.fullmatch(text):
        return None
    return tuple(int(part) if part.isdigit() else part for part in text.split(".")) if text else ()


def kind_of(place: Place, part: Tree | None) -> str:
    """What stands there: "" (the questionnaire itself), value, list, question, page, block or repeat."""
    if not place:
        return ""
    level = place[-2]
    if level == "pages":
        return next((key for key in ("block", "repeat") if key in (part or {})), "page")
    return {"outside": "value", "lists": "list"}.get(str(level), "question")


def name_of(part: Tree | None) -> str:
    """A part's name, whichever key holds it."""
    return str(next((part[key] for key in NAMES if part.get(key)), "")) if part else ""


def address_of(place: Place) -> str:
    return ".".join(map(str, place))


def path_of(text: str) -> Place:
    """A problem's path such as ``pages[0].questions[2].label.pl`` as keys and indexes."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", text))


def editable(tree: Tree | None) -> bool:
    """Whether the tree has the shape that the form needs; else its text must be mended first."""
    if not isinstance(tree, Mapping):
        return False
    parts = [tree.get(key) for key in ("outside", "lists", "metrics")]
    if not all(map(_listed, parts)) or not isinstance(tree.get("partial") or {}, Mapping):
        return False
    if not isinstance(tree.get("pages", []), list) or not _shaped(tree.get("pages", [])):
        return False
    return all(map(_has_choices, [*(tree.get("outside") or []), *(tree.get("lists") or []), *questions(tree)]))


def _shaped(parts: list[Any]) -> bool:
    """Whether these are pages, blocks and repeats with lists of mappings in them."""
    return all(
        isinstance(part, Mapping) and _listed(part.get("questions")) and _listed(part.get("pages")) for part in parts
    ) and all(_shaped(part.get("pages") or []) for part in parts)


def _has_choices(node: Tree) -> bool:
    return isinstance(node.get("choices") or [], (str, Mapping)) or (
        _listed(node.get("choices")) and _listed(node.get("rows"))
    )


def _listed(parts: Any) -> bool:
    """Whether it is a list of mappings, or nothing."""
    return isinstance(parts or [], list) and all(isinstance(part, Mapping) for part in parts or [])


def find(tree: Tree, place: Place) -> Any:
    """What stands there; None where nothing does."""
    found: Any = tree
    for key in place:
        try:
            found = found[key]
        except (KeyError, IndexError, TypeError):
            return None
    return found


def replace(tree: Tree, place: Place, value: Any) -> dict[str, Any]:
    """The tree with another value at a place whose parent exists; None deletes a key."""
    if not place:
        return dict(value)
    changed = deepcopy(dict(tree))
    parent = find(changed, place[:-1])
    if value is None and isinstance(parent, dict):
        parent.pop(place[-1], None)
    else:
        parent[place[-1]] = value
    return changed


def insert(tree: Tree, place: Place, value: Any) -> tuple[dict[str, Any], Place]:
    """The tree with a value before the one at ``place`` (past the end: after the last), and where it came to stand."""
    changed = deepcopy(dict(tree))
    items: Any = changed
    for step in place[:-1]:
        if isinstance(items, dict) and not items.get(str(step)):
            items[str(step)] = []
        items = items[step]
    index = min(int(place[-1]), len(items))
    items.insert(index, value)
    return changed, (*place[:-1], index)


def delete(tree: Tree, place: Place) -> dict[str, Any]:
    changed = deepcopy(dict(tree))
    del find(changed, place[:-1])[place[-1]]
    return changed


def move(tree: Tree, place: Place, step: int) -> tuple[dict[str, Any], Place]:
    """The tree with the part one up (-1) or down (+1), and its new place. A question at the edge of its page goes over to the
    neighbouring page; a page goes into the block or repeat beside it, and out of the one it stands in; nothing moves past
    the first and the last."""
    part, index = find(tree, place), int(place[-1])
    siblings, level = find(tree, place[:-1]), place[:-1]
    beside = siblings[index + step] if 0 <= index + step < len(siblings) else None
    if beside is not None and "pages" in beside and place[-2] == "pages":
        into = (*level, index if step > 0 else index - 1, "pages")
        return insert(delete(tree, place), (*into, 0 if step > 0 else len(beside["pages"])), part)
    if beside is not None:
        return insert(delete(tree, place), (*level, index + step), part)
    if place[-2] == "questions":
        return _to_next_page(tree, place, step)
    if len(place) == 2:
        return dict(tree), place
    around = place[:-2]
    return insert(delete(tree, place), (*around[:-1], int(around[-1]) + (step > 0)), part)


def _to_next_page(tree: Tree, place: Place, step: int) -> tuple[dict[str, Any], Place]:
    pages = [other for other in places(tree) if kind_of(other, find(tree, other)) == "page"]
    number = pages.index(place[:-2]) + step
    if not 0 <= number < len(pages):
        return dict(tree), place
    end = len(find(tree, pages[number]).get("questions") or []) if step < 0 else 0
    return insert(delete(tree, place), (*pages[number], "questions", end), find(tree, place))


def places(tree: Tree) -> Iterator[Place]:
    """Every value from outside, list, page, block, repeat and question, in the order asked."""
    for key in ("outside", "lists"):
        yield from ((key, index) for index, _ in enumerate(tree.get(key) or []))
    yield from _places(tree.get("pages") or [], ("pages",))


def _places(parts: list[Any], level: Place) -> Iterator[Place]:
    for number, part in enumerate(parts):
        yield (*level, number)
        yield from ((*level, number, "questions", index) for index, _ in enumerate(part.get("questions") or []))
        yield from _places(part.get("pages") or [], (*level, number, "pages"))


def question_count(tree: Tree) -> int:
    """How many questions there are, notes and the like not counted."""
    return sum(question.get("type") not in UNASKED for question in questions(tree))


def digest(part: Any) -> str:
    """A short fingerprint of a part: a form carries that of what it was filled from."""
    return hashlib.sha256(canonical.dumps(part).encode()).hexdigest()[:16]


def locate(tree: Tree, place: Place, base: str) -> Place | None:
    """Where the part with this fingerprint stands now, however it was moved; None when it was changed or deleted."""
    if place == () or digest(find(tree, place)) == base:
        return place
    return next((other for other in places(tree) if digest(find(tree, other)) == base), None)


def names(tree: Tree) -> set[str]:
    """Every name that is taken."""
    return {name for place in places(tree) if (name := name_of(find(tree, place)))}


def fresh_name(tree: Tree, stem: str) -> str:
    """``stem_1``, or with the next number that is free."""
    taken = names(tree)
    return next(name for number in range(1, 10_000) if (name := f"{stem}_{number}") not in taken)


EXPRESSIONS = ("relevant", "required", "constraint", "warning", "calculation", "default", "count", "choice_filter")


def rename(tree: Tree, old: str, new: str) -> dict[str, Any]:
    """The tree with ``new`` wherever a text, an expression, a metric or the partial rule refers to ``old``."""
    piped = re.compile(rf"\$\{{\s*{re.escape(old)}\s*(?=[|}}])")
    bare = re.compile(rf"'[^']*'|\"[^\"]*\"|\b{re.escape(old)}\b")

    def text(key: str, value: str) -> str:
        value = piped.sub(f"${{{new}", value)
        return bare.sub(lambda found: new if found[0] == old else found[0], value) if key in EXPRESSIONS else value

    def walk(key: str, node: Any) -> Any:
        if isinstance(node, Mapping):
            return {name: walk(name, value) for name, value in node.items()}
        if isinstance(node, list):
            return [new if key == "answered" and item == old else walk(key, item) for item in node]
        if key in ("question", "carry", "to", "choices") and node == old:
            return new
        return text(key, node) if isinstance(node, str) else node

    return {name: walk(name, value) for name, value in tree.items()}
