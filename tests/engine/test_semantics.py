"""The semantics of expressions, frozen: each row is source, what it means. Do not change a row; add rows.

The names are those of names.py.
"""

import pytest

from app.engine.expressions import Symbol, parse
from app.engine.model import Expression
from tests.engine.names import ENV, NAMES

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
    # times and datetimes compare as clocks do; their quoted literals are checked
    ("tm = '08:30'", T), ("tm < '12:00'", T), ("'08:29' >= tm", F), ("tmnone > '00:00'", U), ("tm != '08:31'", T),
    ("dt > '2026-03-01T17:59'", T), ("dt = '2026-03-01T18:00'", T), ("'2026-03-02T00:00' > dt", T), ("dtnone < dt", U),
    # days: between dates and datetimes, and away from a date
    ("d - '2026-02-28'", 1), ("'2026-12-24' - d", 298), ("d - d", 0), ("d - dnone", U), ("today() - d", 35),
    ("d - today() < 0", T), ("(today() - d) / 7", 5), ("d + 1", "2026-03-02"), ("d - 1", "2026-02-28"),
    ("d + n", "2026-03-07"),
    ("d + 1.9", "2026-03-02"), ("d - 0.5", "2026-02-28"), ("d - -1", "2026-03-02"), ("d + none", U), ("dnone + 1", U),
    ("last + 1", U), ("d - 10000000", U), ("d + huge", U), ("d + 1 - d", 1), ("d + 1 > '2026-03-01'", T),
    ("last - 1 + 1", "9999-12-31"),
    ("dt - '2026-03-01T06:00'", 0.5), ("'2026-03-02T18:00' - dt", 1), ("dt - dt", 0), ("dt - dtnone", U),
    ("date('2026-03-01')", "2026-03-01"), ("date('2026-02-29')", U), ("date('1.3.2026')", U), ("date(word)", U),
    ("date(tnone)", U),
    ("date('2026-03-01') = d", T), ("date-time('2026-03-01T18:00')", "2026-03-01T18:00"),
    ("date-time(now())", "2026-04-05T10:20"),
    ("date-time('2026-03-01T25:00')", U), ("date-time('2026-03-01')", U), ("date-time(now()) - dt > 34", T),
    ("date-of(dt)", "2026-03-01"), ("time-of(dt)", "18:00"), ("date-of(dt) = d", T), ("time-of(dtnone)", U),
    ("year-of(d)", 2026),
    ("month-of(d)", 3), ("day-of(d)", 1), ("year-of(dnone)", U), ("format-date(d, '%d.%m.%Y')", "01.03.2026"),
    ("format-date(d, '%e/%n/%y %%')", "1/3/26 %"), ("format-date(dt, '%H:%M')", "18:00"), ("format-date(d, '%H')", "00"),
    ("format-date(dnone, '%Y')", U), ("format-date(d, '')", ""), ("coalesce(dnone, '2026-01-01')", "2026-01-01"),
    ("coalesce(tmnone, '07:00')", "07:00"), ("concat(tm, ' ', dt)", "08:30 2026-03-01T18:00"),
    ("if(b, tm, '07:00')", "08:30"),
    # lists: rows without an answer do not count
    ("sum(ages)", 50), ("min(ages)", 10), ("max(ages)", 40), ("mean(ages)", 25), ("count(ages)", 2), ("count(names)", 2),
    ("sum(empties)", 0), ("min(empties)", U), ("max(empties)", U), ("mean(empties)", U), ("count(empties)", 0),
    ("sum(blanks)", 0),
    ("max(blanks)", U), ("count(blanks)", 0), ("sum(gone)", U), ("count(gone)", U), ("sum(costs)", 12.5),
    ("count(likes)", 2),
    ("sum(ages, n)", 56), ("max(ages, 50)", 50), ("sum(ages, none)", U), ("mean(1, 2)", 1.5), ("mean(1, none)", U),
    ("mean(n)", 6),
    ("member", 3), ("member > 2", T), ("sum(ages) / member > 16", T), ("join(', ', names)", "Ana, Ion"),
    ("join('', empties)", ""),
    ("join(' ', ages)", "40 10"), ("join('+', sexes)", "f+m"), ("join(',', borns)", "1986-05-06"),
    ("join(tnone, names)", U),
    ("at(ages, 1)", 40), ("at(ages, 2)", U), ("at(ages, 3)", 10), ("at(ages, 0)", U), ("at(ages, -1)", U),
    ("at(ages, 4)", U),
    ("at(ages, 1.5)", U), ("at(ages, none)", U), ("at(gone, 1)", U), ("at(sexes, 2) = 'm'", T), ("at(sexes, 3) = 'm'", U),
    ("selected(at(likes, 1), 'x')", T), ("today() - at(borns, 1) > 14000", T),
    ("at(names, member)", "Ion"), ("answered(ages)", T), ("answered(blanks)", F), ("answered(empties)", F),
    ("answered(gone)", F),
    # ordered sets, and what was picked at a place from 0
    ("selected-at(rank, 0)", "z"), ("selected-at(rank, 1)", "x"), ("selected-at(rank, 2)", U), ("selected-at(rank, -1)", U),
    ("selected-at(s, 0) = 'x'", T), ("selected-at(snone, 0)", U), ("selected-at(sref, 0)", U),
    ("selected-at(rank, 0.5)", U),
    ("rank-of(rank, 'x')", 2), ("rank-of(rank, 'z') = 1", T), ("rank-of(rank, 'y')", U), ("rank-of(snone, 'x')", U),
    ("rank-of(sref, 'x')", U),
    # a code compares with a code; with text it has to be made one
    ("c = c2", T), ("c != c2", F), ("cdk = c", F), ("cnone = c", U), ("c = selected-at(rank, 0)", F),
    ("string(c) = 'b'", T),
    ("string(c) = word", F), ("string(n)", "6"), ("string(half)", "2.5"), ("string(d)", "2026-03-01"), ("string(none)", U),
    ("number('12')", 12), ("number(num)", 4.5), ("number('-1e3')", -1000), ("number('.5')", 0.5), ("number('')", U),
    ("number('12a')", U),
    ("number('nan')", U), ("number('1_0')", U), ("number('٣')", U), ("number('1e999')", U), ("number(c)", U),
    ("number(tnone)", U),
    # text
    ("substr(word, 1, 3)", "bc"), ("substr(word, 1)", "bc"), ("substr(word, 0, 1)", "a"), ("substr(word, -2)", "bc"),
    ("substr(word, 5)", ""),
    ("substr(word, 0, -1)", "ab"), ("substr(word, 2, 1)", ""), ("substr(word, 0.9, 2.9)", "ab"),
    ("substr(word, 0, huge)", "abc"),
    ("substr(word, none)", U), ("starts-with(word, 'ab')", T), ("starts-with(word, 'b')", F), ("starts-with(word, '')", T),
    ("ends-with(word, 'bc')", T), ("ends-with(tnone, 'c')", U), ("upper-case(t)", "ZAŻÓŁĆ"), ("lower-case('ŻÓŁĆ')", "żółć"),
    ("upper-case('ß')", "SS"), ("normalize-space('  a \t b ')", "a b"), ("replace(word, 'b', 'xx')", "axxc"),
    ("replace(word, '', 'x')", "abc"),
    ("replace('a.b', '.', '-')", "a-b"), ("replace(word, 'z', tnone)", U), ("concat('e', '\u0301') = 'é'", T),
    # numbers: outside its domain or range a function is unknown
    ("abs(neg)", 7), ("abs(half)", 2.5), ("pow(2, 10)", 1024), ("pow(4, 0.5)", 2), ("pow(neg, 0.5)", U),
    ("pow(0, -1)", U), ("pow(huge, 2)", U),
    ("sqrt(9)", 3), ("sqrt(neg)", U), ("exp(0)", 1), ("exp(1000)", U), ("log(1)", 0), ("log(0)", U), ("log10(1000)", 3),
    ("log10(neg)", U),
    ("floor(neg / 2)", -4), ("ceiling(half)", 3), ("ceiling(-2.5)", -2), ("floor(none)", U), ("floor(huge) = huge", T),
    ("int(huge) = huge", T),
    ("round(n, 999999999999999)", U), ("round(n, 300)", 6), ("once(n)", 6), ("once(cnone)", U),
    ("count-non-empty(n, none, ndk, off, c)", 3),
    ("count-non-empty(none)", 0), ("answered(note)", F), ("asked(note)", F),
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
    # times and days, lists, sets and codes, arguments
    ("tm = '8:30'", "bad_time", 6), ("tm = '25:00'", "bad_time", 6), ("dt > '2026-03-01'", "bad_time", 6),
    ("dt > '2026-03-01T18:00:00'", "bad_time", 6), ("d > '20260301'", "bad_date", 5), ("d - '1.3.2026'", "bad_date", 5),
    ("dt > d", "type_mismatch", 6), ("tm > n", "type_mismatch", 6), ("n + d", "type_mismatch", 5),
    ("d + d", "type_mismatch", 5), ("d + '2026-01-01'", "type_mismatch", 5), ("'2026-01-01' - n", "type_mismatch", 1),
    ("d - dt", "type_mismatch", 5), ("dt + 1", "type_mismatch", 1), ("dt - 1", "type_mismatch", 6),
    ("tm - 1", "type_mismatch", 1), ("n - d", "type_mismatch", 5), ("d * 2", "type_mismatch", 1),
    ("-d", "type_mismatch", 2), ("year-of(dt)", "type_mismatch", 9), ("text(word)", "unknown_function", 1),
    ("minus(n)", "unknown_function", 1), ("name(n)", "unknown_function", 1), ("since(d, d)", "unknown_function", 1),
    ("date(d)", "type_mismatch", 6), ("format-date(d, '%A')", "bad_format", 16),
    ("format-date(d, '%')", "bad_format", 16), ("format-date(d, word)", "bad_format", 16), ("ages", "type_mismatch", 1),
    ("ages > 1", "type_mismatch", 1), ("1 < ages", "type_mismatch", 5), ("'a' = names", "type_mismatch", 7),
    ("ages + 1", "type_mismatch", 1), ("borns + 1", "type_mismatch", 1), ("1 - ages", "type_mismatch", 5),
    ("-ages", "type_mismatch", 2), ("asked(ages)", "type_mismatch", 7), ("refused(ages)", "type_mismatch", 9),
    ("count-non-empty(ages)", "type_mismatch", 17), ("coalesce(ages, 1)", "type_mismatch", 10),
    ("once(ages)", "type_mismatch", 6), ("if(b, n, ages)", "type_mismatch", 10),
    ("selected(likes, 'x')", "type_mismatch", 10), ("count-selected(likes)", "type_mismatch", 16),
    ("string(names)", "type_mismatch", 8), ("concat(names)", "type_mismatch", 8), ("sum(names)", "type_mismatch", 5),
    ("min(borns)", "type_mismatch", 5), ("join(', ', likes)", "type_mismatch", 12),
    ("join(', ', word)", "type_mismatch", 12), ("count(n)", "type_mismatch", 7), ("at(n, 1)", "type_mismatch", 4),
    ("at(ages, 'x')", "type_mismatch", 10), ("at(sexes, 1) = 'q'", "unknown_choice", 16),
    ("at(ages, 1) = 'f'", "type_mismatch", 15), ("position()", "outside_repeat", 1),
    ("c = string(c2)", "type_mismatch", 5), ("number(n)", "type_mismatch", 8),
    ("rank-of(s, 'q')", "unknown_choice", 12), ("selected-at(s, 0) = 'q'", "unknown_choice", 21),
    ("selected-at(c, 0)", "type_mismatch", 13), ("label(n)", "type_mismatch", 7), ("label('a')", "type_mismatch", 7),
    ("label(t)", "type_mismatch", 7), ("string(b)", "type_mismatch", 8), ("count-non-empty()", "wrong_arguments", 1),
    ("random(1)", "wrong_arguments", 1), ("dt > '2026-03-01T24:00'", "bad_time", 6),
]  # fmt: skip


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
    assert len(ROWS) > 350
