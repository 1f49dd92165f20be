"""A definition's tree while it is being written: find, change, add, move and delete its parts. Pure; trees are never mutated.

A place is a path of keys and indexes: ``("pages", 0, "questions", 2)`` for a question, ``("pages", 0)`` for a page,
``("outside", 1)`` for a value from outside, ``()`` for the questionnaire itself. In an address it reads ``pages.0.questions.2``.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from app.core import canonical

Place = tuple[str | int, ...]
Tree = Mapping[str, Any]


def place_of(text: str) -> Place | None:
    """A place as written in an address; None for anything that is none."""
    if not re.fullmatch(r"|(pages|outside)\.\d{1,4}|pages\.\d{1,4}\.questions\.\d{1,4}", text):
        return None
    return tuple(int(part) if part.isdigit() else part for part in text.split(".")) if text else ()


def address_of(place: Place) -> str:
    return ".".join(map(str, place))


def path_of(text: str) -> Place:
    """A problem's path such as ``pages[0].questions[2].label.pl`` as keys and indexes."""
    return tuple(int(part) if part.isdigit() else part for part in re.findall(r"[^.\[\]]+", text))


def editable(tree: Tree | None) -> bool:
    """Whether the tree has the shape that the form needs; else its text must be mended first."""
    if not isinstance(tree, Mapping):
        return False
    pages, outside = tree.get("pages", []), tree.get("outside", []) or []
    if not isinstance(pages, list) or not isinstance(outside, list):
        return False
    if not all(isinstance(page, Mapping) and isinstance(page.get("questions") or [], list) for page in pages):
        return False
    if not _listed(tree.get("metrics")) or not isinstance(tree.get("partial") or {}, Mapping):
        return False
    nodes = [node for page in pages for node in page.get("questions") or []] + outside
    return all(isinstance(node, Mapping) and _listed(node.get("choices")) for node in nodes)


def _listed(parts: Any) -> bool:
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
    """The tree with the part one up (-1) or down (+1), and its new place. A question at the edge of its page goes over to
    the neighbouring page; nothing moves past the first and the last."""
    part, index = find(tree, place), int(place[-1])
    siblings = find(tree, place[:-1])
    if 0 <= index + step < len(siblings):
        return insert(delete(tree, place), (*place[:-1], index + step), part)
    if len(place) != 4:
        return dict(tree), place
    page = int(place[1]) + step
    if not 0 <= page < len(tree["pages"]):
        return dict(tree), place
    end = len(tree["pages"][page].get("questions") or []) if step < 0 else 0
    return insert(delete(tree, place), ("pages", page, "questions", end), part)


def places(tree: Tree) -> Iterator[Place]:
    """Every value from outside, page and question, in the order asked."""
    yield from (("outside", index) for index, _ in enumerate(tree.get("outside") or []))
    for number, page in enumerate(tree.get("pages") or []):
        yield ("pages", number)
        yield from (("pages", number, "questions", index) for index, _ in enumerate(page.get("questions") or []))


def question_count(tree: Tree) -> int:
    """How many questions there are, notes and computed values not counted."""
    parts = (find(tree, place).get("type") for place in places(tree) if len(place) == 4)
    return sum(type_ not in ("note", "computed") for type_ in parts)


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
    parts = [find(tree, place) for place in places(tree)]
    return {str(part["name"]) for part in parts if part.get("name")}


def fresh_name(tree: Tree, stem: str) -> str:
    """``stem_1``, or with the next number that is free."""
    taken = names(tree)
    return next(name for number in range(1, 10_000) if (name := f"{stem}_{number}") not in taken)


EXPRESSIONS = ("relevant", "required", "constraint", "warning", "calculation")


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
        if key == "question" and node == old:
            return new
        return text(key, node) if isinstance(node, str) else node

    return {name: walk(name, value) for name, value in tree.items()}
