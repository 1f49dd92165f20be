"""SurveyJS's question types and ours."""

from typing import Any

import pytest

from tests.catalog.importers.test_surveyjs import only

Node = dict[str, Any]


@pytest.mark.parametrize(
    ("element", "ours"),
    [
        ({"type": "text"}, {"type": "text"}),
        ({"type": "text", "inputType": "number", "min": 1, "max": "9"}, {"type": "decimal", "min": 1, "max": 9}),
        (
            {"type": "text", "validators": [{"type": "numeric", "minValue": 3}]},
            {"type": "decimal", "constraint": ". >= 3"},
        ),
        ({"type": "text", "inputType": "date", "min": "2020-01-01"}, {"type": "date", "min": "2020-01-01"}),
        ({"type": "text", "inputType": "date", "max": "=today()"}, {"type": "date", "constraint": ". <= today()"}),
        ({"type": "text", "inputType": "datetime-local"}, {"type": "datetime"}),
        ({"type": "text", "inputType": "time"}, {"type": "time"}),
        ({"type": "text", "inputType": "email"}, {"type": "email"}),
        ({"type": "text", "validators": [{"type": "email"}]}, {"type": "email"}),
        ({"type": "text", "inputType": "tel"}, {"type": "text"}),
        ({"type": "text", "maxLength": 12}, {"type": "text", "max_length": 12}),
        (
            {"type": "comment", "isRequired": True, "requiredErrorText": "Say it"},
            {"type": "long_text", "required": True, "required_message": "Say it"},
        ),
        ({"type": "boolean", "labelTrue": "Sure"}, {"type": "yes_no", "choices": [{"name": "yes", "label": "Sure"}]}),
        ({"type": "rating"}, {"type": "rating", "min": 1, "max": 5}),
        (
            {"type": "rating", "rateMin": 0, "rateMax": 10, "minRateDescription": "Bad"},
            {"type": "rating", "min": 0, "max": 10, "low": "Bad"},
        ),
        (
            {"type": "rating", "rateValues": ["a", {"value": "b", "text": "B!"}]},
            {"type": "single_choice", "choices": [{"name": "a", "label": "a"}, {"name": "b", "label": "B!"}]},
        ),
        (
            {"type": "rating", "rateMax": 3, "rateStep": 0.5, "rateMin": 2},
            {
                "type": "single_choice",
                "choices": [{"name": "2", "label": "2"}, {"name": "2.5", "label": "2.5"}, {"name": "3", "label": "3"}],
            },
        ),
        ({"type": "ranking", "choices": ["a"]}, {"type": "ranking", "choices": [{"name": "a", "label": "a"}]}),
        (
            {"type": "file", "acceptedTypes": "image/*", "maxSize": 2000000},
            {"type": "file", "accept": ["image/*"], "max_size": 2.0},
        ),
        ({"type": "signaturepad"}, {"type": "signature"}),
        ({"type": "slider", "min": 10, "max": 20, "step": 5}, {"type": "slider", "min": 10, "max": 20, "step": 5}),
        (
            {"type": "html", "html": "<p>A</p><script>x()</script><p>B &amp; C</p>"},
            {"type": "note", "label": "A\nB & C"},
        ),
        (
            {"type": "buttongroup", "choices": ["1|one"]},
            {"type": "single_choice", "choices": [{"name": "1", "label": "one"}]},
        ),
        (
            {"type": "tagbox", "choices": [True]},
            {"type": "multiple_choice", "choices": [{"name": "true_2", "label": "true"}]},
        ),
        (
            {"type": "dropdown", "choicesMin": 1, "choicesMax": 5, "choicesStep": 2},
            {"type": "single_choice", "choices": [{"name": n, "label": n} for n in "135"]},
        ),
        ({"type": "dropdown", "choicesByUrl": {"url": "https://x"}}, {"type": "text"}),
        ({"type": "text", "defaultValue": "x"}, {"type": "text", "default": "'x'"}),
        (
            {"type": "text", "inputType": "number", "defaultValueExpression": "1 + 2"},
            {"type": "decimal", "default": "(1 + 2)"},
        ),
        (
            {"type": "radiogroup", "choices": ["A b"], "defaultValue": "A b"},
            {"type": "single_choice", "default": "'A_b'"},
        ),
        (
            {"type": "text", "validators": [{"type": "regex", "regex": "^[A-Z]+$", "text": "Capitals"}]},
            {"constraint": "regex(., '[A-Z]+')", "constraint_message": "Capitals"},
        ),
        (
            {"type": "text", "validators": [{"type": "text", "minLength": 2, "maxLength": 5}]},
            {"constraint": "string-length(.) >= 2 and string-length(.) <= 5"},
        ),
        (
            {"type": "checkbox", "choices": [1, 2, 3], "validators": [{"type": "answercount", "minCount": 2}]},
            {"constraint": "count-selected(.) >= 2"},
        ),
        ({"type": "checkbox", "choices": [1, 2, 3], "maxSelectedChoices": 2}, {"constraint": "count-selected(.) <= 2"}),
        (
            {"type": "text", "inputType": "number", "validators": [{"type": "expression", "expression": "{q} > 3"}]},
            {"constraint": ". > 3"},
        ),
        (
            {"type": "yesno"},
            {"type": "single_choice", "choices": [{"name": "y", "label": "Yes"}, {"name": "n", "label": "No"}]},
        ),
        ({"type": "infotext", "title": "Read", "body": "this"}, {"type": "note", "label": "Read\nthis"}),
        ({"type": "text", "visible": False}, {"relevant": "false"}),
        ({"type": "text", "description": "a <b>hint</b>"}, {"hint": "a hint"}),
    ],
)
def test_each_type_has_its_like(element: Node, ours: Node) -> None:
    made = only({"name": "q", **element})
    assert {key: made.get(key) for key in ours} == ours
