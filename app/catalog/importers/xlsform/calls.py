"""XLSForm's functions, each as what it is in our language."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from app.catalog.importers.xlsform import calls_of_choices as choices
from app.catalog.importers.xlsform import calls_of_days as days
from app.catalog.importers.xlsform import calls_of_rows as rows
from app.catalog.importers.xlsform import compare, convert
from app.catalog.importers.xlsform.lookups import pulldata
from app.catalog.importers.xlsform.patterns import pattern
from app.catalog.importers.xlsform.terms import (
    NAN,
    NEVER,
    Term,
    Untranslatable,
    any_of,
    boolean,
    call,
    guarded,
    known,
    number,
    numeral,
    quoted,
    text,
)
from app.catalog.importers.xlsform.xpath import Node
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator

Call = Callable[["Translator", list[Node]], Term]


def translate_call(run: "Translator", node: Node) -> Term:
    name, *arguments = node.operands
    function = CALLS.get(name) or CALLS.get(name.lower())
    if function is None:
        raise Untranslatable(N_("there is nothing like {function}() here"), function=name)
    try:
        return function(run, arguments)
    except (IndexError, TypeError, ValueError):
        raise Untranslatable(N_("{function}() has not the arguments that it needs"), function=name) from None


def _numeric(name: str, least: int = 1, most: int = 1, ours: str = "") -> Call:
    """A function of numbers that has the same meaning here."""

    def translate(run: "Translator", arguments: list[Node]) -> Term:
        if not least <= len(arguments) <= most:
            raise IndexError
        terms = [known(convert.as_number(run, run.value(argument))) for argument in arguments]
        missing = NEVER if all(term.missing is NEVER for term in terms) else NAN
        return call(ours or name, *terms, type="number", missing=missing)

    return translate


def _textual(name: str, result: str = "text") -> Call:
    """A function of texts that has the same meaning here; an answer that is not there is the empty text."""

    def translate(run: "Translator", arguments: list[Node]) -> Term:
        terms = [convert.as_text(run, run.value(argument)) for argument in arguments]
        if result == "bool" and terms[0].item and len(terms) == 2 and terms[1].literal:
            return call(name, *terms, type=result, missing=False)
        alone = len(terms) == 1 and terms[0].missing == ""
        return call(name, *(terms if alone else map(known, terms)), type=result, missing="" if alone else NEVER)

    return translate


def _if(run: "Translator", arguments: list[Node]) -> Term:
    condition = run.condition(arguments[0], None)
    first, second = run.value(arguments[1]), run.value(arguments[2])
    if condition.literal is not None:
        return first if condition.literal else second
    return _merged(run, [first, second], lambda terms: call("if", condition, *terms, type=terms[0].type))


def _merged(run: "Translator", terms: list[Term], build: Callable[[list[Term]], Term]) -> Term:
    """A term that is one of several, which get one type; the empty text fits every type that can be unknown."""
    type_ = _common(terms)
    if type_ in ("file", "list", "none", "time") or (type_ == "set" and {term.type for term in terms} != {"set"}):
        raise Untranslatable(N_("these values are of different types"))
    conversions: dict[str, Callable[[Term], Term]] = {
        "number": lambda term: convert.as_number(run, term),
        "text": lambda term: convert.as_text(run, term),
        "date": convert.as_date,
        "bool": lambda term: known(compare.truth(run, term)),
    }
    terms = [conversions[type_](term) if type_ in conversions else term for term in terms]
    missing = {term.missing for term in terms if term.missing is not NEVER}
    if len(missing) > 1:
        terms = [known(term) for term in terms]
        missing = {""}
    values = None
    if type_ == "text" and all(term.values is not None for term in terms):
        values = tuple(dict.fromkeys(value for term in terms for value in term.values or ()))
    merged = replace(build(terms), missing=missing.pop() if missing else NEVER, values=values)
    return replace(merged, type="date" if type_ == "date" else type_)


def _common(terms: list[Term]) -> str:
    types = {term.type for term in terms if term.literal != ""}
    literals = [term for term in terms if isinstance(term.literal, str) and term.literal != ""]
    if not types:
        return "text"
    if (
        types <= {"number", "text"}
        and "number" in types
        and len(literals) == sum(term.type == "text" and term.literal != "" for term in terms)
    ):
        numbers = all(numeral(term.literal) is not None for term in literals)
        return "number" if numbers else "text"
    if types <= {"date", "datetime"}:
        return "date" if "date" in types else "text"
    if types <= {"bool"} or types == {"set"}:
        return types.pop()
    return "number" if types == {"number"} else "text"


def _coalesce(run: "Translator", arguments: list[Node]) -> Term:
    terms = [run.value(argument) for argument in arguments]
    merged = _merged(run, terms, lambda same: call("coalesce", *same, type=same[0].type))
    return replace(merged, missing=terms[-1].missing) if terms[-1].missing is NEVER else merged


def _string_length(run: "Translator", arguments: list[Node]) -> Term:
    subject = convert.as_text(run, run.value(arguments[0]))
    return call("string-length", subject, type="number", missing=NEVER if subject.missing is NEVER else 0)


def _regex(run: "Translator", arguments: list[Node]) -> Term:
    subject, source = convert.as_text(run, run.value(arguments[0])), run.value(arguments[1]).literal
    if not isinstance(source, str):
        raise Untranslatable(N_("the pattern is worked out, and patterns must be written out here"))
    ours, fits_empty = pattern(source)
    return call("regex", subject, quoted(ours), type="bool", missing=NEVER if subject.missing is NEVER else fits_empty)


def _substring(run: "Translator", arguments: list[Node]) -> Term:
    subject = known(convert.as_text(run, run.value(arguments[0])))
    start, *length = (run.value(argument).literal for argument in arguments[1:])
    first = max(int(start) - 1, 0)
    ends = [str(first + int(length[0]))] if length else []
    return call("substr", subject, str(first), *ends, type="text")


def _substr(run: "Translator", arguments: list[Node]) -> Term:
    subject = known(convert.as_text(run, run.value(arguments[0])))
    places = [known(convert.as_number(run, run.value(argument))) for argument in arguments[1:]]
    missing = NEVER if all(place.missing is NEVER for place in places) else ""
    return call("substr", subject, *places, type="text", missing=missing)


def _translate(run: "Translator", arguments: list[Node]) -> Term:
    subject = convert.as_text(run, run.value(arguments[0]))
    old, new = (run.value(argument).literal for argument in arguments[1:3])
    if len(old) > 30 or set(old[1:]) & set(new[: len(old)]):
        raise Untranslatable(N_("there is nothing like {function}() here"), function="translate")
    for index, character in enumerate(old):
        subject = call(
            "replace", subject, quoted(character), quoted(new[index : index + 1]), type="text", missing=subject.missing
        )
    return subject


def _boolean_from_string(run: "Translator", arguments: list[Node]) -> Term:
    subject = run.value(arguments[0])
    if subject.type == "bool":
        return subject
    return any_of(guarded(compare.equal(run, subject, text(word)), None) for word in ("true", "1"))


def _exp10(run: "Translator", arguments: list[Node]) -> Term:
    return call("pow", "10", known(convert.as_number(run, run.value(arguments[0]))), type="number", missing=NAN)


def _uuid(run: "Translator", arguments: list[Node]) -> Term:
    run.note(N_("a random number stands for a random name"))
    return call("string", "int(random() * 1000000000000)", type="text")


def _version(run: "Translator", arguments: list[Node]) -> Term:
    return text(run.form.settings.get("version", ""))


def _number(run: "Translator", arguments: list[Node]) -> Term:
    term = convert.as_number(run, run.value(arguments[0]))
    return replace(term, item=None, missing=NAN if term.missing == "" else term.missing)


def _same(run: "Translator", arguments: list[Node]) -> Term:
    return run.value(arguments[0])


def _plain(ours: str, type_: str) -> Call:
    return lambda run, arguments: call(ours, type=type_)


CALLS: dict[str, Call] = {
    "if": _if,
    "coalesce": _coalesce,
    "once": _same,
    "true": lambda run, _: boolean(True),
    "false": lambda run, _: boolean(False),
    "not": lambda run, arguments: run.condition(Node("call", ("not", arguments[0])), None),
    "boolean": lambda run, arguments: run.condition(arguments[0], None),
    "boolean-from-string": _boolean_from_string,
    "selected": choices.selected,
    "count-selected": choices.count_selected,
    "selected-at": choices.selected_at,
    "jr:choice-name": choices.choice_name,
    "jr:itext": _same,
    "string": lambda run, arguments: convert.as_text(run, run.value(arguments[0])),
    "string-length": _string_length,
    "concat": _textual("concat"),
    "contains": _textual("contains", "bool"),
    "starts-with": _textual("starts-with", "bool"),
    "ends-with": _textual("ends-with", "bool"),
    "regex": _regex,
    "substr": _substr,
    "substring": _substring,
    "translate": _translate,
    "normalize-space": _textual("normalize-space"),
    "upper-case": _textual("upper-case"),
    "lower-case": _textual("lower-case"),
    "join": rows.join,
    "number": _number,
    "int": _numeric("int"),
    "round": _numeric("round", 1, 2),
    "floor": _numeric("floor"),
    "ceiling": _numeric("ceiling"),
    "abs": _numeric("abs"),
    "pow": _numeric("pow", 2, 2),
    "sqrt": _numeric("sqrt"),
    "exp": _numeric("exp"),
    "log": _numeric("log"),
    "log10": _numeric("log10"),
    "pi": lambda run, _: number(math.pi),
    "random": _plain("random", "number"),
    "exp10": _exp10,
    "sum": rows.of_list("sum"),
    "min": rows.of_list("min"),
    "max": rows.of_list("max"),
    "count": rows.count,
    "count-non-empty": rows.count_non_empty,
    "indexed-repeat": rows.indexed_repeat,
    "position": rows.position,
    "today": _plain("today", "date"),
    "now": lambda run, _: call("date-time", "now()", type="datetime"),
    "date": days.date,
    "date-time": lambda run, arguments: run.value(arguments[0]),
    "format-date": days.format_date,
    "format-date-time": days.format_date,
    "decimal-date-time": days.decimal_days,
    "version": _version,
    "uuid": _uuid,
    "pulldata": pulldata,
}
"""Our word for each of XLSForm's."""
