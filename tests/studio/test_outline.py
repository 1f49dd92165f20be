"""A definition's tree while it is being written. Pure."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.studio import outline
from app.studio.difference import Change, changes
from app.studio.texts import coverage, texts_of


def question(name: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "label": {"en": name.upper()}, **more}


TREE: dict[str, Any] = {
    "questionnaire": "visit",
    "title": {"en": "Visit", "pl": "Wizyta"},
    "languages": ["en", "pl"],
    "outside": [{"name": "shop", "type": "text", "source": "contact"}],
    "pages": [
        {"name": "one", "questions": [question("a"), question("b")]},
        {"name": "two", "title": {"en": "Two"}, "questions": [question("c")]},
    ],
}


def order(tree: dict[str, Any]) -> str:
    return "|".join("".join(q["name"] for q in page["questions"]) for page in tree["pages"])


@pytest.mark.parametrize("text", ["", "outside.0", "pages.1", "pages.0.questions.12"])
def test_an_address_reads_back(text: str) -> None:
    place = outline.place_of(text)
    assert place is not None
    assert outline.address_of(place) == text


@pytest.mark.parametrize(
    "text", ["pages", "pages.x", "pages.0.questions", "title", "pages.0.questions.0.name", "metrics.0", "pages.-1"]
)
def test_nonsense_is_no_place(text: str) -> None:
    assert outline.place_of(text) is None


def test_a_problems_path() -> None:
    assert outline.path_of("pages[0].questions[2].label.pl") == ("pages", 0, "questions", 2, "label", "pl")


@pytest.mark.parametrize(
    ("place", "step", "expected"),
    [
        (("pages", 0, "questions", 0), 1, "ba|c"),
        (("pages", 0, "questions", 1), 1, "a|bc"),
        (("pages", 0, "questions", 1), -1, "ba|c"),
        (("pages", 1, "questions", 0), -1, "abc|"),
        (("pages", 0, "questions", 0), -1, "ab|c"),
        (("pages", 1, "questions", 0), 1, "ab|c"),
        (("pages", 0), 1, "c|ab"),
        (("pages", 0), -1, "ab|c"),
    ],
)
def test_moving(place: outline.Place, step: int, expected: str) -> None:
    before = deepcopy(TREE)
    tree, moved = outline.move(TREE, place, step)
    assert order(tree) == expected
    assert outline.find(tree, moved)["name"] == outline.find(TREE, place)["name"]
    assert before == TREE


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([-1, 1])), max_size=12))
def test_moving_loses_nothing(moves: list[tuple[str, int]]) -> None:
    tree: Any = TREE
    for name, step in moves:
        place = next(p for p in outline.places(tree) if len(p) == 4 and outline.find(tree, p)["name"] == name)
        tree, moved = outline.move(tree, place, step)
        assert outline.find(tree, moved)["name"] == name
    assert sorted(order(tree)) == sorted("ab|c")


def test_a_part_is_found_again_by_its_fingerprint() -> None:
    base = outline.digest(question("b"))
    place: outline.Place = ("pages", 0, "questions", 1)
    assert outline.locate(TREE, place, base) == place
    moved, there = outline.move(TREE, place, 1)
    assert outline.locate(moved, place, base) == there
    changed = outline.replace(TREE, place, question("b", hint={"en": "?"}))
    assert outline.locate(changed, place, base) is None
    assert outline.locate(outline.delete(TREE, place), place, base) is None


def test_adding_makes_the_list_it_needs() -> None:
    tree, made = outline.insert({"pages": []}, ("outside", 10_000), {"name": "x"})
    assert (tree["outside"], made) == ([{"name": "x"}], ("outside", 0))


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (TREE, True),
        ({}, True),
        (None, False),
        ([], False),
        ({"pages": "x"}, False),
        ({"pages": ["x"]}, False),
        ({"pages": [{"questions": "x"}]}, False),
        ({"pages": [{"questions": ["x"]}]}, False),
        ({"pages": [{"questions": [{"choices": "a_list"}]}]}, True),
        ({"pages": [{"questions": [{"choices": ["x"]}]}]}, False),
        ({"outside": {"a": 1}}, False),
    ],
)
def test_what_the_form_can_edit(tree: Any, expected: bool) -> None:
    assert outline.editable(tree) is expected


def test_coverage_counts_what_any_language_has() -> None:
    assert coverage(TREE, ("en", "pl")) == {"en": (5, 5), "pl": (1, 5)}
    assert [text.where for text in texts_of(TREE) if text.missing("pl")] == [("a",), ("b",), ("two",), ("c",)]


def test_changes_are_told_by_question() -> None:
    tree = deepcopy(TREE)
    tree["title"]["en"] = "Your visit"
    first, second = tree["pages"][0]["questions"]
    tree["pages"][0]["questions"] = [second, question("d"), {**first, "required": True}]
    tree["pages"].pop()
    told = changes(TREE, tree)
    assert Change("changed", "", "title.en", "Visit", "Your visit") in told
    assert Change("added", "d") in told
    assert Change("changed", "a", "required", None, True) in told
    assert Change("deleted", "c") in told
    assert len([change for change in told if change.kind == "moved"]) == 1
    assert changes(TREE, TREE) == []


def test_a_renamed_question_keeps_those_who_refer_to_it() -> None:
    tree = {
        "metrics": [{"name": "nps", "kind": "nps", "question": "score"}],
        "partial": {"answered": ["score", "words"]},
        "pages": [
            {
                "relevant": "${score} <= 6 and score_2 = 'score'",
                "questions": [
                    {"name": "words", "label": {"en": "You said ${score|so}, score!"}, "calculation": "score * 2"}
                ],
            }
        ],
    }
    renamed = outline.rename(tree, "score", "points")
    assert renamed["metrics"][0] == {"name": "nps", "kind": "nps", "question": "points"}
    assert renamed["partial"] == {"answered": ["points", "words"]}
    page = renamed["pages"][0]
    assert page["relevant"] == "${points} <= 6 and score_2 = 'score'"
    assert page["questions"][0]["label"] == {"en": "You said ${points|so}, score!"}
    assert page["questions"][0]["calculation"] == "points * 2"


DEEP: dict[str, Any] = {
    "lists": [{"name": "towns", "choices": [{"name": "t", "label": {"en": "T"}}]}],
    "pages": [
        {"name": "one", "questions": [question("a")]},
        {
            "block": "b",
            "pages": [
                {"name": "two", "questions": [question("b")]},
                {"repeat": "r", "pages": [{"name": "three", "questions": [question("c")]}]},
            ],
        },
        {"name": "four", "questions": [question("d")]},
    ],
}


def deep(tree: dict[str, Any]) -> list[str]:
    """The names in order, with the depth of each."""
    return [f"{len(place)}{outline.name_of(outline.find(tree, place))}" for place in outline.places(tree)]


def test_blocks_and_repeats_have_places_of_their_own() -> None:
    assert deep(DEEP) == ["2towns", "2one", "4a", "2b", "4two", "6b", "4r", "6three", "8c", "2four", "4d"]
    assert outline.editable(DEEP)
    for place in outline.places(DEEP):
        assert outline.place_of(outline.address_of(place)) == place
    assert [question["name"] for question in outline.questions(DEEP)] == list("abcd")


@pytest.mark.parametrize(
    ("at", "step", "expected"),
    [
        ("pages.0", 1, ["2b", "4one", "6a", "4two"]),  # into the block
        ("pages.2", -1, ["2b", "4two", "6b", "4r", "6three", "8c", "4four", "6d"]),
        ("pages.1.pages.0", -1, ["2one", "4a", "2two", "4b", "2b", "4r"]),  # out of it
        ("pages.1.pages.0.questions.0", -1, ["2one", "4a", "4b", "2b", "4two"]),  # to the page before
        ("pages.1.pages.1.pages.0.questions.0", 1, ["6three", "2four", "4c", "4d"]),
    ],
)
def test_parts_move_in_and_out_of_blocks(at: str, step: int, expected: list[str]) -> None:
    place = outline.place_of(at)
    assert place is not None
    changed, moved = outline.move(DEEP, place, step)
    assert " ".join(expected) in " ".join(deep(changed))
    assert outline.find(changed, moved) == outline.find(DEEP, place)
