"""Random expressions on random answers: our verdict is that of a second reading of LimeSurvey's rules."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog.importers.limesurvey.expressionscript import Syntax, read
from tests.catalog.importers.test_limesurvey_expressions import DIGITS, LETTERS, verdict

# A reading of its own of what LimeSurvey does, from its manual: everything is a number or a text, the missing is ''.

NUMBERS, CODES, PICKED = ("n", "m"), ("letter", "digit", "grid_r1", "t"), ("several_x", "several_y")


def number(value: Any) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


def reference(syntax: Syntax, values: Mapping[str, Any]) -> Any:
    op, operands = syntax.op, syntax.operands
    if op == "const":
        return operands[0]
    if op == "variable":
        return values[operands[0]]
    if op == "call":
        return called(operands[0], [reference(operand, values) for operand in operands[1:]])
    found = [reference(operand, values) for operand in operands]
    if op in ("and", "or"):
        return (all if op == "and" else any)(map(truth, found))
    if op == "not":
        return not truth(found[0])
    first, second = (number(value) for value in found)
    if op in ("+", "-", "*"):
        a, b = first or 0, second or 0
        return a + b if op == "+" else a - b if op == "-" else a * b
    both = first is not None and second is not None
    if op in ("==", "!="):
        return (first == second if both else str(found[0]) == str(found[1])) is (op == "==")
    return both and {"<": first < second, "<=": first <= second, ">": first > second, ">=": first >= second}[op]  # type: ignore[operator]


def truth(value: Any) -> bool:
    return value != "" and number(value) != 0


def called(name: str, found: list[Any]) -> Any:
    match name:
        case "strlen":
            return len(str(found[0]))
        case "is_empty":
            return found[0] == ""
        case "count":
            return sum(value != "" for value in found)
        case "sum":
            return sum(number(value) or 0 for value in found)
        case "countif":
            return sum(str(value) == str(found[0]) for value in found[1:])
        case "if":
            return found[1] if truth(found[0]) else found[2]
    raise AssertionError(name)


def variable(names: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(names)


COMPARE, EQUAL = st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), st.sampled_from(["==", "!="])
SMALL = st.integers(0, 5).map(str)
ARITHMETIC = st.recursive(
    variable(NUMBERS) | SMALL,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner)
        | st.builds("sum({}, {})".format, inner, inner)
        | st.builds("count({}, {})".format, variable((*NUMBERS, *CODES, *PICKED)), variable(NUMBERS))
    ),
    max_leaves=4,
)
ATOMS = st.one_of(
    st.builds("{} {} {}".format, ARITHMETIC, COMPARE, SMALL),
    st.builds("{} {} {}".format, variable(NUMBERS), COMPARE, variable(NUMBERS)),
    st.builds("{} {} '{}'".format, variable(("letter",)), EQUAL, st.sampled_from(["A", "B", "Z", ""])),
    st.builds("{} {} {}".format, variable(("digit", "grid_r1", "t")), COMPARE, SMALL),
    st.builds("{} {} {}".format, variable(("digit", "t")), COMPARE, variable(NUMBERS)),
    st.builds("t {} '{}'".format, EQUAL, st.sampled_from(["x", "", "0"])),
    st.builds("strlen(t) {} {}".format, COMPARE, SMALL),
    st.builds("{} {} '{}'".format, variable(PICKED), EQUAL, st.sampled_from(["Y", "", "N"])),
    st.builds("{} {} ''".format, variable(NUMBERS), EQUAL),
    st.builds("is_empty({})".format, variable((*NUMBERS, *CODES, *PICKED))),
    st.builds("countif('1', digit, grid_r1) {} {}".format, COMPARE, SMALL),
    variable(NUMBERS),
    variable(PICKED),
)
SCRIPTS = st.recursive(
    ATOMS,
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or", "&&", "||"]), inner)
        | st.builds("!({})".format, inner)
        | st.builds("if({}, {}, {}) == 1".format, inner, st.sampled_from(["1", "0"]), st.sampled_from(["1", "0"]))
    ),
    max_leaves=6,
)
ANSWERS = st.fixed_dictionaries(
    {
        "n": st.none() | st.integers(0, 5), "m": st.none() | st.integers(0, 5), "letter": st.none() | st.sampled_from(LETTERS),
        "digit": st.none() | st.sampled_from(DIGITS), "grid__r1": st.none() | st.sampled_from(DIGITS),
        "t": st.none() | st.sampled_from(["x", "0", "3", "abc"]),
        "several": st.none() | st.sampled_from([("x",), ("y",), ("x", "y")]),
    }
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(SCRIPTS, ANSWERS)
def test_any_expression_has_limesurvey_s_verdict(script: str, answers: dict[str, Any]) -> None:
    values = {name: "" if value is None else value for name, value in answers.items()}
    values["grid_r1"] = values["grid__r1"]
    values |= {f"several_{choice}": "Y" if choice in (answers["several"] or ()) else "" for choice in ("x", "y")}
    syntax = read(script)
    assert syntax is not None
    assert verdict(script, answers) is truth(reference(syntax, values)), script
