"""The form of one part of a questionnaire: a question, a page, a value from outside, the questionnaire itself.

Which keys a part has and what shape each value has is data; the form, what fills it and what is read from it follow from that.
Nothing is refused here: whatever was typed goes into the draft and the compiler says at which field it is wrong.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, Form, FormField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from app.catalog import source
from app.engine import LANGUAGES
from app.engine.question_type import QuestionType
from app.engine.types import TYPES
from app.studio import measures
from app.studio.outline import Place, Tree, kind_of
from app.studio.type_names import TYPE_GROUPS

SHAPES = {
    "name": "name", "label": "texts", "hint": "texts", "title": "texts", "purpose": "texts", "minutes": "integer",
    "required": "required", "required_message": "texts", "relevant": "expression", "calculation": "expression",
    "constraint": "expression", "constraint_message": "texts", "warning": "expression", "warning_message": "texts",
    "dont_know": "boolean", "refused": "boolean", "choices": "choices", "sms": "texts", "read_out": "texts",
    "interviewer": "texts", "showcard": "texts", "low": "texts", "high": "texts", "rows": "choices", "add": "texts",
    "randomize": "randomize", "randomize_rows": "randomize", "from_list": "from_list", "status": "status",
    "metrics": "metrics", "partial": "partial", "basis": "basis", "source": "source", "type": "type", "value_type": "value_type",
}  # fmt: skip

LABELS = {
    "name": _l("Name in data"), "type": _l("Type"), "label": _l("Question"), "hint": _l("Hint"), "title": _l("Title"),
    "purpose": _l("Why you ask"), "minutes": _l("Minutes it takes"), "basis": _l("Basis"), "source": _l("Comes from"),
    "required": _l("Must be answered"), "required_message": _l("Message when it is left empty"),
    "relevant": _l("Asked only if"), "calculation": _l("Formula"), "constraint": _l("The answer must satisfy"),
    "constraint_message": _l("Message when it does not"), "warning": _l("Ask again unless"),
    "warning_message": _l("What is asked then"), "dont_know": _l("Offer “don't know”"), "refused": _l("Offer “prefer not to say”"),
    "choices": _l("Choices"), "sms": _l("Text message"), "read_out": _l("Read aloud"), "interviewer": _l("For the interviewer"),
    "showcard": _l("Show card"), "low": _l("Low end of the scale"), "high": _l("High end of the scale"), "min": _l("Least"),
    "max": _l("Most"), "step": _l("Step"), "max_length": _l("Most characters"), "decimals": _l("Decimal places"),
    "randomize": _l("Order"), "randomize_rows": _l("Order of the rows"), "metrics": _l("Scores"), "rows": _l("Rows"),
    "from_list": _l("Choices from elsewhere"), "choice_filter": _l("Only the choices for which"), "total": _l("Total"),
    "default": _l("Stands in the field at first"), "block": _l("Name"), "repeat": _l("Name"), "count": _l("How many rows"),
    "least": _l("Rows at least"), "most": _l("Most"), "add": _l("How it is asked whether there is another"),
    "time_limit": _l("Time limit in seconds"), "status": _l("Ends as"), "to": _l("Goes on at page or block"),
    "file": _l("CSV file beside the definition"), "country": _l("Calling code"), "accept": _l("Kinds of file"),
    "max_size": _l("Most megabytes"),
}  # fmt: skip

WORDS_OF = {("exit", "label"): _l("Last words"), ("note", "label"): _l("Text"), ("exit", "name"): _l("Name")}
"""Where a key means something else for one type."""

HINTS = {
    "name": _l("Letters, digits and _. It names the column of the data and ${name|…} in a text."),
    "relevant": _l("A condition such as ${score} <= 6. Empty: always."),
    "constraint": _l("A condition on the answer itself, which is the dot: . >= 18"),
    "warning": _l("As above, but the person may confirm and go on."),
    "calculation": _l("For example ${score} * 10"),
    "purpose": _l("Ends the sentence “We are asking in order …”, such as “to learn how your visit went”."),
    "source": _l("Who supplies it when the interview is made."),
    "from_list": _l("The name of a list, or {carry: question, which: selected}. Then no choices are written here."),
    "choice_filter": _l("For example region = ${region}: region is a column of the list, ${region} a question."),
    "count": _l("Such as ${size}. Empty: the person says after each row whether there is another."),
    "default": _l("A formula, such as 'Warsaw' or ${first}. It is stored only when the person sends it."),
}

ORDERS = {"no": _l("As written"), "yes": _l("Random"), "rotate": _l("Rotated")}
STATUSES = {"screened_out": _l("Screened out"), "complete": _l("Complete"), "quota_full": _l("Quota full")}

BASES = {
    "anonymous": _l("Anonymous: no key to a person"),
    "confidential": _l("Confidential: known to us, never shown with a name"),
    "attributable": _l("Attributable: the team sees who answered"),
}
SOURCES = {
    "contact": _l("the contact"), "event": _l("the event"), "link": _l("the link"), "host": _l("the embedding site"),
    "sample": _l("the sample"), "study": _l("the study"),
}  # fmt: skip
VALUE_TYPES = {
    "text": _l("Text"), "number": _l("Number"), "integer": _l("Whole number"), "decimal": _l("Decimal number"),
    "date": _l("Date"), "bool": _l("Yes or no"),
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
        shown = ("label", "relevant") if kind.name == "note" else tuple(kind.parameters)
        shown = shown if kind.name == "computed" else tuple(dict.fromkeys((*shown, "relevant")))
        return [Group("", (*shown, "type", "name"), True)] + (_wording(()) if kind.name == "note" else [])
    parameters = tuple(kind.parameters) if kind else ()
    own = (kind is not None and kind.choices == "own") or part.get("choices")
    written = ("choices",) if isinstance(part.get("choices") or [], list) else ()
    return [
        Group("", ("label", "hint"), True),
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
            fields |= _fields(key, shape_of(key, part), label, languages)
    if not place:
        fields |= measures.fields(part)
    return type("PartForm", (Form,), fields)


def _fields(key: str, shape: str, label: Any, languages: Sequence[str]) -> dict[str, Any]:
    match shape:
        case "texts":
            return {key: FormField(texts_form(languages), label)}
        case "metrics" | "partial":
            return {}  # they depend on the questions: see form_class
        case "boolean":
            return {key: BooleanField(label)}
        case "required":
            always = {"no": _l("No"), "yes": _l("Yes"), "when": _l("Only if…")}
            return {key: SelectField(label, choices=options(always)), "required_when": StringField(_l("Only if"))}
        case "choices":
            row = {
                "name": StringField(_l("Code")),
                "label": FormField(texts_form(languages), _l("Label")),
                "relevant": StringField(_l("Offered only if")),
                "exclusive": BooleanField(_l("Excludes all others")),
                "specify": BooleanField(_l("Asks to specify")),
                "image": StringField(_l("Picture (file name)")),
            }
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
            return {key: SelectField(LABELS["type"], choices=options(VALUE_TYPES), validate_choice=False)}
        case "basis" | "source" | "randomize" | "status":
            choices = {"basis": BASES, "source": SOURCES, "randomize": ORDERS, "status": STATUSES}[shape]
            return {key: SelectField(label, choices=options(choices), validate_choice=False)}
        case _:
            return {key: StringField(label)}


def options(labels: Mapping[str, Any]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in labels.items()]


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
    return {**choice, "label": _texts(choice.get("label"), languages), "specify": specify}


def _flow(value: Any) -> str:
    """A mapping on one line, as it is written in a definition."""
    return source.flow(value) if isinstance(value, Mapping) else ""


def _texts(value: Any, languages: Sequence[str]) -> dict[str, str]:
    if isinstance(value, Mapping):
        return {str(code): str(text or "") for code, text in value.items()}
    return {languages[0]: str(value)} if value else {}


# --- what was typed -------------------------------------------------------------------------------


def read(form: Form, place: Place, old: Tree) -> dict[str, Any]:
    """The part as typed. Keys that the form does not show stay; those that only the former type had go."""
    part = dict(old)
    for key in (key for group in groups_of(place, old) for key in group.keys):
        target = "type" if key == "value_type" else key
        value = _value(form, key, shape_of(key, old), old)
        if key == "from_list":
            part |= {"choices": value} if value else {}
            continue
        if value is None or value == {} or value == []:
            part.pop(target, None)
        else:
            part[target] = value
    _keep_spelling(part, place, old)
    if part.get("type") != old.get("type") and kind_of(place, old) == "question":
        part = _of_type(part, old)
    return _ordered(part) if place else part


def _keep_spelling(part: dict[str, Any], place: Place, old: Tree) -> None:
    """What was not changed stays as its author wrote it: ``yes`` for true, a code as a number, one text alone."""
    before, after = filled(place, old, LANGUAGES), filled(place, part, LANGUAGES)
    for key in old:
        same = before.get(key) == after.get(key) and before.get(f"{key}_when") == after.get(f"{key}_when")
        if key in before and same and key != "type":
            part[key] = old[key]


def _value(form: Form, key: str, shape: str, old: Tree) -> Any:
    field = form[key]
    match shape:
        case "texts":
            return {code: text.strip() for code, text in field.data.items() if (text or "").strip()}
        case "boolean":
            return field.data or None
        case "required":
            when = (form["required_when"].data or "").strip()
            return {"no": None, "yes": True}.get(field.data, when or True)
        case "choices":
            return _choices(field.entries, old.get(key) or [])
        case "randomize":
            return {"yes": True, "rotate": "rotate"}.get(field.data)
        case "from_list":
            typed = (field.data or "").strip()
            return source.flow_value(typed) if typed.startswith("{") else typed or None
        case "metrics":
            return measures.typed_metrics(field.entries, old.get("metrics") or [])
        case "partial":
            return {"answered": field.data} if field.data else None
        case "integer" | "number":
            return _number(field.data or "")
        case _:
            return (field.data or "").strip() or None


def _choices(rows: Sequence[FormField], old: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows that hold anything; a choice without a code gets one from its label. What the form does not show of a choice
    (its columns, the words that ask to specify) stays."""
    before = {str(choice.get("name")): choice for choice in old}
    choices: list[dict[str, Any]] = []
    for row in rows:
        label = {code: text.strip() for code, text in row.form["label"].data.items() if (text or "").strip()}
        name = (row.form["name"].data or "").strip()
        if not name and not label:
            continue
        taken = {choice["name"] for choice in choices}
        choice: dict[str, Any] = {"name": name or code_from(next(iter(label.values())), taken), "label": label}
        if relevant := (row.form["relevant"].data or "").strip():
            choice["relevant"] = relevant
        was = before.get(choice["name"], {})
        shown = {key: row.form[key].data for key in ("exclusive", "specify", "image") if key in row.form}
        if shown.get("specify"):
            shown["specify"] = was.get("specify") or True
        choice |= {key: value for key, value in shown.items() if value}
        unseen = {key: value for key, value in was.items() if key not in (*choice, *shown, "relevant")}
        choices.append(choice | unseen)
    return choices


