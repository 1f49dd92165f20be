"""XLSForm's question types, as they are written now and were written once, and what they are here."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """``ours``: the type here, "" where there is none. ``value``: its type in expressions ("none" for nothing). ``loss``:
    what the type here does not do (English, for the report)."""

    ours: str
    value: str
    loss: str = ""


KINDS = {
    "text": Kind("text", "text"),
    "integer": Kind("integer", "number"),
    "decimal": Kind("decimal", "number"),
    "range": Kind("slider", "number"),
    "select_one": Kind("single_choice", "code"),
    "select_multiple": Kind("multiple_choice", "set"),
    "rank": Kind("ranking", "set"),
    "note": Kind("note", "none"),
    "calculate": Kind("computed", "text"),
    "hidden": Kind("computed", "text"),
    "acknowledge": Kind("single_choice", "code"),
    "date": Kind("date", "date"),
    "time": Kind("time", "time"),
    "datetime": Kind("datetime", "datetime"),
    "phone_number": Kind("text", "text"),
    "image": Kind("photo", "file"),
    "audio": Kind("audio", "file"),
    "video": Kind("video", "file"),
    "file": Kind("file", "file"),
    "barcode": Kind("barcode", "text"),
    "geopoint": Kind("location", "file"),
    "geotrace": Kind("location", "file", "one place is asked instead of a line"),
    "geoshape": Kind("location", "file", "one place is asked instead of an area"),
}

METADATA = {
    "start", "end", "today", "deviceid", "username", "email", "phonenumber", "simserial", "subscriberid", "audit",
    "background_audio", "background_geopoint", "start_geopoint", "xml_external", "csv_external", "osm", "text_audit",
    "audio_audit", "speed_violations_count", "speed_violations_list", "speed_violations_audit", "caseid", "comments",
    "sensor_statistic", "sensor_stream",
}  # fmt: skip

ALIASES = {
    "string": "text", "int": "integer", "photo": "image", "picture": "image", "gps": "geopoint", "location": "geopoint",
    "trigger": "acknowledge", "date_time": "datetime", "phone_number": "phone_number", "get_phone_number": "phonenumber",
    "start_time": "start", "get_start_time": "start", "end_time": "end", "get_end_time": "end", "get_today": "today",
    "device_id": "deviceid", "get_device_id": "deviceid", "imei": "deviceid", "get_sim_id": "simserial", "sim_id": "simserial",
    "subscriber_id": "subscriberid", "get_subscriber_id": "subscriberid", "percentage": "integer", "calculation": "calculate",
    "number_of_days_in_last_month": "integer", "number_of_days_in_last_six_months": "integer",
    "number_of_days_in_last_year": "integer", "textarea": "text", "number": "decimal", "float": "decimal", "double": "decimal",
    "long": "integer", "dateandtime": "datetime", "attachment": "file", "geo_trace": "geotrace", "geo_shape": "geoshape",
    "barcodes": "barcode",
    "calculate_here": "calculate", "calc": "calculate", "notes": "note", "phone": "phone_number", "tel": "phone_number",
}  # fmt: skip

SECTION = re.compile(r"(begin|end)[ _]*(group|repeat|lgroup|loop|looped group|score|rank|kobomatrix)(?: over (\S+))?")
SELECT = re.compile(
    r"(?:add |q )?(select[ _]?(?:one|1)|select[ _]multiple|select all that apply|select|rank)"
    r"(?:[ _](external))?(?: prompt)?(?:[ _](from[ _]file))?(?: (?:from|using))?(?: (.*))?"
)
OTHER = re.compile(r"(?:or[ _]other|or specify other)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Type:
    """What a type cell says. ``word``: begin, end, a key of KINDS or METADATA, "" for an unknown type. ``argument``: a
    section's kind (group, repeat, loop), a select's list. ``source``: "", "external" or "file" (of the list)."""

    word: str
    argument: str = ""
    other: bool = False
    source: str = ""


def read(cell: str) -> Type:
    """The type in a cell; old wordings and odd spacing are understood."""
    flat = " ".join(cell.split())
    low = flat.lower()
    section = SECTION.fullmatch(low)
    if section:
        kinds = {"lgroup": "repeat", "looped group": "repeat"}
        return Type(section[1], kinds.get(section[2], section[2]), source=section[3] or "")
    word = re.sub(
        r"[ -]", "_", low.removeprefix("add ").removesuffix(" prompt").removeprefix("q ").removeprefix("uri:")
    )
    word = ALIASES.get(word, word)
    if word in KINDS and not word.startswith(("select", "rank")):
        return Type(word)
    if word in METADATA:
        return Type(word)
    return _select(flat, low)


def _select(flat: str, low: str) -> Type:
    found = SELECT.fullmatch(low)
    if not found:
        return Type("")
    rest = flat[len(flat) - len(found[4]) :] if found[4] else ""
    list_name = OTHER.sub("", rest).strip()
    head = found[1].replace("_", " ")
    word = (
        "rank"
        if head == "rank"
        else "select_one"
        if head in ("select one", "select1", "select 1")
        else "select_multiple"
    )
    source = "file" if found[3] else "external" if found[2] else ""
    return Type(word, list_name, list_name != rest, source)
