"""Conditions of SurveyJS: the same answers give the same verdict.

The verdicts are worked out by hand from survey-library's own rules (expressions.ts, helpers.ts): an unanswered question is
undefined, texts are compared without regard to case, what looks like a number is one, ``!=`` is the opposite of ``=``.
"""

import json
from typing import Any

import pytest

from app.catalog.importers.report import Imported
from app.catalog.importers.surveyjs import IMPORTER
from app.catalog.importers.surveyjs.checks import whole_pattern
from app.catalog.importers.surveyjs.grammar import Syntax, read
from app.engine import Questionnaire, compile

QUESTIONS = [
    {"type": "radiogroup", "name": "color", "choices": ["Red Wine", "blue", {"value": "GREEN", "text": "Green"}]},
    {"type": "dropdown", "name": "stars", "choices": [1, 2, 3]},
    {"type": "checkbox", "name": "pets", "choices": ["cat", "dog", "Guinea pig"], "hasNone": True},
    {"type": "boolean", "name": "ok"},
    {"type": "boolean", "name": "agreed", "valueTrue": "Agree", "valueFalse": "Refuse"},
    {"type": "text", "name": "age", "inputType": "number"},
    {"type": "text", "name": "weight", "inputType": "number"},
    {"type": "text", "name": "city"},
    {"type": "text", "name": "born", "inputType": "date"},
    {"type": "rating", "name": "score", "rateMin": 0, "rateMax": 10},
    {"type": "ranking", "name": "order", "choices": ["a", "b"]},
]


def imported(form: dict[str, Any]) -> Imported:
    """What the form becomes, which always compiles."""
    done = IMPORTER.read(json.dumps(form).encode(), "form.json")
    assert isinstance(done, Imported), done
    questionnaire = compile(done.tree)
    assert isinstance(questionnaire, Questionnaire), [str(problem) for problem in questionnaire]
    return done


def compiled(form: dict[str, Any]) -> Questionnaire:
    questionnaire = compile(imported(form).tree)
    assert isinstance(questionnaire, Questionnaire), questionnaire
    return questionnaire


def shown(condition: str, answers: dict[str, Any], questions: list[dict[str, Any]] = QUESTIONS) -> bool:
    """Whether a question with that visibleIf is shown after those answers, by our own engine."""
    target = {"type": "comment", "name": "target", "visibleIf": condition}
    questionnaire = compiled({"pages": [{"elements": questions}, {"elements": [target]}]})
    relevant = questionnaire.questions["target"].relevant
    return relevant is None or relevant.evaluate(dict(answers)) is True


NOTHING: dict[str, Any] = {}


