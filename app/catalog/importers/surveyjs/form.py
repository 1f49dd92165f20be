"""A SurveyJS form on its way to a definition: what all its parts are written with."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.catalog.importers.names import Names
from app.catalog.importers.report import Report
from app.catalog.importers.surveyjs import functions
from app.catalog.importers.surveyjs.choices import Choice
from app.catalog.importers.surveyjs.conditions import Translation
from app.catalog.importers.surveyjs.grammar import read
from app.catalog.importers.surveyjs.terms import Lost, Term
from app.catalog.importers.surveyjs.texts import Texts, Words
from app.catalog.importers.surveyjs.values import Scope, Value, Values
from app.catalog.importers.writing import TRUE, all_of
from app.core.problems import N_

GREYED = N_("It is not shown where it would be greyed out.")


@dataclass(slots=True, eq=False)
class Condition:
    """A condition of an element or of a panel around it; translated and reported once. ``why``: what is only nearly so."""

    source: str
    where: str
    name: str
    why: str = ""
    done: bool = False
    text: str | None = None


@dataclass(slots=True, eq=False)
class Element:
    """A question of the form. ``key``: its name there; ``name``: ours; ``kind``: our question type, or "grid", "columns",
    "texts" (tables), "rows" (a repeat), "lost"; ``type``: of its value. ``items``: its choices; ``rows``: of a table;
    ``parts``: columns, fields, or what a repeat repeats. ``lost``: what its own type lost, or why it is left out.
    ``comment``: our name of the field for comments beside it; ``cells``: values of its rows; ``homes``: where its value is
    kept; ``term``: what a computed one is calculated from."""

    raw: Mapping[str, Any]
    key: str
    name: str
    kind: str
    type: str
    where: str
    scope: Scope
    conditions: list[Condition]
    items: list[Choice] = field(default_factory=list)
    rows: list[Choice] = field(default_factory=list)
    parts: list["Element"] = field(default_factory=list)
    lost: str = ""
    comment: str = ""
    cells: Mapping[str, Value] = field(default_factory=dict)
    homes: list[tuple[dict[str, Value], str]] = field(default_factory=list)
    term: Term | None = None

    @property
    def at(self) -> int:
        return self.scope.at


class Form:
    """What is known of the form, and the report."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.report, self.names, self.pages = Report(), Names(), Names()
        self.values = Values(self.names)
        self.texts = Texts(raw, self.values, self.report)

    def words(self, element: Element, key: str) -> Words:
        """One of the element's texts, "" where it has none."""
        return self.texts.words(element.raw.get(key), element.scope, element.where, element.key)

    def label(self, element: Element) -> Words:
        """Its title; SurveyJS shows the name where there is none."""
        named = self.texts.words(element.key, Scope(0), element.where, element.key)
        return self.words(element, "title") or named or element.name

    def condition(
        self,
        source: str,
        element: Element,
        *,
        item: str | None = None,
        own: Value | None = None,
        counted: bool = True,
        greyed: bool = False,
    ) -> str | None:
        """A condition of one element in our words, None where it is left out; ``counted``: it gets a line of the report."""
        scope = replace(element.scope, item=item, own=own)
        return self._condition(source, scope, element.where, element.key, GREYED if greyed else "", counted)

    def shared(self, condition: Condition, scope: Scope) -> str | None:
        """Likewise of a condition that stands for several elements."""
        if not condition.done:
            condition.done = True
            condition.text = self._condition(
                condition.source, scope, condition.where, condition.name, condition.why, True
            )
        return condition.text

    def _condition(self, source: str, scope: Scope, where: str, name: str, why: str, counted: bool) -> str | None:
        found = condition(source, self.values, scope)
        if isinstance(found, Lost):
            if counted:
                self.report.left_out("condition", where, name, source, found.why, **found.params)
            return None
        text, notes = found
        if counted and (why or notes):
            self.report.approximated("condition", where, name, source, why or notes[0])
        elif counted:
            self.report.carried("condition", where, name, source)
        return text

    def calculated(self, source: str, scope: Scope, where: str, name: str) -> Term | None:
        """A calculated value; None where it is left out, which is reported as a condition."""
        found = calculation(source, self.values, scope)
        if isinstance(found, Lost):
            self.report.left_out("condition", where, name, source, found.why, **found.params)
            return None
        term, notes = found
        if notes:
            self.report.approximated("condition", where, name, source, notes[0])
        else:
            self.report.carried("condition", where, name, source)
        return term

    def all_of(self, conditions: Iterable[str | None]) -> str:
        """All that were carried; "" where nothing is to be checked."""
        together = all_of(condition for condition in conditions if condition is not None)
        return "" if together == TRUE else together

    def relevant(self, element: Element) -> str:
        """When the element is shown."""
        return self.all_of(self.shared(condition, element.scope) for condition in element.conditions)


def condition(source: str, values: Values, scope: Scope) -> tuple[str, list[str]] | Lost:
    """The condition and why it is only nearly the same, or what of it cannot be said here."""
    syntax = read(source)
    if syntax is None:
        return Lost(N_("It cannot be read as an expression of SurveyJS."))
    translation = Translation(values, scope)
    try:
        return translation.whole(syntax), translation.notes
    except Lost as lost:
        return lost


def calculation(source: str, values: Values, scope: Scope) -> tuple[Term, list[str]] | Lost:
    """A calculated value, likewise."""
    syntax = read(source)
    if syntax is None:
        return Lost(N_("It cannot be read as an expression of SurveyJS."))
    translation = Translation(values, scope)
    try:
        return functions.value(translation, syntax), translation.notes
    except Lost as lost:
        return lost
