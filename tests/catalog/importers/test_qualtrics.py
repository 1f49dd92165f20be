"""Qualtrics surveys become definitions: each kind of question and of flow in a file of its own."""

import json
from typing import Any

import pytest

from app.catalog.importers.qualtrics import IMPORTER
from tests.catalog.importers.qsf import Node, ask, block, imported, logic, qsf, question, questions_of

MATRIX = {
    "QuestionType": "Matrix",
    "Selector": "Likert",
    "SubSelector": "SingleAnswer",
    "Answers": {"1": {"Display": "yes"}, "2": {"Display": "no"}},
}
NUMBER = {
    "QuestionType": "TE",
    "Selector": "SL",
    "Validation": {"Settings": {"Type": "ContentType", "ContentType": "ValidNumber"}},
}
FORM = {
    "QuestionType": "TE",
    "Selector": "FORM",
    "Choices": {"1": {"Display": "Name"}, "2": {"Display": "Age", "TextEntryValidation": "ValidNumber"}},
}
DRILL = {
    "QuestionType": "DD",
    "Selector": "DL",
    "Answers": {"1": {"Display": "PL"}, "2": {"Display": "IT"}, "3": {"Display": "Kraków"}},
    "AnswerMap": {"1": None, "2": None, "3": "1"},
}
SECOND = {"QuestionType": "Matrix", "Selector": "TE", "DataExportTag": "Q1#2", "Answers": {"1": {"Display": "why"}}}
SBS = {"QuestionType": "SBS", "AdditionalQuestions": {"1": {**MATRIX, "DataExportTag": "Q1#1"}, "2": SECOND}}
PROFILE = {"Selector": "Profile", "Answers": {"1": {"1": {"Display": "a"}}, "2": {"1": {"Display": "b"}}}}
TWO = [("Q1_heading", "note"), ("Q1_1", "single_choice"), ("Q1_2", "single_choice")]


@pytest.mark.parametrize(
    ("payload", "ours"),
    [
        ({}, [("Q1", "single_choice")]),
        ({"Selector": "DL"}, [("Q1", "single_choice")]),
        ({"Selector": "MAVR"}, [("Q1", "multiple_choice")]),
        ({"Selector": "MSB"}, [("Q1", "multiple_choice")]),
        ({"Selector": "NPS"}, [("Q1", "nps")]),
        ({"QuestionType": "TE", "Selector": "SL"}, [("Q1", "text")]),
        ({"QuestionType": "TE", "Selector": "ML"}, [("Q1", "long_text")]),
        (NUMBER, [("Q1", "decimal")]),
        (FORM, [("Q1_heading", "note"), ("Q1_1", "text"), ("Q1_2", "decimal")]),
        (MATRIX, [("Q1", "matrix_single")]),
        ({**MATRIX, "SubSelector": "MultipleAnswer"}, [("Q1", "matrix_multiple")]),
        ({**MATRIX, "Selector": "Bipolar"}, [("Q1", "matrix_single")]),
        ({**MATRIX, "Selector": "TE"}, [("Q1_heading", "note"), ("Q1_1", "matrix_text"), ("Q1_2", "matrix_text")]),
        ({**MATRIX, "Selector": "TE", "Answers": {"1": {"Display": "w"}}}, [("Q1", "matrix_text")]),
        ({**MATRIX, "Selector": "CS", "Answers": {"1": {"Display": "w"}}}, [("Q1", "constant_sum")]),
        ({**MATRIX, "Selector": "MaxDiff"}, TWO),
        ({**MATRIX, **PROFILE}, TWO),
        ({"QuestionType": "DB", "Selector": "TB"}, [("Q1", "note")]),
        ({"QuestionType": "Slider", "Selector": "HSLIDER"}, [("Q1_heading", "note"), ("Q1_1", "slider"), ("Q1_2", "slider")]),
        ({"QuestionType": "Slider", "Selector": "STAR", "Choices": {"1": {"Display": "x"}}}, [("Q1", "rating")]),
        ({"QuestionType": "RO", "Selector": "DND"}, [("Q1", "ranking")]),
        ({"QuestionType": "CS", "Selector": "VRTL"}, [("Q1", "constant_sum")]),
        (SBS, [("Q1_heading", "note"), ("Q1_1", "matrix_single"), ("Q1_2", "matrix_text")]),
        (DRILL, TWO),
        ({"QuestionType": "PGR", "Groups": ["One"]}, TWO),
        ({"QuestionType": "Draw", "Selector": "Signature"}, [("Q1", "signature")]),
        ({"QuestionType": "FileUpload", "Selector": "FileUpload"}, [("Q1", "file")]),
        ({"QuestionType": "SS", "Selector": "TA", "Choices": [{"Display": "0"}, {"Display": 1}]}, [("Q1", "single_choice")]),
    ],
)  # fmt: skip
def test_each_type_has_its_like(payload: Node, ours: list[tuple[str, str]]) -> None:
    assert [(q["name"], q["type"]) for q in questions_of(qsf([question("QID1", **payload)]))] == ours


