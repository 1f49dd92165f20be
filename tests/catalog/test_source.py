"""Definitions as YAML text: what is written is read back the same."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog import service as catalog
from app.catalog import source

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
scalars = st.none() | st.booleans() | st.integers(-(10**15), 10**15) | texts
trees = st.dictionaries(
    texts, st.recursive(scalars, lambda below: st.lists(below) | st.dictionaries(texts, below), max_leaves=8)
)


def back(tree: Any) -> Any:
    read = source.read(source.write(tree))
    assert isinstance(read, tuple), read
    return read[0]


@pytest.mark.parametrize(
    "text",
    [
        *("08", "1e5", "0o7", "1_0", "yes", "on", "~", "null", "", "a: b", "#x", "- y", "2020-01-01", ".5", "5.", "+1"),
        *("line\nline", " lead", "trail ", "\ttab", "next\x85line", "long " * 300, "${a} <= 6 and selected(${b}, 'c')"),
    ],
)
def test_a_text_stays_a_text(text: str) -> None:
    assert back({"label": {"en": text}, "list": [text]}) == {"label": {"en": text}, "list": [text]}


@settings(deadline=None, max_examples=60)
@given(trees)
def test_any_tree_comes_back(tree: dict[str, Any]) -> None:
    def nfc(node: Any) -> Any:
        if isinstance(node, dict):
            return {nfc(key): nfc(value) for key, value in node.items()}
        if isinstance(node, list):
            return [nfc(item) for item in node]
        return unicodedata.normalize("NFC", node) if isinstance(node, str) else node

    assert back(nfc(tree)) == nfc(tree)


def test_shipped_definitions_come_back_with_their_opening_comment() -> None:
    for template in catalog.load_shipped():
        text = source.write(template.tree, template.source)
        assert text.splitlines()[0] == template.source.splitlines()[0]
        read = source.read(text)
        assert isinstance(read, tuple)
        assert read[0] == template.tree


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_a_hundred_thousand_levels_are_refused_at_their_line(opening: str) -> None:
    """Composing them would end the process."""
    problems = source.read(f"name: x\npages:\n  {opening * 100_000}", "deep.yaml")
    assert isinstance(problems, list)
    assert [(problem.code, problem.file, problem.line) for problem in problems] == [("too_large", "deep.yaml", 3)]


def test_an_alias_inside_itself_is_refused() -> None:
    problems = source.read("name: x\npages: &pages\n  - *pages\n")
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == ["too_large"]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("a: 1\nb: [c\nd: 2\n", 3, 2), ("a: 1\nb: c: d\n", 2, 5), ("a: 1\nb: *c\n", 2, 4), ("a: 1\n---\nb: 2\n", 2, 1)],
)
def test_what_is_no_yaml_says_where(text: str, line: int, column: int) -> None:
    problems = source.read(text, "wrong.yaml")
    assert isinstance(problems, list)
    assert [(p.code, p.file, p.line, p.column) for p in problems] == [("bad_yaml", "wrong.yaml", line, column)]


def test_places_count_characters_and_scalars_begin_inside_their_quotes() -> None:
    read = source.read('zażółć: "tak"\nb: nie\nc: |\n  tekst\n')
    assert isinstance(read, tuple)
    marks = read[1]
    assert [marks.place((name,)) for name in ("zażółć", "b", "c")] == [(1, 1), (2, 1), (3, 1)]
    assert [marks.inside((name,)) for name in ("zażółć", "b", "c")] == [(1, 10), (2, 4), (4, None)]
