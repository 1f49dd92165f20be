"""SurveyJS forms become definitions: each feature in a form of its own."""

from typing import Any

import pytest

from app.engine import Questionnaire, compile
from tests.catalog.importers.test_surveyjs_conditions import imported

Node = dict[str, Any]


def questions(*elements: Node, **form: Any) -> list[Node]:
    """The questions that the elements of one page become."""
    return [
        q for page in imported({"elements": list(elements), **form}).tree["pages"] for q in page.get("questions", ())
    ]


def only(element: Node) -> Node:
    made = questions(element)
    assert len(made) == 1
    return made[0]


@pytest.mark.parametrize("kind", ["mywidget", "image", ""])
def test_what_has_no_like_is_left_out_with_its_reason(kind: str) -> None:
    done = imported({"elements": [{"type": "text", "name": "a"}, {"type": kind, "name": "b"}]})
    left = next(line for line in done.report.lines if line.name == "b" and line.kind == "question")
    assert left.outcome == "left_out"
    assert left.reason()


def test_choices_may_be_other_none_and_conditional() -> None:
    made = only(
        {
            "type": "checkbox",
            "name": "q",
            "hasOther": True,
            "otherText": "Else",
            "hasNone": True,
            "hasSelectAll": True,
            "choicesOrder": "random",
            "choices": ["a", {"value": "b", "visibleIf": "{x} = 1"}],
        }
    )
    assert made["choices"] == [
        {"name": "a", "label": "a"},
        {"name": "b", "label": "b", "relevant": "number(${x}) = 1"},
        {"name": "none", "label": "None", "exclusive": True},
        {"name": "other", "label": "Else", "specify": True},
    ]
    assert made["randomize"] is True


def test_choices_are_carried_forward() -> None:
    first = {"type": "checkbox", "name": "liked", "choices": ["a", "b"]}
    made = questions(
        first,
        {
            "type": "radiogroup",
            "name": "best",
            "choicesFromQuestion": "liked",
            "choicesFromQuestionMode": "selected",
            "visibleIf": "{liked} notempty",
        },
        {"type": "text", "name": "why", "visibleIf": "{best} = 'b'"},
    )
    assert made[1]["choices"] == {"carry": "liked", "which": "selected"}
    assert made[2]["relevant"] == "${best} = 'b'"


def test_one_condition_may_stand_for_all_choices() -> None:
    first = {"type": "checkbox", "name": "have", "choices": ["car", "boat"]}
    made = questions(
        first,
        {
            "type": "radiogroup",
            "name": "main",
            "choices": ["car", "boat"],
            "choicesVisibleIf": "{have} contains {item}",
        },
    )
    assert [choice["relevant"] for choice in made[1]["choices"]] == [
        "selected(${have}, 'car')",
        "selected(${have}, 'boat')",
    ]


def test_texts_come_in_their_languages_with_answers_in_them() -> None:
    form = {
        "locale": "pl",
        "title": {"default": "Ankieta", "en": "Survey", "ar": "استبيان"},
        "elements": [
            {"type": "text", "name": "name", "title": {"default": "Imię", "en": "Name"}},
            {"type": "text", "name": "q", "title": {"default": "Cześć {name}", "de": "Hallo {name}"}},
        ],
    }
    tree = imported(form).tree
    assert tree["languages"] == ["pl", "en", "ar", "de"]
    assert tree["untranslated"] == "default"
    assert tree["title"] == {"pl": "Ankieta", "en": "Survey", "ar": "استبيان"}
    assert tree["pages"][0]["questions"][1]["label"] == {"pl": "Cześć ${name|}", "de": "Hallo ${name|}"}


def test_panels_hand_their_conditions_on() -> None:
    inner = {"type": "panel", "name": "in", "visibleIf": "{a} = 2", "elements": [{"type": "text", "name": "c"}]}
    made = questions(
        {"type": "text", "name": "a", "inputType": "number"},
        {
            "type": "panel",
            "name": "out",
            "title": "About",
            "visibleIf": "{a} > 1",
            "elements": [{"type": "text", "name": "b"}, inner],
        },
    )
    assert [(q["name"], q["type"], q.get("relevant")) for q in made] == [
        ("a", "decimal", None),
        ("out_heading", "note", "${a} > 1"),
        ("b", "text", "${a} > 1"),
        ("c", "text", "${a} > 1 and ${a} = 2"),
    ]


