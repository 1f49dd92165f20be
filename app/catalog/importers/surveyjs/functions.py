"""SurveyJS's arithmetic and functions (survey-core's functionsfactory) in our words."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from app.catalog.importers.surveyjs.grammar import Syntax
from app.catalog.importers.surveyjs.terms import Const, Lost, Term, as_number, as_term, as_text
from app.catalog.importers.surveyjs.values import Value
from app.catalog.importers.writing import known, reference
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.surveyjs.conditions import Operand, Translation

INDEXES = ("panelindex", "visiblepanelindex", "rowindex", "visiblerowindex")
CONDITIONS = ("and or not empty notempty = != < <= > >= contains notcontains anyof allof noneof").split()
__all__ = ["as_number", "special", "term", "value"]


def special(run: "Translation", path: str) -> "Operand | None":
    """What is no value of a question: the row's number, the choice in question, a length."""
    key = path.casefold()
    if key in INDEXES:
        return Term("position() - 1", "number")
    if key in ("item", "choice", "rowvalue", "rowname") and run.scope.item is not None:
        return Const(run.scope.item)
    if key.endswith(".length") and run.values.find(key, run.scope) is None:
        held = run.values.find(key.removesuffix(".length"), run.scope)
        if held and held.type == "rows":
            return Term(reference(held.name), "number")
        if held and held.type == "set":
            return Term(f"coalesce(count-selected({run.name(held)}), 0)", "number")
    return None


def value(run: "Translation", node: Syntax) -> Term:
    """The node as a term of ours, whatever it is."""
    return as_term(run, run.operand(node))


def term(run: "Translation", node: Syntax) -> Term:
    """A calculation or a condition as a term."""
    if node.op in CONDITIONS:
        return Term(known(run.truth(node)), "bool")
    if node.op == "call":
        name = node.operands[0].lower()
        if name not in FUNCTIONS:
            raise Lost(N_("There is no function {function}() here."), function=node.operands[0])
        return FUNCTIONS[name](run, node.operands[1:])
    return _arithmetic(run, node)


def _arithmetic(run: "Translation", node: Syntax) -> Term:
    left, right = (run.operand(operand) for operand in node.operands)
    if node.op == "+" and "text" in (_type(left), _type(right)):
        return Term(f"concat({as_text(run, left)}, {as_text(run, right)})", "text")
    if node.op == "^":
        return Term(f"pow({run.numeric(left)}, {run.numeric(right)})", "number")
    first, second = (_bracketed(run.numeric(operand)) for operand in (left, right))
    return Term(f"({first} {node.op} {second})", "number")


def _type(operand: "Operand") -> str:
    if isinstance(operand, Const):
        return "text" if isinstance(operand.value, str) else "number"
    return operand.type


def _bracketed(text: str) -> str:
    return f"({text})" if " " in text and not text.endswith(")") else text


def _parameters(run: "Translation", nodes: Sequence[Syntax], least: int) -> "list[Operand]":
    if len(nodes) < least:
        raise Lost(N_("A function has too few arguments."))
    return [run.operand(node) for node in nodes]


