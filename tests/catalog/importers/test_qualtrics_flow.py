"""Qualtrics's blocks, skips, flow, loops and quotas."""

from typing import Any

from tests.catalog.importers.qsf import Node, ask, block, imported, logic, qsf, question, questions_of
from tests.catalog.importers.test_qualtrics import NUMBER


def test_pages_break_where_the_survey_breaks_them() -> None:
    survey = qsf(
        [question("QID1"), question("QID2"), question("QID3")], [block("Main", "QID1", "break", "QID2", "QID3")]
    )
    pages = imported(survey).tree["pages"][0]["pages"]
    assert [[q["name"] for q in page["questions"]] for page in pages] == [["Q1"], ["Q2", "Q3"]]


def skip(to: str) -> Node:
    return {
        "QuestionID": "QID1",
        "SkipLogic": [
            {"ChoiceLocator": "q://QID1/SelectableChoice/2", "Condition": "Selected", "SkipToDestination": to}
        ],
    }


def test_skips_end_the_interview_or_pass_over_questions() -> None:
    four = [question(f"QID{i}") for i in range(1, 5)]

    def pages(to: str) -> list[tuple[str, Any]]:
        made = imported(qsf(four, [block("Main", skip(to), "QID2", "QID3", "QID4")])).tree["pages"][0]["pages"]
        return [(page["questions"][0]["name"], page.get("relevant")) for page in made]

    passed = "not(coalesce(${Q1} = '2', false))"
    assert pages("ENDOFBLOCK") == [("Q1", None), ("Q2", passed)]
    assert pages("QID4") == [("Q1", None), ("Q2", passed), ("Q4", None)]
    assert pages("ENDOFSURVEY") == [("Q1", None), ("finish", None), ("Q2", None)]
    end = questions_of(qsf(four, [block("Main", skip("ENDOFSURVEY"), "QID2", "QID3", "QID4")]))[1]
    assert end == {
        "name": "finish",
        "type": "exit",
        "status": "complete",
        "label": "Thank you.",
        "relevant": "${Q1} = '2'",
    }


def test_the_flow_branches_groups_ends_and_sets_fields() -> None:
    given = [{"Field": "panel", "Type": "Recipient"}, {"Field": "arm", "Type": "Custom", "Value": "old"}]
    kids = logic(ask("q://QID1/SelectableChoice/1", "Selected"))
    flow = [
        {"Type": "EmbeddedData", "FlowID": "FL_1", "EmbeddedData": given},
        {"Type": "Block", "ID": "One", "FlowID": "FL_2"},
        {"Type": "Branch", "FlowID": "FL_3", "Description": "Kids", "BranchLogic": kids, "Flow": [
            {"Type": "EmbeddedData", "FlowID": "FL_4", "EmbeddedData": [{"Field": "arm", "Type": "Custom", "Value": "${q://QID1/ChoiceGroup/SelectedChoices}"}]},
            {"Type": "EndSurvey", "FlowID": "FL_5", "Options": {"Advanced": "true", "ResponseFlag": "Screened"}},
        ]},
        {"Type": "WebService", "FlowID": "FL_6", "URL": "https://x"},
        {"Type": "Group", "FlowID": "FL_7", "Description": "Rest", "Flow": [{"Type": "Standard", "ID": "Two", "FlowID": "FL_8"}]},
    ]  # fmt: skip
    second = question("QID2", DisplayLogic=logic(ask("arm", "EqualTo", "A", "EmbeddedField")))
    done = imported(qsf([question("QID1"), second], [block("One", "QID1"), block("Two", "QID2")], flow))
    pages = done.tree["pages"]
    assert pages[0]["questions"] == [{"name": "arm", "type": "computed", "calculation": "'old'"}]
    assert (pages[2]["block"], pages[2]["relevant"]) == ("Kids", "${Q1} = '1'")
    assert pages[2]["pages"][0]["questions"][0]["calculation"] == "label(${Q1})"
    assert pages[2]["pages"][1]["questions"][0]["status"] == "screened_out"
    assert (
        pages[3]["pages"][0]["pages"][0]["questions"][0]["relevant"] == "lower-case(coalesce(${arm_2}, ${arm})) = 'a'"
    )
    assert done.tree["outside"] == [{"name": "panel", "type": "text", "source": "link"}]
    assert [line.what for line in done.report.lines if line.outcome == "left_out"] == ["WebService"]


def test_randomizers_shuffle_blocks_or_draw_some() -> None:
    blocks = [block(name, qid) for name, qid in (("One", "QID1"), ("Two", "QID2"), ("Three", "QID3"))]
    children = [{"Type": "Standard", "ID": b["ID"], "FlowID": b["ID"]} for b in blocks]

    def pages(subset: Any) -> list[Node]:
        flow = [
            {"Type": "BlockRandomizer", "FlowID": "FL_2", "SubSet": subset, "EvenPresentation": True, "Flow": children}
        ]
        return list(imported(qsf([question(f"QID{i}") for i in (1, 2, 3)], blocks, flow)).tree["pages"])

    (all_,) = pages("3")
    assert all_["randomize"] is True
    drawn, some = pages(1)
    assert drawn["questions"][0]["calculation"] == "int(random() * 3)"
    assert [page["relevant"] for page in some["pages"]] == [f"${{order_drawn}} = {i}" for i in range(3)]
    _, two = pages(2)
    assert two["pages"][0]["relevant"] == "${order_drawn} = 0 or ${order_drawn} = 2"


