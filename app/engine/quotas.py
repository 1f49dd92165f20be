"""Quotas: the cells that people fall into by their answers, and how many of each are wanted. Counting is the service's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from app.core.problems import N_
from app.engine.expressions.check import did_you_mean
from app.engine.model import Env, Expression, Questionnaire
from app.engine.state import State
from app.engine.structure import Path
from app.engine.walking import walk

if TYPE_CHECKING:
    from app.engine.compiler import Compilation

MOST_CELLS = 10_000


@dataclass(frozen=True, slots=True)
class Side:
    """A name and the condition under which a person belongs there."""

    name: str
    relevant: Expression


@dataclass(frozen=True, slots=True)
class Quota:
    """``kind``: hard (who comes when their cell is full is turned away) or soft (it is recorded, nobody is turned away).
    ``sides``: what interlocks; a plain list of cells is one side. ``targets``: cell -> how many completes; a cell of
    several sides is called ``f.young``."""

    name: str
    kind: str
    sides: tuple[tuple[Side, ...], ...]
    targets: Mapping[str, int]


def cells(q: Questionnaire, state: State) -> dict[str, str | None]:
    """The cell of each quota into which the answers so far put the person; None: into none of its cells.

    A quota whose conditions do not tell yet is left out."""
    env = walk(q, state).env
    found: dict[str, str | None] = {}
    for quota in q.quotas:
        names = [_place(side, env) for side in quota.sides]
        if "" in names:
            found[quota.name] = None
        elif None not in names:
            found[quota.name] = ".".join(filter(None, names))
    return found


def _place(side: Sequence[Side], env: Env) -> str | None:
    """Which of a side it is, the first where several hold; "" for none of them, None while that is not known."""
    for cell in side:
        holds = cell.relevant.evaluate(env)
        if holds is not False:
            return cell.name if holds else None
    return ""


def compile_quotas(run: "Compilation", given: Sequence[Any]) -> tuple[Quota, ...]:
    """The quotas of a definition; what is wrong with them is reported. Every question is known by now."""
    quotas: dict[str, Quota] = {}
    for index, entry in enumerate(given):
        path: Path = ("quotas", index)
        if not entry or "name" not in entry:
            continue
        name = entry["name"]
        if name in quotas:
            _twice(run, name, (*path, "name"))
        if ("grid" in entry) == ("cells" in entry):
            message = N_("The quota {name} has neither cells nor a grid, or both.")
            remedy = N_("Give it either cells, each with a target, or a grid and targets.")
            run.report(path, "quota_shape", message, remedy, name=name)
            continue
        if "grid" in entry:
            sides = [_side(run, side or (), (*path, "grid", i)) for i, side in enumerate(entry["grid"])]
            targets = _grid_targets(run, entry, path)
        else:
            sides = [_side(run, entry["cells"], (*path, "cells"))]
            targets = {
                cell["name"]: cell["target"] for cell in entry["cells"] if cell and {"name", "target"} <= set(cell)
            }
        quotas[name] = Quota(name, entry.get("kind", "hard"), tuple(sides), targets)
    return tuple(quotas.values())


def _side(run: "Compilation", given: Sequence[Any], path: Path) -> tuple[Side, ...]:
    side: dict[str, Side] = {}
    for index, cell in enumerate(given):
        if not cell or not {"name", "relevant"} <= set(cell):
            continue
        if cell["name"] in side:
            _twice(run, cell["name"], (*path, index, "name"))
        condition = run.expression(cell, "relevant", (*path, index))
        if condition is not None:
            side[cell["name"]] = Side(cell["name"], condition)
    return tuple(side.values())


def _grid_targets(run: "Compilation", entry: Mapping[str, Any], path: Path) -> dict[str, int]:
    """The targets of a grid: one for each of its cells, and none for others."""
    given: Mapping[str, int] = entry.get("targets") or {}
    sides = [[cell["name"] for cell in side or () if cell and "name" in cell] for side in entry["grid"]]
    if prod(len(side) for side in sides) > MOST_CELLS:
        message = N_("The grid of {name} has more than {most} cells.")
        run.report(
            (*path, "grid"),
            "too_many_cells",
            message,
            N_("Make two quotas of it."),
            name=entry["name"],
            most=MOST_CELLS,
        )
        return dict(given)
    known = [".".join(names) for names in product(*(dict.fromkeys(side) for side in sides))]
    for cell in given:
        if cell not in known:
            close = did_you_mean(str(cell), known)
            remedy = N_("Did you mean {close}?") if close else N_("The cells are: {cells}.")
            params = {"name": entry["name"], "cell": cell, "close": close, "cells": ", ".join(known[:20])}
            run.report((*path, "targets", cell), "unknown_cell", N_("{name} has no cell {cell}."), remedy, **params)
    missing = [cell for cell in known if cell not in given]
    if missing:
        message, remedy = N_("{name} has no target for {cells}."), N_("Add how many are wanted; 0 for none.")
        at: Path = (*path, "targets") if "targets" in entry else path
        run.report(at, "missing_target", message, remedy, name=entry["name"], cells=", ".join(missing[:20]))
    return dict(given)


def _twice(run: "Compilation", name: str, path: Path) -> None:
    run.report(path, "duplicate_name", N_("There are two called {name}."), N_("Rename one of them."), name=name)
