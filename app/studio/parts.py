"""The form of one part of a questionnaire: a question, a page, a value from outside, the questionnaire itself.

Which keys a part has and what shape each value has is data; the form, what fills it and what is read from it (app.studio.typed)
follow from that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, SelectChoice, SelectField, StringField, TextAreaField

from app.catalog import source
from app.engine.types import TYPES
from app.studio import measures
from app.studio.outline import Place, Tree, kind_of
from app.studio.type_names import TYPE_GROUPS
from app.studio.words import BASES, LABELS, ORDERS, SOURCES, STATUSES, VALUE_TYPES, WORDS_OF
from app.ui.forms import choices

SHAPES = {
    "name": "name", "label": "texts", "hint": "texts", "title": "texts", "purpose": "texts", "minutes": "integer",
    "required": "required", "required_message": "texts", "relevant": "expression", "calculation": "expression",
    "constraint": "expression", "constraint_message": "texts", "warning": "expression", "warning_message": "texts",
    "dont_know": "boolean", "refused": "boolean", "choices": "choices", "sms": "texts", "read_out": "texts",
    "interviewer": "texts", "showcard": "texts", "low": "texts", "high": "texts", "rows": "choices", "add": "texts",
    "randomize": "randomize", "randomize_rows": "randomize", "from_list": "from_list", "status": "status",
    "metrics": "metrics", "partial": "partial", "basis": "basis", "source": "source", "type": "type", "value_type": "value_type",
    "media": "media",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """Keys that stand together. ``open``: shown at once; else folded while all of them are empty."""

    title: Any
    keys: tuple[str, ...]
    open: bool = False


AROUND = {
    "value": [Group("", ("name", "value_type", "source"), True)],
    "list": [Group("", ("name", "file"), True), Group(_l("Choices"), ("choices",), True)],
    "page": [
        Group("", ("title",), True),
        Group(_l("When"), ("relevant",)),
        Group(_l("Order and time"), ("randomize", "time_limit")),
        Group(_l("Data"), ("name",)),
    ],
    "block": [Group("", ("block", "relevant", "randomize"), True)],
    "repeat": [
        Group("", ("title", "count"), True),
        Group(_l("Rows"), ("least", "most", "add")),
        Group(_l("When"), ("relevant",)),
        Group(_l("Data"), ("repeat",)),
    ],
}
"""What is asked of everything that is no question."""


def groups_of(place: Place, part: Tree) -> list[Group]:
    """What the form of this part shows."""
    if place == ():
        return [
            Group("", ("title", "purpose", "minutes", "basis"), True),
            Group(_l("What is measured"), ("metrics", "partial"), True),
        ]
    around = AROUND.get(kind_of(place, part))
    if around is not None:
        return around
    kind = TYPES.get(str(part.get("type")))
    if kind is not None and not kind.asked:
        shown = ("label", "media", "relevant") if kind.name == "note" else tuple(kind.parameters)
        shown = shown if kind.name == "computed" else tuple(dict.fromkeys((*shown, "relevant")))
        return [Group("", (*shown, "type", "name"), True)] + (_wording(()) if kind.name == "note" else [])
    parameters = tuple(kind.parameters) if kind else ()
    own = (kind is not None and kind.choices == "own") or part.get("choices")
    written = ("choices",) if isinstance(part.get("choices") or [], list) else ()
    return [
        Group("", ("label", "hint"), True),
        Group(_l("Picture"), ("media",)),
        *([Group(_l("Rows"), ("rows", "randomize_rows"), True)] if kind and kind.rows_of else []),
        *([Group(_l("Choices"), written, True)] if own and written else []),
        *([Group(_l("Choices from elsewhere"), ("from_list", "choice_filter"))] if own else []),
        Group("", ("type", "name", "required"), True),
        *([Group(_l("Scale and limits"), parameters)] if parameters else []),
        Group(_l("When it is asked"), ("relevant", "default")),
        Group(_l("Checks"), ("constraint", "constraint_message", "warning", "warning_message", "required_message")),
        Group(_l("Don't know, prefer not to say"), ("dont_know", "refused")),
        *_wording(("showcard",)),
    ]


def _wording(more: tuple[str, ...]) -> list[Group]:
    return [Group(_l("Other wording on other channels"), ("sms", "read_out", "interviewer", *more))]


def shape_of(key: str, part: Tree) -> str:
    """The shape of a key's value; that of a type's parameter comes from its schema."""
    if key in SHAPES:
        return SHAPES[key]
    if key in ("time_limit", "least", "most") and "type" not in part:
        return "integer"
    kind = TYPES.get(str(part.get("type")))
    schema = kind.parameters.get(key, {}) if kind else {}
    return {"integer": "integer", "number": "number", "boolean": "boolean"}.get(str(schema.get("type")), "word")


# --- the form -------------------------------------------------------------------------------------


def form_class(place: Place, part: Tree, languages: Sequence[str]) -> type[Form]:
    """A form with a field for each key; a problem's path, joined by "-", is the name of its field."""
    fields: dict[str, Any] = {}
    for group in groups_of(place, part):
        for key in group.keys:
            label = WORDS_OF.get((str(part.get("type")), key)) or LABELS.get(key, key)
            fields |= _fields(key, shape_of(key, part), label, languages, _pictured(part))
    if not place:
        fields |= measures.fields(part)
    return type("PartForm", (Form,), fields)


