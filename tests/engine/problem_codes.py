"""The problem codes written in the source."""

import ast
from collections.abc import Iterator
from pathlib import Path

APP = Path(__file__).parent.parent.parent / "app"
POSITION = {"Problem": 0, "report": 1, "problem": 0, "_problem": 0, "_worded": 4}
"""Which argument is the code, by the name of what is called."""


def codes(folder: Path = APP) -> dict[str, set[str]]:
    """The literal codes of Problem(...) and of the functions that make one, with the files they are in."""
    found: dict[str, set[str]] = {}
    for file in folder.rglob("*.py"):
        for code in _in(ast.parse(file.read_text())):
            found.setdefault(code, set()).add(str(file.relative_to(folder.parent)))
    return found


def _in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        arguments = node.args[POSITION[name] :][:1] if name in POSITION else []
        for argument in [*arguments, *(keyword.value for keyword in node.keywords if keyword.arg == "code")]:
            if name in POSITION and isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value
