"""The expression language: XLSForm's surface over our own typed, three-valued semantics.

``parse(source, names)`` gives a checked Expression or its problems. The semantics are frozen in
tests/engine/test_semantics.py and described in docs/questionnaire-language.md.
"""

from app.core.problems import Problem
from app.engine.expressions.check import Checker, Symbol
from app.engine.expressions.evaluate import closure
from app.engine.expressions.grammar import read
from app.engine.model import Expression

__all__ = ["Symbol", "parse"]


def parse(
    source: str,
    names: dict[str, Symbol],
    want: str | None = None,
    own: Symbol | None = None,
    *,
    within: tuple[str, ...] = (),
    columns: frozenset[str] = frozenset(),
) -> Expression | list[Problem]:
    """The expression, or everything wrong with it.

    ``names``: what may be referred to. ``want``: the type it must have ("bool" for conditions). ``own``: what ``.``
    is, in constraints and warnings. ``within``: the repeats it stands in, outermost first. ``columns``: of the choices
    that it filters; not empty in a choice_filter alone. Problems carry the 1-based ``column`` inside ``source``.
    """
    syntax = read(source)
    if isinstance(syntax, Problem):
        return [syntax]
    checker = Checker(names, own, within, columns)
    tree, type_ = checker.check(syntax)
    if want and type_ not in (want, None):
        checker.mismatch(syntax, want, type_)
    if checker.problems or type_ is None:
        return checker.problems
    return Expression(source, tree, type_, frozenset(checker.references), closure(tree))
