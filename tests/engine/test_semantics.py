"""The semantics of expressions, frozen: each row is source, what it means. Do not change a row; add rows.

The names below are asked or not, and answered or not, as ENV says.
"""

import pytest

from app.engine.expressions import Symbol, parse
from app.engine.model import Expression

NAMES = {
    "n": Symbol("number"),  # 6
    "zero": Symbol("number"),  # 0
    "half": Symbol("number"),  # 2.5
    "neg": Symbol("number"),  # -7
    "huge": Symbol("number"),  # 1e308
    "none": Symbol("number"),  # asked, not answered
    "off": Symbol("number"),  # not asked
    "ndk": Symbol("number"),  # don't know
    "nref": Symbol("number"),  # refused
    "t": Symbol("text"),  # "Zażółć"
    "word": Symbol("text"),  # "abc"
    "tnone": Symbol("text"),
    "b": Symbol("bool"),  # true
    "f": Symbol("bool"),  # false
    "u": Symbol("bool"),  # unknown
    "d": Symbol("date"),  # 2026-03-01
    "dnone": Symbol("date"),
    "c": Symbol("code", ("a", "b", "c")),  # b
    "c2": Symbol("code", ("a", "b", "c")),  # b
    "cnone": Symbol("code", ("a", "b", "c")),
    "cdk": Symbol("code", ("a", "b", "c")),  # don't know
    "s": Symbol("set", ("x", "y", "z")),  # x and z
    "snone": Symbol("set", ("x", "y", "z")),
    "sref": Symbol("set", ("x", "y", "z")),  # refused
    "soff": Symbol("set", ("x", "y", "z")),
}
ENV = {
    "n": 6, "zero": 0, "half": 2.5, "neg": -7, "huge": 1e308, "none": None, "ndk": None, "ndk?": "dk", "nref": None,
    "nref?": "refused", "t": "Zażółć", "word": "abc", "tnone": None, "b": True, "f": False, "u": None,
    "d": "2026-03-01", "dnone": None, "c": "b", "c2": "b", "cnone": None, "cdk": "dk", "cdk?": "dk", "s": ("x", "z"),
    "snone": None, "sref": ("refused",), "sref?": "refused", ".": 5, "now()": "2026-04-05T10:20:30+00:00",
}  # fmt: skip
T, F, U = True, False, None

