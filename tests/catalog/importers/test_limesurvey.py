"""Importing LimeSurvey's exports: every version says the same, every type comes over, nothing is lost in silence."""

from typing import Any

import pytest

from app.engine import Questionnaire, compile
from app.proofs.rehearsal import rehearse
from tests.catalog.importers.limesurvey_files import ABC, EVERY_TYPE, PARTS, VERSIONS, Q, entries, lost, lss, read

BECAME = {
    "radio": "single_choice", "drop": "single_choice", "flexible": "single_choice", "withcomment": "single_choice",
    "withcomment_comment": "long_text", "several": "multiple_choice", "commented": "multiple_choice", "number": "decimal",
    "numbers": "matrix_number", "short": "text", "long": "long_text", "huge": "long_text", "shorts": "matrix_text", "day": "date",
    "yes": "yes_no", "gender": "single_choice", "five": "rating", "five_s": "matrix_single", "ten": "matrix_single",
    "unsure": "matrix_single", "more": "matrix_single", "array": "matrix_single", "columns": "matrix_single",
    "dual_0": "matrix_single", "dual_1": "matrix_single", "cells_C1": "matrix_number", "cells_C2": "matrix_number",
    "boxes": "matrix_multiple", "words_C1": "matrix_text", "words_C2": "matrix_text", "ranked": "ranking", "note": "note",
    "sum": "computed", "upload": "file",
}  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
def test_every_type_comes_over_from_every_version(version: int) -> None:
    done = read(lss(version, EVERY_TYPE))
    assert {name: entry["type"] for name, entry in entries(done).items()} == BECAME
    assert done.report.counts()["question"] == {"carried": len(EVERY_TYPE) - 1, "approximated": 0, "left_out": 1}
    assert lost(done) == ["question 31: question language left out: The language can be changed on every page."]
    assert done.tree == read(lss(630, EVERY_TYPE)).tree


@pytest.mark.parametrize("channel", ["web", "sms", "phone", "field"])
def test_random_people_answer_every_type(channel: str) -> None:
    questionnaire = compile(read(lss(630, EVERY_TYPE)).tree)
    assert isinstance(questionnaire, Questionnaire)
    assert dict(rehearse(questionnaire, range(10), 1, channel).statuses) == {"complete": 10}


def test_codes_and_texts_are_kept() -> None:
    found = entries(read(lss(366, EVERY_TYPE)))
    assert found["radio"]["required"] == "true()"  # what is specified may be left empty
    assert [choice["name"] for choice in found["radio"]["choices"]] == ["A1", "A2", "A3", "other"]
    assert found["radio"]["choices"][-1] == {"name": "other", "label": "Other", "specify": True}
    assert [choice["label"] for choice in found["several"]["choices"]] == ["First", "Second", "Other"]
    assert found["array"]["rows"] == [{"name": "SQ001", "label": "First"}, {"name": "SQ002", "label": "Second"}]
    assert [choice["name"] for choice in found["dual_1"]["choices"]] == ["B1"]
    assert found["cells_C2"]["label"] == "? – Right"
    assert (found["cells_C2"]["min"], found["cells_C2"]["max"]) == (1, 10)
    assert found["sum"]["calculation"] == "coalesce(${number}, 0) * 2"


@pytest.mark.parametrize("version", VERSIONS)
def test_languages_come_over_the_base_language_first(version: int) -> None:
    texts = {"ar": "كم عمرك؟", "en": "How old are you?"}
    questions = [Q("age", "N", texts), Q("ok", "G", {"ar": "الجنس"}), Q("z", "L", texts, answers=[("1", texts)])]
    done = read(lss(version, questions, ["ar", "en", "de-informal"], title={"ar": "مسح", "en": "Survey"}))
    assert done.tree["languages"] == ["ar", "en", "de-informal"]
    assert done.tree["untranslated"] == "default"
    assert done.tree["title"] == {"ar": "مسح", "en": "Survey"}
    found = entries(done)
    assert found["age"]["label"] == texts
    assert found["ok"]["choices"][0]["label"] == {"ar": "أنثى", "en": "Female", "de-informal": "Weiblich"}
    assert found["z"]["choices"][0]["label"] == texts


