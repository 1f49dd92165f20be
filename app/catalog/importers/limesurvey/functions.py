"""The functions of ExpressionScript, each from its arguments to a term of ours.

https://www.limesurvey.org/manual/ExpressionScript_-_Presentation#Access_to_functions; those that are not here have no counterpart.
"""

from collections.abc import Callable
from itertools import combinations
from typing import TYPE_CHECKING

from app.catalog.importers.limesurvey.expressionscript import Syntax
from app.catalog.importers.limesurvey.patterns import pattern
from app.catalog.importers.limesurvey.terms import (
    EMPTY,
    FALSE,
    TRUE,
    Term,
    Untranslatable,
    answered,
    as_bool,
    as_number,
    as_text,
    call,
    exact,
    infix,
    joined,
    literal,
    negated,
    numeric,
    quoted,
)
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.limesurvey.expressions import Translator

Arguments = tuple[Syntax, ...]
Function = Callable[["Translator", Arguments], Term]
TODAY = Term("today()", "moment")
MOST_LISTED = 50
NUMBER_TEXT = r"\s*[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)\s*"


def _if(run: "Translator", arguments: Arguments) -> Term:
    condition, *branches = run.terms(arguments)
    if not branches:
        raise Untranslatable(N_("The function {function}() has too few arguments."), function="if")
    first, second = (*branches, EMPTY)[:2]
    if as_bool(condition) in (TRUE, FALSE):
        return first if as_bool(condition) == TRUE else second
    test = exact(as_bool(condition)).source
    kinds = {first.kind, second.kind}
    if kinds == {"bool"}:
        return Term(f"if({test}, {exact(first).source}, {exact(second).source})", "bool")
    if kinds == {"date"}:
        return Term(f"if({test}, {first.source}, {second.source})", "date", known=False)
    numbers = [term.kind == "number" or numeric(term.value) is not None for term in (first, second)]
    if all(number or term.value == "" for number, term in zip(numbers, (first, second), strict=True)) and any(numbers):
        sources = ["number('')" if term.value == "" else as_number(term).source for term in (first, second)]
        return Term(f"if({test}, {sources[0]}, {sources[1]})", "number", known=all(numbers))
    return Term(f"if({test}, {as_text(first).source}, {as_text(second).source})", "text")


def _is_empty(run: "Translator", arguments: Arguments) -> Term:
    return negated(joined("or", [answered(term) for term in _all(run, arguments)]))


def _count(run: "Translator", arguments: Arguments) -> Term:
    terms = _all(run, arguments)
    picked = {term.variable.name for term in terms if term.variable and term.variable.kind == "chosen"}
    if len(picked) == 1 and all(term.variable and term.variable.kind == "chosen" for term in terms):
        (name,) = picked
        if run.variables.picks[name] == len(terms):
            return Term(f"coalesce(count-selected(${{{name}}}), 0)", "number")
    return _added([_one_if(answered(term)) for term in terms])


def _added(terms: list[Term]) -> Term:
    return terms[0] if len(terms) == 1 else call("sum", *terms)


def _one_if(condition: Term) -> Term:
    return Term(f"if({exact(condition).source}, 1, 0)", "number")


def _count_if(run: "Translator", arguments: Arguments) -> Term:
    wanted, *terms = _all(run, arguments, 2)
    return _added([_one_if(run.compared("==", term, wanted)) for term in terms])


def _count_op(run: "Translator", arguments: Arguments) -> Term:
    op, wanted, *terms = _all(run, arguments, 3)
    return _added([_one_if(run.compared(_operator(op), term, wanted)) for term in terms])


def _sum_op(run: "Translator", arguments: Arguments) -> Term:
    op, wanted, *terms = _all(run, arguments, 3)
    sources = [
        f"if({exact(run.compared(_operator(op), term, wanted)).source}, {as_number(term).source}, 0)" for term in terms
    ]
    return _added([Term(source, "number") for source in sources])


def _operator(term: Term) -> str:
    if term.value in ("==", "!=", "<", "<=", ">", ">="):
        return str(term.value)
    raise Untranslatable(N_("“{operator}” is no comparison."), operator=term.source)


