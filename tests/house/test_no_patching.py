"""Tests use the product as it is: no handler, mailer or Twilio class is replaced."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
MOCKS = {"unittest.mock", "mock", "pytest_mock"}


def patches(source: str) -> list[int]:
    """The lines of a test module that replace something: unittest.mock, monkeypatch.setattr and the like."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import) and any(alias.name in MOCKS for alias in node.names):
            lines.append(node.lineno)
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names} | {node.module or ""}
            lines += [node.lineno] if names & MOCKS else []
        elif isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in ("monkeypatch", "mocker", "mp"):
            lines += (
                [node.lineno] if node.attr not in ("setenv", "delenv", "chdir", "syspath_prepend", "context") else []
            )
    return lines


def test_no_test_patches_anything() -> None:
    found = {str(path.relative_to(TESTS)): patches(path.read_text()) for path in sorted(TESTS.rglob("*.py"))}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from unittest import mock",
        "from unittest.mock import patch",
        "import unittest.mock",
        "def test(monkeypatch): monkeypatch.setattr(service, 'send', print)",
        "def test(monkeypatch): monkeypatch.setitem(sys.modules, 'twilio', None)",
        "def test(mocker): mocker.patch('smtplib.SMTP')",
    ],
)
def test_the_search_finds_patches(source: str) -> None:
    assert patches(source) == [1]


def test_the_environment_may_be_set() -> None:
    assert patches("def test(monkeypatch): monkeypatch.setenv('CI', 'true')") == []
