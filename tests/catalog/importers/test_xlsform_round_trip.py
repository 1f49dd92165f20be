"""A definition written as an XLSForm and read again asks the same: two interviews in step, given the same random answers."""

import os
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import engine
from app.catalog import source
from app.catalog.definition import check
from app.catalog.exporters import xlsform as exporter
from app.catalog.importers import xlsform as importer
from app.catalog.importers.report import Imported
from tests.engine.helpers import NOW, begin

ROOT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("CORPUS_DIR", "nowhere")) / "xlsform"
FORMS = sorted(CORPUS.glob("*.xls*"))
INTERVIEWS, SCREENS, TRIES = 60, 600, 25
RICH = Path(__file__).parent / "rich.yaml"


def compiled(text: str) -> engine.Questionnaire:
    definition = check(text)
    assert definition.questionnaire, [str(problem) for problem in definition.problems]
    return definition.questionnaire


def again(q: engine.Questionnaire) -> engine.Questionnaire:
    """The same after it was an XLSForm."""
    read = importer.IMPORTER.read(exporter.write(q).data, "form.xlsx")
    assert isinstance(read, Imported), read
    return compiled(source.write(read.tree))


def renamed(first: engine.Questionnaire, second: engine.Questionnaire) -> dict[str, str]:
    """The asked questions of the first with their names in the second: two underscores are one there."""
    pairs = [[q.name for q in either.questions.values() if q.asked] for either in (first, second)]
    assert len(pairs[0]) == len(pairs[1])
    return dict(zip(*pairs, strict=True))


def bare(name: str) -> tuple[str, str]:
    head, bracket, rest = name.partition("[")
    return head, bracket + rest


def answers(item: engine.Item, dice: random.Random) -> str | list[str]:
    """Something that could be typed into the field."""
    if dice.random() < 0.15:
        return ""
    if item.choices:
        names = [choice.name for choice in item.choices]
        if item.type in ("multiple_choice", "ranking"):
            return dice.sample(names, dice.randrange(1, min(len(names), 3) + 1))
        return dice.choice(names)
    match item.type:
        case "integer" | "decimal" | "slider":
            return str(dice.choice((0, 1, 2, 3, 5, 8, 10, 17, 18, 40, 50, 100, 1000)))
        case "date":
            return (date(2026, 4, 5) - timedelta(days=dice.randrange(-5, 30_000))).isoformat()
        case "time":
            return f"{dice.randrange(24):02}:30"
        case "datetime":
            return "2026-04-01T10:30"
    return dice.choice(("a", "yes", "someone@example.org", "12", "+48601234567"))


def shown(item: engine.Item) -> tuple[set[str], bool]:
    return {choice.name for choice in item.choices if not choice.name.startswith(("dk", "refused"))}, item.required


def in_step(first: engine.Questionnaire, second: engine.Questionnaire, dice: random.Random) -> int:
    """Both interviews, screen by screen, with the same answers; how many were given."""
    names, given = renamed(first, second), 0
    states = [begin(q, "phone", q.languages[0]) for q in (first, second)]
    for _ in range(SCREENS):
        screens = [engine.next_screen(q, state, "phone") for q, state in zip((first, second), states, strict=True)]
        if not all(isinstance(screen, engine.Screen) for screen in screens):
            assert not any(isinstance(screen, engine.Screen) for screen in screens)
            return given
        one, other = (screen.items[-1] for screen in screens if isinstance(screen, engine.Screen))
        head, row = bare(one.name)
        if head in first.questions:
            assert (names.get(head, head), row) == bare(other.name)
        assert shown(one) == shown(other)
        for _ in range(TRIES):
            raw = answers(one, dice)
            outcomes: list[Any] = [
                engine.answer(q, state, screen.at, {item.name: raw}, "phone", NOW, {item.name: "sure"})
                for q, state, screen, item in zip((first, second), states, screens, (one, other), strict=True)
            ]
            assert type(outcomes[0]) is type(outcomes[1]), (one.name, raw, outcomes)
            if isinstance(outcomes[0], engine.Accepted):
                break
        else:
            return given
        states, given = [outcome.state for outcome in outcomes], given + 1
    return given


@pytest.mark.parametrize("file", [*sorted((ROOT / "questionnaires").glob("*.yaml")), RICH], ids=lambda file: file.stem)
def test_ours_is_the_same_after_a_round_trip(file: Path) -> None:
    first = compiled(file.read_text("utf-8"))
    second, dice = again(first), random.Random(1)
    assert sum(in_step(first, second, dice) for _ in range(INTERVIEWS)) > INTERVIEWS
    assert file != RICH or max(in_step(first, second, dice) for _ in range(INTERVIEWS)) > 12


@pytest.mark.skipif(not FORMS, reason="CORPUS_DIR names no corpus")
@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_form_is_the_same_after_a_round_trip(file: Path) -> None:
    read = importer.IMPORTER.read(file.read_bytes(), str(file))
    assert isinstance(read, Imported)
    first = compiled(source.write(read.tree))
    second, dice = again(first), random.Random(2)
    interviews = 2 if len(first.questions) > 100 else INTERVIEWS
    assert sum(in_step(first, second, dice) for _ in range(interviews)) >= interviews


def test_the_command_writes_a_workbook_and_says_what_is_lost(app: Flask, tmp_path: Path) -> None:
    out = tmp_path / "rich.xlsx"
    done = app.test_cli_runner().invoke(args=["canvass", "xlsform", str(RICH), "--out", str(out)])
    assert (done.exit_code, done.stderr) == (0, "")
    assert "start: setting skip “jump” approximated" in done.output
    assert isinstance(importer.IMPORTER.read(out.read_bytes(), str(out)), Imported)
    broken = tmp_path / "broken.yaml"
    broken.write_text("questionnaire: 1")
    assert app.test_cli_runner().invoke(args=["canvass", "xlsform", str(broken), "--out", str(out)]).exit_code == 1