def test_a_panel_of_rows_is_a_repeat_between_pages() -> None:
    rows = {
        "type": "paneldynamic",
        "name": "kids",
        "title": "Your children",
        "visibleIf": "{n} > 0",
        "minPanelCount": 1,
        "maxPanelCount": 4,
        "templateTitle": "Child",
        "templateElements": [
            {"type": "text", "name": "first"},
            {"type": "comment", "name": "more", "visibleIf": "{panel.first} notempty"},
        ],
    }
    pages = imported(
        {"elements": [{"type": "text", "name": "n", "inputType": "number"}, rows, {"type": "text", "name": "z"}]}
    ).tree["pages"]
    assert [next(iter(page)) for page in pages] == ["name", "block", "name"]
    assert pages[0]["questions"][-1] == {
        "name": "kids_heading",
        "type": "note",
        "label": "Your children",
        "relevant": "${n} > 0",
    }
    assert pages[1]["relevant"] == "${n} > 0"
    repeat = pages[1]["pages"][0]
    assert {key: repeat[key] for key in ("repeat", "least", "most", "title")} == {
        "repeat": "kids",
        "least": 1,
        "most": 4,
        "title": "Child",
    }
    assert repeat["pages"][0]["questions"][1]["relevant"] == "answered(${first})"


def test_a_fixed_number_of_rows_is_counted() -> None:
    rows = {
        "type": "matrixdynamic",
        "name": "m",
        "rowCount": 3,
        "minRowCount": 3,
        "maxRowCount": 3,
        "columns": [{"name": "x", "cellType": "text"}],
    }
    repeat = imported({"elements": [rows]}).tree["pages"][1]
    assert (repeat["repeat"], repeat["count"]) == ("m", "3")


def test_details_of_a_row_are_asked_in_the_row() -> None:
    detail = {"type": "comment", "name": "why", "visibleIf": "{row.cost} > 10"}
    columns = [{"name": "cost", "cellType": "text", "inputType": "number"}]
    rows = {"type": "matrixdynamic", "name": "m", "columns": columns, "detailElements": [detail]}
    repeat = imported({"elements": [rows]}).tree["pages"][1]
    assert [(q["name"], q.get("relevant")) for q in repeat["pages"][0]["questions"]] == [
        ("cost", None),
        ("why", "${cost} > 10"),
    ]


def test_a_matrix_is_a_grid() -> None:
    made = only(
        {
            "type": "matrix",
            "name": "m",
            "columns": [1, {"value": 2, "text": "two"}],
            "rows": ["r 1"],
            "isAllRowRequired": True,
            "rowsOrder": "random",
        }
    )
    assert made["type"] == "matrix_single"
    assert made["rows"] == [{"name": "r_1", "label": "r 1"}]
    assert made["choices"] == [{"name": "1", "label": "1"}, {"name": "2", "label": "two"}]
    assert (made["required"], made["randomize_rows"]) == (True, True)
    assert (
        only({"type": "matrix", "name": "m", "columns": [1], "rows": ["r"], "cellType": "checkbox"})["type"]
        == "matrix_multiple"
    )


def test_a_table_of_several_columns_is_a_grid_a_column() -> None:
    columns = [
        {"name": "how", "choices": ["a"]},
        {"name": "many", "cellType": "text", "inputType": "number", "visibleIf": "{row.how} = 'a'"},
        {"name": "since", "cellType": "text", "inputType": "date"},
    ]
    made = questions({"type": "matrixdropdown", "name": "m", "title": "Use", "columns": columns, "rows": ["x", "y"]})
    assert [(q["name"], q["type"]) for q in made] == [
        ("m", "note"),
        ("m_how", "matrix_single"),
        ("m_many", "matrix_number"),
        ("m_since_x", "date"),
        ("m_since_y", "date"),
    ]
    assert made[2]["rows"][1] == {"name": "y", "label": "y", "relevant": "${m_how__y} = 'a'"}


