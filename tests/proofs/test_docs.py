"""Every finding has a page of its own, and every documented one exists."""

import ast
import re
from pathlib import Path

from app.proofs.finding import SEVERITIES, found

ROOT = Path(__file__).resolve().parents[2]


def headings() -> set[str]:
    return set(re.findall(r"^## (\w+)$", (ROOT / "docs" / "findings.md").read_text(), re.M))


def literals() -> set[str]:
    """Every text written out in the package's code, but for the table of severities."""
    trees = [ast.parse(file.read_text()) for file in (ROOT / "app" / "proofs").glob("*.py") if file.stem != "finding"]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_finding_is_documented_and_made_somewhere():
    assert headings() == set(SEVERITIES)
    assert set(SEVERITIES) - literals() == set()


def test_a_finding_names_its_page():
    finding = found("dead_end", "m", {}, "r", "q", witness={"age": 17, "owns": ("car", "bike")})
    assert finding.page == "docs/findings.md#dead_end"
    assert finding.example == "age = 17, owns = car + bike"
    assert str(finding) == "m r [dead_end] Example: age = 17, owns = car + bike. docs/findings.md#dead_end"
