"""Our reading of a form's expressions and that of XForms agree on random answers."""

import os
import random
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.catalog.importers.report import Report
from app.catalog.importers.xlsform import reading, workbook
from app.catalog.importers.xlsform.conditions import Conditions
from app.catalog.importers.xlsform.form import Form, Item
from app.catalog.importers.xlsform.order import put_in_order
from app.catalog.importers.xlsform.terms import Untranslatable
from app.engine.expressions import Symbol, parse
from app.engine.model import Expression
from tests.catalog.importers import xforms
from tests.catalog.importers.xforms import TODAY, ZERO, XForm

CORPUS = Path(os.environ.get("CORPUS_DIR", "nowhere")) / "xlsform"
ROUNDS = 25
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="CORPUS_DIR names no corpus")


class Ours:
    """The form's expressions in our language, each with its item and column."""

    def __init__(self, file: Path) -> None:
        self.report = Report()
        found = workbook.sheets(file.read_bytes(), str(file), ("survey", "choices", "settings"))
        assert isinstance(found, dict)
        self.form: Form = reading.read_form(found, self.report)
        put_in_order(self.form, self.report)
        self.items = list(self.form.root.walk())
        self.names: dict[str, Symbol] = {}
        self.expressions: list[tuple[Item, str, Expression]] = []
        conditions = Conditions(self.form, self.report)
        for item in self.items:
            item.there = True
            if item.type.word == "calculate":
                self._calculation(conditions, item)
            for column in ("relevant", "constraint", "required"):
                own = column == "constraint"
                source = conditions.condition(item, column, own=own, unknown=own)
                if isinstance(source, str):
                    self._add(item, column, source, "bool")
            self.names[item.ours] = symbol(item)

    def _calculation(self, conditions: Conditions, item: Item) -> None:
        try:
            term = conditions.calculation(item, item.row.get("calculation"))
        except Untranslatable:
            item.there = False
            return
        item.value, item.values = term.type, term.values
        self._add(item, "calculate", term.text, None)

    def _add(self, item: Item, column: str, source: str, want: str | None) -> None:
        within = tuple(repeat.ours for repeat in item.repeats)
        found = parse(source, self.names, want, own=symbol(item), within=within)
        assert isinstance(found, Expression), (item.name, source, [str(problem) for problem in found])
        self.expressions.append((item, column, found))


def symbol(item: Item) -> Symbol:
    codes = tuple(choice.code for choice in item.list.choices) if item.list else ()
    value = "text" if item.value in ("file", "none") else item.value
    return Symbol(value, codes, repeats=tuple(repeat.ours for repeat in item.repeats))


def path(item: Item) -> str:
    return "/*/" + "/".join(part.name for part in (*item.sections[1:], item))


def answer(item: Item, dice: random.Random, constants: list[float]) -> tuple[Any, str]:
    """A value as we have it and as a node has it; (None, "") where there is no answer."""
    if dice.random() < 0.3 or item.kind != "question" or item.type.word in ("note", "calculate"):
        return None, ""
    if item.value == "number":
        value = dice.choice(constants) + dice.choice((-1, 0, 0, 1))
        return value, xforms.text(float(value))
    if item.value in ("code", "set") and item.list:
        choices = item.list.choices
        picked = [c for c in choices if dice.random() < 0.4] if item.value == "set" else [dice.choice(choices)]
        if not picked:
            return None, ""
        codes = tuple(choice.code for choice in picked)
        return (codes if item.value == "set" else codes[0]), " ".join(choice.name for choice in picked)
    if item.value == "date":
        days = dice.randrange(-40_000, 400) if dice.random() < 0.5 else dice.randrange(-400, 10)
        day = TODAY + timedelta(days=days)
        return day.isoformat(), str((day - ZERO).days)
    if item.value == "text":
        word = dice.choice(("a", "yes", "1", "12", "someone@example.org", "abcdefghijk"))
        return word, word
    return None, ""


def same(ours: Any, theirs: Any, column: str, value: str, renamed: dict[str, str]) -> bool:
    if column != "calculate":
        # what is unknown to us counts as not shown, not demanded, not violated
        return (column == "constraint" if ours is None else bool(ours)) == xforms.true(theirs)
    text = xforms.text(theirs)
    if ours is None or ours == "":
        return text in ("", "NaN", "Infinity")
    if value == "date":
        return str((type(TODAY).fromisoformat(ours) - ZERO).days) == text
    if isinstance(ours, bool):
        return text == ("true" if ours else "false")
    if isinstance(ours, (int, float)):
        return abs(float(ours) - xforms.number(theirs)) < 1e-9
    return " ".join(renamed.get(word, word) for word in str(ours).split(" ")) == text


@needs_corpus
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.xls*")), ids=lambda file: file.stem)
def test_verdicts_agree_with_xforms(file: Path) -> None:
    ours, theirs = Ours(file), XForm(str(file))
    binds = {re.sub("^/[^/]+", "/*", bind.path): bind.expressions for bind in theirs.binds()}
    sources = " ".join(value for row in binds.values() for value in row.values())
    constants = sorted({float(found) for found in re.findall(r"\b\d{1,6}(?:\.\d+)?\b", sources)} | {0.0, 1.0, 5.0})
    choices = [choice for list_ in ours.form.lists.values() for choice in list_.choices]
    renamed = {choice.code: choice.name for choice in choices if choice.code != choice.name}
    dice, differences, compared = random.Random(7), Counter[tuple[str, str, str]](), 0
    for _ in range(ROUNDS):
        env: dict[str, Any] = {"now()": f"{TODAY}T12:00:00Z"}
        for item in ours.items:
            node = theirs.node(path(item))
            env[item.ours], written = answer(item, dice, constants)
            if node is not None and not len(node):
                node.text = written
        for item, column, expression in ours.expressions:
            bind = binds.get(path(item), {}).get(column)
            if bind is None or (column == "constraint" and env[item.ours] is None):
                continue
            left = expression.evaluate({**env, ".": env[item.ours]} if column == "constraint" else env)
            right = theirs.evaluate(bind, path(item))
            compared += 1
            if not same(left, right, column, item.value, renamed):
                differences[item.name, column, f"{expression.source}  <>  {bind}"] += 1
            if column == "calculate":
                env[item.ours] = None if left == "" else left
                theirs.node(path(item)).text = "" if xforms.text(right) in ("NaN", "Infinity") else xforms.text(right)
    print(f"{file.name}: {len(ours.expressions)} expressions, {compared} verdicts, {len(differences)} differ")
    for (name, column, sides), times in differences.most_common(20):
        print(f"  {name} {column} ({times} times): {sides}")
    assert not differences
