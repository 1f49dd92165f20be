"""Our reading of a form's conditions and SurveyJS's own agree on random answers.

Its library has 56 MB and is therefore none of ours: ``npm ci --ignore-scripts`` in the folder surveyjs_oracle brings it.
"""

import json
import os
import random
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from app.catalog.importers.surveyjs.flow import calculations, shown_by
from app.catalog.importers.surveyjs.form import Form, condition
from app.catalog.importers.surveyjs.outline import Outline
from app.catalog.importers.surveyjs.terms import Lost
from app.catalog.importers.surveyjs.values import Scope, Value
from app.engine.expressions import Symbol, parse
from app.engine.model import Expression

FOLDER = Path(__file__).with_name("surveyjs_oracle")
CORPUS = Path(os.environ.get("CORPUS_DIR", "nowhere")) / "surveyjs"
PEOPLE = 40
ALL = Scope(10**9)
"""Where every question was asked before."""
needs_library = pytest.mark.skipif(
    shutil.which("node") is None or not (FOLDER / "node_modules").is_dir(),
    reason="npm ci in surveyjs_oracle was not run",
)


class Reading:
    """A form's conditions in our words and in SurveyJS's, with its questions by their names there."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        form = Form(raw)
        pages = Outline(form, shown_by(form)).pages()
        calculations(form, pages)
        keys = {element.key.casefold(): element.key for page in pages for element in page.elements}
        self.values = {key: form.values.known[low] for low, key in keys.items() if simple(form.values.known.get(low))}
        symbols = {value.name: symbol(value) for value in self.values.values()}
        self.conditions: list[tuple[str, Expression]] = []
        for source in dict.fromkeys(sources(raw)):
            found = condition(source, form.values, ALL)
            if isinstance(found, Lost) or found[1]:
                continue  # left out, or told to be only nearly so
            parsed = parse(found[0], symbols, "bool")
            if isinstance(parsed, Expression):  # else it reads a table or a repeat
                self.conditions.append((source, parsed))


def simple(value: Value | None) -> bool:
    plain = ("number", "text", "date", "code", "set")
    return value is not None and value.type in plain and not value.repeats and not value.also


def symbol(value: Value) -> Symbol:
    return Symbol(value.type, tuple(value.codes.values()))


def sources(node: Any) -> Iterator[str]:
    """Every condition in a form."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key in ("visibleIf", "enableIf", "requiredIf") and isinstance(value, str):
                yield value
            yield from sources(value)
    elif isinstance(node, list):
        for item in node:
            yield from sources(item)


def answer(value: Value, dice: random.Random) -> tuple[Any, Any]:
    """A value as we have it and as SurveyJS has it; (None, None) where there is no answer."""
    if dice.random() < 0.3:
        return None, None
    match value.type:
        case "number":
            number = dice.choice((0, 1, 2, 5, 17, 18, 19, 100))
            return number, number
        case "date":
            day = f"20{dice.randint(10, 26)}-0{dice.randint(1, 9)}-1{dice.randint(0, 9)}"
            return day, day
        case "code" if value.codes:
            low, code = dice.choice(list(value.codes.items()))
            return code, low == "true" if value.boolean else value.words.get(low, low)
        case "set" if value.codes:
            picked = [low for low in value.codes if dice.random() < 0.4]
            codes = tuple(value.codes[low] for low in picked)
            return (codes, [value.words.get(low, low) for low in picked]) if picked else (None, None)
    word = dice.choice(("a", "Yes", "no", "12"))
    return word, word


def differences(raw: Mapping[str, Any]) -> list[str]:
    """What the two readings see differently, each with an example; said what was compared."""
    reading, dice = Reading(raw), random.Random(7)
    ours, theirs = list[dict[str, Any]](), list[dict[str, Any]]()
    for _ in range(PEOPLE):
        said = {key: answer(value, dice) for key, value in reading.values.items()}
        ours.append({reading.values[key].name: mine for key, (mine, _) in said.items()})
        theirs.append({key: its for key, (_, its) in said.items() if its is not None})
    asked = json.dumps([[source, theirs] for source, _ in reading.conditions])
    command = [str(shutil.which("node")), str(FOLDER / "verdicts.mjs")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=120, check=True)
    found = {
        source: f"{source}: ours ({expression.source}) says {mine}, SurveyJS {its} of {person}"
        for (source, expression), verdicts in zip(reading.conditions, json.loads(done.stdout), strict=True)
        for env, person, its in zip(ours, theirs, verdicts, strict=True)
        if (mine := expression.evaluate(env) is True) is not its
    }
    print(f"{len(reading.conditions)} conditions, {PEOPLE * len(reading.conditions)} verdicts, {len(found)} differ")
    return list(found.values())


QUESTIONS = [
    {"type": "text", "name": "n", "inputType": "number"},
    {"type": "text", "name": "t"},
    {"type": "text", "name": "d", "inputType": "date"},
    {"type": "boolean", "name": "b"},
    {"type": "radiogroup", "name": "c", "choices": ["Yes", "no", "12"]},
    {"type": "dropdown", "name": "e", "choices": [1, 2, 18]},
    {"type": "checkbox", "name": "s", "choices": ["a", "Yes", "no"]},
]
OPERANDS = {
    "n": ("0", "2", "18", "17.5", "'18'"),
    "t": ("'a'", "'YES'", "'no'", "'b'"),
    "d": ("'2015-05-11'", "'2020-01-10'"),
    "b": ("true", "false", "'true'"),
    "c": ("'yes'", "'No'", "12", "'zz'"),
    "e": ("1", "2", "'18'", "0"),
    "s": ("['a']", "['a', 'yes']", "['no', 'Yes']"),
}
ORDERED, ALIKE = ("=", "!=", "<>", "<", "<=", ">", ">="), ("=", "!=", "<>", "==")


def expression(dice: random.Random, depth: int) -> str:
    """A random condition as authors write them: a question and what it may be compared with."""
    if depth:
        one, two = expression(dice, depth - 1), expression(dice, depth - 1)
        return dice.choice((f"{one} and {two}", f"({one}) or {two}", f"!({one})", one))
    name = dice.choice(list(OPERANDS))
    if dice.random() < 0.25:
        return f"{{{name}}} {dice.choice(('empty', 'notempty'))}"
    if name == "s" and dice.random() < 0.7:
        return f"{{s}} {dice.choice(('contains', 'notcontains'))} {dice.choice(('a', 'Yes', 'no'))!r}"
    ways = ("anyof", "allof") if name == "s" else ORDERED if name in "nde" else ALIKE
    return f"{{{name}}} {dice.choice(ways)} {dice.choice(OPERANDS[name])}"


@needs_library
@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_conditions_agree_with_surveyjs(seed: int) -> None:
    dice = random.Random(seed)
    shown = [{"type": "text", "name": f"q{n}", "visibleIf": expression(dice, n % 3)} for n in range(200)]
    assert differences({"pages": [{"elements": QUESTIONS}, {"elements": shown}]}) == []


@needs_library
@pytest.mark.slow
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda file: file.stem)
def test_verdicts_agree_with_surveyjs(file: Path) -> None:
    assert differences(json.loads(file.read_text())) == []
