"""Expressions in their places: rows of repeats, columns of choices, labels, chance."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.expressions import Symbol, cell, lookups, parse
from app.engine.expressions.values import LONGEST
from tests.engine.names import ENV, NAMES, right

ANY = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
COLUMNS = frozenset({"region", "people", "opened", "n"})
CELLS = {"|region": "north", "|people": "1200", "|opened": "2020-05-01", "|n": "5", "|name": "b"}


def codes(source: str, **place: Any) -> list[str]:
    result = parse(source, NAMES, **place)
    return [problem.code for problem in result] if isinstance(result, list) else []


WITHIN_ROWS = [
    # source, repeats around it, its type (None: a type mismatch)
    ("ages + 1", ("member",), "number"),
    ("ages + 1", (), None),
    ("ages + 1", ("shop",), None),
    ("ages + 1", ("member", "job"), "number"),
    ("ages > costs", ("member", "job"), "bool"),
    ("ages > costs", ("member",), None),
    ("ages > sum(costs)", ("member",), "bool"),
    ("costs + 1", ("shop", "job"), None),
    ("sum(ages) + ages", ("member",), "number"),
    ("position()", ("member",), "number"),
    ("sexes = 'f' and position() > 1", ("member",), "bool"),
    ("asked(ages)", ("member",), "bool"),
    ("member - position()", ("member",), "number"),
]


@pytest.mark.parametrize(
    ("source", "within", "type_"), WITHIN_ROWS, ids=[f"{row[0]} in {row[1]}" for row in WITHIN_ROWS]
)
def test_a_name_of_a_repeat_is_a_row_inside_and_a_list_outside(source, within, type_):
    if type_ is None:
        assert codes(source, within=within) == ["type_mismatch"]
    else:
        assert right(source, within=within).type == type_


def test_a_list_says_what_reads_it():
    problem = parse("ages > 1", NAMES)[0]
    assert "list of number" in problem.text()
    assert all(
        word in problem.remedy_text() for word in ("sum", "min", "max", "mean", "count", "join", "at", "answered")
    )


def test_a_message_lists_some_of_many_choices():
    many = Symbol("code", tuple(f"c{number}" for number in range(15_000)))
    problem = parse("q = 'nowhere'", {"q": many})[0]
    assert problem.remedy_text().endswith("c28, c29, ….")


def test_inside_a_repeat_the_row_is_read():
    expression = right("ages * position() + costs", within=("member", "job"))
    assert expression.evaluate({"ages": 40, "costs": 2, "position()": 3}) == 122
    assert expression.references == {"ages", "costs"}


FILTER_ROWS = [
    ("region = 'north'", True),
    ("region = word", False),
    ("word = region", False),
    ("region != 'south'", True),
    ("people > 1000", True),
    ("1000 > people", False),
    ("people + 1 = 1201", True),
    ("people - 200 = 1000", True),
    ("people < '13'", True),  # beside a text it is text
    ("people = region", False),
    ("region > 5", None),  # no number
    ("opened < ${d}", True),
    ("opened < today()", True),
    ("today() - opened > 2000", True),
    ("opened = '2020-05-01'", True),
    ("region < ${d}", None),  # no date
    ("name = ${c}", True),
    ("${c} = name", True),
    ("name != 'b'", False),
    ("selected(${s}, region)", False),
    ("contains(region, 'nor') and string-length(region) = 5", True),
    ("n = ${n}", False),  # the column is 5, the question 6
    ("${n} = 6 and n = 5", True),
    ("number(people) / 2 = 600", True),
    ("sum(people, 1) = 1201", True),
    ("word = 'abc'", True),  # a bare name that is no column is a question
]


@pytest.mark.parametrize(("source", "expected"), FILTER_ROWS, ids=[row[0] for row in FILTER_ROWS])
def test_filters(source, expected):
    expression = right(source, want="bool", columns=COLUMNS)
    assert expression.evaluate({**ENV, **CELLS}) is expected
    assert expression.references <= set(NAMES)


def test_a_cell_that_is_missing_is_unknown():
    for source in ("region = 'north'", "people > 1", "opened < ${d}", "name != 'x'"):
        assert right(source, columns=COLUMNS).evaluate({**ENV, **dict.fromkeys(CELLS)}) is None


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${region} = 'north'", ["unknown_name"]),
        ("regoin = 'north'", ["unknown_name"]),
        ("answered(region)", ["type_mismatch"]),
        ("region and true", ["type_mismatch"]),
        ("name < ${c}", ["type_mismatch"]),
    ],
)
def test_what_a_filter_cannot_say(source, expected):
    assert codes(source, columns=COLUMNS) == expected


def test_columns_are_known_in_filters_alone():
    assert codes("region = 'north'") == ["unknown_name"]
    assert codes("name = 'north'") == ["unknown_name"]
    assert "it is a column" in parse("${region} = 'x'", NAMES, columns=COLUMNS)[0].remedy_text()


LOOKUP_ROWS = [
    ("region = ${word}", [("region", "text", "abc")]),
    ("${word} = region", [("region", "text", "abc")]),
    ("region = 'north' and people = ${n} and opened < ${d}", [("region", "text", "north"), ("people", "number", 6)]),
    ("(region = 'a' and name = ${c}) and true", [("region", "text", "a"), ("name", "code", "b")]),
    ("region = ${tnone}", [("region", "text", None)]),
    ("region = 'a' or people = 1", []),
    ("not(region = 'a')", []),
    ("region = people", []),
    ("region = concat(people, 'x')", []),
    ("people + 1 = 5", []),
]


@pytest.mark.parametrize(("source", "expected"), LOOKUP_ROWS, ids=[row[0] for row in LOOKUP_ROWS])
def test_what_a_long_list_can_be_indexed_by(source, expected):
    found = lookups(right(source, columns=COLUMNS))
    assert [(one.column, one.type, one.key(dict(ENV))) for one in found] == expected


@given(st.lists(st.tuples(st.sampled_from(["a", "b", ""]), st.sampled_from(["1", "1.0", "2", "x"])), max_size=12))
@ANY
def test_the_index_finds_what_the_filter_finds(rows):
    expression = right("region = ${word} and people = ${n}", columns=COLUMNS)
    env = {"word": "a", "n": 1}
    envs = [{**env, "|region": region, "|people": people} for region, people in rows]
    keys = [(f"|{one.column}", one.type, one.key(env)) for one in lookups(expression)]
    indexed = [row for row in envs if all(cell(row[column], type_) == key for column, type_, key in keys)]
    assert indexed == [row for row in envs if expression.evaluate(row)]


LABELS = {"a": {"en": "Apple", "pl": "Jabłko"}, "b": {"en": "Beet"}}
LABELLED = {
    "c": Symbol("code", ("a", "b"), labels=LABELS),
    "s": Symbol("set", ("a", "b"), labels=LABELS),
    "n": Symbol("number", ("1", "2"), labels={"1": {"en": "One"}}),
    "cs": Symbol("code", ("a", "b"), repeats=("r",), labels=LABELS),
}


@pytest.mark.parametrize(
    ("source", "language", "expected"),
    [
        ("label(${c})", "pl", "Jabłko"),
        ("label(${c})", "en", "Apple"),
        ("label(${c})", "ar", "Apple"),
        ("label(${s})", "pl", "Jabłko, Beet"),
        ("label(${n})", "en", "One"),
        ("label(at(${cs}, 2))", "pl", "Beet"),
        ("label(selected-at(${s}, 1))", "pl", "Beet"),
        ("concat('I like ', label(${c}))", "en", "I like Apple"),
    ],
)
def test_labels(source, language, expected):
    env = {"c": "a", "s": ("a", "b"), "n": 1, "cs": ["a", "b"], "language()": language}
    expression = parse(source, LABELLED)
    assert expression.evaluate(env) == expected
    assert expression.evaluate({"c": "dk", "c?": "dk", "s": ("refused",), "n": 2, "cs": ["dk", "dk"]}) is None
    assert expression.evaluate({}) is None


def test_the_own_value_has_a_label():
    assert parse("label(.)", {}, own=LABELLED["c"]).evaluate({".": "b", "language()": "pl"}) == "Beet"


def test_chance_is_decided_by_seed_place_and_row():
    one, other = right("random()", place="q1"), right("random()", place="q2")
    env = {"seed()": "s1"}
    assert one.evaluate(env) == right("random()", place="q1").evaluate(env)
    two = right("random() - random()", place="q1")
    values = [one.evaluate(env), other.evaluate(env), two.evaluate(env), one.evaluate({"seed()": "s2"})]
    values += [one.evaluate({**env, "position()": row}) for row in (1, 2)]
    assert len(set(values)) == len(values)
    assert two.evaluate(env) != 0
    assert one.evaluate({}) is None
    drawn = [one.evaluate({"seed()": str(seed)}) for seed in range(2000)]
    assert all(0 <= value < 1 for value in drawn)
    assert 0.47 < sum(drawn) / len(drawn) < 0.53


def test_no_text_fills_the_memory():
    expression = right("replace(replace(replace(t, 'a', t), 'a', t), 'a', t)")
    assert expression.evaluate({"t": "a" * 4000}) is None
    assert right("concat(t, t)").evaluate({"t": "a" * LONGEST}) is None
    assert right("join(t, names)").evaluate({"t": "a" * LONGEST, "names": ["a", "b"]}) is None
