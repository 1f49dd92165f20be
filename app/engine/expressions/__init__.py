"""The expression language: XLSForm's surface over our own typed, three-valued semantics.

``parse(source, names)`` gives a checked Expression or its problems. The semantics are frozen in
tests/engine/test_semantics.py and described in docs/questionnaire-language.md.
"""

from collections.abc import Mapping

from app.core.problems import Problem
from app.engine.expressions.check import Checker
from app.engine.expressions.columns import Lookup, lookups
from app.engine.expressions.evaluate import cell, closure
from app.engine.expressions.functions import FUNCTIONS, LIST, Function
from app.engine.expressions.grammar import read
from app.engine.expressions.symbols import Symbol
from app.engine.model import Expression

__all__ = ["Lookup", "Symbol", "all_of", "cell", "lookups", "parse"]


def parse(
    source: str,
    names: dict[str, Symbol],
    want: str | None = None,
    own: Symbol | None = None,
    *,
    within: tuple[str, ...] = (),
    columns: frozenset[str] = frozenset(),
    place: str = "",
    functions: Mapping[str, Function] = FUNCTIONS,
) -> Expression | list[Problem]:
    """The expression, or everything wrong with it.

    ``names``: what may be referred to. ``want``: the type it must have ("bool" for conditions). ``own``: what ``.``
    is, in constraints and warnings. ``within``: the repeats it stands in, outermost first. ``columns``: of the choices
    that it filters, in a choice_filter alone; where it is not empty there is also ``name``, the choice's own. ``place``:
    tells this expression from others, so that their random() differ. ``functions``: what may be called. Problems carry
    the 1-based ``column`` inside ``source``.
    """
    syntax = read(source)
    if isinstance(syntax, Problem):
        return [syntax]
    checker = Checker(names, own, within, columns, place, functions)
    tree, type_ = checker.check(syntax)
    if type_ is not None and (type_.startswith(LIST) or (want and type_ != want)):
        checker.mismatch(syntax, want or type_.removeprefix(LIST), type_)
    if checker.problems or type_ is None:
        return checker.problems
    return Expression(source, tree, type_, frozenset(checker.references), closure(tree))


def all_of(*conditions: Expression | None) -> Expression | None:
    """The condition that all of these hold; None: none is given."""
    given = [condition for condition in conditions if condition is not None]
    if len(given) < 2:
        return given[0] if given else None
    tree = ["and", *[condition.tree for condition in given]]
    source = " and ".join(f"({condition.source})" for condition in given)
    references = frozenset[str]().union(*[condition.references for condition in given])
    return Expression(source, tree, "bool", references, closure(tree))
