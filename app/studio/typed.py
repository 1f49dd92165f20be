"""What was typed into a part's form, as the part. Nothing is refused here: the compiler says at which field it is wrong."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import Form, FormField

from app.catalog import source
from app.engine import LANGUAGES
from app.engine.question_type import QuestionType
from app.engine.types import TYPES
from app.studio import measures
from app.studio.outline import Place, Tree, kind_of
from app.studio.parts import filled, groups_of, shape_of


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
        case "media":
            return _media((field.data or "").strip(), old.get("media"))
        case "metrics":
            return measures.typed_metrics(field.entries, old.get("metrics") or [])
        case "partial":
            return {"answered": field.data} if field.data else None
        case "integer" | "number":
            return _number(field.data or "")
        case _:
            return (field.data or "").strip() or None


def _media(picture: str, old: Any) -> dict[str, Any]:
    """The picture as typed, a name or one for each language; sounds and videos stay."""
    others = {kind: file for kind, file in old.items() if kind != "image"} if isinstance(old, Mapping) else {}
    shown = source.flow_value(picture) if picture.startswith("{") else picture
    return {"image": shown, **others} if shown else others


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
        if "synonyms" in row.form:
            shown["synonyms"] = [
                word for part in (row.form["synonyms"].data or "").split(",") if (word := part.strip())
            ]
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
        gone |= {"label", "media", "sms", "read_out", "interviewer"} - set(will.parameters)
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
    "media",
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
