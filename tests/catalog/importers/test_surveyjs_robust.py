"""SurveyJS files that are broken, odd or large."""

import json
from typing import Any

import pytest

from app.catalog.importers.surveyjs import IMPORTER
from app.core.problems import Problem
from tests.catalog.importers.test_surveyjs_conditions import imported

Node = dict[str, Any]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"pages": [', "import_broken"),
        (b'{"pages": [{"elements": [{"name": "\xff"}]}]}', "import_broken"),
        (b'{"pages": []}', "import_broken"),
        (b'{"pages": 3}', "import_broken"),
        (b'{"pages": ' + b"[" * 5000 + b"]" * 5000 + b"}", "import_broken"),
        (b'{"pages": ' + b"[" * 200_000, "import_broken"),
        (b'{"elements": [1, null, [], {"type": {}}]}', "import_broken"),
    ],
)
def test_what_is_broken_is_refused(data: bytes, code: str) -> None:
    refused = IMPORTER.read(data, "form.json")
    assert isinstance(refused, list)
    assert isinstance(refused[0], Problem)
    assert refused[0].code == code
    assert refused[0].text()


@pytest.mark.parametrize(
    "raw",
    [
        {"type": "radiogroup", "choices": {"a": 1}},
        {"type": "radiogroup", "choices": [None, [], {"text": 3}, {"value": {}}]},
        {"type": "matrix", "rows": "x", "columns": 3},
        {"type": "matrixdropdown", "rows": [1], "columns": ["c", None]},
        {"type": "rating", "rateMin": "a", "rateMax": None, "rateStep": 0},
        {"type": "rating", "rateMin": 0, "rateMax": 10**9},
        {"type": "dropdown", "choicesMin": 0, "choicesMax": 10**12},
        {"type": "text", "visibleIf": 3, "validators": "x", "title": [1], "min": []},
        {"type": "paneldynamic", "templateElements": None, "panelCount": "x"},
        {"type": "expression", "expression": "(" * 500},
        {"type": "html", "html": {"default": None, "en": 3}},
        {"name": {"a": 1}, "type": "text", "valueName": ["x"]},
        {"type": "text", "defaultValue": {"a": [1]}, "inputType": ["x"], "maxLength": -5},
    ],
)
def test_odd_shapes_are_borne(raw: Node) -> None:
    done = imported({"elements": [{"name": "q", **raw}, {"type": "text", "name": "other"}]})
    assert json.dumps(done.report.as_json())


def test_a_thousand_questions_are_read() -> None:
    elements = [{"type": "text", "name": f"q{i}", "visibleIf": f"{{q{i - 1}}} = 'x'"} for i in range(1, 1001)]
    done = imported({"elements": elements})
    assert done.report.counts()["question"]["carried"] == 1000
