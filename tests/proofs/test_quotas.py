"""Cells of quotas that cannot be filled."""

from app.proofs.reach import prove
from tests.engine.helpers import compiled

PAGE = """
pages:
  - name: p
    questions:
      - {name: sex, type: single_choice, label: Q, required: true, choices: [{name: f, label: F}, {name: m, label: M}]}
      - {name: age, type: integer, label: Q, required: true, min: 18, max: 90}
"""
GRID = """
quotas:
  - name: sex_age
    kind: hard
    grid:
      - [{name: f, relevant: "sex = 'f'"}, {name: m, relevant: "sex = 'm'"}]
      - [{name: young, relevant: "age < 35"}, {name: older, relevant: "age >= 35"}]
    targets: {f.young: 50, f.older: 50, m.young: 50, m.older: 50}
"""
WOMEN = """
  - name: women
    kind: hard
    cells: [{name: women, relevant: "sex = 'f'", target: 60}]
"""


def found(quotas: str) -> list[tuple[str, object]]:
    findings = prove(compiled(quotas + PAGE)).findings
    return [(finding.code, finding.params.get("cell")) for finding in findings if finding.text()]


def test_a_good_grid():
    assert found(GRID) == []


def test_a_cell_that_nobody_falls_into():
    assert found(GRID.replace("age < 35", "age < 18")) == [
        ("impossible_cell", "f.young"),
        ("impossible_cell", "m.young"),
    ]
    none = (
        GRID.replace("age < 35", "age < 18").replace("f.young: 50", "f.young: 0").replace("m.young: 50", "m.young: 0")
    )
    assert found(none) == []


def test_the_first_that_holds_takes_them_all():
    assert found(GRID.replace("age < 35", "age > 0")) == [
        ("impossible_cell", "f.older"),
        ("impossible_cell", "m.older"),
    ]


def test_quotas_that_count_the_same_people_must_fit():
    assert found(GRID + WOMEN) == [("unfillable_quotas", None)]
    assert found(GRID + WOMEN.replace("60", "100")) == []
    assert found(GRID + WOMEN.replace("hard", "soft")) == []
