"""Learning every name of a definition before any is used, so that a later one can be told from an unknown one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.core.problems import N_
from app.engine.expressions import Symbol
from app.engine.structure import Path
from app.engine.types import TYPES

if TYPE_CHECKING:
    from app.engine.compiler import Compilation

Repeats = tuple[str, ...]
RESERVED = ("and", "or", "div", "true", "false")


def declare(run: "Compilation", node: Mapping[str, Any]) -> None:
    """Fill ``run.names``, each marked as coming later; report names that are there twice or are words of the language."""
    for index, entry in enumerate(node.get("outside", ())):
        _question(run, entry, ("outside", index), ())
    parts: set[str] = set()
    for part, path, within in parts_of(node.get("pages", ()), ("pages",), ()):
        key = _key(part)
        name = part.get(key)
        if name is None:
            continue
        if name in parts:
            _twice(run, name, (*path, key))
        parts.add(name)
        if key == "repeat":
            _name(run, name, Symbol("number", later=True, repeats=within), (*path, key))
            run.names[f"{name}__more"] = Symbol("code", ("yes", "no"), True, (*within, name))
        for index, question in enumerate(part.get("questions", ())):
            _question(run, question, (*path, "questions", index), within)


def parts_of(parts: Sequence[Any], path: Path, within: Repeats) -> Iterator[tuple[Mapping[str, Any], Path, Repeats]]:
    """Every page, block and repeat with its path and the repeats it stands in."""
    for index, part in enumerate(parts):
        if not part:
            continue
        here = (*path, index)
        yield part, here, within
        inside = (*within, part["repeat"]) if part.get("repeat") else within
        yield from parts_of(part.get("pages", ()), (*here, "pages"), inside)


def _key(part: Mapping[str, Any]) -> str:
    return "block" if "block" in part else "repeat" if "repeat" in part else "name"


def _question(run: "Compilation", entry: Mapping[str, Any] | None, path: Path, within: Repeats) -> None:
    name = (entry or {}).get("name")
    if entry is None or name is None:
        return
    kind = TYPES.get(entry.get("type", ""))
    if kind is None or not kind.asked:
        _name(run, name, Symbol(None, later=True, repeats=within), (*path, "name"))
        return
    type_ = TYPES[kind.rows_of].value_type if kind.rows_of else kind.value_type
    _name(run, name, Symbol(type_, later=True, repeats=within), (*path, "name"))
    for row in entry.get("rows", ()):
        if row and "name" in row:
            run.names[f"{name}__{row['name']}"] = Symbol(type_, later=True, repeats=within)


def _name(run: "Compilation", name: str, symbol: Symbol, path: Path) -> None:
    if name in run.names:
        _twice(run, name, path)
    elif name in RESERVED:
        message = N_("{name} is a word of the expression language.")
        run.report(path, "reserved_name", message, N_("Choose another name."), name=name)
    run.names[name] = symbol


def _twice(run: "Compilation", name: str, path: Path) -> None:
    run.report(path, "duplicate_name", N_("There are two called {name}."), N_("Rename one of them."), name=name)
