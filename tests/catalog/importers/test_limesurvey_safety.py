"""Whatever a file that calls itself LimeSurvey's holds: a questionnaire or a reason, in bounded time."""

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from app.catalog.importers.limesurvey import IMPORTER
from app.catalog.importers.mending import mend
from app.catalog.importers.report import Report
from app.core.problems import Problem
from app.engine import Questionnaire, compile
from tests.catalog.importers.limesurvey_files import ABC, EVERY_TYPE, VERSIONS, Q, document, entries, lss, read
from tests.effort import calls

GOOD = lss(261, [Q("a", "S", "x<script>alert(1)</script>y")])


@pytest.mark.parametrize(
    "data",
    [
        b"<?xml version='1.0'?><document><LimeSurveyDocType>Survey</LimeSurveyDocType><broken",
        GOOD.replace(b"<document>", b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><document>'),
        GOOD.replace(b"<document>", b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><document>'),
        GOOD.replace(b"<DBVersion>261", b"<DBVersion>99999"),
        GOOD.replace(b"<DBVersion>261", b"<DBVersion>x"),
        GOOD.replace(b">Survey<", b">Group<"),
        GOOD.replace(b"encoding=\"UTF-8\"", b'encoding="nonsense"'),
        GOOD[: len(GOOD) // 2],
        document(261, ["en"], {}),
        lss(261, [Q("a", "M"), Q("b", "I")]),
        lss(261, [Q(f"q{number}", "S", relevance="9X1X9 == 1") for number in range(6000)]),
        b"<LimeSurveyDocType>" + b"<a>" * 200_000,
        b"<LimeSurveyDocType>" + b"\xff\xfe" * 1000,
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_a_reason(data: bytes) -> None:
    done = IMPORTER.read(data, "bad.lss")
    assert isinstance(done, list)
    (problem,) = done
    assert isinstance(problem, Problem)
    assert problem.code == "import_broken"
    assert problem.text()


def test_script_in_a_label_is_gone() -> None:
    assert entries(read(GOOD))["a"]["label"] == "xy"


def test_nasty_expressions_are_left_out_at_a_cost_that_grows_with_their_length_alone() -> None:
    def nasty(size: int) -> bytes:
        ones = [
            "(" * 3 * size,
            "!" * 9 * size + "a",
            "a" * 30 * size,
            "a == '" + "x" * 30 * size,
            "-" * 5 * size + "1",
            "a==1 and " * 5 * size,
            "{" * 9 * size,
        ]
        return lss(
            261, [Q("a", "N"), *(Q(f"q{number}", "S", text, relevance=text) for number, text in enumerate(ones))]
        )

    assert read(nasty(1000)).report.counts()["condition"]["carried"] == 0
    small, large = nasty(100), nasty(200)
    assert calls(lambda: read(large)) < 3 * calls(lambda: read(small))


def test_twice_as_many_questions_in_nine_languages_are_twice_the_work() -> None:
    def many(count: int) -> bytes:
        return lss(430, chain(count), languages)

    def chain(count: int) -> list[Q]:
        return [Q("q0", "L", answers=ABC)] + [
            Q(f"q{n}", "L", f"Text {{q{n - 1}}} {n}", answers=ABC, relevance=f"q{n - 1} == 'A1'")
            for n in range(1, count)
        ]

    languages = ["en", "de", "fr", "es", "pt", "ar", "ru", "zh-Hans", "hi"]
    assert read(many(200)).report.counts()["condition"]["carried"] == 199
    small, large = many(50), many(100)
    assert calls(lambda: read(large)) < 3 * calls(lambda: read(small))


JUNK = [
    "", "0", "1", "-1", "x", "{", "}", "{radio}", "{if(radio=='A1','a','b')}", "radio == 'A1'", "self.NAOK", "this > 1",
    "sum(self.NAOK) > 3", "9X1X1", "9X1X5SQ001.NAOK", "é<b>&amp;", "9" * 30, "A1;A2", "several", "that.several", "/[/", "Y",
    "-oth-", "'", '"', "1.5", "2020-01-01", "date('Y')", "is_empty(radio) and (", "number*", "ranked_1", "dk", "random",
    "strtotime(day)", "count(several_SQ001)", "لا", "TOKEN:FIRSTNAME", "min(number, numbers_SQ001)", "radio.shown",
    "regexMatch('/a/', short)",
]  # fmt: skip
NAMES = """
hidden random_order answer_order random_group array_filter array_filter_exclude exclude_all_others min_answers
max_answers min_num_value max_num_value equals_num_value min_num_value_n max_num_value_n num_value_int_only
em_validation_q em_validation_q_tip em_validation_sq other_replace_text prefix suffix maximum_chars time_limit
date_format date_min date_max equation numbers_only slider_layout slider_accuracy multiflexible_checkbox
multiflexible_min input_boxes dualscale_headerA alphasort allowed_filetypes max_filesize max_num_of_files
other_position
""".split()


def spoilt(question: Q, dice: Random) -> Q:
    """The question with other things in it than belong there."""
    changes: dict[str, Any] = {
        key: dice.choice(JUNK)
        for key in ("relevance", "text", "help", "preg", "default", "code")
        if dice.random() < 0.25
    }
    changes["type"] = dice.choice([question.type, question.type, *"LMPKQ5ABCEFH1:;R*XND"])
    changes["mandatory"] = dice.choice("YNS")
    changes["attributes"] = {dice.choice(NAMES): dice.choice(JUNK) for _ in range(dice.randrange(4))}
    if dice.random() < 0.1:
        changes["parts"] = [
            (dice.choice(JUNK), dice.choice(JUNK), dice.choice([0, 1]), dice.choice(JUNK)) for _ in range(3)
        ]
        changes["answers"] = [(dice.choice(JUNK), dice.choice(JUNK)) for _ in range(3)]
    if dice.random() < 0.2:
        methods = ["==", "RX", "<", "a<b", "!=", " "]
        changes["conditions"] = [(dice.choice(JUNK), dice.choice(methods), dice.choice(JUNK)) for _ in range(3)]
    return replace(question, **changes)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_stands_in_a_file_is_imported_or_told(seed: int) -> None:
    dice = Random(seed)
    questions = [spoilt(question, dice) for question in EVERY_TYPE]
    dice.shuffle(questions)
    done = read(lss(dice.choice(VERSIONS), questions, dice.choice([["en"], ["en", "ar"]])))
    assert sum(done.report.counts()["question"].values()) == len(questions)
    assert all(line.reason() for line in done.report.lines if line.outcome != "carried")


def test_what_the_compiler_does_not_take_is_taken_out_and_told() -> None:
    tree: dict[str, Any] = {
        "questionnaire": "q", "title": "T", "languages": ["en"], "basis": "anonymous", "purpose": "p", "minutes": 1,
        "quotas": [
            {"name": "good", "cells": [{"name": "full", "relevant": "${a} = 'x'", "target": 1}]},
            {"name": "bad", "cells": [{"name": "full", "relevant": "${gone} = 'x'", "target": 1}]},
        ],
        "pages": [
            {"name": "p1", "title": "For ${b|}", "questions": [
                {"name": "a", "type": "text", "label": "A", "relevant": "${b} = 'x'", "constraint": ". > 3"},
                {"name": "b", "type": "text", "label": "B"},
            ]},
        ],
    }  # fmt: skip
    report = Report()
    report.carried("condition", "question 1", "a")
    mend(tree, report)
    assert isinstance(compile(tree), Questionnaire)
    assert [quota["name"] for quota in tree["quotas"]] == ["good"]
    assert tree["pages"][0]["questions"][0] == {"name": "a", "type": "text", "label": "A"}
    assert {line.outcome for line in report.lines} == {"left_out"}
    assert len(report.lines) == 4
