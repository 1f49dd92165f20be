"""Quotas in a definition: what is wrong with them, and which cell a person falls into."""

import pytest

from app import engine
from tests.engine.helpers import begin, compiled, problems, problems_or_questionnaire, take

QUOTAS = """
quotas:
  - name: gender_age
    grid:
      - [{name: f, relevant: "${sex} = 'f'"}, {name: m, relevant: "${sex} = 'm'"}]
      - [{name: young, relevant: "${age} < 35"}, {name: older, relevant: "${age} >= 35"}]
    targets: {f.young: 1, f.older: 2, m.young: 3, m.older: 4}
  - name: region
    kind: soft
    cells:
      - {name: north, relevant: "${region} = 'north'", target: 10}
"""
PAGES = """
pages:
  - name: one
    questions:
      - {name: sex, type: single_choice, label: "Sex?", choices: [{name: f, label: F}, {name: m, label: M}, {name: x, label: X}]}
      - {name: region, type: text, label: "Region?"}
  - name: two
    questions:
      - {name: age, type: integer, label: "Age?", dont_know: yes}
"""


@pytest.fixture(scope="module")
def q():
    return compiled(QUOTAS + PAGES)


def test_they_compile(q):
    grid, plain = q.quotas
    assert (grid.kind, plain.kind) == ("hard", "soft")
    assert grid.targets == {"f.young": 1, "f.older": 2, "m.young": 3, "m.older": 4}
    assert plain.targets == {"north": 10}


def test_a_cell_is_known_once_its_conditions_are(q):
    state = begin(q)
    assert engine.cells(q, state) == {}
    state = take(q, state, sex="f", region="north")
    assert engine.cells(q, state) == {"region": "north"}
    state = take(q, state, age="34")
    assert engine.cells(q, state) == {"gender_age": "f.young", "region": "north"}


def test_who_is_in_none_of_the_cells_is_known_to_be(q):
    state = take(q, begin(q), sex="x", region="south")
    assert engine.cells(q, state) == {"gender_age": None, "region": None}


def test_who_does_not_say_is_in_no_cell(q):
    state = take(q, begin(q), sex="f", region="north")
    state = take(q, state, age__special="dk")
    assert engine.cells(q, state) == {"region": "north"}


def test_a_changed_answer_is_another_cell(q):
    state = take(q, take(q, begin(q), sex="f", region="north"), age="40")
    assert engine.cells(q, take(q, state, at="one", sex="m", region="north"))["gender_age"] == "m.older"


GRID = QUOTAS[: QUOTAS.index("  - name: region")]


@pytest.mark.parametrize(
    ("quotas", "codes"),
    [
        (GRID.replace("m.older: 4", "m.old: 4"), ["unknown_cell", "missing_target"]),
        (GRID.replace(", m.older: 4", ""), ["missing_target"]),
        (GRID[: GRID.index("    targets")], ["missing_target"]),
        (GRID.replace("f.young: 1", "f.young: -1"), ["bad_range", "missing_target"]),
        (GRID.replace("${age} < 35", "${agee} < 35"), ["unknown_name"]),
        (GRID.replace("${age} < 35", "${age}"), ["type_mismatch"]),
        (GRID.replace("name: m,", "name: f,"), ["duplicate_name", "unknown_cell", "unknown_cell"]),
        (GRID + GRID.removeprefix("\nquotas:\n"), ["duplicate_name"]),
        (GRID.replace("    grid:", "    cells: [{name: all, relevant: 'true', target: 1}]\n    grid:"), ["quota_shape"]),
        ("\nquotas: [{name: empty}]", ["quota_shape"]),
        ("\nquotas: [{name: odd, kind: medium, cells: [{name: all, relevant: 'true', target: 1}]}]", ["not_allowed"]),
        ("\nquotas: [{name: few, cells: [{name: all, relevant: 'true'}]}]", ["missing_key"]),
    ],
)  # fmt: skip
def test_mistakes_are_named(quotas, codes):
    assert sorted(problems(quotas + PAGES)) == sorted(codes)


def test_a_mistake_says_where_and_how_to_mend_it():
    found = problems_or_questionnaire(QUOTAS.replace("f.older", "f.oldr") + PAGES)
    unknown = next(problem for problem in found if problem.code == "unknown_cell")
    assert (unknown.path, unknown.line) == ("quotas[0].targets.f.oldr", 14)
    assert unknown.remedy_text() == "Did you mean f.older?"


def test_a_grid_of_too_many_cells_is_refused_without_counting_them():
    side = "[" + ", ".join(f'{{name: c{n}, relevant: "${{age}} = {n}"}}' for n in range(25)) + "]"
    grid = f"\nquotas:\n  - name: big\n    grid: [{', '.join([side] * 5)}]\n    targets: {{}}\n"
    assert problems(grid + PAGES) == ["too_many_cells"]


def test_a_live_study_keeps_its_quotas():
    old = compiled(QUOTAS + PAGES)
    for changed in (
        QUOTAS.replace("f.young: 1", "f.young: 5"),
        QUOTAS.replace("< 35", "< 36"),
        QUOTAS.replace("kind: soft", "kind: hard"),
        "",
    ):
        assert {problem.code for problem in engine.compatible(old, compiled(changed + PAGES))} == {"not_text_only"}
    assert engine.compatible(old, compiled(QUOTAS + PAGES)) == []
