"""Question types that SurveyJS itself has not: its own widget library, and widgets of government forms that are published.

Each becomes an element of SurveyJS, so that the rest of the importer need not know them. The second of the pair says what
is lost; "" where nothing is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.problems import N_

Raw = Mapping[str, Any]
Widget = Callable[[Raw], tuple[dict[str, Any], str]]
YES_NO = [{"value": "y", "text": "Yes"}, {"value": "n", "text": "No"}]
PICTURES = N_("The pictures of its choices have to be added as files.")
PROVINCES = N_("Its lists of provinces and countries are fields to write in here.")


def standard(raw: Raw) -> tuple[Raw, str] | None:
    """The element in SurveyJS's own types, and what that loses; None where nobody knows the type."""
    kind = str(raw.get("type", "")).lower()
    if kind in WIDGETS:
        made, lost = WIDGETS[kind](raw)
        return {**made, "widget": kind}, lost
    if kind in SAME:
        return {**raw, "type": SAME[kind], "widget": kind}, ""
    return (raw, PICTURES if kind == "imagepicker" else "") if kind in STANDARD else None


def _yes_no(raw: Raw) -> tuple[dict[str, Any], str]:
    return {**raw, "type": "radiogroup", "choices": YES_NO}, ""


def _message(raw: Raw) -> tuple[dict[str, Any], str]:
    """A text to read; where it must be confirmed, a button that is worth true."""
    if raw.get("isRequired"):
        return {**raw, "type": "radiogroup", "choices": [{"value": True, "text": "Continue"}], "confirms": True}, ""
    return {**raw, "type": "html", "html": raw.get("html") or raw.get("title"), "after": raw.get("body")}, ""


def _fields(raw: Raw, fields: list[dict[str, Any]], lost: str = "") -> tuple[dict[str, Any], str]:
    """Several fields under one title; each is labelled as the element has it, else as the widget has it."""
    items = []
    for item in fields:
        part = str(item["part"])
        title = raw.get(f"label{part}") or item["title"]
        items.append({**item, "title": title, "description": raw.get(f"desc{part}")})
    return {**raw, "type": "multipletext", "items": items, "optional": True}, lost


def _person(raw: Raw) -> tuple[dict[str, Any], str]:
    return _fields(
        raw,
        [
            {"name": "first", "part": "FirstName", "title": "First Name"},
            {"name": "middle", "part": "MiddleName", "title": "Middle Name(s)"},
            {"name": "last", "part": "LastName", "title": "Last Name"},
        ],
    )


def _address(raw: Raw) -> tuple[dict[str, Any], str]:
    titles = {
        "street": "Street address", "city": "City / Town", "state": "Province / State / Region", "country": "Country",
        "postcode": "Postal Code",
    }  # fmt: skip
    return _fields(
        raw, [{"name": key, "part": key.title(), "title": title} for key, title in titles.items()], PROVINCES
    )


def _contact(raw: Raw) -> tuple[dict[str, Any], str]:
    fields = [
        {"name": "phone", "part": "Phone", "title": "Phone", "inputType": "tel"},
        {"name": "email", "part": "Email", "title": "Email", "inputType": "email"},
        {"name": "fax", "part": "Fax", "title": "Fax", "inputType": "tel"},
    ]
    return _fields(raw, fields)


def _with_comments(raw: Raw) -> tuple[dict[str, Any], str]:
    """Boxes to tick, some with a field of their own."""
    given = raw.get("choices")
    choices = [
        {**choice, "specify": bool(choice.get("comment"))} if isinstance(choice, Mapping) else choice
        for choice in (given if isinstance(given, list) else [])
    ]
    return {**raw, "type": "checkbox", "choices": choices}, ""


def _with_fields(raw: Raw) -> tuple[dict[str, Any], str]:
    """Options with fields in their labels: ``{one},{two}`` is a list, ``};{`` divides lists."""
    values = _listed(raw.get("radioOutputValues"))
    labels = str(raw.get("textBeforeInputs", "")).removeprefix("{").removesuffix("}").split("};{")
    choices = []
    for position, value in enumerate(values):
        parts = labels[position].split("},{") if position < len(labels) else []
        text = " … ".join(part for part in parts if part) or value
        choices.append({"value": value, "text": text, "specify": len(parts) > 1})
    lost = N_("The fields in its options become one text field an option.")
    return {**raw, "type": "radiogroup", "choices": choices}, lost


def _listed(text: Any) -> list[str]:
    return [part for part in str(text or "").removeprefix("{").removesuffix("}").split("},{") if part]


def _multiple_fields(raw: Raw) -> tuple[dict[str, Any], str]:
    names, kinds, before = (_listed(raw.get(key)) for key in ("inputNames", "inputTypes", "textBeforeInputs"))
    items = [
        {
            "name": name,
            "title": before[i] if i < len(before) else name,
            "inputType": kinds[i] if i < len(kinds) else "text",
        }
        for i, name in enumerate(names)
    ]
    return {**raw, "type": "multipletext", "items": items}, ""


def _text(input_type: str) -> Widget:
    return lambda raw: ({**raw, "type": "text", "inputType": input_type}, "")


def _slider(raw: Raw) -> tuple[dict[str, Any], str]:
    low, high = raw.get("rangeMin", raw.get("min", 0)), raw.get("rangeMax", raw.get("max", 100))
    return {**raw, "type": "slider", "min": low, "max": high}, ""


WIDGETS: Mapping[str, Widget] = {
    "yesno": _yes_no,
    "infotext": _message,
    "infotexttitle": _message,
    "helptext": _message,
    "personname": _person,
    "address": _address,
    "contactinfo": _contact,
    "faxcontactinfo": _contact,
    "multiplecommentcheckbox": _with_comments,
    "multiplecommentwithdescriptioncheckbox": _with_comments,
    "advancedradiogroup": _with_fields,
    "advancedradiogroupwithdescription": _with_fields,
    "multipletextinput": _multiple_fields,
    "textbeforeinputnumber": _text("number"),
    "customdate": _text("date"),
    "customdatetime": _text("datetime-local"),
    "datepicker": _text("date"),
    "bootstrapdatepicker": _text("date"),
    "bootstrapslider": _slider,
    "nouislider": _slider,
}
SAME = {
    "customradiogroup": "radiogroup",
    "sortablelist": "ranking",
    "editor": "comment",
    "ckeditor": "comment",
    "barrating": "rating",
}
STANDARD = set(
    "text comment radiogroup dropdown tagbox checkbox boolean rating ranking matrix matrixdropdown matrixdynamic multipletext "
    "imagepicker file signaturepad html image expression buttongroup slider paneldynamic".split()
)