def _iif(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    _parameters(run, nodes, 3)
    test = known(run.truth(nodes[0]))
    yes, no = value(run, nodes[1]), value(run, nodes[2])
    if yes.type != no.type:
        yes, no = (Term(as_text(run, branch), "text") for branch in (yes, no))
    return Term(f"if({test}, {yes.text}, {no.text})", yes.type)


def _numbers(run: "Translation", nodes: Sequence[Syntax]) -> list[str]:
    """Each argument as a number; those of a repeat, seen from outside, stay lists."""
    given = [operand for operand in _parameters(run, nodes, 1) if operand != Const(None)]
    return [as_number(run, operand) for operand in given] or ["0"]


def _sum(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    parts = [f"coalesce({text}, 0)" for text in _numbers(run, nodes)]
    return Term(f"sum({', '.join(parts)})", "number")


def _extreme(function: str) -> "Callable[[Translation, Sequence[Syntax]], Term]":
    def extreme(run: "Translation", nodes: Sequence[Syntax]) -> Term:
        """Of those that are there: a pair whose one is not there is the other."""
        found, *others = _numbers(run, nodes)
        for text in others:
            found = f"coalesce({function}({found}, {text}), {found}, {text})"
        return Term(found, "number")

    return extreme


def _average(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    parts = _numbers(run, nodes)
    there = " + ".join(f"if(coalesce({text} = {text}, false), 1, 0)" for text in parts)
    return Term(f"coalesce({_sum(run, nodes).text} / ({there}), 0)", "number")


def _in_array(function: str) -> "Callable[[Translation, Sequence[Syntax]], Term]":
    def over(run: "Translation", nodes: Sequence[Syntax]) -> Term:
        """Over one question of a repeat, or one column of a table."""
        held, name = _parameters(run, nodes, 2)[:2]
        if len(nodes) > 2:
            raise Lost(N_("Only some of the rows count, which cannot be said here."))
        if not isinstance(held, Value) or not isinstance(name, Const):
            raise Lost(N_("It calculates with a whole table or list."))
        key = str(name.value).casefold()
        if held.type == "rows" and key in held.parts:
            part = held.parts[key]
            if function != "count" and part.type != "number":
                raise Lost(N_("It calculates with a value of type {type}."), type=part.type)
            found = f"{function}({reference(part.name)})"
            return Term(f"coalesce({found}, 0)" if function in ("sum", "mean") else found, "number")
        raise Lost(N_("It calculates with a whole table or list."))

    return over


def _today(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    shift = f" + {as_number(run, run.operand(nodes[0]))}" if nodes else ""
    return Term(f"today(){shift}", "date")


def _date(run: "Translation", nodes: Sequence[Syntax]) -> str:
    given = as_term(run, _parameters(run, nodes, 1)[0])
    if given.type == "text":
        return f"date({given.text})"
    if given.type == "datetime":
        return f"date-of({given.text})"
    if given.type != "date":
        raise Lost(N_("It takes a value of type {type} for a day."), type=given.type)
    return given.text


def _part(function: str) -> "Callable[[Translation, Sequence[Syntax]], Term]":
    return lambda run, nodes: Term(f"{function}({_date(run, nodes) if nodes else 'today()'})", "number")


def _age(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    return Term(_years(_date(run, nodes), "today()"), "number")


def _years(early: str, late: str) -> str:
    """Whole years between two days."""
    before = (
        f"month-of({late}) < month-of({early}) or "
        f"(month-of({late}) = month-of({early}) and day-of({late}) < day-of({early}))"
    )
    return f"(year-of({late}) - year-of({early}) - if({before}, 1, 0))"


def _difference(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    early, late = _date(run, nodes[:1]), _date(run, nodes[1:2])
    unit = nodes[2].operands[0] if len(nodes) > 2 and nodes[2].op == "const" else "days"
    if unit == "days":
        return Term(f"abs({late} - {early})", "number")
    if unit == "years":
        return Term(_years(early, late), "number")
    raise Lost(N_("Days are counted in days and years only."))


def _shifted(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    if len(nodes) > 2 and nodes[2].operands[0] != "days":
        raise Lost(N_("Days are counted in days and years only."))
    _parameters(run, nodes, 2)
    return Term(f"{_date(run, nodes[:1])} + {run.numeric(run.operand(nodes[1]))}", "date")


def _rounded(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    return Term(f"round({', '.join(_numbers(run, nodes))})", "number")


def _whole(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    if len(nodes) > 1:
        raise Lost(N_("Numbers are cut to whole ones only."))
    return Term(f"int({_numbers(run, nodes)[0]})", "number")


def _count(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    return Term(" + ".join(f"if({known(run.there(o))}, 1, 0)" for o in _parameters(run, nodes, 1)), "number")


def _display(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    """The words of an answer."""
    name = _parameters(run, nodes, 1)[0]
    held = run.variable(str(name.value)) if isinstance(name, Const) else name
    if isinstance(held, Value) and held.type in ("code", "set"):
        return Term(f"label({run.name(held)})", "text")
    return Term(as_text(run, held), "text")


def _substring(run: "Translation", nodes: Sequence[Syntax]) -> Term:
    text, *places = _parameters(run, nodes, 2)
    return Term(f"substr({', '.join((as_text(run, text), *(run.numeric(place) for place in places)))})", "text")


FUNCTIONS: "dict[str, Callable[[Translation, Sequence[Syntax]], Term]]" = {
    "iif": _iif,
    "sum": _sum,
    "min": _extreme("min"),
    "max": _extreme("max"),
    "avg": _average,
    "count": _count,
    "suminarray": _in_array("sum"),
    "mininarray": _in_array("min"),
    "maxinarray": _in_array("max"),
    "avginarray": _in_array("mean"),
    "countinarray": _in_array("count"),
    "today": _today,
    "currentdate": _today,
    "getdate": lambda run, nodes: Term(_date(run, nodes), "date"),
    "age": _age,
    "datediff": _difference,
    "diffdays": _difference,
    "dateadd": _shifted,
    "year": _part("year-of"),
    "getyear": _part("year-of"),
    "currentyear": _part("year-of"),
    "month": _part("month-of"),
    "day": _part("day-of"),
    "round": _rounded,
    "trunc": _whole,
    "displayvalue": _display,
    "substring": _substring,
}
