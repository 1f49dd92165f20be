"""A real national survey (59 questions, 16 conditions, database version 261), read where it lies."""

import os
from pathlib import Path
from typing import Any

import pytest

from app.catalog import source
from app.catalog.importers import read
from app.catalog.importers.report import Imported
from app.engine import Questionnaire, compile, new_state, path
from app.engine.state import Answer, answering
from app.proofs.rehearsal import rehearse

FILE = Path(os.environ.get("CORPUS_DIR", "nowhere")) / "limesurvey" / "uk_core_survey.lss"
pytestmark = pytest.mark.skipif(not FILE.is_file(), reason="CORPUS_DIR names no corpus: the real surveys are elsewhere")


@pytest.fixture(scope="module")
def imported() -> Imported:
    done = read(FILE.read_bytes(), FILE.name)
    assert isinstance(done, Imported)
    return done


@pytest.fixture(scope="module")
def questionnaire(imported: Imported) -> Questionnaire:
    """As it is after it was written to YAML and read again."""
    again = source.read(source.write(imported.tree))
    assert not isinstance(again, list)
    q = compile(again[0])
    assert isinstance(q, Questionnaire), q
    return q


def test_everything_comes_over(imported: Imported, capsys: pytest.CaptureFixture[str]) -> None:
    counts = imported.report.counts()
    with capsys.disabled():
        print(f"\n{FILE.name:30}{'carried':>12}{'approximated':>14}{'left out':>10}")
        for kind, found in counts.items():
            print(f"{kind:30}{found['carried']:>12}{found['approximated']:>14}{found['left_out']:>10}")
        print(*(line for line in imported.report.lines if line.outcome != "carried"), sep="\n")
    assert counts["question"] == {"carried": 59, "approximated": 0, "left_out": 0}
    assert counts["condition"] == {"carried": 16, "approximated": 0, "left_out": 0}


def test_it_compiles_with_every_question(questionnaire: Questionnaire) -> None:
    whole = {question.name.partition("__")[0] for question in questionnaire.questions.values() if question.asked}
    assert len(whole) == 59


@pytest.mark.parametrize("channel", ["web", "sms", "phone"])
def test_random_people_complete_it(questionnaire: Questionnaire, channel: str) -> None:
    tally = rehearse(questionnaire, range(15), 1, channel)
    assert dict(tally.statuses) == {"complete": 15}
    assert not tally.stuck


UNI, EXPERT = {"currentEmp1": "uni"}, {"edu1": "3"}
CONDITIONS: list[tuple[str, dict[str, Any], bool]] = [
    ("edu2", {"edu1": "3"}, True), ("edu2", {"edu1": "4"}, True), ("edu2", {"edu1": "5"}, True), ("edu2", {"edu1": "7"}, True),
    ("edu2", {"edu1": "1"}, False), ("edu2", {"edu1": "6"}, False), ("edu2", {}, False),
    ("edu3", {**EXPERT, "edu2": "66"}, True), ("edu3", {**EXPERT, "edu2": "1"}, False),
    ("edu3", {"edu1": "1", "edu2": "66"}, False),
    ("soft1can", {"soft2can": "yes"}, True), ("soft1can", {"soft2can": "no"}, False),
    ("currentEmp2", UNI, True), ("currentEmp2", {"currentEmp1": "gov"}, False), ("currentEmp2", {}, False),
    ("currentEmp3", {**UNI, "currentEmp2": "130"}, True), ("currentEmp3", {**UNI, "currentEmp2": "12"}, False),
    ("currentEmp4", {"currentEmp1": "gov"}, True), ("currentEmp4", UNI, False), ("currentEmp4", {}, True),
    ("currentEmp13", {"currentEmp7": "yes"}, True), ("currentEmp13", {"currentEmp7": "no"}, False), ("currentEmp13", {}, False),
    ("paper3", {"paper2": "yes"}, True), ("paper3", {"paper2": "no"}, False),
    ("paper4", {"paper2": "yes", "paper3": "no"}, True), ("paper4", {"paper2": "yes", "paper3": "yes"}, False),
    ("paper4", {"paper2": "no", "paper3": "no"}, False),
    ("conf2can", {"conf1can": "yes"}, True), ("conf2can", {"conf1can": "no"}, False),
    ("open1can", {"open01can": "yes"}, True), ("open1can", {"open01can": "no"}, False),
    ("open3can", {"open03can": "yes"}, True), ("open3can", {}, False),
    ("ukrs3", {"ukrse2": "other"}, True), ("ukrs3", {"ukrse2": "A1"}, False), ("ukrs3", {}, False),
]  # fmt: skip


@pytest.mark.parametrize(("question", "answers", "shown"), CONDITIONS)
def test_each_condition(questionnaire: Questionnaire, question: str, answers: dict[str, Any], shown: bool) -> None:
    """Read off the file by hand."""
    given = {name: Answer(value, mode="web") for name, value in answers.items()}
    state = answering(new_state(questionnaire, "seed", "en"), given, "2026-11-25T10:00:00+00:00")
    assert (question in {node.name for node in path(questionnaire, state)}) is shown