@pytest.mark.parametrize(
    ("type_", "kind"),
    [
        *((type_, "question") for type_ in ("HeatMap", "HotSpot", "HL", "GAP", "TreeSelect", "Mystery")),
        *((type_, "setting") for type_ in ("Timing", "Meta", "Captcha")),  # which nobody is asked
    ],
)
def test_what_has_no_like_is_left_out_with_its_reason(type_: str, kind: str) -> None:
    done = imported(qsf([question("QID1"), question("QID2", QuestionType=type_)]))
    line = next(line for line in done.report.lines if line.kind == kind and line.name == "Q2")
    assert line.outcome == "left_out"
    assert line.reason()


def test_choices_are_named_as_they_are_exported() -> None:
    (made,) = questions_of(qsf([question("QID1", ChoiceOrder=["2", "1"], RecodeValues={"1": "10", "2": "20"})]))
    assert [(c["name"], c["label"]) for c in made["choices"]] == [("20", "B"), ("10", "A")]
    (made,) = questions_of(qsf([question("QID1", RecodeValues={"1": "-1", "2": "20"})]))
    assert [c["name"] for c in made["choices"]] == ["1", "2"]


def test_choices_may_be_exclusive_written_in_shuffled_and_picked_at_first() -> None:
    choices = {
        "1": {"Display": "A"},
        "2": {"Display": "Else", "TextEntry": "true"},
        "3": {"Display": "None", "ExclusiveAnswer": True},
    }
    (made,) = questions_of(qsf([question("QID1", Selector="MAVR", Choices=choices, Randomization={"Type": "All"})]))
    assert made["randomize"] is True
    assert [{k: v for k, v in c.items() if k != "label"} for c in made["choices"]] == [
        {"name": "1"}, {"name": "2", "specify": True}, {"name": "3", "exclusive": True},
    ]  # fmt: skip
    (made,) = questions_of(qsf([question("QID1", DefaultChoices={"2": {"Selected": True}})]))
    assert made["default"] == "'2'"


def checked(**settings: Any) -> Node:
    return {"Validation": {"Settings": settings}}


DIGIT = {"Min": "0", "Max": "9", "NumDecimals": "0"}
LINE = {"QuestionType": "TE", "Selector": "SL"}
SCALE = {"CSSliderMin": 5, "CSSliderMax": 9, "NotApplicable": True, "NotApplicableText": "No idea"}


@pytest.mark.parametrize(
    ("payload", "ours"),
    [
        (checked(ForceResponse="ON", ForceResponseType="ON"), {"required": True}),
        (
            {"Selector": "MAVR", **checked(Type="ChoiceRange", MinChoices="1", MaxChoices="3")},
            {"constraint": "count-selected(.) >= 1 and count-selected(.) <= 3"},
        ),
        (
            {
                **LINE,
                **checked(
                    Type="ContentType",
                    ContentType="ValidNumber",
                    ValidNumber={"Min": "0", "Max": "9", "NumDecimals": "0"},
                ),
            },
            {"min": 0, "max": 9, "decimals": 0},
        ),
        ({**LINE, **checked(Type="ContentType", ContentType="ValidEmail")}, {"type": "email"}),
        (
            {**LINE, **checked(Type="ContentType", ContentType="ValidZip")},
            {"constraint": r"regex(., '\d{5}(-\d{4})?')"},
        ),
        ({**LINE, **checked(Type="MinChar", MinChars="5")}, {"constraint": "string-length(.) >= 5"}),
        ({"QuestionType": "CS", **checked(Type="ChoicesTotal", ChoiceTotal="10")}, {"total": 10}),
        (
            {"QuestionType": "Slider", "Selector": "HBAR", "Choices": {"1": {"Display": ""}}, "Configuration": SCALE},
            {"min": 5, "max": 9, "dont_know": "No idea"},
        ),
        (
            {"Selector": "NPS", "ColumnLabels": [{"Display": "Never"}, {"Display": "Always"}]},
            {"low": "Never", "high": "Always"},
        ),
    ],
)
def test_limits_are_kept(payload: Node, ours: Node) -> None:
    made = questions_of(qsf([question("QID1", **payload)]))[-1]
    assert {key: made.get(key) for key in ours} == ours


def test_a_custom_check_is_a_constraint_on_the_own_answer() -> None:
    own = logic(
        [
            ask("q://QID1/ChoiceTextEntryValue", "GreaterThan", "3"),
            ask("q://QID1/ChoiceTextEntryValue", "LessThan", "9"),
        ]
    )
    settings = {"Type": "CustomValidation", "CustomValidation": {"Logic": own, "Message": {"description": "Wrong"}}}
    (made,) = questions_of(qsf([question("QID1", QuestionType="TE", Selector="SL", Validation={"Settings": settings})]))
    assert made["constraint"] == "number(.) > 3 and number(.) < 9"


