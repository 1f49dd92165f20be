"""Orders that look random: decided by the interview's seed, the same on every channel and in every implementation."""

from collections.abc import Sequence
from hashlib import sha256
from itertools import groupby

from app.engine.model import Page, Question


def shuffled(names: Sequence[str], how: str, key: str) -> list[str]:
    """The names in another order. ``how``: "yes" sorts by SHA-256 of key and name; "rotate" begins somewhere and goes round."""
    if how == "rotate":
        start = int(sha256(key.encode()).hexdigest(), 16) % max(len(names), 1)
        return [*names[start:], *names[:start]]
    return sorted(names, key=lambda name: sha256(f"{key}:{name}".encode()).hexdigest())


def arranged(page: Page, nodes: Sequence[Question], seed: str, place: str) -> list[Question]:
    """A page's nodes as they are shown. A note goes with the question after it, a "please specify" with the one before, and a
    grid stays together while its rows may change places."""
    units = _units(nodes)
    if page.randomize:
        order = shuffled(tuple(units), page.randomize, f"{seed}:{page.name}{place}")
        units = {name: units[name] for name in order}
    return [node for unit in units.values() for node in _rows_shuffled(unit, seed, place)]


def _units(nodes: Sequence[Question]) -> dict[str, list[Question]]:
    """What cannot be torn apart, by the name of its question or grid."""
    units: dict[str, list[Question]] = {}
    before: list[Question] = []
    last = ""
    for node in nodes:
        name = node.grid.name if node.grid else node.bare
        if name in units or (last and (node.beside or not (node.asked or node.shown))):
            units[name if name in units else last].append(node)
        elif node.asked:
            units[name] = [*before, node]
            before, last = [], name
        else:
            before.append(node)
    if before:
        units.setdefault(last, []).extend(before)
    return units


def _rows_shuffled(unit: Sequence[Question], seed: str, place: str) -> list[Question]:
    found: list[Question] = []
    for grid, run in groupby(unit, key=lambda node: node.grid):
        nodes = list(run)
        if grid is not None and grid.randomize:
            by_name = {node.bare: node for node in nodes}
            last = nodes[-1:] if grid.total is not None else []  # what makes the total up is asked last
            first = tuple(node.bare for node in nodes[: len(nodes) - len(last)])
            order = shuffled(first, grid.randomize, f"{seed}:{grid.name}{place}") + [node.bare for node in last]
            nodes = [by_name[name] for name in order]
        found += nodes
    return found