def _all(run: "Translator", arguments: Arguments, least: int = 1) -> list[Term]:
    terms = run.terms(arguments)
    if len(terms) < least:
        raise Untranslatable(N_("A function has too few arguments."))
    return terms


def _sum(run: "Translator", arguments: Arguments) -> Term:
    return _added([as_number(_not_chosen(term)) for term in _all(run, arguments)])


def _not_chosen(term: Term) -> Term:
    """What is picked is Y in LimeSurvey, which adds up to nothing (1 in a grid, which does)."""
    return literal(0) if term.variable and "Y" in term.variable.codes and term.kind == "bool" else term


def _unique(run: "Translator", arguments: Arguments) -> Term:
    terms = _all(run, arguments)
    if len(terms) > 12:
        raise Untranslatable(N_("It compares more than {most} answers with each other."), most=12)
    different = []
    for first, second in combinations(terms, 2):
        same = run.compared("==", first, second)
        different.append(negated(joined("and", [answered(first), same])))
    return joined("and", different) if different else TRUE


def _list(run: "Translator", arguments: Arguments) -> Term:
    """Those that are answered, a comma between."""
    pieces: list[str] = []
    before: list[Term] = []
    terms = _all(run, arguments)
    if len(terms) > MOST_LISTED:
        raise Untranslatable(N_("It lists more than {most} answers."), most=MOST_LISTED)
    for term in terms:
        shown = as_text(term).source
        comma = f"if({joined('or', before).source}, ', ', '')" if before else "''"
        pieces.append(f"if({exact(answered(term)).source}, concat({comma}, {shown}), '')")
        before.append(exact(answered(term)))
    return Term(f"concat({', '.join(pieces)})", "text")


def _implode(run: "Translator", arguments: Arguments) -> Term:
    glue, *terms = _all(run, arguments, 2)
    pieces = [as_text(terms[0]).source]
    for term in terms[1:]:
        pieces += [glue.source, as_text(term).source]
    return Term(f"concat({', '.join(pieces)})", "text")


def _join(run: "Translator", arguments: Arguments) -> Term:
    return Term(f"concat({', '.join(as_text(term).source for term in _all(run, arguments))})", "text")


def _regex(run: "Translator", arguments: Arguments) -> Term:
    wanted, subject = _all(run, arguments, 2)[:2]
    if not isinstance(wanted.value, str):
        raise Untranslatable(N_("Its pattern is calculated."))
    return Term(f"regex({as_text(subject).source}, {quoted(pattern(wanted.value))})", "bool")


def _is_numeric(run: "Translator", arguments: Arguments) -> Term:
    (term,) = _all(run, arguments)[:1]
    if term.kind == "number":
        return answered(term)
    return Term(f"regex({as_text(term).source}, {quoted(NUMBER_TEXT)})", "bool")


def _substr(run: "Translator", arguments: Arguments) -> Term:
    text, start, *length = _all(run, arguments, 2)
    source, first = as_text(text).source, as_number(start)
    if not length:
        return Term(f"substr({source}, {first.source})", "text")
    if isinstance(first.value, int) and first.value < 0:
        raise Untranslatable(N_("It counts from the end of a text."))
    return Term(f"substr({source}, {first.source}, {infix('+', first, as_number(length[0])).source})", "text")


def _position(run: "Translator", arguments: Arguments) -> Term:
    """Where a text begins in another. Here it can only be asked whether it does: a place from 1 on is taken for 1."""
    subject, part = (as_text(term) for term in _all(run, arguments, 2)[:2])
    inside = f"contains({subject.source}, {part.source})"
    run.notes.add(N_("Where a text is found in another is not told, only whether."))
    return Term(f"if({inside}, if(starts-with({subject.source}, {part.source}), 0, 1), -1)", "number")


def _moment(run: "Translator", arguments: Arguments) -> Term:
    (term,) = _all(run, arguments)[:1]
    if term.value in ("now", "today", "now()", ""):
        return TODAY
    if isinstance(term.value, str):
        return Term(f"date({quoted(term.value[:10])})", "moment")
    if term.kind == "datetime":
        run.notes.add(N_("The time of day does not count."))
        return Term(f"date-of({term.source})", "moment", known=term.known)
    if term.kind == "date":
        return Term(term.source, "moment", known=term.known, variable=term.variable)
    raise Untranslatable(N_("It reads a moment from a text."))


