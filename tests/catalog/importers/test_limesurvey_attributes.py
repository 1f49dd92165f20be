"""What LimeSurvey's question attributes become: bounds, checks, defaults, filters, orders."""

from typing import Any

import pytest

from tests.catalog.importers.limesurvey_files import ABC, PARTS, Q, entries, lost, lss, read

ATTRIBUTES: list[tuple[Q, str, Any]] = [
    (Q("q", "N", attributes={"min_num_value_n": "1", "max_num_value_n": "99.5"}), "max", 99.5),
    (Q("q", "N", attributes={"max_num_value_n": "{a + 1}"}), "constraint", ". <= coalesce(${a}, 0) + 1"),
    (Q("q", "N", attributes={"num_value_int_only": "1"}), "type", "integer"),
    (Q("q", "S", attributes={"maximum_chars": "12"}), "max_length", 12),
    (Q("q", "S", preg="/^[0-9]{5}$/"), "constraint", "regex(., '[0-9]{5}')"),
    (Q("q", "S", attributes={"em_validation_q": "strlen(q) > 2"}), "constraint", "string-length(${q}) > 2"),
    (Q("q", "S", attributes={"numbers_only": "1"}), "type", "decimal"),
    (Q("q", "M", parts=PARTS, attributes={"min_answers": "1"}), "constraint", "count-selected(.) >= 1"),
    (Q("q", "M", parts=PARTS, attributes={"max_answers": "2"}), "constraint", "count-selected(.) <= 2"),
    (Q("q", "L", answers=ABC, attributes={"random_order": "1"}), "randomize", True),
    (Q("q", "F", parts=PARTS, answers=ABC, attributes={"random_order": "1"}), "randomize_rows", True),
    (Q("q", "K", parts=PARTS, attributes={"equals_num_value": "100"}), "total", 100),
    (Q("q", "K", parts=PARTS, attributes={"equals_num_value": "100"}), "type", "constant_sum"),
    (Q("q", "D", attributes={"date_format": "dd/mm/yyyy HH:MM"}), "type", "datetime"),
    (Q("q", "K", parts=[("S", "|Me|Others")], attributes={"slider_layout": "1", "slider_max": "9"}), "type", "slider"),
    (Q("q", "K", parts=[("S", "|Me|Others")], attributes={"slider_layout": "1", "slider_max": "9"}), "max", 9),
    (Q("q", "K", parts=[("S", "|Me|Others")], attributes={"slider_layout": "1"}), "high", "Others"),
    (Q("q", "K", parts=PARTS, attributes={"em_validation_q": "(sum(self.NAOK) == 100)"}), "total", 100),
    (Q("q", "K", parts=PARTS, attributes={"em_validation_sq": "(this / 2) == floor(this / 2)"}), "constraint",
     ". / 2 = floor(. / 2)"),
    (Q("q", "Q", parts=PARTS, attributes={"em_validation_sq": "strlen(this) > 2", "em_validation_sq_tip": "Longer!"}),
     "constraint_message", "Longer!"),
    (Q("q", "D", attributes={"date_format": "HH:MM"}), "type", "time"),
    (Q("q", "D", attributes={"date_min": "1990", "date_max": "2020-05-01"}), "min", "1990-01-01"),
    (Q("q", "D", attributes={"date_max": "{date('Y-m-d')}"}), "constraint", ". <= today()"),
    (Q("q", "S", help="<b>Help</b> me"), "hint", "Help me"),
    (Q("q", "S", default="{name}"), "default", "${name}"),
    (Q("q", "S", default="Hi {name}"), "default", "concat('Hi ', coalesce(${name}, ''))"),
    (Q("q", "L", answers=ABC, default="A2"), "default", "'A2'"),
    (Q("q", "N", default="7"), "default", "7"),
    (Q("q", "N", attributes={"hidden": "1"}, default="{a * 2}"), "calculation", "coalesce(${a}, 0) * 2"),
    (Q("q", "S", attributes={"hidden": "1"}), "source", "link"),
    (Q("q", "*", "{if(is_empty(q), rand(1, 4), q)}"), "calculation", "once(floor(random() * (4 - 1 + 1)) + 1)"),
    (Q("q", "*", attributes={"equation": "{if(a > 3, 'big', 'small')}"}), "calculation",
     "if(coalesce(${a} > 3, false), 'big', 'small')"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "key", "value"), ATTRIBUTES)
def test_attributes(question: Q, key: str, value: Any) -> None:
    done = read(lss(366, [Q("a", "N"), Q("name", "S"), question]))
    assert entries(done)["q"][key] == value
    assert not lost(done)


