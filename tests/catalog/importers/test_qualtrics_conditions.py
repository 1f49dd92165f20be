"""Qualtrics's logic: the same answers give the same verdict.

The verdicts are worked out by hand: what is not answered equals and holds nothing, a negation is true for it, "and" binds
before "or", groups are joined by the word at their head, texts are compared without regard to case."""

from typing import Any

import pytest

from app.engine.expressions import Symbol, parse
from app.engine.model import Expression
from tests.catalog.importers.qsf import Node, ask, imported, logic, qsf, question, questions_of
from tests.catalog.importers.test_qualtrics import FORM, MATRIX, NUMBER

ELSE = {"Display": "Else", "TextEntry": "true"}
QUESTIONS = [
    question("QID1", RecodeValues={"1": "10", "2": "20"}),
    question("QID2", Selector="MAVR", Choices={"1": {"Display": "A"}, "2": {"Display": "B"}, "3": ELSE}),
    question("QID3", **NUMBER),
    question("QID4", QuestionType="TE", Selector="SL"),
    question("QID5", **MATRIX),
    question("QID6", **FORM),
    question("QID7", Selector="NPS"),
    question("QID8", QuestionType="Slider", Selector="HSLIDER"),
    question("QID9", QuestionType="CS"),
]  # fmt: skip
SYMBOLS = {
    "Q1": Symbol("code", ("10", "20")), "Q2": Symbol("set", ("1", "2", "3")), "Q2__3__text": Symbol("text"), "Q3": Symbol("number"),
    "Q4": Symbol("text"), "Q5__r1": Symbol("code", ("1", "2")), "Q5__r2": Symbol("code", ("1", "2")), "Q6_1": Symbol("text"),
    "Q6_2": Symbol("number"), "Q7": Symbol("number"), "Q8_1": Symbol("number"), "Q8_2": Symbol("number"),
    "Q9__r1": Symbol("number"), "Q9__r2": Symbol("number"), "shop": Symbol("text"),
}  # fmt: skip
NOTHING: dict[str, Any] = {}


def shown(display: Node, answers: dict[str, Any]) -> bool:
    """Whether a question with that display logic is shown, by our own engine."""
    made = questions_of(qsf([*QUESTIONS, question("QID99", DisplayLogic=display)]))[-1]
    if "relevant" not in made:
        return True
    expression = parse(made["relevant"], SYMBOLS, "bool")
    assert isinstance(expression, Expression), (made["relevant"], [str(problem) for problem in expression])
    return expression.evaluate(answers) is True


@pytest.mark.parametrize(
    ("left", "operator", "right", "answers", "verdict"),
    [
        ("q://QID1/SelectableChoice/2", "Selected", None, {"Q1": "20"}, True),
        ("q://QID1/SelectableChoice/2", "Selected", None, {"Q1": "10"}, False),
        ("q://QID1/SelectableChoice/2", "NotSelected", None, NOTHING, True),
        ("q://QID1/SelectableChoice/2", "NotSelected", None, {"Q1": "20"}, False),
        ("q://QID1/SelectedChoicesRecode", "GreaterThan", "15", {"Q1": "20"}, True),
        ("q://QID1/SelectedChoicesRecode", "GreaterThan", "15", {"Q1": "10"}, False),
        ("q://QID1/SelectedChoicesRecode", "EqualTo", "10", NOTHING, False),
        ("q://QID1/QuestionDisplayed", "Displayed", None, {"Q1": "10"}, True),
        ("q://QID2/SelectableChoice/1", "Selected", None, {"Q2": ("1", "2")}, True),
        ("q://QID2/SelectedChoicesCount", "GreaterThanOrEqual", "2", {"Q2": ("1", "2")}, True),
        ("q://QID2/SelectedChoicesCount", "EqualTo", "0", NOTHING, True),
        ("q://QID2/ChoiceTextEntryValue/3", "Contains", "Car", {"Q2": ("3",), "Q2__3__text": "a CAR"}, True),
        ("q://QID2/ChoiceTextEntryValue/3", "Empty", None, NOTHING, True),
        ("q://QID3/ChoiceTextEntryValue", "GreaterThan", "5", {"Q3": 6}, True),
        ("q://QID3/ChoiceTextEntryValue", "LessThanOrEqual", "5", {"Q3": 6}, False),
        ("q://QID3/ChoiceTextEntryValue", "NotEqualTo", "5", NOTHING, True),
        ("q://QID4/ChoiceTextEntryValue", "EqualTo", "Yes", {"Q4": "yes"}, True),
        ("q://QID4/ChoiceTextEntryValue", "EqualTo", "7", {"Q4": "7.0"}, True),
        ("q://QID4/ChoiceTextEntryValue", "DoesNotContain", "x", NOTHING, True),
        ("q://QID4/ChoiceTextEntryValue", "NotEmpty", None, {"Q4": "x"}, True),
        ("q://QID4/ChoiceTextEntryValue", "MatchesRegex", "/^[0-9]{2}/", {"Q4": "12a"}, True),
        ("q://QID4/ChoiceTextEntryValue", "MatchesRegex", "^[0-9]{2}$", {"Q4": "12a"}, False),
        ("q://QID5/SelectableChoice/2/1", "Selected", None, {"Q5__r2": "1"}, True),
        ("q://QID5/SelectableChoice/2/1", "Selected", None, {"Q5__r1": "1"}, False),
        ("q://QID6/ChoiceTextEntryValue/1", "EqualTo", "ann", {"Q6_1": "Ann"}, True),
        ("q://QID6/ChoiceTextEntryValue/2", "GreaterThan", "17", {"Q6_2": 18}, True),
        ("q://QID7/SelectableChoice/9", "Selected", None, {"Q7": 9}, True),
        ("q://QID8/ChoiceNumericEntryValue/2", "GreaterThan", "50", {"Q8_2": 60}, True),
        ("q://QID9/ChoiceNumericEntryValue/1", "LessThan", "50", {"Q9__r1": 40}, True),
    ],
)
def test_one_expression(left: str, operator: str, right: Any, answers: dict[str, Any], verdict: bool) -> None:
    assert shown(logic(ask(left, operator, right)), answers) is verdict


