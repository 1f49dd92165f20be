"""A SurveyJS element with an answer of its own (or none) as a question of ours."""

from collections.abc import Callable, Mapping
from typing import Any

from app.catalog.importers.surveyjs import choices
from app.catalog.importers.surveyjs.checks import checks, default, limits
from app.catalog.importers.surveyjs.form import Element, Form
from app.catalog.importers.surveyjs.kinds import scale
from app.catalog.importers.surveyjs.texts import Words
from app.catalog.importers.text import pipe

Node = dict[str, Any]
LONG = 4_000


def question(form: Form, element: Element) -> Node:
    """Name, type, label, hint and when it is shown."""
    node: Node = {"name": element.name, "type": element.kind, "label": form.label(element)}
    hint = form.words(element, "description") or form.words(element, "htmldescription")
    if hint:
        node["hint"] = hint
    relevant = form.relevant(element)
    if relevant:
        node["relevant"] = relevant
    return node


def heading(form: Form, element: Element) -> Node:
    """The title over several questions."""
    return {**question(form, element), "type": "note"}


def note(form: Form, element: Element) -> list[Node]:
    """A text to read; none where the text is empty."""
    words: Words = ""
    for key in ("html", "after", "description"):
        words = form.texts.together(words, form.words(element, key))
    if not words:
        return []
    relevant = form.relevant(element)
    return [{"name": element.name, "type": "note", "label": words, **({"relevant": relevant} if relevant else {})}]


def computed(form: Form, element: Element) -> list[Node]:
    """A calculated value, and the line that shows it."""
    if element.term is None:
        return []
    relevant = form.relevant(element)
    when = {"relevant": relevant} if relevant else {}
    node: Node = {"name": element.name, "type": "computed", "calculation": element.term.text, **when}
    if element.raw.get("titleLocation") == "hidden" or element.term.type == "bool":
        return [node]
    label = form.texts.together(form.label(element), pipe(element.name), ": ")
    return [node, {"name": form.names.take(f"{element.name}_shown"), "type": "note", "label": label, **when}]


def yes_no(form: Form, element: Element) -> list[Node]:
    """The two choices in the form's words, where it has its own."""
    labels = ((code, form.words(element, key)) for code, key in (("yes", "labelTrue"), ("no", "labelFalse")))
    return [{"name": code, "label": label} for code, label in labels if label]


def plain(form: Form, element: Element) -> list[Node]:
    """One question, and the field for comments that may stand beside it."""
    node = question(form, element) | checks(form, element) | default(form, element)
    node |= DETAILS.get(element.kind, _nothing)(form, element)
    if node.get("choices") == [] and element.kind != "yes_no":
        node = {**{key: node[key] for key in node if key not in ("choices", "randomize", "constraint")}, "type": "text"}
    made = [node]
    if element.comment:
        label = form.words(element, "commentText") or form.texts.standard(COMMENT)
        comment: Node = {"name": element.comment, "type": "long_text", "label": label}
        made.append({**comment, "relevant": node["relevant"]} if "relevant" in node else comment)
    return made


COMMENT = {"en": "Comment", "pl": "Komentarz", "ru": "Комментарий", "ro": "Comentariu", "it": "Commento"}


def _nothing(form: Form, element: Element) -> Node:
    return {}


def _single(form: Form, element: Element) -> Node:
    """Choices, their order, and don't know and refused where the form offers them."""
    node: Node = {"choices": choices.source(form, element)}
    if element.raw.get("choicesOrder") == "random":
        node["randomize"] = True
    for ours, flags, text in (
        ("dont_know", "showDontKnowItem", "dontKnowText"),
        ("refused", "showRefuseItem", "refuseText"),
    ):
        if element.raw.get(flags):
            node[ours] = form.words(element, text) or True
    return node


def _ranking(form: Form, element: Element) -> Node:
    most = element.raw.get("maxSelectedChoices")
    return {**_single(form, element), **({"most": most} if isinstance(most, int) and 0 < most <= 50 else {})}


def _yes_no(form: Form, element: Element) -> Node:
    labels = yes_no(form, element)
    return {"choices": labels} if labels else {}


def _rating(form: Form, element: Element) -> Node:
    low, high = scale(element.raw) or (1, 5)
    ends = (("low", "minRateDescription"), ("high", "maxRateDescription"))
    return {"min": low, "max": high, **{ours: words for ours, key in ends if (words := form.words(element, key))}}


def _integer(form: Form, element: Element) -> Node:
    low, high = scale(element.raw) or (1, 5)
    return {"min": low, "max": high}


def _decimal(form: Form, element: Element) -> Node:
    return {"decimals": 10, **limits(form, element)}


def _text(most: int) -> Callable[[Form, Element], Node]:
    def text(form: Form, element: Element) -> Node:
        longest = element.raw.get("maxLength")
        return {"max_length": min(longest, most)} if isinstance(longest, int) and longest > 0 else {"max_length": most}

    return text


def _file(form: Form, element: Element) -> Node:
    """What may be sent: media types only, extensions are not known here; SurveyJS counts bytes, we megabytes."""
    accepted, largest = str(element.raw.get("acceptedTypes", "")), element.raw.get("maxSize")
    media = [kind.strip() for kind in accepted.split(",")]
    node: Node = {"accept": media} if all("/" in kind for kind in media) else {}
    if isinstance(largest, int) and largest > 0:
        node["max_size"] = max(0.01, min(15, round(largest / 1_000_000, 2)))
    return node


def _slider(form: Form, element: Element) -> Node:
    given = limits(form, element)
    low = given.get("min", 0)
    high = given["max"] if given.get("max", low) > low else low + 100
    step = element.raw.get("step", 1)
    return {
        "min": low,
        "max": high,
        "step": step if isinstance(step, int | float) and 0 < step <= high - low else high - low,
    }


DETAILS: Mapping[str, Callable[[Form, Element], Node]] = {
    "single_choice": _single,
    "multiple_choice": _single,
    "ranking": _ranking,
    "yes_no": _yes_no,
    "rating": _rating,
    "integer": _integer,
    "decimal": _decimal,
    "date": limits,
    "time": limits,
    "datetime": limits,
    "file": _file,
    "text": _text(1_000),
    "long_text": _text(LONG),
    "slider": _slider,
}
