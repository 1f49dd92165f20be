"""Typed attributes: what is read, refused and shown; pure, and their declarations in YAML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.contacts import definitions
from app.contacts.attributes import TYPES, USUAL, Definition, read, shown
from app.core.problems import Problem

SIZES = {"s": "Small", "l": "Large one"}


def one(type_: str, **more) -> Definition:
    return Definition("a", type_, "A", **more)


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [("text", " gold ", "gold"), ("text", "e\u0301", "é"), ("number", "3,5", 3.5), ("number", "42", 42), ("number", 7, 7),
     ("number", "-0.25", -0.25), ("boolean", "Tak", True), ("boolean", "нет", False), ("boolean", True, True),
     ("date", "2026-03-29", "2026-03-29"), ("date", "2026-03-29 00:00:00", "2026-03-29"),
     ("tags", "vip; north |vip", ["north", "vip"]), ("tags", ["b", " a  c "], ["a c", "b"]), ("tags", "", []),
     ("location", "52.23, 21.01", {"lat": 52.23, "lon": 21.01}), ("location", "-33.9 151", {"lat": -33.9, "lon": 151}),
     ("location", {"lat": 0, "lon": -180}, {"lat": 0, "lon": -180})],
)  # fmt: skip
def test_values_are_read(type_, raw, value):
    assert read(one(type_), raw) == value


@pytest.mark.parametrize(("raw", "code"), [("s", "s"), ("S", "s"), ("large ONE", "l"), ("Small", "s")])
def test_a_choice_is_read_by_code_or_label(raw, code):
    assert read(one("choice", choices=SIZES), raw) == code
    assert read(one("tags", choices=SIZES), f"{raw},l") == sorted({code, "l"})


@pytest.mark.parametrize(
    ("type_", "raw"),
    [("text", "x" * 2001), ("text", "a\0b"), ("text", 5), ("text", ["a"]), ("number", "old"), ("number", "1e3"), ("number", True),
     ("number", "9" * 16), ("number", float("nan")), ("boolean", "perhaps"), ("boolean", 1), ("date", "29.3.2026"),
     ("date", "2026-02-30"), ("date", 20260329), ("choice", "m"), ("choice", ["s"]), ("tags", "x" * 61), ("tags", [1]),
     ("tags", {"a": 1}), ("tags", ",".join("abcdefghij"[n % 10] * (n + 1) for n in range(101))), ("location", "91, 0"),
     ("location", "0, 181"), ("location", "52"), ("location", "a, b"), ("location", {"lat": 1}), ("location", [1, 2, 3])],
)  # fmt: skip
def test_what_is_none_of_the_type_says_how_to_write_it(type_, raw):
    problem = read(one(type_, choices=SIZES if type_ == "choice" else {}), raw)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.name) == ("bad_attribute", "a")
    assert problem.text().startswith("a: ")
    assert problem.remedy_text()


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
JSON = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@given(st.sampled_from(sorted(TYPES)), JSON)
def test_anything_is_read_or_refused_and_what_was_read_is_read_again(type_, raw):
    wanted = one(type_, choices=SIZES if type_ == "choice" else {})
    value = read(wanted, raw)
    if not isinstance(value, Problem):
        assert read(wanted, value) == value
        assert read(wanted, shown(value, None)) == value or value == ""


def test_values_are_shown_with_labels():
    assert shown(["l", "s"], one("tags", choices=SIZES)) == "Large one, Small"
    assert shown(True, None, "tak", "nie") == "tak"
    assert shown({"lat": 1, "lon": 2}, one("location")) == "1, 2"


# --- declarations ---------------------------------------------------------------------------------

YAML = """
attributes:
  - {name: size, type: choice, label: Size, choices: {no: None at all, l: Large}, personal: no}
  - {name: age, type: number}
"""


def test_yaml_is_read_and_written():
    wanted = definitions.from_yaml(YAML)
    sizes = {"no": "None at all", "l": "Large"}
    assert wanted == [Definition("size", "choice", "Size", sizes, False), Definition("age", "number", "age")]
    assert definitions.from_yaml(definitions.to_yaml({each.name: each for each in [*wanted, *USUAL]})) == [
        *wanted,
        *USUAL,
    ]


@pytest.mark.parametrize(
    ("text", "code", "path"),
    [("a: [", "bad_yaml", ""), ("", "attributes_shape", "attributes"), ("attributes: 5", "attributes_shape", "attributes"),
     ("attributes: [5]", "attributes_shape", "attributes[0]"), ("attributes: [{name: a}]", "attributes_shape", "attributes[0]"),
     ("attributes: [{name: a, type: text, color: red}]", "attributes_shape", "attributes[0]"),
     ("attributes: [{name: a, type: text, choices: [x]}]", "attributes_shape", "attributes[0]"),
     ("attributes: [{name: a, type: text, personal: maybe}]", "attributes_shape", "attributes[0].personal")],
)  # fmt: skip
def test_yaml_that_is_none_says_where(text, code, path):
    (problem,) = definitions.from_yaml(text)
    assert (problem.code, problem.path) == (code, path)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [(Definition("Big size", "text", "x"), "bad_attribute_name"), (Definition("a", "colour", "x"), "unknown_attribute_type"),
     (Definition("a", "text", ""), "bad_attribute_label"), (Definition("a", "choice", "x"), "attribute_choices"),
     (Definition("a", "choice", "x", {"": "y"}), "bad_attribute_label")],
)  # fmt: skip
def test_a_declaration_is_checked_and_nothing_stored(workspace, now, wanted, code):
    good = Definition("good", "text", "Good")
    assert code in [problem.code for problem in definitions.declare(workspace, [good, wanted], "command", now)]
    assert definitions.declared(workspace) == {}