ROWS = [
    # literals and names
    ("1", 1), ("1.5", 1.5), (".5", 0.5), ("'a'", "a"), ('"a"', "a"), ("''", ""), ("true", T), ("false", F),
    ("true()", T), ("false()", F), ("${n}", 6), ("n", 6), ("none", U), ("off", U), ("ndk", U), (".", 5), ("(n)", 6),
    # arithmetic: / is real, % is the remainder of the floored quotient
    ("n + 1", 7), ("n - 1", 5), ("n * 2", 12), ("n / 4", 1.5), ("n div 4", 1.5), ("6 / 3", 2), ("n % 4", 2),
    ("neg % 4", 1), ("7 % -4", -1), ("neg / 2", -3.5), ("half % 2", 0.5), ("-n", -6), ("- -n", 6), ("1 - -1", 2),
    ("2 + 3 * 4", 14), ("(2 + 3) * 4", 20), ("10 - 4 - 3", 3), ("24 / 4 / 2", 3), ("-2 * 3", -6), ("n-1", 5),
    ("0.1 + 0.2 = 0.3", F), ("0.5 + 0.25 = 0.75", T),
    # only division by zero and overflow can go wrong at run time, and they are unknown
    ("n / 0", U), ("n % 0", U), ("n / zero", U), ("n / zero > 1", U), ("huge * 10", U), ("huge + huge", U),
    ("coalesce(n / zero, 1)", 1),
    # the unknown goes through arithmetic
    ("none + 1", U), ("1 - off", U), ("-none", U), ("ndk * 0", U), ("nref / 2", U),
    # comparison
    ("n = 6", T), ("n = 6.0", T), ("n != 6", F), ("n < 6", F), ("n <= 6", T), ("n > 5.9", T), ("n >= 7", F),
    ("6 = n", T), ("5 < n", T), ("n > zero", T), ("n + 1 > n", T), ("none = 6", U), ("none != 6", U), ("none < 6", U),
    ("off = off", U), ("off > 1", U), ("ndk = 1", U), ("ndk <= 6", U), ("nref != 1", U),
    # text compares by code point, after NFC
    ("word = 'abc'", T), ("word = 'ABC'", F), ("word < 'abd'", T), ("'Z' < 'a'", T), ("t = 'Zażółć'", T),
    ("t = 'Zaz\u0307o\u0301łc\u0301'", T), ("'' < 'a'", T), ("tnone = ''", U), ("'10' < '9'", T),
    # dates, bools, codes
    ("d = '2026-03-01'", T), ("d > '2026-02-28'", T), ("'2026-03-02' <= d", F), ("dnone > '2026-01-01'", U),
    ("today() > d", T), ("today() = '2026-04-05'", T), ("now() = '2026-04-05T10:20:30+00:00'", T),
    ("b = true", T), ("b = f", F), ("b != f", T), ("u = true", U), ("c = 'b'", T), ("c = 'a'", F), ("c != 'a'", T),
    ("'b' = c", T), ("c = c2", T), ("cnone = 'a'", U), ("cnone != 'a'", U),
    # don't know and refused are values of codes and sets
    ("cdk = 'a'", F), ("cdk != 'a'", T), ("cdk = 'dk'", T), ("cdk = 'refused'", F), ("c = 'dk'", F),
    ("selected(sref, 'x')", F), ("selected(sref, 'refused')", T), ("count-selected(sref)", 0),
    # Kleene's and, or, not
    ("true and true", T), ("true and false", F), ("false and true", F), ("false and false", F), ("true and u", U),
    ("u and true", U), ("false and u", F), ("u and false", F), ("u and u", U), ("true or false", T),
    ("false or true", T), ("false or false", F), ("u or true", T), ("true or u", T), ("u or false", U),
    ("false or u", U), ("u or u", U), ("not(true)", F), ("not(false)", T), ("not(u)", U), ("not(none = 1)", U),
    ("true or false and false", T), ("(true or false) and false", F), ("n = 6 and none = 6", U),
    ("n = 6 or none = 6", T), ("n = 5 and none = 6", F), ("b and not(f)", T), ("n = 6 and c = 'b' and d > '2020-01-01'", T),
    # answered, asked, dont-know, refused are never unknown
    ("answered(n)", T), ("answered(none)", F), ("answered(off)", F), ("answered(ndk)", T), ("answered(nref)", T),
    ("answered(cdk)", T), ("answered(s)", T), ("answered(snone)", F), ("asked(n)", T), ("asked(none)", T),
    ("asked(off)", F), ("asked(ndk)", T), ("asked(${soff})", F), ("dont-know(ndk)", T), ("dont-know(nref)", F),
    ("dont-know(n)", F), ("dont-know(off)", F), ("refused(nref)", T), ("refused(sref)", T), ("refused(none)", F),
    ("dont-know(cdk)", T),
    # if and coalesce
    ("if(true, 1, 2)", 1), ("if(false, 1, 2)", 2), ("if(u, 1, 2)", U), ("if(true, 1, none)", 1), ("if(true, none, 1)", U),
    ("if(n > 5, 'hi', 'lo')", "hi"), ("coalesce(none, 3)", 3), ("coalesce(n, 3)", 6), ("coalesce(none, off)", U),
    ("coalesce(off, none, n, 1)", 6), ("coalesce(ndk, 9)", 9), ("coalesce(c, 'a')", "b"), ("coalesce(cnone, 'a')", "a"),
    ("coalesce(u, false)", F), ("coalesce(none, 0) <= 6", T),
    # choices
    ("selected(s, 'x')", T), ("selected(s, 'y')", F), ("selected(snone, 'x')", U), ("selected(soff, 'x')", U),
    ("selected(c, 'b')", T), ("selected(c, 'a')", F), ("selected(cnone, 'a')", U), ("count-selected(s)", 2),
    ("count-selected(snone)", U), ("selected(s, c) or true", T), ("not(selected(s, 'y'))", T),
    # text functions
    ("string-length(word)", 3), ("string-length(t)", 6), ("string-length('')", 0), ("string-length(tnone)", U),
    ("contains(word, 'b')", T), ("contains(word, 'B')", F), ("contains(word, '')", T), ("contains(tnone, 'b')", U),
    ("concat(word, 'd')", "abcd"), ("concat('n=', n)", "n=6"), ("concat(half, '')", "2.5"), ("concat(word, tnone)", U),
    ("concat(c, '-', d)", "b-2026-03-01"), ("concat(word)", "abc"),
    # patterns match the whole text
    ("regex(word, '[a-c]+')", T), ("regex(word, 'ab')", F), ("regex(word, 'a.*')", T), ("regex(word, '(ab|x)c')", T),
    (r"regex('2026', '\d{4}')", T), (r"regex('٢٠٢٦', '\d{4}')", F), ("regex(tnone, 'a')", U), ("regex('', '')", T),
    # rounding: half away from zero
    ("round(2.5)", 3), ("round(-2.5)", -3), ("round(2.4)", 2), ("round(-2.4)", -2), ("round(0.5)", 1), ("round(1.5)", 2),
    ("round(0.49999999999999994)", 0), ("round(2.345, 2)", 2.35), ("round(1234, -2)", 1200), ("round(none)", U),
    ("round(n)", 6), ("int(2.9)", 2), ("int(-2.9)", -2), ("int(none)", U),
    # aggregates: strict about the unknown
    ("min(3, 1, 2)", 1), ("max(3, 1, 2)", 3), ("sum(3, 1, 2)", 6), ("sum(n)", 6), ("sum(n, none)", U), ("max(n, off)", U),
    ("sum(n, coalesce(none, 0))", 6), ("sum(0.5, 0.5)", 1), ("min(half, n)", 2.5), ("sum(huge, huge)", U),
]  # fmt: skip