def _pictured(part: Tree) -> bool:
    """Whether each of its choices has a picture."""
    kind = TYPES.get(str(part.get("type")))
    return kind is not None and kind.images


def _fields(key: str, shape: str, label: Any, languages: Sequence[str], pictured: bool) -> dict[str, Any]:
    match shape:
        case "texts":
            return {key: FormField(texts_form(languages), label)}
        case "metrics" | "partial":
            return {}  # they depend on the questions: see form_class
        case "boolean":
            return {key: BooleanField(label)}
        case "required":
            always = {"no": _l("No"), "yes": _l("Yes"), "when": _l("Only if…")}
            return {key: SelectField(label, choices=choices(always)), "required_when": StringField(_l("Only if"))}
        case "choices":
            row = {
                "name": StringField(_l("Code")),
                "label": FormField(texts_form(languages), _l("Label")),
                "relevant": StringField(_l("Offered only if")),
                "exclusive": BooleanField(_l("Excludes all others")),
                "specify": BooleanField(_l("Asks to specify")),
                "image": StringField(_l("Picture (file name)")),
                "synonyms": StringField(_l("Other words for it in a reply by SMS")),
            }
            if not pictured:
                del row["image"]
            if key == "rows":
                row = {name: row[name] for name in ("name", "label", "relevant")}
            return {key: FieldList(FormField(type("ChoiceForm", (Form,), row)), label)}
        case "type":
            grouped = [
                SelectChoice(name, label, optgroup=str(title))
                for title, types in TYPE_GROUPS
                for name, label in types.items()
            ]
            return {key: SelectField(label, choices=grouped, validate_choice=False)}
        case "value_type":
            return {key: SelectField(LABELS["type"], choices=choices(VALUE_TYPES), validate_choice=False)}
        case "basis" | "source" | "randomize" | "status":
            offered = {"basis": BASES, "source": SOURCES, "randomize": ORDERS, "status": STATUSES}[shape]
            return {key: SelectField(label, choices=choices(offered), validate_choice=False)}
        case _:
            return {key: StringField(label)}


def texts_form(languages: Sequence[str]) -> type[Form]:
    """A text area for each language."""
    return type("TextsForm", (Form,), {code: TextAreaField(code) for code in languages})


def filled(place: Place, part: Tree, languages: Sequence[str]) -> dict[str, Any]:
    """What a part's form shows. Values of another shape than expected are shown as text."""
    data: dict[str, Any] = {}
    for key in (key for group in groups_of(place, part) for key in group.keys):
        value = part.get("type" if key == "value_type" else key)
        match shape_of(key, part):
            case "texts":
                data[key] = _texts(value, languages)
            case "choices":
                data[key] = [_row(choice, languages) for choice in value or []]
            case "randomize":
                data[key] = value if value == "rotate" else "yes" if value in (True, "yes") else "no"
            case "from_list":
                elsewhere = part.get("choices")
                data[key] = elsewhere if isinstance(elsewhere, str) else _flow(elsewhere)
            case "media":
                picture = value.get("image", "") if isinstance(value, Mapping) else value or ""
                data[key] = _flow(picture) or str(picture)
            case "required":
                always = {True: "yes", "yes": "yes", False: "no", "no": "no", None: "no"}.get(value)
                data |= {key: always or "when", "required_when": "" if always else str(value)}
            case "metrics":
                data[key] = measures.shown_metrics(value or [])
            case "partial":
                data[key] = [str(name) for name in (value or {}).get("answered") or []]
            case "boolean":
                data[key] = value in (True, "yes", "on")
            case _:
                data[key] = "" if value is None else str(value)
    return data


def _row(choice: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    specify = choice.get("specify") not in (None, False, "no")
    words = ", ".join(map(str, choice.get("synonyms") or ()))
    return {**choice, "label": _texts(choice.get("label"), languages), "specify": specify, "synonyms": words}


def _flow(value: Any) -> str:
    """A mapping on one line, as it is written in a definition."""
    return source.flow(value) if isinstance(value, Mapping) else ""


def _texts(value: Any, languages: Sequence[str]) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {str(code): str(text or "") for code, text in value.items()}
    return {languages[0]: str(value)} if value else {}