PARTS = {"Y": "year-of", "m": "month-of", "n": "month-of", "d": "day-of", "j": "day-of"}


def _date(run: "Translator", arguments: Arguments) -> Term:
    form, *moment = _all(run, arguments)
    day = moment[0] if moment else TODAY
    if day.kind != "moment" or not isinstance(form.value, str):
        raise Untranslatable(N_("It formats what is no day."))
    if form.value in PARTS:
        return Term(f"{PARTS[form.value]}({day.source})", "number", known=day.known)
    if form.value in ("Y-m-d", "Y-m-d H:i", "Y-m-d 00:00"):
        return Term(day.source, "date", known=day.known, variable=day.variable)
    raise Untranslatable(N_("It formats a day as “{form}”."), form=form.value)


def _now(_run: "Translator", _arguments: Arguments) -> Term:
    return TODAY


def _rand(run: "Translator", arguments: Arguments) -> Term:
    bounds = [as_number(term) for term in run.terms(arguments)]
    if len(bounds) != 2:
        raise Untranslatable(N_("It draws a number without bounds."))
    low, high = bounds
    span = infix("+", infix("-", high, low), literal(1))
    return Term(f"once(floor(random() * {span.within(6)}) + {low.within(5)})", "number")


def _numbers(name: str, most: int = 1) -> Function:
    """A function of numbers that is called so in both."""

    def same(run: "Translator", arguments: Arguments) -> Term:
        return call(name, *map(as_number, _all(run, arguments)[:most]))

    return same


def _texts(name: str) -> Function:
    def same(run: "Translator", arguments: Arguments) -> Term:
        return call(name, as_text(_all(run, arguments)[0]), kind="text")

    return same


def _strlen(run: "Translator", arguments: Arguments) -> Term:
    return call("string-length", as_text(_all(run, arguments)[0]))


def _as_is(run: "Translator", arguments: Arguments) -> Term:
    return _all(run, arguments)[0]


def _replace(run: "Translator", arguments: Arguments) -> Term:
    part, by, text = (as_text(term) for term in _all(run, arguments, 3)[:3])
    return call("replace", text, part, by, kind="text")


def _never(_run: "Translator", _arguments: Arguments) -> Term:
    return FALSE


FUNCTIONS: dict[str, Function] = {
    "if": _if, "iif": _if, "is_empty": _is_empty, "empty": _is_empty, "is_null": _is_empty, "count": _count,
    "countif": _count_if, "countifop": _count_op, "sumifop": _sum_op, "sum": _sum,
    "min": _numbers("min", 999), "max": _numbers("max", 999),
    "unique": _unique, "list": _list, "implode": _implode, "join": _join, "regexMatch": _regex, "is_numeric": _is_numeric,
    "is_int": _is_numeric, "is_nan": _never, "substr": _substr, "strpos": _position, "stripos": _position,
    "strtotime": _moment, "time": _now, "mktime": _now, "date": _date, "rand": _rand, "strlen": _strlen,
    "round": _numbers("round", 2), "floor": _numbers("floor"), "ceil": _numbers("ceiling"), "abs": _numbers("abs"),
    "sqrt": _numbers("sqrt"), "exp": _numbers("exp"), "pow": _numbers("pow", 2), "intval": _numbers("int"),
    "strtoupper": _texts("upper-case"), "strtolower": _texts("lower-case"), "trim": _texts("normalize-space"),
    "ltrim": _texts("normalize-space"), "rtrim": _texts("normalize-space"), "str_replace": _replace, "fixnum": _as_is,
    "floatval": _as_is, "strip_tags": _as_is, "htmlspecialchars": _as_is, "htmlentities": _as_is, "nl2br": _as_is,
    "html_entity_decode": _as_is, "stripslashes": _as_is, "number_format": _as_is,
}  # fmt: skip