def test_what_is_missing_in_the_base_language_stands_in_another() -> None:
    done = read(lss(366, [Q("a", "S", {"en": "Only English"})], ["pl", "en"]))
    assert entries(done)["a"]["label"] == {"pl": "Only English", "en": "Only English"}


@pytest.mark.parametrize("version", VERSIONS)
def test_conditions_and_relevance_say_the_same(version: int) -> None:
    """Alternatives within a field, all of different fields, alternatives between scenarios."""
    conditions = [("9X1X1", "==", "A1"), ("9X1X1", "==", "A2"), ("+9X1X2SQ001", "==", "Y"), ("9X1X3", ">", "17", "2")]
    relevance = '((9X1X1.NAOK == "A1" or 9X1X1.NAOK == "A2") and (9X1X2SQ001.NAOK == "Y")) or (9X1X3.NAOK > 17)'
    questions = [Q("a", "L", answers=ABC), Q("b", "M", parts=PARTS), Q("c", "N")]
    if version < 150:
        done = read(lss(version, [*questions, Q("d", "S", conditions=conditions)]))
        assert done.report.counts()["condition"]["carried"] == 4
    else:
        done = read(lss(version, [*questions, Q("d", "S", relevance=relevance)]))
        assert done.report.counts()["condition"]["carried"] == 1
    assert entries(done)["d"]["relevant"] == "(${a} = 'A1' or ${a} = 'A2') and selected(${b}, 'SQ001') or ${c} > 17"


@pytest.mark.parametrize(
    ("condition", "ours"),
    [
        (("9X1X2", "==", "SQ001"), "selected(${b}, 'SQ001')"),
        (("9X1X1", "==", " "), "not(answered(${a}))"),
        (("9X1X1", "!=", ""), "answered(${a})"),
        (("9X1X1", "!=", "A1"), "coalesce(${a} != 'A1', true)"),
        (("9X1X1", "==", "-oth-"), "${a} = 'other'"),
        (("9X1X1other", "RX", "/^x/"), "regex(coalesce(${a__other__text}, ''), 'x(.|\\n)*')"),
        (("9X1X3", "<=", "@9X1X4@"), "${c} <= ${d}"),
        (("9X1X5SQ002", "==", "A3"), "${e__SQ002} = 'A3'"),
        (("9X1X6SQ002#1", "==", "B1"), "${f_1__SQ002} = 'B1'"),
        (("9X1X72", "==", "A3"), "selected-at(${g}, 1) = 'A3'"),
        (("{TOKEN:ATTRIBUTE_1}", "==", "gold"), "${attribute_1} = 'gold'"),
        (("9X1X1", "==", "gone"), "false"),
        (("Q1", "==", "A2"), "${a} = 'A2'"),
        (("+Q2_S2001", "==", "Y"), "selected(${b}, 'SQ001')"),
        (("Q2", "==", "SQ002"), "selected(${b}, 'SQ002')"),
        (("Q1_Cother", "==", "x"), "${a__other__text} = 'x'"),
        (("Q6_S6002#1", "==", "B1"), "${f_1__SQ002} = 'B1'"),
    ],
)
def test_each_kind_of_condition(condition: tuple[str, ...], ours: str) -> None:
    questions = [
        Q("a", "L", answers=ABC, other="Y"), Q("b", "M", parts=PARTS), Q("c", "N"), Q("d", "N"),
        Q("e", "F", parts=PARTS, answers=ABC), Q("f", "1", parts=PARTS, answers=[*ABC, ("B1", "B", 1)]),
        Q("g", "R", answers=ABC), Q("last", "S", conditions=[condition]),
    ]  # fmt: skip
    done = read(lss(143, questions))
    assert entries(done)["last"]["relevant"] == ours
    assert not lost(done)


def test_a_condition_on_a_later_question_is_left_out_with_its_reason() -> None:
    done = read(lss(261, [Q("a", "S", relevance="b == 'x'"), Q("b", "S"), Q("c", "S", relevance="nosuch == 1")]))
    assert "relevant" not in entries(done)["a"]
    assert lost(done) == [
        "question 1: condition a “b == 'x'” left out: It reads b, which is not asked before.",
        "question 3: condition c “nosuch == 1” left out: There is no nosuch.",
    ]


