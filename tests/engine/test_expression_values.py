"""No value of the right type makes an expression fail; days are those of the calendar."""

import re
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.engine.expressions import parse
from app.engine.expressions.functions import FUNCTIONS, LIST
from app.engine.model import Expression
from tests.engine.names import NAMES, right

ANY = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@given(st.dates(), st.integers(-4000, 4000))
@ANY
def test_days_are_those_of_the_calendar(day, days):
    env = {"d": day.isoformat(), "n": days}
    try:
        expected = (day + timedelta(days=days)).isoformat()
    except OverflowError:
        expected = None
    assert right("d + n").evaluate(env) == right("d - -n").evaluate(env) == expected
    assert right("d + n - d").evaluate(env) == (None if expected is None else days)
    assert right("d = date(string(d))").evaluate(env) is True
    assert right("year-of(d) * 10000 + month-of(d) * 100 + day-of(d)").evaluate(env) == int(day.strftime("%-Y%m%d"))


SPECIALS = [None, "dk", "refused"]
FIELDS = {
    "number": st.none() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False),
    "text": st.none() | st.text(max_size=9),
    "bool": st.none() | st.booleans(),
    "date": st.none() | st.dates().map(date.isoformat),
    "time": st.none() | st.times().map(lambda time: time.isoformat("minutes")),
    "datetime": st.none() | st.datetimes().map(lambda moment: moment.isoformat(timespec="minutes")),
    "code": st.sampled_from(["a", "b", "x", *SPECIALS]),
    "set": st.none() | st.lists(st.sampled_from(["x", "y", "z", "refused"]), unique=True).map(tuple),
}
"""Values of the right types."""
SAMPLES = {  # type -> expressions of it
    "number": ["n", "half", "none", "999999999999999", "-1.5", "sum(ages)"], "text": ["t", "word", "tnone", "'a%'"],
    "bool": ["b", "u"], "date": ["d", "dnone", "today()"], "time": ["tm"], "datetime": ["dt"], "code": ["c", "cdk", "at(sexes, n)"],
    "set": ["s", "rank"], "any name": ["n", "ages"], "name": ["n"], "pattern": ["'a*'"], "form": ["'%Y-%e'"],
    "list": ["ages", "likes"],
    f"{LIST}number": ["ages", "costs"], f"{LIST}text": ["names"], f"{LIST}code": ["sexes"], f"{LIST}date": ["borns"],
}  # fmt: skip


@st.composite
def calls(draw: st.DrawFn) -> str:
    """A call of any function with arguments of its types, now and then beside another one of its kind."""
    name = draw(st.sampled_from([name for name in FUNCTIONS if name not in ("label", "position")]))
    function = FUNCTIONS[name]
    common = draw(st.sampled_from(["number", "text", "date", "time", "datetime", "set"]))
    arguments = []
    for index in range(draw(st.integers(function.least, 4 if function.repeat else len(function.arguments)))):
        wanted = function.arguments[min(index, len(function.arguments) - 1)].replace("same", common).split("|")
        type_ = draw(st.sampled_from([one for one in wanted if one in SAMPLES]))
        arguments.append(draw(st.sampled_from(SAMPLES[type_])))
    return f"{name}({', '.join(arguments)})"


@st.composite
def envs(draw: st.DrawFn) -> dict[str, Any]:
    env: dict[str, Any] = {
        "now()": "2026-04-05T10:20:30+00:00",
        "seed()": draw(st.text(max_size=3)),
        "language()": "en",
    }
    for name in draw(st.sets(st.sampled_from(sorted(NAMES)))):
        field = FIELDS[NAMES[name].type or "text"]
        env[name] = draw(st.lists(field, max_size=4) if NAMES[name].repeats else field)
    return env


@given(calls(), envs())
@settings(ANY, max_examples=600)
def test_no_value_of_the_right_type_makes_a_function_fail(source, env):
    value = right(source).evaluate(env)
    assert value is None or isinstance(value, (int, float, str, bool, tuple))
    assert value is None or not isinstance(value, float) or abs(value) <= 1.8e308
    expected = {"date": r"\d{4}-\d\d-\d\d", "time": r"\d\d:\d\d", "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d"}
    if isinstance(value, str) and right(source).type in expected:
        assert re.fullmatch(expected[right(source).type], value)


@given(st.sampled_from(["+", "-", "*", "/", "%", "=", "<"]), st.data(), envs())
@settings(ANY, max_examples=300)
def test_no_value_makes_an_operator_fail(op, data, env):
    type_ = data.draw(st.sampled_from(["number", "date", "datetime", "time", "text"]))
    left, other = (
        data.draw(st.sampled_from([*SAMPLES[one]])) for one in (type_, data.draw(st.sampled_from([type_, "number"])))
    )
    result = parse(f"{left} {op} {other}", NAMES)
    if isinstance(result, Expression):
        result.evaluate(env)
    else:
        assert {problem.code for problem in result} <= {"type_mismatch", "bad_date", "bad_time"}
