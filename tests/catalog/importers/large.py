"""One file of each system with about everything in it."""

from typing import Any

from tests.catalog.importers.qsf import Node, ask, block, logic, qsf, question
from tests.catalog.importers.test_qualtrics import DRILL, FORM, MATRIX, NUMBER, SBS

SURVEYJS: dict[str, Any] = {
    "locale": "de",
    "title": {"default": "Umfrage", "en": "Survey", "pl": "Ankieta"},
    "completedHtml": "<b>Danke</b> {name}",
    "calculatedValues": [{"name": "total", "expression": "{a}+{b}"}, {"name": "big", "expression": "{total} > 10"}],
    "triggers": [
        {"type": "complete", "expression": "{age} < 18"},
        {"type": "skip", "expression": "{b} = 3", "gotoName": "p3"},
        {"type": "setvalue", "expression": "{a}=1", "setToName": "b", "setValue": 2},
        {"type": "visible", "operator": "equal", "value": 1, "name": "a", "questions": ["w"]},
    ],
    "pages": [
        {
            "name": "p1",
            "title": "Eins",
            "elements": [
                {"type": "text", "name": "name", "title": {"default": "Name?", "en": "Name"}, "isRequired": True},
                {
                    "type": "text",
                    "name": "age",
                    "inputType": "number",
                    "min": 0,
                    "max": 120,
                    "validators": [{"type": "expression", "text": "no", "expression": "{age} > 3"}],
                },
                {"type": "text", "name": "a", "inputType": "number"},
                {"type": "text", "name": "b", "inputType": "number", "requiredIf": "{a} > 1"},
                {
                    "type": "comment",
                    "name": "w",
                    "title": "{name}, total {total}",
                    "visibleIf": "{total} > 5 and {big}",
                },
                {
                    "type": "dropdown",
                    "name": "first",
                    "visibleIf": "{second} = 2",
                    "choices": [1, 2, "3|drei"],
                    "hasOther": True,
                },
                {
                    "type": "radiogroup",
                    "name": "second",
                    "choices": [{"value": 1, "text": {"default": "Eins", "en": "One"}}, 2],
                    "defaultValue": 2,
                },
                {"type": "rating", "name": "r", "rateMax": 10, "rateMin": 0, "minRateDescription": "low"},
                {"type": "expression", "name": "ex", "title": "Sum", "expression": "sum({a},{b})"},
                {"type": "boolean", "name": "bo", "labelTrue": "Ja", "labelFalse": "Nein", "defaultValue": True},
                {"type": "text", "name": "rx", "validators": [{"type": "regex", "regex": "^[0-9]{5}$", "text": "PLZ"}]},
            ],
        },
        {
            "name": "p2",
            "visibleIf": "{bo}",
            "elements": [
                {
                    "type": "checkbox",
                    "name": "cb",
                    "choices": ["x", "y"],
                    "hasNone": True,
                    "hasSelectAll": True,
                    "choicesOrder": "random",
                },
                {
                    "type": "radiogroup",
                    "name": "fav",
                    "choicesFromQuestion": "cb",
                    "choicesFromQuestionMode": "selected",
                },
                {
                    "type": "matrix",
                    "name": "m",
                    "columns": [1, 2, 3],
                    "rows": ["r1", {"value": "r2", "text": "Row {name}", "visibleIf": "{a}=1"}],
                    "isAllRowRequired": True,
                },
                {
                    "type": "matrixdropdown",
                    "name": "md",
                    "columns": [
                        {"name": "c1", "cellType": "dropdown", "choices": ["u", "v"]},
                        {"name": "c2", "cellType": "text", "visibleIf": "{row.c1} = 'u'"},
                        {"name": "d", "cellType": "text", "inputType": "date"},
                    ],
                    "rows": ["r1", "r2"],
                },
                {"type": "multipletext", "name": "mt", "items": [{"name": "i1", "title": "I1"}, {"name": "i2"}]},
                {
                    "type": "paneldynamic",
                    "name": "kids",
                    "panelCount": 1,
                    "minPanelCount": 1,
                    "maxPanelCount": 5,
                    "templateTitle": "Kid {panel.kn}",
                    "templateElements": [
                        {"type": "text", "name": "kn"},
                        {"type": "text", "name": "ka", "inputType": "number", "visibleIf": "{panel.kn} notempty"},
                    ],
                },
                {
                    "type": "comment",
                    "name": "after",
                    "visibleIf": "{kids.length} > 1 or {kids[0].ka} > 3 or sumInArray({kids},'ka') > 10 or "
                    "{m.r1} = 2 or {md.r1.c1} = 'v' or {mt.i1} notempty or {first-Comment} "
                    "notempty",
                },
                {
                    "type": "matrixdynamic",
                    "name": "dyn",
                    "columns": [
                        {"name": "cost", "cellType": "text", "inputType": "number"},
                        {"name": "k", "choices": ["a", "b"]},
                    ],
                    "rowCount": 2,
                },
            ],
        },
        {
            "name": "p3",
            "elements": [
                {"type": "ranking", "name": "rk", "choices": ["a", "b"]},
                {"type": "image", "name": "im", "imageLink": "x"},
                {"type": "foo", "name": "f"},
                {"type": "file", "name": "fi"},
                {"type": "signaturepad", "name": "si"},
                {"type": "html", "name": "h", "html": "<p>Hi <script>x</script>{f}</p>"},
                {"type": "text", "name": "z", "visibleIf": "{f} notempty", "readOnly": True},
            ],
        },
    ],
}