def test_choices_are_carried_forward() -> None:
    def carried(what: str) -> Node:
        second = question(
            "QID2", Choices=[], DynamicChoices={"Locator": f"q://QID1/ChoiceGroup/{what}", "Type": "Dynamic"}
        )
        return questions_of(qsf([question("QID1", Selector="MAVR"), second]))[1]

    assert carried("SelectedChoices")["choices"] == {"carry": "Q1", "which": "selected"}
    assert carried("AllChoices?displayLogic=0")["choices"] == {"carry": "Q1", "which": "all"}


def test_texts_come_in_their_languages_and_read_answers() -> None:
    other = {
        "PL": {"QuestionText": "Cześć ${q://QID1/ChoiceGroup/SelectedChoices}", "Choices": {"1": {"Display": "Tak"}}}
    }
    second = question(
        "QID2", Language=other,
        QuestionText="<b>Hi</b> ${m://FirstName}: ${q://QID1/ChoiceGroup/SelectedChoices} ${e://Field/shop} "
        "${q://QID1/ChoiceDescription/2} ${q://QID9/QuestionText}",
    )  # fmt: skip
    tree = imported(qsf([question("QID1"), second], options={"AvailableLanguages": {"EN": [], "PL": []}})).tree
    made = tree["pages"][0]["pages"][0]["questions"][1]
    assert tree["languages"] == ["en", "pl"]
    assert made["label"] == {"en": "Hi ${FirstName|}: ${Q1|} ${shop|} B", "pl": "Cześć ${Q1|}"}
    assert made["choices"][0]["label"] == {"en": "A", "pl": "Tak"}
    assert tree["outside"] == [
        {"name": "FirstName", "type": "text", "source": "contact"}, {"name": "shop", "type": "text", "source": "link"},
    ]  # fmt: skip


def test_drilling_down_filters_a_list_by_the_level_above() -> None:
    tree = imported(qsf([question("QID1", **DRILL)])).tree
    second = tree["pages"][0]["pages"][0]["questions"][2]
    assert (second["choices"], second["choice_filter"]) == ("Q1_2_list", "parent = ${Q1_1}")
    assert tree["lists"][1]["choices"] == [{"name": "3", "label": "Kraków", "values": {"parent": "1"}}]


def test_files_of_older_or_other_shapes_are_read() -> None:
    bare = {"SurveyElements": [{"Payload": question("QID1")}, {"Payload": question("QID2")}]}
    assert [q["name"] for q in questions_of(bare)] == ["Q1", "Q2"]
    survey = qsf([question("QID1")])
    survey["SurveyElements"][0]["Payload"] = {
        "0": block("Main", "QID1"),
        "7": {"Type": "Trash", "ID": "T", "BlockElements": []},
    }
    assert [q["name"] for q in questions_of(survey)] == ["Q1"]


@pytest.mark.parametrize(
    "data",
    [
        b'{"SurveyElements": [',
        b'{"SurveyElements": 3}',
        b'{"SurveyElements": []}',
        b'{"SurveyElements": [{"Element": "SQ", "Payload": null}]}',
    ],
)
def test_what_is_broken_is_refused(data: bytes) -> None:
    refused = IMPORTER.read(data, "x.qsf")
    assert isinstance(refused, list)
    assert refused[0].code == "import_broken"


@pytest.mark.parametrize(
    "payload",
    [
        {"Choices": None}, {"Choices": "x"}, {"Choices": {"1": None, "2": 3}}, {"ChoiceOrder": {"a": 1}}, {"RecodeValues": "x"},
        {"Validation": []}, {"Validation": {"Settings": []}}, {"Language": {"PL": 3}}, {"DisplayLogic": {"0": 3, "1": []}},
        {"DisplayLogic": logic({"Type": "Expression"})}, {"QuestionText": ["x"]}, {"DataExportTag": None}, {"QuestionType": None},
        {"QuestionType": "Matrix", "Answers": None}, {"QuestionType": "SBS", "AdditionalQuestions": ["x", {}]},
        {"QuestionType": "DD", "AnswerMap": {"1": "1"}, "Answers": {"1": {"Display": "self"}}}, {"DynamicChoices": {"Locator": 3}},
        {"Randomization": "All"}, {"QuestionType": "Slider", "Configuration": []}, {"DefaultChoices": True},
    ],
)  # fmt: skip
def test_odd_shapes_are_borne(payload: Node) -> None:
    done = imported(qsf([question("QID1", **payload), question("QID2")]))
    assert json.dumps(done.report.as_json())
