"""The names of the tables of expressions and what they hold: asked or not, and answered or not, as ENV says."""

from typing import Any

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
    "tm": Symbol("time"),  # 08:30
    "tmnone": Symbol("time"),
    "dt": Symbol("datetime"),  # 2026-03-01T18:00
    "dtnone": Symbol("datetime"),
    "last": Symbol("date"),  # 9999-12-31
    "num": Symbol("text"),  # " 4.50 "
    "rank": Symbol("set", ("x", "y", "z")),  # z, x: ordered
    "member": Symbol("number"),  # 3: rows of the repeat
    "ages": Symbol("number", repeats=("member",)),  # 40, unanswered, 10
    "names": Symbol("text", repeats=("member",)),  # Ana, unanswered, Ion
    "sexes": Symbol("code", ("f", "m"), repeats=("member",)),  # f, m, unanswered
    "borns": Symbol("date", repeats=("member",)),
    "likes": Symbol("set", ("x", "y"), repeats=("member",)),
    "costs": Symbol("number", repeats=("member", "job")),
    "empties": Symbol("number", repeats=("member",)),  # no rows
    "blanks": Symbol("number", repeats=("member",)),  # rows without an answer
    "gone": Symbol("number", repeats=("member",)),  # the repeat is off the route
    "note": Symbol(None),
}
ENV = {
    "n": 6, "zero": 0, "half": 2.5, "neg": -7, "huge": 1e308, "none": None, "ndk": None, "ndk?": "dk", "nref": None,
    "nref?": "refused", "t": "Zażółć", "word": "abc", "tnone": None, "b": True, "f": False, "u": None,
    "d": "2026-03-01", "dnone": None, "c": "b", "c2": "b", "cnone": None, "cdk": "dk", "cdk?": "dk", "s": ("x", "z"),
    "snone": None, "sref": ("refused",), "sref?": "refused", ".": 5, "now()": "2026-04-05T10:20:30+00:00",
    "tm": "08:30", "tmnone": None, "dt": "2026-03-01T18:00", "dtnone": None, "last": "9999-12-31", "num": " 4.50 ",
    "rank": ("z", "x"), "member": 3, "ages": [40, None, 10], "names": ["Ana", None, "Ion"], "sexes": ["f", "m", None],
    "borns": ["1986-05-06", None, None], "likes": [("x",), (), None], "costs": [5, None, 7.5], "empties": [],
    "blanks": [None, None],
}  # fmt: skip


def right(source: str, **place: Any) -> Expression:
    """The expression, which must be right."""
    expression = parse(source, NAMES, **place)
    assert isinstance(expression, Expression), [str(problem) for problem in expression]
    return expression