def test_a_block_may_shuffle_its_questions() -> None:
    two = [question("QID1"), question("QID2")]
    one_page = imported(qsf(two, [block("Main", "QID1", "QID2", Options={"RandomizeQuestions": "RandomizeAll"})])).tree[
        "pages"
    ][0]
    assert one_page["pages"][0]["randomize"] is True
    pages = imported(qsf(two, [block("Main", "QID1", "break", "QID2", Options={"RandomizeQuestions": "true"})])).tree[
        "pages"
    ][0]
    assert (pages["randomize"], len(pages["pages"])) == (True, 2)


def looped(options: Node, first: Node | None = None) -> Node:
    """The repeat of a block that is looped."""
    second = question("QID2", QuestionText="About ${lm://Field/1} (${lm://CurrentLoopNumber}) ${lm://Field/2}")
    third = question("QID3", DisplayLogic=logic(ask("q://QID2/SelectableChoice/1", "Selected")))
    blocks = [block("One", "QID1"), block("Loop", "QID2", "QID3", Options=options)]
    return dict(imported(qsf([first or question("QID1", Selector="MAVR"), second, third], blocks)).tree["pages"][1])


def test_a_loop_over_choices_has_a_row_a_choice() -> None:
    made = looped(
        {
            "Looping": "Question",
            "LoopingOptions": {
                "QID": "QID1",
                "Locator": "q://QID1/ChoiceGroup/SelectedChoices",
                "Static": {"1": {"2": "red"}, "2": {"2": "blue"}},
            },
        }
    )
    assert (made["repeat"], made["count"]) == ("Loop", "2")
    picked = "(position() = 1 and selected(${Q1}, '1') or position() = 2 and selected(${Q1}, '2'))"
    assert [page["relevant"] for page in made["pages"]] == [picked[1:-1]] * 2
    assert [q["calculation"] for q in made["pages"][0]["questions"]] == [
        "if(position() < 2, 'A', 'B')",
        "if(position() < 2, 'red', 'blue')",
    ]
    first, second = made["pages"][1]["questions"]
    assert first["label"] == "About ${Loop_1|} (${position|}) ${Loop_2|}"
    assert second["relevant"] == "${Q2} = '1'"


def test_answers_of_a_loop_are_read_row_by_row() -> None:
    first = question("QID1", Selector="MAVR", Choices={"4": {"Display": "A"}, "9": {"Display": "B"}})
    options = {"Looping": "Question", "LoopingOptions": {"QID": "QID1", "Locator": "q://QID1/ChoiceGroup/AllChoices"}}
    reads = [ask("q://9_QID2/SelectableChoice/1", "Selected"), ask("q://QID2/SelectableChoice/1", "Selected")]
    after = [question(f"QID{i}", DisplayLogic=logic(read)) for i, read in enumerate(reads, 3)]
    blocks = [block("One", "QID1"), block("Loop", "QID2", Options=options), block("After", "QID3", "QID4")]
    done = imported(qsf([first, question("QID2"), *after], blocks))
    made = done.tree["pages"][2]["pages"][0]["questions"]
    assert [q.get("relevant") for q in made] == ["at(${Q2}, 2) = '1'", None]
    assert [line.name for line in done.report.lines if line.kind == "condition" and line.outcome == "left_out"] == [
        "Q4"
    ]


def test_a_loop_may_follow_a_number_or_a_list() -> None:
    number = question("QID1", **NUMBER)
    made = looped(
        {
            "Looping": "Question",
            "LoopingOptions": {
                "QID": "QID1",
                "Locator": "q://QID1/LoopAndMerge/MergeOnNumericResponse?v=3",
                "Static": {"1": [], "2": [], "3": []},
            },
        },
        number,
    )
    assert made["count"] == "min(${Q1}, 200)"
    made = looped({"Looping": "Static", "LoopingOptions": {"Static": {"1": {"1": "x"}, "2": {"1": "y"}}}})
    assert made["count"] == "2"
    assert made["pages"][0]["questions"][0]["calculation"] == "if(position() < 2, 'x', 'y')"


def test_quotas_are_kept() -> None:
    women = {
        "ID": "QO_1",
        "Name": "women",
        "Occurrences": 50,
        "QuotaAction": "EndCurrentSurvey",
        "Logic": logic(ask("q://QID1/SelectableChoice/2", "Selected")),
    }
    tree = imported(
        qsf(
            [question("QID1")],
            quotas=[women, {**women, "Name": "seen", "QuotaAction": "ForBranching"}, {"Name": "odd", "Logic": None}],
        )
    ).tree
    assert tree["quotas"] == [
        {"name": "women", "kind": "hard", "cells": [{"name": "met", "relevant": "${Q1} = '2'", "target": 50}]},
        {"name": "seen", "kind": "soft", "cells": [{"name": "met", "relevant": "${Q1} = '2'", "target": 50}]},
    ]
