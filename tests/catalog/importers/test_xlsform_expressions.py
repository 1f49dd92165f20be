"""XLSForm's expressions in our language, one row a case."""

from typing import Any

import pytest

from app.catalog.importers import xlsform
from app.catalog.importers.report import Imported
from tests.catalog.importers.workbooks import workbook

SURVEY = [
    ("select_one yn", "a"), ("select_multiple abc", "m"), ("integer", "n"), ("text", "t"), ("date", "d"), ("select_one num", "s"),
    ("calculate", "c", "if(${a} = 'yes', '1', '0')"), ("datetime", "w"), ("time", "h"), ("image", "i"), ("select_one dk", "k"),
]  # fmt: skip
CHOICES = [
    *(("yn", name) for name in ("yes", "no")), *(("abc", name) for name in "abc"), *(("num", name) for name in "123"),
    ("dk", "dk"), ("dk", "yes"),
]  # fmt: skip


def imported(column: str, source: str, type_: str = "integer") -> tuple[dict[str, Any], str]:
    """The last question, which has that cell, and what became of the cell."""
    survey = [("type", "name", "calculation", "label", column)]
    survey += [(row[0], row[1], *row[2:], *[""] * (3 - len(row)), row[1]) for row in SURVEY]
    survey.append((type_, "q", "", "q", source))
    choices = [("list_name", "name", "label"), *((*choice, "x") for choice in CHOICES)]
    done = xlsform.IMPORTER.read(workbook(survey=survey, choices=choices), "form.xlsx")
    assert isinstance(done, Imported)
    lines = [line for line in done.report.lines if line.kind == "condition"]
    return done.tree["pages"][-1]["questions"][-1], lines[-1].outcome if lines else ""


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("${a} = 'yes'", "${a} = 'yes'"),
        ("${a} != 'yes'", "coalesce(${a} != 'yes', true)"),
        ("not(${a} = 'yes')", "not(coalesce(${a} = 'yes', false))"),
        ("not(${a} != 'yes')", "not(${a} != 'yes')"),
        ("${a} = ''", "not(answered(${a}))"),
        ("${a} != ''", "answered(${a})"),
        ("string-length(${t}) > 0", "answered(${t})"),
        ("string-length(${t}) = 3", "string-length(${t}) = 3"),
        ("${n} = '5'", "${n} = 5"),
        ("${s} = 1", "${s} = '1'"),
        ("${s} >= 2", "number(${s}) >= 2"),
        ("${a} = 'maybe'", "false"),
        ("${c} = 1", "${c} = '1'"),
        ("selected(${c}, '1')", "${c} = '1'"),
        ("selected(${m}, 'a') or selected(${m},'b')", "selected(${m}, 'a') or selected(${m}, 'b')"),
        ("${m} = 'a'", "selected(${m}, 'a') and count-selected(${m}) = 1"),
        ("count-selected(${m}) = 0", "coalesce(count-selected(${m}) = 0, true)"),
        ("${k} = 'dk'", "${k} = 'dk_2'"),
        ("${d} > today() - 30", "${d} > today() - 30"),
        ("(today() - ${d}) div 365.25 >= 18", "(today() - ${d}) / 365.25 >= 18"),
        ("${d} = '2020-02-30'", "false"),
        ("${d} < date('2020-02-01')", "${d} < date('2020-02-01')"),
        ("${t} = ${t}", None),
        ("${i} != ''", "answered(${i})"),
        ("(${n} + 1) * 2 mod 3 = 1", "(${n} + 1) * 2 - int((${n} + 1) * 2 / 3) * 3 = 1"),
        ("’yes’ = ${a}", "${a} = 'yes'"),
        ("current()/../n > 3", "${n} > 3"),
        ("/data/n > 3", "${n} > 3"),
        ("true()", None),
        ("regex(${t}, '^(a|b)+$')", "regex(${t}, '(a|b)+')"),
        ("contains(${t}, 'x')", "contains(${t}, 'x')"),
        ("jr:choice-name(${a}, '${a}') = 'Yes'", "label(${a}) = 'Yes'"),
        ("coalesce(${t}, 'x') = 'x'", "coalesce(${t}, 'x') = 'x'"),
        ("if(${n} > 1, 'a', 'b') = 'a'", "if(coalesce(${n} > 1, false), 'a', 'b') = 'a'"),
        ("${a} == 'yes' AND ${n} <> 3", "${a} = 'yes' and coalesce(${n} != 3, true)"),
        ("format-date(${d}, '%Y') > 2000", "number(format-date(${d}, '%Y')) > 2000"),
    ],
)
def test_conditions(theirs: str, ours: str | None) -> None:
    question, outcome = imported("relevant", theirs)
    assert outcome in ("carried", "approximated")
    if ours is not None:
        assert question["relevant"] == ours


@pytest.mark.parametrize(
    "theirs",
    [
        "${nobody} = 1", "((", "pulldata('a', 'b', 'c', ${t}) = 'x'", "${q} > 1", "digest(${t}, 'MD5') = 'x'",
        "regex(${t}, '(?=x)y')",
        "position(..) = 1", "${i} = 'x.jpg'", "selected(${a})", "${a} = 1 and and", "(" * 500 + "1" + ")" * 500,
    ],
)  # fmt: skip
def test_what_cannot_be_carried_says_so(theirs: str) -> None:
    question, outcome = imported("relevant", theirs)
    assert outcome == "left_out"
    assert "relevant" not in question


def test_a_constraint_reads_its_own_answer() -> None:
    assert imported("constraint", ". >= 0 and .<= ${n}")[0]["constraint"] == ". >= 0 and coalesce(. <= ${n}, false)"
    assert imported("constraint", "${q} < 5")[0]["constraint"] == ". < 5"
    assert imported("constraint", "string-length(.) = 9", "text")[0]["constraint"] == "string-length(.) = 9"
    assert imported("constraint", "regex(., '^[0-9]{9}$')", "text")[0]["constraint"] == "regex(., '[0-9]{9}')"
    assert imported("constraint", "not(selected(., 'a') and count-selected(.) > 1)", "select_multiple abc")[0][
        "constraint"
    ] == ("not(selected(., 'a') and count-selected(.) > 1)")
