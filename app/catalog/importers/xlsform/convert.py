"""The conversions that XPath does silently and we write out."""

import re
from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING

from app.catalog.importers.xlsform.terms import (
    NAN,
    NEVER,
    PRODUCT,
    SUM,
    ZERO_DAY,
    Term,
    Untranslatable,
    call,
    known,
    number,
    numeral,
    quoted,
    text,
)
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator

DAYS = ("date", "datetime")
MOMENTS = (*DAYS, "time")
MOST_CODES = 60
"""Choices that are written out one by one."""


def alike(run: "Translator", left: Term, right: Term) -> tuple[Term, Term]:
    """Both in one type in which they can be compared."""
    types = {left.type, right.type}
    if len(types) == 1:
        return left, right
    if types == {"date", "datetime"}:
        run.note(N_("the time of day is not looked at"))
        return as_date(left), as_date(right)
    answers = all(term.literal is None and (term.item or term.type == "text") for term in (left, right))
    if types <= {"number", "text", "code"} and answers:
        # answers are compared as they are written
        return as_text(run, left), as_text(run, right)
    if "number" in types or (types & set(DAYS) and "code" in types):
        return as_number(run, left), as_number(run, right)
    if "date" in types and "text" in types:
        return as_date(left), as_date(right)
    return as_text(run, left), as_text(run, right)


def as_number(run: "Translator", term: Term) -> Term:
    """XPath's number()."""
    if term.type in ("number", "column"):
        return term
    if isinstance(term.literal, str):
        value = numeral(term.literal)
        return call("number", "''", type="number", missing=NAN) if value is None else number(value)
    if term.type in ("text", "code"):
        return call("number", term, type="number", missing=NAN)
    if term.type in DAYS:
        zero = ZERO_DAY[term.type]
        missing = NAN if term.missing is not NEVER else NEVER
        return Term(f"{term.at(SUM)} - {quoted(zero)}", "number", SUM, missing)
    if term.type == "bool":
        return call("if", known(term), "1", "0", type="number")
    if term.type == "set":
        run.note(N_("of several choices the first counts"))
        return call("number", f"selected-at({term.text}, 0)", type="number", missing=NAN)
    raise Untranslatable(N_("this is no number here"))


def as_text(run: "Translator", term: Term) -> Term:
    """XPath's string()."""
    if term.type in ("text", "column"):
        return term
    if term.type == "number" and term.missing != "":
        term = known(term)
    missing = NEVER if term.missing is NEVER else ""
    if term.type == "number" and term.literal is not None:
        return text(term.text)
    if term.type == "bool":
        return replace(
            call("if", known(term), "'true'", "'false'", type="text"),
            values=(("true", "true"), ("false", "false")),
        )
    if term.type in ("number", "code", *MOMENTS):
        values = None
        if term.type == "code" and term.item is not None and term.item.list is not None:
            values = tuple((choice.code, choice.name) for choice in term.item.list.choices)
        return replace(call("string", term, type="text", missing=missing), values=values)
    if term.type == "set" and term.item is not None and term.item.list is not None:
        return _set_as_text(run, term, [choice.code for choice in term.item.list.choices])
    raise Untranslatable(N_("this is no text here"))


def _set_as_text(run: "Translator", term: Term, codes: list[str]) -> Term:
    """The codes of the picked choices with spaces between."""
    if len(codes) > MOST_CODES:
        raise Untranslatable(N_("this is no text here"))
    run.note(N_("the order in which choices were picked is not looked at"))
    picked = (f"if(coalesce(selected({term.text}, {quoted(code)}), false), {quoted(code + ' ')}, '')" for code in codes)
    return Term(f"normalize-space(concat({', '.join(picked)}))", "text")


def as_date(term: Term) -> Term:
    if term.type == "datetime":
        return call("date-of", term, type="date", missing=term.missing)
    if isinstance(term.literal, str):
        return call("date", quoted(moment(term.literal, "date") or ""), type="date", missing=NEVER)
    return term if term.type != "text" else call("date", term, type="date", missing=NAN)


def days(run: "Translator", op: str, left: Term, right: Term) -> Term | None:
    """Days between two days, or a day so many days away; None where it is a sum of numbers."""
    if left.type in DAYS and right.type in DAYS and op == "-":
        left, right = alike(run, left, right)
        missing = NEVER if left.missing is NEVER and right.missing is NEVER else NAN
        return Term(f"{left.at(SUM)} - {right.at(PRODUCT)}", "number", SUM, missing)
    if op == "+" and right.type == "date" and left.type != "date":
        left, right = right, left
    if left.type != "date" or right.type in DAYS or not (isinstance(right.literal, str) or _whole(right)):
        return None
    if right.literal is not None and isinstance(right.literal, str) and moment(right.literal, "date"):
        return Term(f"{left.at(SUM)} - {quoted(right.literal)}", "number", SUM, left.missing and NAN)
    shifted = known(as_number(run, right))
    missing = NEVER if left.missing is NEVER and shifted.missing is NEVER else NAN
    return Term(f"{left.at(SUM)} {op} {shifted.at(PRODUCT)}", "date", SUM, missing)


def _whole(term: Term) -> bool:
    """Whether it surely has no fraction: a date here has none either."""
    if isinstance(term.literal, (int, float)):
        return float(term.literal).is_integer()
    asked = term.item is not None and term.item.type.word == "integer"
    return asked or term.text.startswith(("int(", "count-selected(", "string-length("))


def moment(literal: str, type_: str) -> str | None:
    """A literal as a date, time or datetime of ours; None where it is none."""
    literal = literal.strip()
    try:
        if type_ == "time":
            clock = re.match(r"\d{1,2}:\d{2}", literal)
            return time.fromisoformat(clock[0].zfill(5)).isoformat("minutes") if clock else None
        day = date.fromisoformat(literal[:10]).isoformat()
        clock = re.match(r"\d{2}:\d{2}", literal[11:])
        return day if type_ == "date" else f"{day}T{clock[0] if clock else '00:00'}"
    except ValueError:
        return None