def test_groups_are_pages_with_their_conditions_and_texts() -> None:
    groups = [{"group_name": "One"}, {"group_name": "Two", "description": "<p>About</p>", "grelevance": "a == 'A1'"}]
    questions = [Q("a", "L", answers=ABC), Q("b", "S", group=2)]
    first, second = read(lss(261, questions, groups=groups)).tree["pages"]
    assert first["title"] == "One"
    assert second["relevant"] == "${a} = 'A1'"
    assert [entry["type"] for entry in second["questions"]] == ["note", "text"]
    single = read(lss(261, questions, groups=groups, settings={"format": "S"})).tree["pages"]
    assert len(single) == 2
    assert len(read(lss(261, EVERY_TYPE, settings={"format": "S"})).tree["pages"]) == len(EVERY_TYPE) - 1


def test_groups_and_questions_that_are_shuffled() -> None:
    groups = [{"randomization_group": "r"}, {"randomization_group": "r"}, {}]
    questions = [Q("a", "S"), Q("b", "S", group=2), Q("c", "S", group=3)]
    questions += [
        Q("d", "S", group=3, attributes={"random_group": "x"}),
        Q("e", "S", group=3, attributes={"random_group": "x"}),
    ]
    block, plain, shuffled = read(lss(366, questions, groups=groups)).tree["pages"]
    assert block["randomize"] is True
    assert len(block["pages"]) == 2
    assert "randomize" not in plain
    assert shuffled["randomize"] is True
    assert [entry["name"] for entry in shuffled["questions"]] == ["d", "e"]


def test_texts_pipe_answers_and_calculations() -> None:
    questions = [
        Q("name", "S"), Q("kids", "N"), Q("town", "L", answers=ABC), Q("m", "M", parts=PARTS), Q("ok", "Y"),
        Q("x", "X", "<p>Hi {name}, {TOKEN:FIRSTNAME} of {town.shown}: {if(kids &gt; 1, 'children', 'child')} {9X1X2} { not }</p>"),
        Q("z", "X", "{town} {9X1X3.shown} {INSERTANS:9X1X3} {m_SQ001} {m_SQ001.shown} {ok}"),
        Q("y", "X", "{INSERTANS:9X1X1} and {later} and ${name} <script>var a = {name};</script>"), Q("later", "S"),
    ]  # fmt: skip
    done = read(lss(261, questions))
    found = entries(done)
    assert found["x"]["label"] == "Hi ${name|}, ${firstname|} of ${town|}: ${x_text|} ${kids|} { not }"
    assert found["x_text"]["calculation"] == "if(coalesce(${kids} > 1, false), 'children', 'child')"
    assert found["y"]["label"] == "${name|} and  and $${name|}"
    assert done.tree["outside"] == [{"name": "firstname", "type": "text", "source": "contact"}]
    assert found["z"]["label"] == "${z_text|} ${town|} ${town|} ${z_text_2|} ${z_text_3|} ${ok|}"
    assert found["z_text"]["calculation"] == "coalesce(string(${town}), '')"
    assert found["z_text_2"]["calculation"] == "if(coalesce(selected(${m}, 'SQ001'), false), 'Y', '')"
    assert found["z_text_3"]["calculation"] == "coalesce(if(selected(${m}, 'SQ001'), 'First', ''), '')"
    assert (
        next(line.why for line in done.report.lines if line.kind == "text") == "The label is shown instead of the code."
    )
    assert lost(done) == ["question 8: text y “later” left out: It reads later, which is not asked before."]


