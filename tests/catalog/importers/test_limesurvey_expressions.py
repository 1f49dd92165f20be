"""ExpressionScript as our expressions: on given answers the verdict is LimeSurvey's, also on what was not answered."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.catalog.importers.limesurvey.expressions import Translator
from app.catalog.importers.limesurvey.expressionscript import pieces
from app.catalog.importers.limesurvey.patterns import pattern
from app.catalog.importers.limesurvey.survey import Question
from app.catalog.importers.limesurvey.terms import Untranslatable
from app.catalog.importers.limesurvey.variables import Variable, Variables
from app.engine.expressions import Symbol, parse
from app.engine.expressions.functions import matches
from app.engine.model import Expression

LETTERS, DIGITS = ("A", "B"), ("1", "2", "3")
SYMBOLS = {
    "n": Symbol("number"), "m": Symbol("number"), "t": Symbol("text"), "u": Symbol("text"), "d": Symbol("date"),
    "letter": Symbol("code", LETTERS), "digit": Symbol("code", DIGITS), "several": Symbol("set", ("x", "y", "other")),
    "several__other__text": Symbol("text"), "ranked": Symbol("set", LETTERS), "grid__r1": Symbol("code", DIGITS),
    "grid__r2": Symbol("code", DIGITS), "firstname": Symbol("text"),
}  # fmt: skip
Answers = Mapping[str, Any]


def variables() -> Variables:
    questions = {
        code: Question(str(qid), "?", code, {}, {}, 0, "N", False, "", "")
        for qid, code in enumerate(
            ("n", "m", "t", "u", "d", "letter", "digit", "several", "ranked", "grid", "later"), 1
        )
    }
    found = Variables(questions)
    for name, kind in (("n", "number"), ("m", "number"), ("t", "text"), ("u", "text"), ("d", "date")):
        found.declare(questions[name], Variable(name, kind))
    found.declare(questions["letter"], Variable("letter", "code", {code: code for code in LETTERS}))
    found.declare(questions["digit"], Variable("digit", "code", {code: code for code in DIGITS}))
    for choice in ("x", "y"):
        found.declare(questions["several"], Variable("several", "chosen", {"Y": ""}, choice=choice), choice)
    found.declare(questions["several"], Variable("several__other__text", "text"), "other")
    for place in ("1", "2"):
        variable = Variable("ranked", "code", {code: code for code in LETTERS}, choice=str(int(place) - 1))
        found.declare(questions["ranked"], variable, place)
    for row in ("r1", "r2"):
        found.declare(questions["grid"], Variable(f"grid__{row}", "code", {code: code for code in DIGITS}), row)
    return found


def ours(source: str) -> Expression:
    found = parse(source, SYMBOLS, "bool")
    assert isinstance(found, Expression), (source, found)
    return found


def verdict(script: str, answers: Answers) -> bool:
    """Whether it holds, as a condition (the unknown shows nothing) and as a check (which is never unknown)."""
    env = {**dict.fromkeys(SYMBOLS), **answers, "now()": "2026-11-25T10:00:00Z"}
    shown = ours(Translator(variables()).condition(script)).evaluate(env) is True
    holds = ours(Translator(variables()).check(script)).evaluate(env)
    assert holds is shown, script
    return shown


NOBODY: Answers = {}
CASES: list[tuple[str, Answers, bool]] = [
    ("letter == 'A'", {"letter": "A"}, True),
    ("letter == 'A'", NOBODY, False),
    ("letter != 'A'", {"letter": "B"}, True),
    ("letter != 'A'", NOBODY, True),
    ("!(letter == 'A')", NOBODY, True),
    ("letter.NAOK eq \"A\" AND 9X1X6 == 'A'", {"letter": "A"}, True),
    ("letter == ''", NOBODY, True),
    ("letter != ''", {"letter": "A"}, True),
    ("is_empty(letter.NAOK)", NOBODY, True),
    ("letter == 'gone'", {"letter": "A"}, False),
    ("letter != 'gone'", {"letter": "A"}, True),
    ("digit == 2", {"digit": "2"}, True),
    ("digit > 1", {"digit": "2"}, True),
    ("digit >= '2' && digit lt 3", {"digit": "3"}, False),
    ("digit + n > 4", {"digit": "3", "n": 2}, True),
    ("n > 5 or m > 5", {"m": 6}, True),
    ("n > 5", NOBODY, False),
    ("n != 5", NOBODY, True),
    ("n == 0", NOBODY, False),
    ("n <= '5'", {"n": 5}, True),
    ("n * 2 - m == 3", {"n": 2, "m": 1}, True),
    ("sum(n, m) >= 3", {"n": 3}, True),
    ("n + m == 3", {"n": 3}, True),
    ("n / m > 1", {"n": 3, "m": 0}, False),
    ("count(n, m, t) == 2", {"n": 1, "t": "x"}, True),
    ("several_x == 'Y'", {"several": ("x",)}, True),
    ("several_x == \"Y\" and several_y != \"Y\"", {"several": ("x", "y")}, False),
    ("several_x != 'Y'", NOBODY, True),
    ("several_y == ''", {"several": ("x",)}, True),
    ("count(several_x, several_y) > 1", {"several": ("x", "y")}, True),
    ("count(that.several.NAOK) == 0", NOBODY, True),
    ("several_other != ''", {"several": ("other",), "several__other__text": "z"}, True),
    ("ranked_1 == 'B'", {"ranked": ("B", "A")}, True),
    ("ranked_2.NAOK == 'A'", {"ranked": ("B",)}, False),
    ("is_empty(ranked_2)", {"ranked": ("B",)}, True),
    ("grid_r1 == 1 and 9X1X10r2 == 3", {"grid__r1": "1", "grid__r2": "3"}, True),
    ("countif('1', grid_r1, grid_r2) == 2", {"grid__r1": "1", "grid__r2": "1"}, True),
    ("countifop('>=', 2, grid_r1, grid_r2) == 1", {"grid__r1": "1", "grid__r2": "3"}, True),
    ("unique(grid_r1, grid_r2)", {"grid__r1": "1", "grid__r2": "1"}, False),
    ("unique(grid_r1, grid_r2)", NOBODY, True),
    ("t == 'yes'", {"t": "yes"}, True),
    ("strlen(t) > 2", {"t": "abc"}, True),
    ("strlen(t) == 0", NOBODY, True),
    ("regexMatch('/^[a-z]+$/i', t)", {"t": "ABc"}, True),
    ("regexMatch('/b/', t)", {"t": "abc"}, True),
    ("regexMatch('/^b/', t)", {"t": "abc"}, False),
    ("strpos(t, 'b') > 0", {"t": "abc"}, True),
    ("substr(t, 0, 2) == 'ab'", {"t": "abc"}, True),
    ("strtoupper(t) == 'ABC'", {"t": "abc"}, True),
    ("is_numeric(t)", {"t": "12.5"}, True),
    ("is_numeric(t)", {"t": "x"}, False),
    ("trim(t) == 'a'", {"t": "a"}, True),
    ("t == u", NOBODY, True),
    ("t != u", {"t": "a"}, True),
    ("if(n > 1, 'a', 'b') == 'a'", {"n": 2}, True),
    ("if(n > 1, 1, 0)", NOBODY, False),
    ("if(letter=='A', n, m) == 7", {"letter": "B", "m": 7}, True),
    ("round(n, 1) == 2.5 && floor(n) == 2 && ceil(n) == 3", {"n": 2.46}, True),
    ("intval(t) == 12 or abs(n) == 3", {"n": -3}, True),
    ("min(n, m) == 1 && max(n, m) == 2", {"n": 1, "m": 2}, True),
    ("d > '2020-01-31'", {"d": "2020-02-01"}, True),
    ("strtotime(d) < time()", {"d": "2026-11-24"}, True),
    ("(strtotime('today') - strtotime(d)) / 86400 == 2", {"d": "2026-11-23"}, True),
    ("date('Y') - date('Y', strtotime(d)) >= 18", {"d": "2000-05-05"}, True),
    ("list(n, t) == '1, x'", {"n": 1, "t": "x"}, True),
    ("implode('-', n, t) == '1-x'", {"n": 1, "t": "x"}, True),
    ("TOKEN:FIRSTNAME == 'Ann'", {"firstname": "Ann"}, True),
    ("letter", {"letter": "A"}, True),
    ("!n", {"n": 0}, True),
    ("n && several_x", {"n": 1, "several": ("x",)}, True),
    ("1", NOBODY, True),
    ("0", NOBODY, False),
    ("(n > 1) == 1", {"n": 2}, True),
    ("t == 'it\\'s'", {"t": "it's"}, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("script", "answers", "holds"), CASES, ids=[f"{script} {answers}" for script, answers, _ in CASES]
)
def test_the_verdict_is_limesurvey_s(script: str, answers: Answers, holds: bool) -> None:
    assert verdict(script, answers) is holds


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("later == 1", "It reads later, which is not asked before."),
        ("9X1X11 == 1", "It reads 9X1X11, which is not asked before."),
        ("nosuch > 1", "There is no nosuch."),
        ("sha1(t) == 'x'", "There is no function sha1() here."),
        ("a = (", "It is not well-formed."),
        ("regexMatch('/(?=x)/', t)", "Its pattern cannot be used: it uses a look-around, a flag or a named group."),
        ("n > 'many'", "It compares a number with a text."),
        ("letter * 2 > 1", "It calculates with what is no number: ${letter}."),
    ],
)
def test_what_cannot_be_said_is_told_with_its_reason(script: str, why: str) -> None:
    with pytest.raises(Untranslatable) as told:
        Translator(variables()).condition(script)
    assert told.value.why.format_map(told.value.params) == why


@pytest.mark.parametrize(
    ("php", "yes", "no"),
    [
        ("/^[0-9]{5}$/", ["12345"], ["1234", "123456", "a12345"]),
        ("/foo/i", ["a FOo b", "foo"], ["fo"]),
        ("/^a|b$/", ["ax", "xb"], ["xa", "bx"]),
        ("/^(a|b)$/", ["a", "b"], ["ab", ""]),
        ("#^https?://#", ["http://x"], ["ftp://x"]),
        ("/^[a-f0-9]+$/i", ["aF09"], ["g"]),
        (r"/^\d{2}\/\d{2}$/", ["12/34"], ["12-34"]),
    ],
)
def test_patterns_match_what_they_matched(php: str, yes: list[str], no: list[str]) -> None:
    found = pattern(php)
    assert [text for text in (*yes, *no) if matches(text, found)] == yes


def test_a_text_is_cut_at_its_expressions() -> None:
    text = "Hi {name}, { not } {if(a=='}','b','c')} {open 'x"
    assert [piece for piece, is_expression in pieces(text) if is_expression] == ["name", "if(a=='}','b','c')"]
    assert "".join(f"{{{piece}}}" if is_expression else piece for piece, is_expression in pieces(text)) == text
