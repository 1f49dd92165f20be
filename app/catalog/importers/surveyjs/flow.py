"""What a SurveyJS form says beside its pages: calculated values, triggers, the last page."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from app.catalog.importers.surveyjs.form import Condition, Element, Form
from app.catalog.importers.surveyjs.grammar import read
from app.catalog.importers.surveyjs.outline import Page
from app.catalog.importers.surveyjs.values import Scope, Value
from app.catalog.importers.writing import quoted
from app.core.problems import N_

Raw = Mapping[str, Any]
Node = dict[str, Any]
BEHIND = N_("Answers are not changed behind a person's back here.")
THANKS = {"en": "Thank you.", "pl": "Dziękujemy.", "ru": "Спасибо.", "ro": "Vă mulțumim.", "it": "Grazie."}
OPERATORS = {
    "equal": "=", "notequal": "!=", "contains": "contains", "notcontains": "notcontains", "greater": ">", "less": "<",
    "greaterorequal": ">=", "lessorequal": "<=", "anyof": "anyof", "allof": "allof",
}  # fmt: skip


def _listed(raw: Raw, key: str) -> list[Raw]:
    found = raw.get(key)
    return [node for node in found if isinstance(node, Mapping)] if isinstance(found, list) else []


def _kind(trigger: Raw) -> str:
    return str(trigger.get("type", "")).removesuffix("trigger")


def _source(trigger: Raw) -> str:
    """When the trigger fires; in the first versions a name, an operator and a value."""
    if isinstance(trigger.get("expression"), str):
        return str(trigger["expression"])
    name, operator, value = trigger.get("name"), str(trigger.get("operator", "equal")), trigger.get("value")
    if operator in ("empty", "notempty"):
        return f"{{{name}}} {operator}"
    literal = quoted(value) if isinstance(value, str) else str(value).lower()
    return f"{{{name}}} {OPERATORS.get(operator, '=')} {literal}"


def shown_by(form: Form) -> dict[str, list[Condition]]:
    """Conditions that triggers of the kind "visible" set, by the page or question that they show."""
    found: dict[str, list[Condition]] = {}
    for index, trigger in enumerate(_listed(form.raw, "triggers")):
        if _kind(trigger) == "visible":
            shown = [
                name for key in ("pages", "questions") if isinstance(trigger.get(key), list) for name in trigger[key]
            ]
            for name in shown:
                found.setdefault(str(name), []).append(Condition(_source(trigger), f"triggers[{index}]", str(name)))
    return found


def everything(elements: Iterable[Element]) -> list[Element]:
    """The elements and those in their repeats."""
    return [
        inner
        for element in elements
        for inner in (element, *everything(element.parts if element.kind == "rows" else ()))
    ]


def calculations(form: Form, pages: list[Page]) -> list[tuple[int, Node]]:
    """Every calculated value with its place: after what it reads. The types of calculated questions are found on the way."""
    made: list[tuple[int, Node]] = []
    for where, raw in _in_order(_listed(form.raw, "calculatedValues")):
        source, key = str(raw.get("expression", "")), str(raw["name"])
        at = _place(form, source, key) + 1
        term = form.calculated(source, Scope(at), where, key)
        if term:
            name = form.names.take(key)
            form.values.known[key.casefold()] = Value(term.type, name, at)
            made.append((at, {"name": name, "type": "computed", "calculation": term.text}))
    for element in everything(element for page in pages for element in page.elements):
        if element.kind == "computed":
            _calculated(form, element)
    return sorted(made, key=lambda entry: entry[0])


def _in_order(values: list[Raw]) -> Iterator[tuple[str, Raw]]:
    """Each after those that it reads."""
    waiting = {
        str(raw["name"]).casefold(): (f"calculatedValues[{i}]", raw) for i, raw in enumerate(values) if raw.get("name")
    }
    while waiting:
        free = (key for key, (_, raw) in waiting.items() if not (_paths(raw) - {key}) & waiting.keys())
        yield waiting.pop(next(free, next(iter(waiting))))


def _paths(raw: Raw) -> set[str]:
    tree = read(str(raw.get("expression", "")))
    return {path.casefold() for path in tree.variables()} if tree else set()


def _calculated(form: Form, element: Element) -> None:
    source = element.raw.get("expression")
    if isinstance(source, str) and source.strip():
        element.term = form.calculated(source, element.scope, element.where, element.key)
    if element.term is None:
        element.kind, element.lost = "lost", N_("What it shows cannot be calculated here.")
    element.type = element.term.type if element.term else "lost"
    for known, key in element.homes:
        known[key] = replace(known[key], type=element.type)


def _place(form: Form, source: str, name: str) -> int:
    """The place of the last question that the expression reads."""
    tree = read(source)
    found = (form.values.find(path, Scope(0)) for path in (tree.variables() if tree else ()) if path != name)
    return max((value.at for value in found if value), default=0)


class Flow:
    """Triggers as nodes after a page: ``ends``, by the number of the page."""

    def __init__(self, form: Form, pages: list[Page]) -> None:
        self.form, self.pages, self.ends = form, pages, dict[int, list[Node]]()
        self.jumps: list[tuple[Node, int]] = []
        for index, trigger in enumerate(_listed(form.raw, "triggers")):
            self._trigger(trigger, f"triggers[{index}]")
        for index, trigger in enumerate(_listed(form.raw, "completedHtmlOnCondition")):
            self._last_page(trigger, f"completedHtmlOnCondition[{index}]")
        if form.raw.get("completedHtml") and pages:
            label = form.texts.words(form.raw["completedHtml"], Scope(self._end() + 1), "completedHtml", "")
            if label:
                self._add(len(pages) - 1, {"name": "end", "type": "exit", "status": "complete", "label": label})

    def _end(self) -> int:
        return max((element.at for page in self.pages for element in everything(page.elements)), default=0)

    def _trigger(self, trigger: Raw, where: str) -> None:
        kind, source = _kind(trigger), _source(trigger)
        if kind == "visible":
            return
        if kind not in ("complete", "skip"):
            self.form.report.left_out("condition", where, kind, source, BEHIND)
            return
        after = self._page_of(_place(self.form, source, ""))
        to = self._page_named(str(trigger.get("gotoName", ""))) if kind == "skip" else None
        if after is None or (kind == "skip" and (to is None or to <= after)):
            why = N_("It leads to no later page.")
            self.form.report.left_out("condition", where, kind, source, why)
            return
        name = self.form.names.take(kind if kind == "skip" else "finish")
        condition = Condition(source, where, kind)
        if to is not None and str(trigger.get("gotoName", "")) not in (self._key(to), self._first(to)):
            condition.why = N_("It leads to the page of the question.")
        relevant = self.form.shared(condition, Scope(self._last(after) + 1))
        if relevant is None:
            return
        if to is None:
            thanks = self.form.texts.standard(THANKS)
            node = {"name": name, "type": "exit", "relevant": relevant, "status": "complete", "label": thanks}
        else:
            node = {"name": name, "type": "jump", "relevant": relevant, "to": ""}
            self.jumps.append((node, to))
        self._add(after, node)

    def _last_page(self, page: Raw, where: str) -> None:
        label = self.form.texts.words(page.get("html"), Scope(self._end() + 1), where, "")
        relevant = self.form.shared(Condition(str(page.get("expression", "")), where, "html"), Scope(self._end() + 1))
        if label and relevant and self.pages:
            self._add(
                len(self.pages) - 1,
                {
                    "name": self.form.names.take("end"),
                    "type": "exit",
                    "relevant": relevant,
                    "status": "complete",
                    "label": label,
                },
            )

    def _add(self, page: int, node: Node) -> None:
        self.ends.setdefault(page, []).append(node)

    def _page_of(self, at: int) -> int | None:
        """The page on which the place is; the last of those that begin before it."""
        begun = [i for i, page in enumerate(self.pages) if page.elements and page.elements[0].at <= at]
        return begun[-1] if begun else None

    def _last(self, number: int) -> int:
        return max(element.at for element in everything(self.pages[number].elements))

    def _page_named(self, name: str) -> int | None:
        """The page of that name, or with the question of that name."""
        for number, page in enumerate(self.pages):
            if name and (name == page.raw.get("name") or any(name == element.key for element in page.elements)):
                return number
        return None

    def _key(self, number: int) -> str:
        return str(self.pages[number].raw.get("name", ""))

    def _first(self, number: int) -> str:
        return self.pages[number].elements[0].key if self.pages[number].elements else ""