def test_the_survey_s_own_texts_open_and_close_it() -> None:
    settings = {"showsurveypolicynotice": "2", "showgroupinfo": "X", "expires": "2020-01-01"}
    tables = {
        "surveys_languagesettings": [
            {"surveyls_language": "en", "surveyls_title": "T", "surveyls_description": "to learn", "surveyls_welcometext": "Hello",
             "surveyls_policy_notice": "We keep it.", "surveyls_endtext": "Thanks", "surveyls_url": "https://example.org"}
        ]
    }  # fmt: skip
    done = read(lss(366, [Q("a", "S")], settings=settings, tables=tables))
    welcome, group, end = done.tree["pages"]
    assert [entry["label"] for entry in welcome["questions"]] == ["Hello", "We keep it."]
    assert "title" not in group
    assert end["questions"] == [{"name": "end", "type": "exit", "status": "complete", "label": "Thanks"}]
    assert (done.tree["title"], done.tree["purpose"], done.tree["basis"]) == ("T", "to learn", "anonymous")
    assert [line.name for line in done.report.lines if line.outcome == "left_out"] == ["end url", "expires"]


def test_quotas_parameters_and_what_has_no_place() -> None:
    questions = [Q("sex", "G"), Q("town", "L", answers=ABC), Q("m", "M", parts=PARTS)]
    tables: dict[str, list[dict[str, Any]]] = {
        "quota": [
            {"id": 1, "sid": 9, "name": "Women in towns", "qlimit": 50, "action": 1, "active": 1},
            {"id": 2, "sid": 9, "name": "Off", "qlimit": 5, "action": 1, "active": 0},
        ],
        "quota_members": [
            {"id": 1, "sid": 9, "qid": 1, "quota_id": 1, "code": "F"}, {"id": 2, "sid": 9, "qid": 2, "quota_id": 1, "code": "A1"},
            {"id": 3, "sid": 9, "qid": 2, "quota_id": 1, "code": "A2"},
            {"id": 4, "sid": 9, "qid": 3, "quota_id": 1, "code": "SQ001"},
        ],
        "survey_url_parameters": [{"id": 1, "sid": 9, "parameter": "panel", "targetqid": ""}],
        "assessments": [{"id": 1, "sid": 9, "name": "Score"}],
    }  # fmt: skip
    done = read(lss(366, questions, tables=tables))
    (quota,) = done.tree["quotas"]
    assert quota["name"] == "Women_in_towns"
    relevant = "${sex} = 'F' and (${town} = 'A1' or ${town} = 'A2') and selected(${m}, 'SQ001')"
    assert quota["cells"] == [{"name": "full", "relevant": relevant, "target": 50}]
    assert done.tree["outside"] == [{"name": "panel", "type": "text", "source": "link"}]
    assert lost(done) == [
        "quota 2: setting Off left out: It is not active.",
        "assessment 1: setting Score left out: Assessments are not carried over.",
    ]


def test_label_sets_of_old_versions_are_answers_and_columns() -> None:
    labels = [
        {"lid": 7, "code": code, "title": title, "sortorder": place, "language": "en"}
        for place, (code, title) in enumerate([("1", "Low"), ("2", "High")])
    ]
    data = lss(143, [Q("a", "F", parts=PARTS), Q("a", ":", parts=PARTS)], tables={"labels": labels})
    data = data.replace(b"<type>F</type>", b"<type>F</type><lid>7</lid>").replace(
        b"<type>:</type>", b"<type>:</type><lid>7</lid>"
    )
    found = entries(read(data))
    assert [choice["label"] for choice in found["a"]["choices"]] == ["Low", "High"]
    assert [found[name]["label"] for name in ("a_2_1", "a_2_2")] == ["? – Low", "? – High"]


def test_names_that_cannot_be_ours_are_changed_and_told() -> None:
    done = read(
        lss(
            143,
            [
                Q("1a", "S"),
                Q("a__b", "L", answers=[("dk", "X"), ("a b", "Y")]),
                Q("A_b", "S", conditions=[("9X1X2", "==", "a b")]),
            ],
        )
    )
    found = entries(done)
    assert list(found) == ["q_1a", "a_b", "A_b_2"]
    assert [choice["name"] for choice in found["a_b"]["choices"]] == ["dk_2", "a_b"]
    assert found["A_b_2"]["relevant"] == "${a_b} = 'a_b'"
    assert [line.name for line in done.report.lines if line.outcome == "approximated" and line.name] == [
        "1a",
        "a__b",
        "A_b",
        "a__b",
        "a__b",
    ]
