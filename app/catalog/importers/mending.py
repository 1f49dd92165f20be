"""The last step: what the compiler does not take of an imported definition is taken out of it, and told."""

import re
from collections.abc import Iterator
from typing import Any

from app.catalog.importers.report import Report
from app.core.problems import N_, Problem
from app.engine import compiler
from app.engine.model import Questionnaire

ROUNDS = 8
OPTIONAL = {
    "relevant", "constraint", "constraint_message", "warning", "default", "hint", "min", "max", "total", "time_limit", "title",
    "randomize", "randomize_rows", "exclusive", "max_length", "accept", "max_size", "step", "low", "high", "decimals", "more_time",
    "choice_filter", "required", "required_message", "count", "calculation",
}  # fmt: skip
"""Keys without which a question can still be asked."""
WHY = N_("It cannot be used here: {reason}")
CONDITIONS = {"relevant", "constraint", "choice_filter", "required", "count"}


def mend(tree: dict[str, Any], report: Report) -> Questionnaire | None:
    """Take out of the tree what keeps it from compiling, as far as it can do without: one part at a time of each question. What
    it compiles to then; None where that was not enough."""
    for _ in range(ROUNDS):
        compiled = compiler.compile(tree)
        if not isinstance(compiled, list):
            return compiled
        if not sum(_taken_out(tree, problem, report) for problem in compiled):
            return None
        if "quotas" in tree:
            tree["quotas"] = [quota for quota in tree["quotas"] if quota]
    return None


def _taken_out(tree: dict[str, Any], problem: Problem, report: Report) -> bool:
    """Whether something was taken out because of the problem."""
    path = list(_steps(problem.path))
    if path[:1] == ["quotas"]:
        return _quota_taken_out(tree, path[1], problem, report)
    cut = next((index for index, step in enumerate(path) if index and step in OPTIONAL), None)
    if cut is None:
        return False
    node: Any = tree
    name = ""
    for step in path[:cut]:
        node = node[step]
        name = node.get("name", name) if isinstance(node, dict) else name
    key = path[cut]
    if key not in node:
        return False
    what = node.pop(key)
    if key == "calculation":
        if what == "''":
            return False
        node[key] = "''"  # so that what reads it can still be compiled
    kind = "condition" if key in CONDITIONS else "setting"
    said = [line for line in report.lines if kind == line.kind == "condition" and line.name == name and not line.why]
    for line in said[:1]:
        report.lines.remove(line)
    report.left_out(kind, problem.path, name, str(what), WHY, reason=problem.text())
    return True


def _quota_taken_out(tree: dict[str, Any], index: Any, problem: Problem, report: Report) -> bool:
    quota, tree["quotas"][index] = tree["quotas"][index], {}
    if quota:
        report.left_out("setting", problem.path, quota["name"], "", WHY, reason=problem.text())
    return bool(quota)


def _steps(path: str) -> Iterator[str | int]:
    """``pages[0].questions[2].relevant`` as keys and places."""
    for key, place in re.findall(r"([^.\[\]]+)|\[(\d+)\]", path):
        yield int(place) if place else key