@pytest.mark.parametrize(
    ("condition", "answers", "verdict"),
    [
        ("{color} = 'blue'", {"color": "blue"}, True),
        ("{color} = 'BLUE'", {"color": "blue"}, True),  # texts are compared without regard to case
        ("{color} = 'red wine'", {"color": "Red_Wine"}, True),
        ("{color} = 'pink'", {"color": "blue"}, False),
        ("{color} = 'blue'", NOTHING, False),
        ("{color} != 'blue'", {"color": "GREEN"}, True),
        ("{color} <> 'blue'", NOTHING, True),  # undefined is not blue
        ("'blue' == {color}", {"color": "blue"}, True),
        ("{color} contains 'ee'", {"color": "GREEN"}, True),  # a text holds its parts
        ("{color} contains 'ee'", {"color": "blue"}, False),
        ("{color} anyof ['blue', 'green']", {"color": "GREEN"}, True),
        ("{color} anyof ['blue', 'green']", {"color": "Red_Wine"}, False),
        ("{color} noneof ['blue']", NOTHING, True),
        ("{color} empty", NOTHING, True),
        ("{color} notempty", {"color": "blue"}, True),
        ("{color} = ''", NOTHING, True),
        ("{color} = null", {"color": "blue"}, False),
        ("{stars} > 1", {"stars": "2"}, True),  # choices that are numbers are compared as such
        ("{stars} > 1", {"stars": "1"}, False),
        ("{stars} <= '2'", {"stars": "2"}, True),
        ("{stars} >= 1", NOTHING, False),
        ("{stars} + 1 = 3", {"stars": "2"}, True),
        ("{pets} contains 'cat'", {"pets": ("cat", "dog")}, True),
        ("{pets} contains ['cat', 'dog']", {"pets": ("cat",)}, False),
        ("{pets} contains 'guinea pig'", {"pets": ("Guinea_pig",)}, True),
        ("{pets} notcontains 'cat'", NOTHING, True),
        ("{pets} notcontains 'cat'", {"pets": ("dog",)}, True),
        ("{pets} anyof ['cat', 'dog']", {"pets": ("dog",)}, True),
        ("{pets} allof ['cat', 'dog']", {"pets": ("cat", "dog", "Guinea_pig")}, True),
        ("{pets} allof ['cat', 'dog']", {"pets": ("dog",)}, False),
        ("{pets} = ['dog', 'cat']", {"pets": ("cat", "dog")}, True),  # in any order
        ("{pets} = ['dog']", {"pets": ("cat", "dog")}, False),
        ("{pets} = 'dog'", {"pets": ("dog",)}, False),  # a list is no text
        ("{pets} = ['none']", {"pets": ("none",)}, True),
        ("{pets.length} > 1", {"pets": ("cat", "dog")}, True),
        ("{pets.length} = 0", NOTHING, True),
        ("{ok}", {"ok": "yes"}, True),
        ("{ok}", {"ok": "no"}, False),
        ("!{ok}", NOTHING, True),
        ("{ok} = true", {"ok": "yes"}, True),
        ("{ok} = 'false'", {"ok": "no"}, True),
        ("{ok} != true", {"ok": "no"}, True),
        ("{agreed} = 'Agree'", {"agreed": "yes"}, True),
        ("{agreed} = 'Refuse'", {"agreed": "yes"}, False),
        ("{age} >= 18", {"age": 18}, True),
        ("{age} >= '18'", {"age": 17}, False),
        ("{age} < 18", NOTHING, False),
        ("{age} notempty and {age} < 18", {"age": 3}, True),
        ("{age}", {"age": 0}, False),
        ("{age} = 0", {"age": 0}, True),
        ("{age} empty", {"age": 0}, False),
        ("{age} + {weight} > 10", {"age": 11}, True),  # what is empty counts as 0
        ("{age} * 2 - 1 = 9", {"age": 5}, True),
        ("{age} ^ 2 = 9", {"age": 3}, True),
        ("{age} -5 = 1", {"age": 6}, True),
        ("{age} = -5", {"age": -5}, True),
        ("{age} < {weight}", {"age": 3, "weight": 4}, True),
        ("sum({age}, {weight}) = 3", {"age": 3}, True),
        ("avg({age}, {weight}) = 3", {"age": 3}, True),
        ("max({age}, {weight}) = 4", {"age": 3, "weight": 4}, True),
        ("min({age}, {weight}) = 3", {"age": 3}, True),
        ("iif({age} > 10, 'old', 'new') = 'new'", NOTHING, True),
        ("iif({age} > 10, {ok}, true)", {"age": 11, "ok": "no"}, False),
        ("round({age} / 2) = 3", {"age": 5}, True),
        ("{city} = 'paris'", {"city": "Paris"}, True),
        ("{city} contains 'ari'", {"city": "PARIS"}, True),
        ("{city} notcontains 'ari'", NOTHING, True),
        ("{city} > 5", {"city": "6"}, True),
        ("{city} > 5", {"city": "six"}, False),
        ("{born} < '2000-01-01'", {"born": "1999-12-31"}, True),
        ("{born} >= '2000-01-01'", {"born": "1999-12-31"}, False),
        ("age({born}) >= 18", {"born": "2008-05-02", "now()": "2026-05-01T10:00:00Z"}, False),
        ("age({born}) >= 18", {"born": "2008-05-01", "now()": "2026-05-01T10:00:00Z"}, True),
        ("{born} > today(-7)", {"born": "2026-04-30", "now()": "2026-05-01T10:00:00Z"}, True),
        ("year({born}) = 2008", {"born": "2008-05-01"}, True),
        ("dateDiff({born}, today()) = 1", {"born": "2026-04-30", "now()": "2026-05-01T10:00:00Z"}, True),
        ("{score} >= 9", {"score": 10}, True),
        ("{score} anyof [9, 10]", {"score": 9}, True),
        ("{order} notempty", {"order": ("b", "a")}, True),
        ("{color} = 'blue' and {age} > 3 or {ok}", {"ok": "yes"}, True),
        ("{color} = 'blue' and ({age} > 3 or {ok})", {"ok": "yes"}, False),
        ("{color} = 'blue' && {age} > 3 || {ok}", {"color": "blue", "age": 4}, True),
        ("not_a_value", NOTHING, False),
        ("{age}", {"age": 5}, False),  # a whole condition must equal true, which 1 does and 5 does not
        ("!{age}", {"age": 5}, False),
        ("{order} = ['b', 'a']", {"order": ("b", "a")}, True),
        ("{order} = ['a', 'b']", {"order": ("b", "a")}, False),  # of a ranking the order counts
        ("!({color} != 'blue')", {"color": "blue"}, True),
        ("{ok} <= 'true'", {"ok": "yes"}, True),
        ("{color} < 'b'", {"color": "Red_Wine"}, True),  # capitals come first
        ("{age} contains 8", {"age": 18}, True),
        ("!({color} = 'blue' and {age} > 3)", {"color": "blue"}, True),
        ("!({color} = 'blue' or {age} > 3)", {"color": "blue"}, False),
        ("{COLOR} = 'blue'", {"color": "blue"}, True),  # names in any case
        ("{color} = {city}", {"color": "blue", "city": "blue"}, True),
        ("{later} = 1", NOTHING, False),
    ],
)
def test_the_same_answers_give_the_same_verdict(condition: str, answers: dict[str, Any], verdict: bool) -> None:
    assert shown(condition, answers) is verdict


