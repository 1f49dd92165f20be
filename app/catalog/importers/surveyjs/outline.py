"""A SurveyJS form as pages of elements: panels opened, each element declared before any condition is read."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.catalog.importers.surveyjs import choices, tables
from app.catalog.importers.surveyjs.form import Condition, Element, Form
from app.catalog.importers.surveyjs.grammar import read
from app.catalog.importers.surveyjs.kinds import columns, conditions_of, kind_of, value_of
from app.catalog.importers.surveyjs.values import Scope, Value, add
from app.catalog.importers.surveyjs.widgets import standard
from app.core.problems import N_

Raw = Mapping[str, Any]
MOVED = N_("It reads an answer that stands below it on the same page, so the question is asked after that one.")
UNKNOWN = N_("There is no question type {type} here: it is a widget of the form's own program.")


@dataclass(slots=True, eq=False)
class Flat:
    """An element of a page with the conditions of the panels around it."""

    raw: Raw
    where: str
    conditions: list[Condition]

    @property
    def keys(self) -> set[str]:
        return {str(self.raw[key]).casefold() for key in ("name", "valueName") if self.raw.get(key)}

    def reads(self) -> set[str]:
        """What its conditions refer to."""
        trees = [tree for condition in self.conditions if (tree := read(condition.source))]
        paths = {path.casefold() for tree in trees for path in tree.variables()}
        return {name for path in paths for name in (path, re.sub(r"^(panel|row)\.", "", path).partition(".")[0])}


@dataclass(slots=True)
class Page:
    raw: Raw
    where: str
    conditions: list[Condition]
    elements: list[Element] = field(default_factory=list)
    panels: list[tuple[Raw, str]] = field(default_factory=list)


def elements_of(raw: Raw) -> list[Raw]:
    """The elements of a page or panel ("questions" in the first versions)."""
    found = raw.get("elements", raw.get("questions", raw.get("templateElements")))
    return [node for node in found if isinstance(node, Mapping)] if isinstance(found, list) else []


def flat(nodes: list[Raw], where: str, around: list[Condition], panels: list[tuple[Raw, str]]) -> Iterator[Flat]:
    """The elements inside panels, whose titles become texts to read; the panels and where they are go to ``panels``."""
    for index, node in enumerate(nodes):
        here = f"{where}[{index}]"
        conditions = around + conditions_of(node, here)
        if node.get("type") in ("panel", "flowpanel") or ("elements" in node and "type" not in node):
            panels.append((node, here))
            if node.get("title") or node.get("description"):
                heading = {"name": f"{node.get('name', 'panel')}_heading", "type": "html", "html": node.get("title")}
                yield Flat({**heading, "after": node.get("description"), "heading": True}, here, conditions)
            yield from flat(elements_of(node), f"{here}.elements", conditions, panels)
        else:
            yield Flat(node, here, conditions)


def ordered(items: list[Flat]) -> list[Flat]:
    """Each after what it reads on the same page, otherwise as they stand."""
    waiting = [(item, item.keys, item.reads()) for item in items]
    done: list[Flat] = []
    while waiting:
        below = Counter(key for _, keys, _ in waiting for key in keys)
        free = (i for i, (_, keys, reads) in enumerate(waiting) if not any(below[k] > (k in keys) for k in reads))
        index = next(free, 0)
        for passed, _, _ in waiting[:index]:
            for condition in passed.conditions:
                condition.why = condition.why or MOVED
        done.append(waiting.pop(index)[0])
    return done


STEP = 100
"""Between two elements, so that what is calculated from them has places of its own."""


class Outline:
    """Gives every element its name and place, and its value to the form."""

    def __init__(self, form: Form, shown_by: Mapping[str, list[Condition]]) -> None:
        """``shown_by``: conditions that triggers set for a page or element, by its name."""
        self.form, self.shown_by, self.at = form, shown_by, 0
        self.panels: list[tuple[Raw, str]] = []
        """Panels inside repeats."""

    def pages(self) -> list[Page]:
        raw_pages = self.form.raw.get("pages")
        if not isinstance(raw_pages, list):
            raw_pages = [self.form.raw]
        pages = []
        for index, raw in enumerate(raw_pages):
            if isinstance(raw, Mapping):
                where = f"pages[{index}]"
                own = [] if raw is self.form.raw else conditions_of(raw, where)
                page = Page(raw, where, own + self.shown_by.get(str(raw.get("name", "")), []))
                items = ordered(list(flat(elements_of(raw), f"{where}.elements", [], page.panels)))
                page.elements = self.elements(items, Scope(0), self.form.values.known)
                page.panels += self.panels
                self.panels = []
                pages.append(page)
        return pages

    def elements(self, items: list[Flat], scope: Scope, known: dict[str, Value]) -> list[Element]:
        return [self.element(item, scope, known) for item in items]

    def element(self, item: Flat, scope: Scope, known: dict[str, Value]) -> Element:
        """Declares it among the ``known`` values, and what is inside it."""
        self.at += STEP
        raw, lost = standard(item.raw) or (item.raw, UNKNOWN)
        kind = kind_of(raw) if lost != UNKNOWN else "lost"
        key = str(raw.get("name") or raw.get("valueName") or raw.get("type") or "question")
        conditions = item.conditions + self.shown_by.get(key, [])
        name = self.form.names.take(key)
        element = Element(raw, key, name, kind, "", item.where, replace(scope, at=self.at), conditions, lost=lost)
        element.items = choices.choices(raw)
        value = value_of(self.form, element)
        element.type = value.type
        if kind == "rows":
            value = self._repeat(element, value)
        elif kind in ("grid", "columns", "texts"):
            value = tables.declare(self.form, element, value)
            element.cells = value.parts
        self._declare(element, value, known)
        return element

    def _declare(self, element: Element, value: Value, known: dict[str, Value]) -> None:
        """The value is found by the element's name, and by that under which it is shared."""
        for key in dict.fromkeys((str(element.raw.get("valueName") or element.key), element.key)):
            add(known, key, value)
            element.homes.append((known, key.casefold()))
        if element.raw.get("hasComment") or element.raw.get("showCommentArea"):
            element.comment = self.form.names.take(f"{element.name}_comment")
            add(known, f"{element.key}-comment", Value("text", element.comment, element.at, repeats=value.repeats))
        for item in element.items:
            if item.raw.get("specify") and choices.written(element):
                name = f"{element.name}__{item.code}__text"
                add(known, f"{element.key}-comment", Value("text", name, element.at, repeats=value.repeats))

    def _repeat(self, element: Element, value: Value) -> Value:
        """The questions of each row; ``panel`` and ``row`` stand for the row among them."""
        self.form.pages.take(element.name)  # a repeat stands among the pages: none of them may be called so
        repeats = (*element.scope.repeats, element.name)
        parts: dict[str, Value] = {}
        around = {**element.scope.around, "panel": parts, "row": parts}
        if "panel" in element.scope.around:
            around["parentpanel"] = element.scope.around["panel"]
        scope = Scope(0, around, repeats=repeats)
        if element.raw.get("type") == "matrixdynamic":
            below = [(f"{element.where}.columns[{index}]", raw) for index, raw in columns(element.raw)]
            items = [Flat(raw, where, conditions_of(raw, where)) for where, raw in below]
            details = elements_of({"elements": element.raw.get("detailElements")})
            items += flat(details, f"{element.where}.detailElements", [], self.panels)
        else:
            items = list(flat(elements_of(element.raw), f"{element.where}.templateElements", [], self.panels))
        element.parts = self.elements(ordered(items), scope, parts)
        return replace(value, parts=parts)