def _loop(qid: str, locator: str) -> Node:
    return {"Looping": "Question", "LoopingOptions": {"QID": qid, "Locator": f"q://{qid}/{locator}", "Static": {}}}


def _standard(id_: str) -> Node:
    return {"Type": "Standard", "ID": id_, "FlowID": id_}


def _arm(value: str) -> Node:
    return {
        "Type": "EmbeddedData",
        "FlowID": "FL",
        "EmbeddedData": [{"Field": "arm", "Type": "Custom", "Value": value}],
    }


CHOICES = {
    "1": {"Display": "A"},
    "2": {"Display": "B"},
    "3": {"Display": "Else", "TextEntry": "true"},
    "4": {"Display": "None", "ExclusiveAnswer": True},
}
PROFILE = {"Selector": "Profile", "Answers": {"1": {"1": {"Display": "a"}}, "2": {"1": {"Display": "b"}}}}
TOTAL = {"Settings": {"Type": "ChoicesTotal", "ChoiceTotal": "100", "ForceResponse": "ON"}}
PIPED = "${q://QID1/ChoiceGroup/SelectedChoices} ${q://QID1/ChoiceTextEntryValue/3} ${e://Field/arm}"
QUESTIONS = [
    question("QID1", Selector="MAVR", Choices=CHOICES),
    question("QID2", QuestionText="About ${lm://Field/1}, round ${lm://CurrentLoopNumber}"),
    question("QID3", **NUMBER),
    question("QID4", **MATRIX),
    question("QID5", **FORM),
    question("QID6", **DRILL),
    question("QID7", **SBS),
    question("QID8", QuestionType="Slider", Selector="HSLIDER"),
    question("QID9", QuestionType="CS", Validation=TOTAL),
    question("QID10", QuestionType="RO"),
    question("QID11", Choices=[], DynamicChoices={"Locator": "q://QID1/ChoiceGroup/SelectedChoices"}),
    question("QID12", Selector="NPS"),
    question("QID13", QuestionType="PGR", Groups=["x", "y"]),
    question("QID14", QuestionType="TE", Selector="ML", QuestionText=PIPED),
    question("QID15", **{**MATRIX, "Selector": "MaxDiff"}),
    question("QID16", **{**MATRIX, **PROFILE}),
    question("QID17", DisplayLogic=logic(ask("q://QID3/ChoiceTextEntryValue", "GreaterThan", "1"))),
    question("QID18", DisplayLogic=logic(ask("arm", "EqualTo", "A", "EmbeddedField"))),
    question("QID19", DisplayLogic=logic(ask("q://1_QID2/SelectableChoice/1", "Selected"))),
]
SKIP = {"ChoiceLocator": "q://QID1/SelectableChoice/4", "Condition": "Selected", "SkipToDestination": "QID4"}
BLOCKS = [
    block("First", {"QuestionID": "QID1", "SkipLogic": [SKIP]}, "QID3", "break", "QID4"),
    block("Loop one", "QID2", Options=_loop("QID1", "ChoiceGroup/SelectedChoices")),
    block("Loop two", "QID17", Options=_loop("QID3", "LoopAndMerge/MergeOnNumericResponse?v=3")),
    block("Left", "QID5", "QID6", "break", "QID7", "QID8", Options={"RandomizeQuestions": "RandomizeAll"}),
    block("Right", "QID9", "QID10", "QID11", "QID12"),
    block("Some", "QID13", "QID14", "QID15"),
    block("Last", "QID16", "QID18", "QID19"),
]
MANY, KEEN = ask("q://QID3/ChoiceTextEntryValue", "GreaterThan", "5"), ask("q://QID12/SelectableChoice/9", "Selected")
LEFT = {"Type": "Group", "FlowID": "FL_5", "Flow": [_arm("A"), _standard("Left")]}
RIGHT = {
    "Type": "Group",
    "FlowID": "FL_8",
    "Flow": [_arm("B ${q://QID1/ChoiceGroup/SelectedChoices}"), _standard("Right")],
}
FLOW = [
    *map(_standard, ("First", "Loop one", "Loop two")),
    {"Type": "BlockRandomizer", "FlowID": "FL_4", "SubSet": 1, "Flow": [LEFT, RIGHT]},
    {
        "Type": "Branch",
        "FlowID": "FL_9",
        "BranchLogic": logic([MANY, {**KEEN, "Conjuction": "Or"}]),
        "Flow": [_standard("Some"), {"Type": "EndSurvey", "FlowID": "FL_10"}],
    },
    _standard("Last"),
]
QUOTA = {"ID": "QO_1", "Name": "keen", "Occurrences": 5, "QuotaAction": "EndCurrentSurvey", "Logic": logic(KEEN)}
QUALTRICS = qsf(QUESTIONS, BLOCKS, FLOW, quotas=[QUOTA])