TABLES = [
    {"type": "matrix", "name": "fit", "columns": ["Bad", "Good"], "rows": ["shirt", {"value": "my shoes", "text": "Shoes"}]},
    {
        "type": "matrixdropdown",
        "name": "use",
        "rows": ["home", "work"],
        "columns": [
            {"name": "how", "cellType": "dropdown", "choices": ["often", "never"]},
            {"name": "hours", "cellType": "text", "inputType": "number"},
        ],
    },
    {"type": "multipletext", "name": "person", "items": [{"name": "first"}, {"name": "last"}]},
    {"type": "radiogroup", "name": "pay", "choices": ["cash"], "hasOther": True},
]  # fmt: skip


def relevance(condition: str, questions: list[dict[str, Any]]) -> str:
    """The condition as it stands in the definition."""
    target = {"type": "comment", "name": "target", "visibleIf": condition}
    tree = imported({"pages": [{"elements": questions}, {"elements": [target]}]}).tree
    return str(tree["pages"][-1]["questions"][0].get("relevant", ""))


@pytest.mark.parametrize(
    ("condition", "ours"),
    [
        ("{fit.shirt} = 'good'", "${fit__shirt} = 'Good'"),
        ("{fit.my shoes} = 'Bad'", "${fit__my_shoes} = 'Bad'"),
        ("{fit} empty", "not(coalesce(answered(${fit__shirt}) or answered(${fit__my_shoes}), false))"),
        ("{use.home.how} = 'never'", "${use_how__home} = 'never'"),
        ("{use.work.hours} > 3", "${use_hours__work} > 3"),
        ("{person.last} = 'Smith'", "lower-case(${person__last}) = 'smith'"),
        ("{pay} = 'other' and {pay-Comment} notempty", "${pay} = 'other' and answered(${pay__other__text})"),
    ],
)
def test_cells_of_tables_are_found(condition: str, ours: str) -> None:
    assert relevance(condition, TABLES) == ours


PANEL = {
    "type": "paneldynamic",
    "name": "child",
    "templateElements": [
        {"type": "text", "name": "years", "inputType": "number"},
        {"type": "text", "name": "school", "visibleIf": "{panel.years} > 5 and {panelIndex} = 0"},
    ],
}


@pytest.mark.parametrize(
    ("condition", "ours"),
    [
        ("{child.length} > 1", "${child} > 1"),
        ("{child} notempty", "${child} > 0"),
        ("{child[1].years} > 3", "at(${years}, 2) > 3"),
        ("sumInArray({child}, 'years') > 3", "coalesce(sum(${years}), 0) > 3"),
        ("countInArray({child}, 'years') = 2", "count(${years}) = 2"),
    ],
)
def test_rows_of_repeats_are_found(condition: str, ours: str) -> None:
    assert relevance(condition, [PANEL]) == ours