def test_several_fields_are_a_grid_of_texts_or_questions() -> None:
    assert only({"type": "multipletext", "name": "m", "items": [{"name": "a"}, {"name": "b"}]})["type"] == "matrix_text"
    made = questions({"type": "personname", "name": "who", "isRequired": True, "labelLastName": "Surname"})
    assert [q["name"] for q in made] == ["who", "who_first", "who_middle", "who_last"]
    assert made[3]["label"] == "Surname"
    assert made[3]["required"] == "not(coalesce(answered(${who_first}) or answered(${who_middle}), false))"


def test_values_are_calculated_once_their_parts_are_known() -> None:
    form = {
        "calculatedValues": [
            {"name": "big", "expression": "{total} > 10"},
            {"name": "total", "expression": "{a} + {b}"},
        ],
        "elements": [
            {"type": "text", "name": "a", "inputType": "number"},
            {"type": "text", "name": "b", "inputType": "number"},
            {"type": "expression", "name": "double", "title": "Twice", "expression": "{total} * 2"},
            {"type": "comment", "name": "why", "visibleIf": "{big} and {double} < 100"},
        ],
    }
    questionnaire = compile(imported(form).tree)
    assert isinstance(questionnaire, Questionnaire), questionnaire
    names = [question.name for question in questionnaire.pages[0].questions]
    assert names == ["a", "b", "total", "big", "double", "double_shown", "why"]
    assert questionnaire.questions["total"].calculation is not None
    assert questionnaire.questions["total"].calculation.evaluate({"a": 3}) == 3


def test_triggers_end_skip_and_show() -> None:
    form = {
        "completedHtml": "<h3>Thanks</h3>",
        "triggers": [
            {"type": "complete", "expression": "{age} < 18"},
            {"type": "skip", "expression": "{age} > 90", "gotoName": "last"},
            {"type": "visible", "operator": "equal", "name": "age", "value": 50, "questions": ["half"]},
            {"type": "setvalue", "expression": "{age} = 1", "setToName": "age", "setValue": 2},
        ],
        "pages": [
            {
                "name": "one",
                "elements": [{"type": "text", "name": "age", "inputType": "number"}, {"type": "text", "name": "half"}],
            },
            {"name": "two", "elements": [{"type": "text", "name": "x"}]},
            {"name": "last", "elements": [{"type": "text", "name": "y"}]},
        ],
    }
    done = imported(form)
    pages = done.tree["pages"]
    assert [page["name"] for page in pages] == ["one", "finish", "skip", "two", "last", "end"]
    finish, skip, end = (pages[i]["questions"][0] for i in (1, 2, 5))
    assert finish == {
        "name": "finish",
        "type": "exit",
        "relevant": "${age} < 18",
        "status": "complete",
        "label": "Thank you.",
    }
    assert skip == {"name": "skip", "type": "jump", "relevant": "${age} > 90", "to": "last"}
    assert (end["type"], end["label"]) == ("exit", "Thanks")
    assert pages[0]["questions"][1]["relevant"] == "${age} = 50"
    assert [line.what for line in done.report.lines if line.outcome == "left_out"] == ["{age} = 1"]


def test_pages_keep_conditions_order_and_time() -> None:
    page = {
        "name": "p",
        "title": "T",
        "description": "D",
        "visibleIf": "{a} = 1",
        "questionsOrder": "random",
        "maxTimeToFinish": 60,
        "elements": [{"type": "text", "name": "b"}],
    }
    form = {"pages": [{"elements": [{"type": "text", "name": "a", "inputType": "number"}]}, page]}
    made = imported(form).tree["pages"][1]
    assert {key: made[key] for key in ("name", "title", "relevant", "randomize", "time_limit")} == {
        "name": "p",
        "title": "T",
        "relevant": "${a} = 1",
        "randomize": True,
        "time_limit": 60,
    }
    assert made["questions"][0]["label"] == "D"


def test_every_property_that_is_not_carried_has_a_line() -> None:
    done = imported(
        {"elements": [{"type": "text", "name": "a", "startWithNewLine": False, "myOwn": 3, "readOnly": True}]}
    )
    lines = {line.what: line for line in done.report.lines if line.name == "a" and line.kind == "setting"}
    assert set(lines) == {"readOnly", "startWithNewLine, myOwn"}
    assert all(line.reason() for line in lines.values())