def same(got, expected) -> bool:
    """Equal, and of the same type but for int and float."""
    numeric = type(got) in (int, float) and type(expected) in (int, float)
    return got == expected and (numeric or type(got) is type(expected))


@pytest.mark.parametrize(("source", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_meaning(source, expected):
    expression = parse(source, NAMES, own=Symbol("number"))
    assert isinstance(expression, Expression), [str(problem) for problem in expression]
    assert same(expression.evaluate(dict(ENV)), expected)


REFUSED_ROWS = [
    ("n = 'a'", "type_mismatch", 5),
    ("n + 'a'", "type_mismatch", 5),
    ("word = 1", "type_mismatch", 8),
    ("b = 1", "type_mismatch", 5),
    ("n and b", "type_mismatch", 1),
    ("not(n)", "type_mismatch", 5),
    ("b < f", "type_mismatch", 1),
    ("c < 'b'", "type_mismatch", 1),
    ("s = 'x'", "type_mismatch", 1),
    ("c = word", "type_mismatch", 5),
    ("d = 5", "type_mismatch", 5),
    ("d > '2026-13-01'", "bad_date", 5),
    ("if(b, 1, 'a')", "type_mismatch", 10),
    ("coalesce(n, 'a')", "type_mismatch", 13),
    ("if(n, 1, 2)", "type_mismatch", 4),
    ("selected(n, 'a')", "type_mismatch", 10),
    ("selected(s, 'q')", "unknown_choice", 13),
    ("c = 'q'", "unknown_choice", 5),
    ("cost > 1", "unknown_name", 1),
    ("fuu(n)", "unknown_function", 1),
    ("round()", "wrong_arguments", 1),
    ("int(1, 2)", "wrong_arguments", 1),
    ("answered(1)", "type_mismatch", 10),
    ("string-length(n)", "type_mismatch", 15),
    ("contains(n, 'a')", "type_mismatch", 10),
    ("regex(word, t)", "bad_pattern", 13),
    ("regex(word, '(?=a)')", "bad_pattern", 13),
    (r"regex(word, '(a)\1')", "bad_pattern", 13),
    ("regex(word, '[')", "bad_pattern", 13),
    ("regex(word, 'a**')", "bad_pattern", 13),
    ("regex(word, '(?i)a')", "bad_pattern", 13),
    ("regex(word, 'a{2000}b{2000}')", "bad_pattern", 13),
    ("n = ", "bad_expression", 5),
    ("n = = 1", "bad_expression", 5),
    ("(n", "bad_expression", 3),
    ("", "bad_expression", 1),
    ("'open", "bad_expression", 1),
    ("n # 1", "bad_expression", 3),
    ("1 < n < 3", "bad_expression", 7),
    ("n == 6", "bad_expression", 4),
    ("concat(s)", "type_mismatch", 8),
    ("concat(b)", "type_mismatch", 8),
    ("${}", "bad_expression", 3),
]


@pytest.mark.parametrize(("source", "code", "column"), REFUSED_ROWS, ids=[row[0] for row in REFUSED_ROWS])
def test_refused_with_its_column(source, code, column):
    problems = parse(source, NAMES, own=Symbol("number"))
    assert isinstance(problems, list)
    assert [(problem.code, problem.column) for problem in problems] == [(code, column)]
    assert problems[0].text()
    assert "{" not in problems[0].remedy_text().replace("${", "")


def test_all_problems_at_once():
    problems = parse("cost > 1 and n = 'a' or fuu(2) or c = 'q'", NAMES)
    assert [problem.code for problem in problems] == [
        "unknown_name",
        "type_mismatch",
        "unknown_function",
        "unknown_choice",
    ]


@pytest.mark.parametrize(
    "source", ["1" + "+1" * 3000, "-" * 3000 + "1", "not(" * 2000 + "b" + ")" * 2000, "(" * 5000, "9" * 5000]
)
def test_too_deep_is_a_problem(source):
    assert [problem.code for problem in parse(source, NAMES)] == ["bad_expression"]


def test_whole_numbers_are_doubles_too():
    expression = parse("n * 9007199254740993 - 1", {"n": Symbol("number")})
    assert isinstance(expression, list), "a literal has at most 15 digits"
    expression = parse("n * n", {"n": Symbol("number")})
    value = expression.evaluate({"n": 2**53})
    assert isinstance(value, float)
    assert value == 2.0**106


def test_own_value_only_where_there_is_one():
    assert [problem.code for problem in parse(". > 1", NAMES)] == ["own_value"]


def test_there_are_enough_rows():
    assert len(ROWS) > 150
