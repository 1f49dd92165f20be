"""Whatever comes in, problems come out, never exceptions."""

import copy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import engine
from app.catalog import source
from app.engine.expressions import Symbol, parse
from app.engine.model import Expression
from tests.engine.authoring import Author
from tests.engine.helpers import NOW, begin

SHIPPED = sorted((Path(__file__).parent.parent.parent / "questionnaires").glob("*.yaml"))
TREES = [source.read(file.read_text())[0] for file in SHIPPED]
QUESTIONNAIRES = [engine.compile(tree) for tree in TREES]
FUZZ = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(
    ["yes", "${", "${score|x}", "${score}", "nps", "hidden", "computed", "en", "${score} > 1", ". > 'a'", "dk", "a__b"]
)  # fmt: skip
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a tree."""
    pairs = list(node.items()) if isinstance(node, dict) else list(enumerate(node)) if isinstance(node, list) else []
    return [(node, key) for key, _ in pairs] + [place for _, below in pairs for place in places(below)]


@given(st.data())
@FUZZ
def test_a_damaged_definition(data):
    tree = copy.deepcopy(data.draw(st.sampled_from(TREES)))
    for _ in range(data.draw(st.integers(1, 4))):
        spots = places(tree)
        container, key = spots[data.draw(st.integers(0, len(spots) - 1))]
        if data.draw(st.booleans()):
            container[key] = data.draw(ANYTHING)
        elif isinstance(container, dict):
            container[
                data.draw(st.text(max_size=6) | st.sampled_from(["relevant", "calculation", "min", "choices"]))
            ] = container.pop(key)
        else:
            container.append(copy.deepcopy(container[key]))
    result = engine.compile(tree)
    assert isinstance(result, engine.Questionnaire) or all(problem.text() and str(problem) for problem in result)


@given(ANYTHING)
@FUZZ
def test_any_tree(tree):
    assert isinstance(engine.compile(tree), list)


@given(st.text())
@FUZZ
def test_any_text_as_yaml(text):
    read = source.read(text)
    assert isinstance(read, (list, tuple))


NAMES = {
    "n": Symbol("number"),
    "t": Symbol("text"),
    "c": Symbol("code", ("a",)),
    "s": Symbol("set", ("a",)),
    "d": Symbol("date"),
}
WORDS = [
    *"n t c s d ${n} zz 1 2.5 'a' '2026-01-01' true . ( ) , + - * / % = != < >= and or".split(),
    *"not( if( coalesce( selected( answered( regex( round( sum( today()".split(),
]


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text(max_size=30))
@settings(FUZZ, max_examples=600)
def test_any_expression(text):
    result = parse(text, NAMES, own=Symbol("number"))
    if isinstance(result, list):
        assert all(problem.text() for problem in result)
        assert all(problem.column and problem.column >= 1 for problem in result)
        assert result
    else:
        assert isinstance(result, Expression)
        for env in (
            {},
            {"n": 1e308, "t": "a" * 50, "c": "a", "s": ("a",), "d": "2026-01-01", ".": 0, "now()": "2026-01-01T00"},
        ):
            result.evaluate(env)


@given(st.sampled_from(QUESTIONNAIRES), st.sampled_from(engine.CHANNELS), st.data())
@FUZZ
def test_anything_typed(q, channel, data):
    state = begin(q, channel)
    for _ in range(6):
        screen = engine.next_screen(q, state, channel)
        if isinstance(screen, engine.End):
            return
        typed = st.text(max_size=12) | st.sampled_from(["1", "2", "5", "yes", "1 2", "1,2", "d", "dk", "skip", "3.5"])
        names = [item.name for item in screen.items] + [f"{item.name}__special" for item in screen.items] + ["other"]
        raw = data.draw(st.dictionaries(st.sampled_from(names), typed | st.lists(typed, max_size=3), max_size=6))
        outcome = engine.answer(q, state, screen.at, raw, channel, NOW)
        if isinstance(outcome, engine.Accepted):
            state = outcome.state
            assert engine.from_json(engine.to_json(state)) == state
        else:
            engine.redisplay(screen, outcome.problems, outcome.raw)
            assert outcome.raw == raw


@given(st.integers(0, 2**32), st.sampled_from(engine.CHANNELS), st.data())
@settings(FUZZ, max_examples=80)
def test_anything_typed_in_any_field_of_a_random_definition(number, channel, data):
    """Bytes that nobody would type, for questions of the screen or of none, with whatever else may come along."""
    q = engine.compile(Author(Random(number)).definition())
    state = begin(q, channel)
    bytes_ = st.binary(max_size=12).map(lambda sent: sent.decode("utf-8", "replace"))
    typed = bytes_ | st.text(max_size=8) | st.sampled_from(["a", "1", "2 1", "yes", "dk", "12:30", "-0", "1e5", "٣"])
    for _ in range(4):
        names = [node.name for node in engine.path(q, state)]
        screen = engine.next_screen(q, state, channel, data.draw(st.sampled_from([None, *names])))
        if isinstance(screen, engine.End):
            continue
        fields = [f"{item.name}{end}" for item in screen.items for end in ("", "__special", "[1]")]
        raw = data.draw(st.dictionaries(st.sampled_from(fields), typed | st.lists(typed, max_size=3), max_size=6))
        outcome = engine.answer(q, state, screen.at, raw, channel, NOW, list(raw), late=data.draw(st.booleans()))
        if isinstance(outcome, engine.Accepted):
            state = outcome.state
            assert engine.from_json(engine.to_json(state)) == state
        else:
            engine.redisplay(screen, outcome.problems, outcome.raw)
            assert all(problem.text() for problem in outcome.problems)


@pytest.mark.parametrize("q", QUESTIONNAIRES, ids=lambda q: q.name)
def test_shipped_are_questionnaires(q):
    assert isinstance(q, engine.Questionnaire)
