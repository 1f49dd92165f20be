"""Functions of days and times."""

from typing import TYPE_CHECKING

from app.catalog.importers.xlsform import convert
from app.catalog.importers.xlsform.terms import (
    NAN,
    NEVER,
    SUM,
    Term,
    Untranslatable,
    call,
    known,
    quoted,
)
from app.catalog.importers.xlsform.xpath import Node
from app.core.problems import N_
from app.engine.expressions.moments import format_problem

if TYPE_CHECKING:
    from app.catalog.importers.xlsform.translate import Translator


def date(run: "Translator", arguments: list[Node]) -> Term:
    subject = run.value(arguments[0])
    if subject.type == "number":
        return Term(f"date('1970-01-01') + {known(subject).at(SUM + 1)}", "date", SUM, subject.missing and NAN)
    if subject.type in ("text", "date", "datetime"):
        return convert.as_date(subject)
    raise Untranslatable(N_("this is no day here"))


def format_date(run: "Translator", arguments: list[Node]) -> Term:
    subject, form = run.value(arguments[0]), run.value(arguments[1]).literal
    if isinstance(form, str):
        form = form.replace("%S", "00").replace("%3", "000")
    if not isinstance(form, str) or format_problem(form):
        raise Untranslatable(N_("this form of a date needs words of a language"))
    subject = subject if subject.type in ("date", "datetime") else convert.as_date(convert.as_text(run, subject))
    return call("format-date", subject, quoted(form), type="text", missing=NEVER if subject.missing is NEVER else "")


def decimal_days(run: "Translator", arguments: list[Node]) -> Term:
    subject = run.value(arguments[0])
    return convert.as_number(run, convert.as_date(subject) if subject.type == "text" else subject)
