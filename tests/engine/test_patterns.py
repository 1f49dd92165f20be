"""Our patterns against Python's, where both know the pattern; and no pattern is slow."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.expressions.patterns import Pattern, compile_pattern

ATOMS = st.sampled_from(
    ["a", "b", "1", r"\.", ".", "[ab]", "[^a]", "[a-c1]", r"\d", r"\W", "[]a]", "[a-]", r"[\d_]", r"\-"]
)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    counts = st.sampled_from(["*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"])
    return (
        st.lists(inner, min_size=1, max_size=3).map("".join)
        | st.tuples(inner, counts).map(lambda pair: f"({pair[0]}){pair[1]}")
        | st.tuples(inner, inner).map(lambda pair: f"(?:{pair[0]}|{pair[1]})")
    )


@given(st.recursive(ATOMS, larger, max_leaves=6), st.text("ab1.-_]\n", max_size=8))
@settings(max_examples=500, deadline=None)
def test_as_python_does(source, text):
    pattern = compile_pattern(source)
    assert isinstance(pattern, Pattern), pattern
    assert pattern.matches(text) == (re.fullmatch(source, text, re.ASCII) is not None)


@given(st.text("ab()[]{}*+?|\\^$.-d1,:=", max_size=12))
@settings(max_examples=500, deadline=None)
@pytest.mark.filterwarnings("ignore:Possible nested set:FutureWarning")
def test_what_is_accepted_is_a_pattern_to_python_too(source):
    if isinstance(compile_pattern(source), Pattern):
        re.compile(source)


@pytest.mark.parametrize("source", ["(a+)+", "(a|aa)*", "(.*)*", "a*a*a*a*a*a*b", "(a?){40}a{40}", ".*.*.*="])
def test_no_pattern_is_slow(source):
    """Each character costs a look-up; the sets of states that have to be worked out are few, however long the text."""
    pattern = compile_pattern(source)
    assert isinstance(pattern, Pattern)
    pattern.matches("a" * 20_000 + "!")
    assert len(pattern.seen) <= 100


@pytest.mark.parametrize(
    ("source", "text"), [("^ab$", "ab"), ("^a|b$", "b"), (r"a\$", "a$"), ("", ""), ("ż+", "żż"), ("a|", "")]
)
def test_anchors_and_the_empty(source, text):
    pattern = compile_pattern(source)
    assert isinstance(pattern, Pattern)
    assert pattern.matches(text)
