"""What is written about the engine is current."""

import json
import re
from pathlib import Path

import jsonschema
import pytest

from app.catalog import source
from app.engine import schema
from app.engine.expressions.functions import FUNCTIONS
from app.engine.types import TYPES
from tests.engine.problem_codes import codes

ROOT = Path(__file__).parent.parent.parent
MINE = ("app/engine/", "app/core/", "app/catalog/source.py")


def test_every_problem_code_is_documented_and_used():
    used = {code for code, files in codes().items() if any(file.startswith(MINE) for file in files)}
    documented = set(re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "problems.md").read_text(), re.M))
    assert used - documented == set()
    assert documented - set(codes()) == set()


def test_the_published_schema_is_current():
    published = json.loads((ROOT / "docs" / "questionnaire.schema.json").read_text())
    assert published == json.loads(json.dumps(schema.published())), (
        "run python -m app.engine > docs/questionnaire.schema.json"
    )
    jsonschema.Draft202012Validator.check_schema(published)


@pytest.mark.parametrize("file", sorted((ROOT / "questionnaires").glob("*.yaml")), ids=lambda file: file.stem)
def test_shipped_definitions_fit_the_published_schema(file):
    jsonschema.Draft202012Validator(schema.published()).validate(source.read(file.read_text())[0])


def test_the_schema_refuses_what_compile_refuses():
    tree = source.read((Path(__file__).parent / "definitions" / "mistakes.yaml").read_text())[0]
    assert not jsonschema.Draft202012Validator(schema.published()).is_valid(tree)


def test_the_language_is_documented():
    text = (ROOT / "docs" / "questionnaire-language.md").read_text()
    for name in (*TYPES.names(), *(f"{function}(" for function in FUNCTIONS)):
        assert f"`{name}" in text, name
    for keys in (schema.COMMON, schema.SHOWN, schema.ASKED, schema.DEFINITION["properties"], schema.PAGE["properties"]):
        for key in keys:
            assert f"`{key}`" in text, key
    for kind in TYPES:
        for parameter in kind.parameters:
            assert f"`{parameter}`" in text, parameter