def test_inside_a_repeat_panel_means_this_row() -> None:
    tree = imported({"elements": [PANEL]}).tree
    repeat = next(node for node in tree["pages"] if "repeat" in node)
    assert repeat["pages"][0]["questions"][1]["relevant"] == "${years} > 5 and position() - 1 = 0"


@pytest.mark.parametrize(
    "condition",
    [
        "{age} = ",  # SurveyJS itself does not understand it
        "isWorkday({born})",  # a function of the form's own program
        "isContainerReady('page1')",
        "sumInArray({child}, 'years', {years} > 3) > 3",
        "{color} = 'x' " + "and {color} = 'x' " * 1000,
    ],
)
def test_what_cannot_be_said_is_left_out_with_its_reason(condition: str) -> None:
    target = {"type": "comment", "name": "target", "visibleIf": condition}
    done = imported({"pages": [{"elements": [*QUESTIONS, PANEL]}, {"elements": [target]}]})
    line = next(line for line in done.report.lines if line.kind == "condition" and line.name == "target")
    assert (line.outcome, line.what) == ("left_out", condition)
    assert line.reason()
    assert "relevant" not in done.tree["pages"][-1]["questions"][0]


def test_what_is_asked_later_on_another_page_counts_as_not_answered() -> None:
    first = {"type": "text", "name": "first", "visibleIf": "{last} = 1"}
    done = imported({"pages": [{"elements": [first]}, {"elements": [{"type": "text", "name": "last"}]}]})
    assert done.tree["pages"][0]["questions"][0]["relevant"] == "false"
    assert [line.outcome for line in done.report.lines if line.kind == "condition"] == ["approximated"]


def test_what_reads_an_answer_further_down_the_page_is_asked_after_it() -> None:
    a = {"type": "text", "name": "a", "inputType": "number"}
    form = {"elements": [{"type": "text", "name": "b", "visibleIf": "{a} = 1"}, a]}
    done = imported(form)
    assert [q["name"] for q in done.tree["pages"][0]["questions"]] == ["a", "b"]
    assert done.tree["pages"][0]["questions"][1]["relevant"] == "${a} = 1"
    assert [line.outcome for line in done.report.lines if line.kind == "condition"] == ["approximated"]


def test_variables_of_the_page_around_come_from_outside() -> None:
    element = {"type": "text", "name": "a", "title": "For {customer}", "visibleIf": "{plan} = 'Gold' and !{trial}"}
    done = imported({"elements": [element]})
    names = {entry["name"] for entry in done.tree["outside"]}
    assert names == {"customer", "plan", "trial"}
    question = compiled({"elements": [element]}).questions["a"]
    assert question.relevant is not None
    assert question.relevant.evaluate({"plan": "gold", "trial": "false"}) is True
    assert question.relevant.evaluate({"plan": "gold", "trial": "true"}) is not True


def test_questions_that_share_a_name_share_their_answer() -> None:
    form = {
        "elements": [
            {"type": "boolean", "name": "self"},
            {"type": "text", "name": "who", "visibleIf": "{self} = true"},
            {"type": "text", "name": "who", "visibleIf": "{self} = false"},
            {"type": "text", "name": "next", "title": "Hello {who}", "visibleIf": "{who} notempty"},
        ]
    }
    question = imported(form).tree["pages"][0]["questions"][3]
    assert question["relevant"] == "answered(${who}) or answered(${who_2})"
    assert question["label"] == "Hello ${who|}${who_2|}"


@pytest.mark.parametrize(
    ("pattern", "whole"),
    [
        ("^[0-9]{5}$", "[0-9]{5}"), ("abc", ".*abc.*"), ("^abc", "abc.*"), ("a|b", ".*(?:a|b).*"), ("^a|b$", None),
        ("^(a|b)$", "(a|b)"), (r"^\$\d+$", r"\$\d+"),
    ],
)  # fmt: skip
def test_patterns_are_found_anywhere_in_javascript(pattern: str, whole: str | None) -> None:
    assert whole_pattern(pattern) == whole


def test_operators_bind_as_in_surveyjs() -> None:
    tree = read("{a} = 1 or {b} contains 'x' and !{c} + 2 * 3 > 4")
    assert isinstance(tree, Syntax)
    assert (tree.op, tree.operands[1].op, tree.operands[1].operands[1].op) == ("or", "and", ">")
    assert read("'it''s'") is None
