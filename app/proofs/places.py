"""Where the parts of a compiled questionnaire stand in its tree."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.engine.structure import Path

Tree = Mapping[str, Any]


def places(tree: Tree) -> dict[str, Path]:
    """The path of every page, block, repeat, question and outside value by its name; the rows of a grid and the texts of
    "please specify" under the names that they are compiled to."""
    found: dict[str, Path] = {}
    for index, entry in enumerate(tree.get("outside") or ()):
        found[str(entry.get("name"))] = ("outside", index)
    found.update(_parts(tree.get("pages") or (), ("pages",)))
    for index, entry in enumerate(tree.get("lists") or ()):
        found[f"list {entry.get('name')}"] = ("lists", index)
    for index, entry in enumerate(tree.get("quotas") or ()):
        found[f"quota {entry.get('name')}"] = ("quotas", index)
    return found


def _parts(nodes: Any, path: Path) -> Iterator[tuple[str, Path]]:
    for index, node in enumerate(nodes):
        here = (*path, index)
        for key in ("name", "block", "repeat"):
            if key in node:
                yield str(node[key]), here
        if "repeat" in node:
            yield f"{node['repeat']}__more", here
        yield from _parts(node.get("pages") or (), (*here, "pages"))
        for position, question in enumerate(node.get("questions") or ()):
            yield from _question(question, (*here, "questions", position))


def _question(node: Tree, path: Path) -> Iterator[tuple[str, Path]]:
    name = node.get("name")
    yield str(name), path
    for index, row in enumerate(node.get("rows") or ()):
        yield f"{name}__{row.get('name')}", (*path, "rows", index)
    choices = node.get("choices")
    for index, choice in enumerate(choices if isinstance(choices, list) else ()):
        if choice.get("specify"):
            yield f"{name}__{choice.get('name')}__text", (*path, "choices", index, "specify")


def choice_path(tree: Tree, question: Path, name: str) -> Path:
    """The path of a question's choice, in its own list or in the one it shares."""
    node = at(tree, question)
    choices, path = (node or {}).get("choices"), (*question, "choices")
    if isinstance(choices, str):
        lists = [entry.get("name") for entry in tree.get("lists") or ()]
        path = ("lists", lists.index(choices), "choices") if choices in lists else path
        choices = at(tree, path)
    for index, choice in enumerate(choices if isinstance(choices, list) else ()):
        if str(choice.get("name")) == name:
            return (*path, index)
    return path


def at(tree: Any, path: Path) -> Any:
    """What stands at a path; None where nothing does."""
    for key in path:
        try:
            tree = tree[key]
        except (KeyError, IndexError, TypeError):
            return None
    return tree