def code_from(label: str, taken: set[str]) -> str:
    """A name made from a label: ASCII, lower case, words joined by _, at most 30 characters."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain)[:30].strip("_")
    stem = stem if stem[:1].isalpha() else f"choice_{stem}".rstrip("_")
    return next(
        name for number in range(1, 10_000) if (name := stem if number == 1 else f"{stem}_{number}") not in taken
    )


def _number(text: str) -> int | float | str | None:
    """A number where it is one; whatever else was typed stays, for the compiler to refuse."""
    text = text.strip()
    if re.fullmatch(r"[+-]?\d{1,15}", text):
        return int(text)
    if re.fullmatch(r"[+-]?\d{1,15}[.,]\d{1,10}", text):
        return float(text.replace(",", "."))
    return text or None


def _of_type(part: dict[str, Any], old: Tree) -> dict[str, Any]:
    was, will = TYPES.get(str(old.get("type"))), TYPES.get(str(part.get("type")))
    if will is None:
        return part
    gone = set(was.parameters if was else ()) - set(will.parameters)
    if will.choices != "own":
        gone |= {"choices", "choice_filter"}
    if not will.rows_of:
        gone |= {"rows", "randomize_rows"}
    if not will.asked:
        gone |= {"required", "required_message", "constraint", "constraint_message", "warning", "warning_message"}
        gone |= {"dont_know", "refused", "hint", "showcard"}
    if not will.shown:
        gone |= {"label", "sms", "read_out", "interviewer"} - set(will.parameters)
    kept = {key: value for key, value in part.items() if key not in gone}
    return kept | {key: entries for key, entries in starting(will).items() if not kept.get(key)}


def starting(kind: QuestionType) -> dict[str, Any]:
    """What a question of a type begins with where it needs choices or rows."""
    needed = {"choices": kind.choices == "own", "rows": bool(kind.rows_of)}
    stems = {"choices": "choice", "rows": "row"}
    return {
        key: [{"name": f"{stems[key]}_{number}", "label": {}} for number in (1, 2)]
        for key, needs in needed.items()
        if needs
    }


ORDER = (
    "block",
    "repeat",
    "name",
    "type",
    "source",
    "title",
    "label",
    "hint",
    "sms",
    "read_out",
    "interviewer",
    "showcard",
    "low",
    "high",
    "rows",
    "choices",
)


def _ordered(part: dict[str, Any]) -> dict[str, Any]:
    """Keys in the order people write them; what stands in a page or block last."""
    rank = {key: index for index, key in enumerate(ORDER)} | {"questions": 1000, "pages": 1000}
    return dict(sorted(part.items(), key=lambda item: rank.get(item[0], 100)))
