"""Definitions as YAML text: read with the place of every node, and written back.

The scalars are YAML 1.2's: only ``true`` and ``false`` are booleans (``yes`` and ``no`` are names of choices) and dates stay
text. Nothing but plain data can be read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

import yaml

from app.catalog import list_files
from app.core.problems import N_, Problem
from app.core.text import normalise

Path = tuple[str | int, ...]
Place = tuple[int | None, int | None]

LARGEST = 6_000_000
"""Characters of a definition: a thousand questions in nine languages are two millions."""
DEEPEST, MOST = 20, 200_000
"""Levels and nodes, aliases expanded."""


class _Loader(yaml.CSafeLoader):
    """YAML 1.2's core schema, parsed by libyaml: a seventh of the time of PyYAML's own parser."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]{1,18}", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]{1,2})?", "-+0123456789."),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


@dataclass
class Marks:
    """Where each node stands: ``places`` of keys and list items, ``insides`` of scalars; lines and columns from 1."""

    file: str
    places: dict[Path, Place] = field(default_factory=dict)
    insides: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The node's place, or that of its nearest parent that has one."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, (1, 1))

    def inside(self, path: Path) -> Place:
        """The place of a scalar's first character; no column in a block (its lines are folded)."""
        return self.insides.get(path) or self.place(path)


def read(text: str, file: str = "") -> tuple[Any, Marks] | list[Problem]:
    """The tree and its marks, or what keeps the text from being YAML."""
    clean = normalise(text) if len(text) <= LARGEST else _too_large()
    if isinstance(clean, Problem):
        return [clean.located(file)]
    try:
        line = _too_deep(clean)
        root = yaml.compose(clean, _Loader) if line is None else None
    except yaml.YAMLError as error:
        return [_unreadable(error, file)]
    if line is not None:
        return [_too_large().located(file, line)]
    reader = _Reader(Marks(file))
    tree = reader.value(root, ()) if root is not None else {}
    return reader.problems or (tree, reader.marks)


def _too_deep(text: str) -> int | None:
    """The line where the text nests too deeply. Its events are read one by one; composing recurses, in C, until the stack ends."""
    loader, depth = _Loader(text), 0
    while (event := loader.get_event()) is not None and depth <= DEEPEST + 1:
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
    return event.start_mark.line + 1 if event is not None else None


def write(tree: Mapping[str, Any], was: str = "") -> str:
    """The tree as YAML that ``read`` reads back the same. The comment that opens ``was``, the text it came from, is kept.

    The rows of a list that has a file are not written: the file says them."""
    opening = takewhile(lambda line: line.startswith("#") or not line.strip(), was.splitlines())
    comment = "".join(f"{line}\n" for line in opening)
    return comment + yaml.dump(
        list_files.bare(tree), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=LARGEST
    )


def flow(value: Any) -> str:
    """A value on one line, as it may stand in a definition: ``{carry: liked, which: selected}``."""
    return yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=LARGEST
    ).strip()


def flow_value(text: str) -> Any:
    """What ``flow`` wrote; text that is no YAML stays text, for the compiler to refuse."""
    found = read(text)
    return text if isinstance(found, list) else found[0]


class _Dumper(yaml.SafeDumper):
    """Without anchors: each text stands where it is used. Lists of plain values stand on one line."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _sequence(dumper: _Dumper, items: list[Any]) -> yaml.Node:
    plain = all(isinstance(item, (str, int, float)) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=plain)


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    """Line separators other than a line feed would be folded in quotes of any other kind."""
    separated = any(character in text for character in "\r\x85\u2028\u2029")
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"' if separated else None)


_Dumper.add_representer(list, _sequence)
_Dumper.add_representer(str, _text)
# a text that either version of YAML reads as something else is quoted: 08 and 1e5 are numbers to one of them alone
_Dumper.yaml_implicit_resolvers = {
    first: [
        *yaml.SafeDumper.yaml_implicit_resolvers.get(first, ()),
        *_Loader.yaml_implicit_resolvers.get(first, ()),
    ]
    for first in {*yaml.SafeDumper.yaml_implicit_resolvers, *_Loader.yaml_implicit_resolvers}
}


class _Reader:
    """Composed nodes to plain data."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self.problems: list[Problem] = []
        self.left = MOST

    def value(self, node: yaml.Node, path: Path) -> Any:
        self.left -= 1
        if self.left < 0 or len(path) > DEEPEST:
            if self.left >= 0 or self.left == -1:
                self.problems.append(_too_large().located(self.marks.file, node.start_mark.line + 1))
            return None
        self.marks.places.setdefault(path, _place(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        self.marks.insides[path] = _inside(node)
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = str(_scalar(key_node)) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in result:
                line, column = _place(key_node)
                problem = Problem(
                    "duplicate_key", N_("{key} is there twice."), {"key": key}, remedy=N_("Delete one of them.")
                )
                self.problems.append(problem.located(self.marks.file, line, column, ".".join(map(str, (*path, key)))))
            self.marks.places[(*path, key)] = _place(key_node)
            result[key] = self.value(value_node, (*path, key))
        return result


def _scalar(node: yaml.ScalarNode) -> Any:
    match node.tag.rpartition(":")[2]:
        case "bool":
            return node.value.lower() == "true"
        case "null":
            return None
        case "int":
            return int(node.value)
        case "float":
            return float(node.value)
    return node.value


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _inside(node: yaml.ScalarNode) -> Place:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    if node.style in ("|", ">"):
        return line + 1, None
    return line, column + bool(node.style)


def _too_large() -> Problem:
    return Problem(
        "too_large", N_("The definition is too large or too deeply nested."), remedy=N_("Split it into several.")
    )


def _unreadable(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    return Problem(
        "bad_yaml",
        N_("This is not YAML: {reason}."),
        {"reason": getattr(error, "problem", None) or str(error)},
        remedy=N_("Check the indentation and quotes near this line; texts with a colon need quotes."),
        file=file,
        line=mark.line + 1 if mark else None,
        column=mark.column + 1 if mark else None,
    )