FIRST, SECOND = ask("q://QID1/SelectableChoice/1", "Selected"), ask("q://QID2/SelectableChoice/1", "Selected")
THIRD = ask("q://QID3/ChoiceTextEntryValue", "EqualTo", "3")


@pytest.mark.parametrize(
    ("display", "answers", "verdict"),
    [
        (logic([FIRST, {**SECOND, "Conjuction": "And"}]), {"Q1": "10"}, False),
        (logic([FIRST, {**SECOND, "Conjuction": "And"}]), {"Q1": "10", "Q2": ("1",)}, True),
        (logic([FIRST, {**SECOND, "Conjuction": "Or"}]), {"Q1": "10"}, True),
        (logic([FIRST, {**SECOND, "Conjuction": "Or"}, {**THIRD, "Conjuction": "And"}]), {"Q1": "10"}, True),
        (logic([FIRST, {**SECOND, "Conjuction": "Or"}, {**THIRD, "Conjuction": "And"}]), {"Q2": ("1",)}, False),
        (logic(FIRST, SECOND), {"Q2": ("1",)}, True),
        (logic(FIRST, SECOND, joined="AndIf"), {"Q2": ("1",)}, False),
        (logic(FIRST, SECOND, joined="AndIf"), {"Q1": "10", "Q2": ("1",)}, True),
        (logic([FIRST, {**SECOND, "Conjuction": "Or"}], THIRD, joined="AndIf"), {"Q2": ("1",), "Q3": 3}, True),
        (logic(ask("shop", "Contains", "North", "EmbeddedField")), {"shop": "the north"}, True),
        (logic(ask("shop", "Empty", None, "EmbeddedField")), NOTHING, True),
        (logic(ask("shop", "NotEmpty", None, "EmbeddedField")), {"shop": "x"}, True),
        (logic(ask("shop", "GreaterThan", "5", "EmbeddedField")), {"shop": "6"}, True),
    ],
)  # fmt: skip
def test_expressions_together(display: Node, answers: dict[str, Any], verdict: bool) -> None:
    assert shown(display, answers) is verdict


@pytest.mark.parametrize(
    "display",
    [
        logic(ask("QO_1", "QuotaMet", kind="Quota")),
        logic(ask("x", "EqualTo", "y", kind="GeoIP")),
        logic(ask("q://undefined/undefined", "Selected")),
        logic(ask("q://QID4/ChoiceTextEntryValue", "EqualTo", "${e://Field/x}")),
        logic(ask("q://QID4/ChoiceTextEntryValue", "MatchesRegex", "(?=x)")),
        logic(ask("q://QID4/ChoiceTextEntryValue", "SoundsLike", "x")),
    ],
)
def test_what_cannot_be_said_is_left_out_with_its_reason(display: Node) -> None:
    done = imported(qsf([*QUESTIONS, question("QID99", DisplayLogic=display)]))
    line = next(line for line in done.report.lines if line.kind == "condition")
    assert line.outcome == "left_out"
    assert line.reason()


def test_what_is_asked_later_counts_as_not_answered() -> None:
    first = question("QID1", DisplayLogic=logic(ask("q://QID2/SelectableChoice/1", "Selected")))

    def outcome(back: str) -> tuple[Any, str]:
        done = imported(qsf([first, question("QID2")], options={"BackButton": back}))
        made = done.tree["pages"][0]["pages"][0]["questions"][0]["relevant"]
        return made, next(line.outcome for line in done.report.lines if line.kind == "condition")

    # without a way back nobody can have answered it
    assert outcome("false") == ("false", "carried")
    assert outcome("true") == ("false", "approximated")