def test_values_of_the_link_fill_questions() -> None:
    questions = [
        Q("email", "S"), Q("age", "N"), Q("panel", "S", attributes={"hidden": "1"}), Q("wave", "N", attributes={"hidden": "1"}),
        Q("sex", "G"), Q("last", "S", relevance="wave > 2 and panel == 'x'"),
    ]  # fmt: skip
    rows = [("mail", 1), ("years", 2), ("panel", 3), ("w", 4), ("s", 5), ("free", "")]
    tables = {
        "survey_url_parameters": [{"id": n, "parameter": name, "targetqid": qid} for n, (name, qid) in enumerate(rows)]
    }
    done = read(lss(366, questions, tables=tables))
    found = entries(done)
    assert (found["email"]["default"], found["age"]["default"]) == ("${mail}", "${years}")
    assert (found["panel"]["type"], found["wave"]["calculation"]) == ("hidden", "${w}")
    assert found["last"]["relevant"] == "${wave} > 2 and ${panel} = 'x'"
    assert {value["name"]: value["type"] for value in done.tree["outside"]} == {
        "mail": "text", "years": "number", "w": "number", "s": "text", "free": "text",
    }  # fmt: skip
    assert lost(done) == [
        "question 5: setting sex “s” left out: A value that comes with the link fills no question of this type."
    ]


@pytest.mark.parametrize(
    ("question", "why"),
    [
        (
            Q("q", "L", answers=ABC, other="Y", attributes={"other_numbers_only": "1"}),
            "What is specified need not be a number.",
        ),
        (
            Q("q", "L", answers=ABC, other="Y", attributes={"other_comment_mandatory": "1"}),
            "What is specified may be left empty.",
        ),
        (Q("q", "S", attributes={"location_mapservice": "100"}), "The place is typed: there is no map."),
        (Q("q", "L", answers=ABC, default="Z"), "It is none of the answers."),
        (Q("q", "S", mandatory="S"), "Whoever leaves it empty is not asked whether they mean to."),
        (Q("q", "S", preg="/(?<!a)b/"), "Its pattern cannot be used: it uses a look-around, a flag or a named group."),
        (Q("q", "N", attributes={"em_validation_q": "sha1(q) == 3"}), "There is no function sha1() here."),
        (Q("q", "M", parts=PARTS, attributes={"array_filter": "later"}), "It reads later, which is not asked before."),
    ],
)
def test_what_an_attribute_asks_in_vain_is_told(question: Q, why: str) -> None:
    done = read(lss(430, [question, Q("later", "M", parts=PARTS)]))
    assert [line.reason() for line in done.report.lines if line.outcome == "left_out"] == [why]


def test_rows_that_are_checked_together_are_questions_of_their_own() -> None:
    questions = [
        Q("k", "K", parts=PARTS, mandatory="Y", attributes={"max_num_value": "24", "max_num_value_n": "20"}),
        Q(
            "f",
            "F",
            parts=PARTS,
            answers=ABC,
            attributes={"em_validation_q": "unique(self)", "em_validation_q_tip": "Differ!"},
        ),
        Q("after", "S", relevance="k_SQ002 > 5 and f_SQ001 == 'A1'"),
    ]
    done = read(lss(366, questions))
    found = entries(done)
    assert list(found) == ["k_text", "k_SQ001", "k_SQ002", "f_text", "f_SQ001", "f_SQ002", "after"]
    assert found["k_text"]["label"] == "?"
    assert found["k_SQ001"] == {
        "name": "k_SQ001",
        "type": "decimal",
        "label": "First",
        "decimals": 10,
        "required": True,
        "max": 20,
    }
    assert found["k_SQ002"]["constraint"] == "sum(coalesce(${k_SQ001}, 0), coalesce(${k_SQ002}, 0)) <= 24"
    assert found["f_SQ002"]["constraint_message"] == "Differ!"
    assert found["after"]["relevant"] == "${k_SQ002} > 5 and ${f_SQ001} = 'A1'"
    assert not lost(done)


def test_exclusive_choices_and_filters() -> None:
    parts = [("1", "Red"), ("2", "Blue"), ("3", "None")]
    questions = [
        Q("liked", "M", parts=parts, attributes={"exclude_all_others": "3"}),
        Q("why", "F", parts=parts[:2], answers=ABC, attributes={"array_filter": "liked"}),
        Q("others", "M", parts=parts, attributes={"array_filter_exclude": "liked"}),
        Q("sub", "Q", parts=[("1", "One", 0, "liked_1 == 'Y'"), ("2", "Two")]),
    ]
    done = read(lss(430, questions))
    found = entries(done)
    assert found["liked"]["choices"][2]["exclusive"] is True
    assert [row.get("relevant") for row in found["why"]["rows"]] == [
        "selected(${liked}, '1')",
        "selected(${liked}, '2')",
    ]
    assert found["others"]["choices"][0]["relevant"] == "not(coalesce(selected(${liked}, '1'), false))"
    assert [row.get("relevant") for row in found["sub"]["rows"]] == ["selected(${liked}, '1')", None]
    assert not lost(done)
