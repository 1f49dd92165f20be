"""What changed between two definitions, as a person would tell it. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.catalog.service import pages_of
from app.studio.outline import NAMES, Tree, find, kind_of, name_of, places


@dataclass(frozen=True, slots=True)
class Change:
    """``kind``: added, deleted, moved or changed. ``subject``: a question's name ("" for the questionnaire). ``field``: what of it,
    such as ``label.pl``; ``before`` and ``after``: None where there was or is nothing."""

    kind: str
    subject: str
    field: str = ""
    before: Any = None
    after: Any = None


def changes(old: Tree | None, new: Tree) -> list[Change]:
    """Questions added, deleted, moved and changed, in the new order, deleted ones last."""
    before, after = _parts(old or {}), _parts(new)
    stay = [name for name in before if name in after]
    moved = _moved(stay, [name for name in after if name in before])
    found = []
    for name, part in after.items():
        if name not in before:
            found.append(Change("added", name))
            continue
        if name in moved:
            found.append(Change("moved", name))
        was, now = dict(_leaves(before[name])), dict(_leaves(part))
        for field in dict.fromkeys((*was, *now)):
            if was.get(field) != now.get(field):
                found.append(Change("changed", name, field, was.get(field), now.get(field)))
    return found + [Change("deleted", name) for name in before if name not in after]


def _parts(tree: Tree) -> dict[str, Any]:
    """The questionnaire itself under "", then values from outside, pages and questions by name."""
    parts = {"": {key: value for key, value in tree.items() if key not in ("pages", "outside")}}
    pages = list(pages_of(tree.get("pages") or []))
    for part in tree.get("outside") or []:
        parts[str(part.get("name"))] = part
    for page in pages:
        for question in page.get("questions") or []:
            parts[str(question.get("name"))] = {"page": page.get("name"), **question}
    for place in places(tree):
        part = find(tree, place)
        kind = kind_of(place, part)
        alone = {key: value for key, value in part.items() if key not in ("questions", "pages", *NAMES)}
        if kind in ("page", "block", "repeat") and alone:
            parts[f"{name_of(part)} ({kind})"] = alone
    return parts if tree else {}


def _moved(old: list[str], new: list[str]) -> set[str]:
    """The names that must be lifted out so that the rest stand in the same order (longest increasing run)."""
    rank = {name: index for index, name in enumerate(old)}
    runs: list[list[str]] = []
    for name in new:
        before = [run for run in runs if rank[run[-1]] < rank[name]]
        longest: list[str] = max(before, key=len, default=[])
        runs.append([*longest, name])
    kept: list[str] = max(runs, key=len, default=[])
    return {name for name in new if name not in kept}


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and any(isinstance(item, Mapping) for item in value):
        for index, item in enumerate(value):
            name = str(item.get("name", index)) if isinstance(item, Mapping) else str(index)
            yield from _leaves(item, f"{path}[{name}]")
    else:
        yield path, value
