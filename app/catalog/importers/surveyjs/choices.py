"""The choices of a SurveyJS question: what they are worth in conditions, and what a person reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.catalog.importers.names import Names
from app.catalog.importers.surveyjs.texts import NONE, OTHER
from app.core.problems import N_

if TYPE_CHECKING:
    from app.catalog.importers.surveyjs.form import Element, Form

MOST = 20_000
"""Choices of one question."""


@dataclass(frozen=True, slots=True)
class Choice:
    """``value``: as in the form; ``code``: ours; ``words``: its text, as in the form."""

    value: str
    code: str
    words: Any
    raw: Mapping[str, Any]


def choices(raw: Mapping[str, Any]) -> list[Choice]:
    """Those written down in the question, with "other" and "none" where it has them."""
    given = raw.get("choices")
    found = [_item(item) for item in given[:MOST]] if isinstance(given, list) else []
    found += [(str(n), str(n), {}) for n in _numbers(raw)]
    if raw.get("hasNone") or raw.get("showNoneItem"):
        found.append(("none", raw.get("noneText"), {"exclusive": True, "standard": NONE}))
    if raw.get("hasOther") or raw.get("showOtherItem"):
        found.append(("other", raw.get("otherText"), {"specify": True, "standard": OTHER}))
    return coded(found)


def coded(items: Sequence[tuple[str, Any, Mapping[str, Any]]]) -> list[Choice]:
    """A code for each; the same choice twice is one choice."""
    names = Names({"dk", "refused"})
    found: dict[str, Choice] = {}
    for value, words, raw in items:
        if value and value not in found:
            found[value] = Choice(value, names.take_code(value), words, raw)
    return list(found.values())


def codes(items: Sequence[Choice]) -> dict[str, str]:
    """As conditions write the choice -> our code."""
    return {item.value.strip().casefold(): item.code for item in reversed(items)}


def _item(item: Any) -> tuple[str, Any, Mapping[str, Any]]:
    if isinstance(item, Mapping):
        value = item.get("value")
        text = item.get("text")
        return _written(value), text if text is not None else _written(value), item
    written = _written(item)
    value, divided, text = written.partition("|")
    return (value, text, {}) if divided else (written, written, {})


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else ""


def _numbers(raw: Mapping[str, Any]) -> range:
    """choicesMin to choicesMax of a dropdown."""
    low, high, step = (raw.get(key, 1) for key in ("choicesMin", "choicesMax", "choicesStep"))
    if "choicesMax" not in raw or not all(isinstance(n, int) for n in (low, high, step)) or step < 1:
        return range(0)
    return range(low, min(high, low + MOST) + 1, step)


def nodes(form: "Form", element: "Element") -> list[dict[str, Any]]:
    """The choices as our definitions have them."""
    items = element.items
    if element.raw.get("choicesOrder") in ("asc", "desc"):
        special = [item for item in items if "standard" in item.raw]
        items = sorted((i for i in items if i not in special), key=lambda i: str(_label(form, element, i)).casefold())
        items = (items[::-1] if element.raw["choicesOrder"] == "desc" else items) + special
    return [_node(form, element, item) for item in items]


def _label(form: "Form", element: "Element", item: Choice) -> Any:
    said = form.texts.words(item.words, element.scope, element.where, element.key)
    standard = item.raw.get("standard")
    return said or (form.texts.standard(standard) if standard else item.value)


def _node(form: "Form", element: "Element", item: Choice) -> dict[str, Any]:
    node: dict[str, Any] = {"name": item.code, "label": _label(form, element, item)}
    of_all = {} if "standard" in item.raw else element.raw
    sources = [(item.raw.get("visibleIf"), False, True), (item.raw.get("enableIf"), True, True)]
    first = item is element.items[0]
    sources += [(of_all.get("choicesVisibleIf"), False, first), (of_all.get("choicesEnableIf"), True, first)]
    relevant = form.all_of(
        form.condition(source, element, item=item.value, greyed=greyed, counted=counted)
        for source, greyed, counted in sources if isinstance(source, str)
    )  # fmt: skip
    if relevant:
        node["relevant"] = relevant
    if element.type == "set" and (item.raw.get("exclusive") or item.raw.get("isExclusive")):
        node["exclusive"] = True
    if (item.raw.get("specify") or item.raw.get("showCommentArea")) and written(element):
        node["specify"] = True
    return node


def written(element: "Element") -> bool:
    """Whether its choices are its own and may have a field to write in."""
    return element.kind in ("single_choice", "multiple_choice") and not element.raw.get("choicesFromQuestion")


def source(form: "Form", element: "Element") -> Any:
    """Choices for our question: written down, or carried forward from an earlier one."""
    origin = element.raw.get("choicesFromQuestion")
    value = form.values.find(origin, element.scope) if isinstance(origin, str) else None
    if value is None or value.type not in ("code", "set") or value.at >= element.at:
        if origin:
            why = N_("The choices come from {question}, whose choices cannot be carried forward here.")
            form.report.left_out("choice", element.where, element.key, str(origin), why, question=origin)
        return nodes(form, element)
    if element.items:
        why = N_("Choices of its own cannot stand beside those carried forward.")
        form.report.left_out("choice", element.where, element.key, "", why)
    which = element.raw.get("choicesFromQuestionMode")
    return {"carry": value.name, "which": which if which in ("selected", "unselected") else "all"}
