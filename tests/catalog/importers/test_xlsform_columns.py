"""Everything that xlsform.org and pyxform know is carried, approximated or left out with a reason, never ignored in silence."""

from typing import Any

import pytest
from pyxform import aliases
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT

from app.catalog import importers, source
from app.catalog.importers.companions import among
from app.catalog.importers.report import Imported
from tests.catalog.importers.workbooks import workbook

HEADING = ("type", "name", "label")
FIRST, LAST = ("text", "first", "First"), ("text", "last", "Last")
CHOICES = [("list_name", "name", "label"), ("l", "a", "A"), ("l", "b", "B")]
OTHERS = [("list_name", "name", "label"), ("e", "x", "X"), ("e", "y", "Y")]
SELECTS = (
    "select_one",
    "select_multiple",
    "rank",
    "select one from",
    "select all that apply from",
    "select1",
    "select one",
    "select",
)
TYPES = sorted({
    *QUESTION_TYPE_DICT, *(f"{word} l" for word in SELECTS), "select_one l or_other", "select_one_external e",
    "select_one_from_file l.csv", "select_multiple_from_file l.csv", "select_one_from_file none.csv", "phone_number",
    "no such type",
})  # fmt: skip
VALUES = {
    "relevant": "${first} = 'a'", "relevance": "${first} = 'a'", "constraint": "${first} != 'a'", "required": "yes",
    "readonly": "yes",
    "read_only": "yes", "calculation": "string-length(${first})", "calculate": "string-length(${first})", "default": "3",
    "trigger": "${first}", "parameters": "randomize=true start=1 seed=4", "choice_filter": "name = ${first}", "rows": "3",
    "repeat_count": "3", "count": "3", "jr:count": "3", "appearance": "multiline minimal", "image": "a.png",
}  # fmt: skip
"""Where any words will do it is these: a word, some words."""
MORE = (
    "hint", "hint::Polish (pl)", "guidance_hint", "label::Polish (pl)", "note", "query", "intent", "hxl", "trigger", "parameters",
    "choice_filter", "default", "media::image", "media::audio", "media::video", "media::image::Polish (pl)",
    "big-image::Polish (pl)",
    "bind::type", "bind::oc:external", "body::accuracyThreshold", "body::intent", "instance::odk:tag", "control::rows", "save_to",
)  # fmt: skip
COLUMNS = sorted({*aliases.survey_header, *MORE} - {"caption", "command", "tag", "value", "body"})
"""Without other words for type, name and label."""
MESSAGES = {
    "constraint_message": "constraint",
    "constraining_message": "constraint",
    "required_message": "required",
    "requiredmsg": "required",
}
"""A message says nothing without its check."""
ROWS = {
    "text": [("text", "thing", "Thing")], "integer": [("integer", "thing", "Thing")], "note": [("note", "thing", "Thing")],
    "select_one": [("select_one l", "thing", "Thing")], "rank": [("rank l", "thing", "Thing")],
    "range": [("range", "thing", "Thing")],
    "image": [("image", "thing", "Thing")], "calculate": [("calculate", "thing", "Thing")], "today": [("today", "thing", "")],
    "group": [("begin group", "thing", "Thing"), ("text", "in", "In"), ("end group",)],
    "repeat": [("begin repeat", "thing", "Thing"), ("text", "in", "In"), ("end repeat",)],
}  # fmt: skip
NOTHING_TO_SAY = {("note", "readonly"), ("note", "read_only"), ("calculate", "trigger")}
"""A note is never answered; what triggers a calculation says nothing where there is none."""


def read(*rows: tuple[Any, ...], heading: tuple[str, ...] = HEADING, **sheets: Any) -> Imported:
    data = workbook(survey=[heading, *rows], choices=CHOICES, external_choices=OTHERS, **sheets)
    done = importers.read(data, "form.xlsx", among({"l.csv": b"name,label\na,A\n"}))
    assert isinstance(done, Imported), done
    return done


def said(done: Imported) -> set[str]:
    return {str(line) for line in done.report.lines}


def unlike(one: Imported, other: Imported) -> bool:
    """Whether the definition is another one, or something is told that was not."""
    return one.tree != other.tree or bool(said(other) - said(one))


@pytest.mark.parametrize("type_", TYPES)
def test_every_type_has_a_line_in_the_report(type_: str) -> None:
    done = read(FIRST, (type_, "thing", "Thing"), LAST)
    (line,) = [line for line in done.report.lines if line.name == "thing" and line.kind in ("question", "setting")][:1]
    there = "'thing'" in str(done.tree)
    assert line.outcome == "carried" or line.reason()
    assert there == (line.outcome != "left_out") or type_ in ("csv-external", "xml-external")


@pytest.mark.parametrize("kind", ROWS)
def test_no_column_is_ignored_in_silence(kind: str) -> None:
    first, *rest = ROWS[kind]
    silent, without = [], {}
    for column in COLUMNS:
        before = {MESSAGES[column]: VALUES[MESSAGES[column]]} if column in MESSAGES else {}
        heading = (*HEADING, *before)
        if heading not in without:
            without[heading] = read(FIRST, (*first, *before.values()), *rest, LAST, heading=heading)
        value = VALUES.get(column, "a word")
        if not unlike(
            without[heading], read(FIRST, (*first, *before.values(), value), *rest, LAST, heading=(*heading, column))
        ):
            silent.append(column)
    assert {(kind, column) for column in silent} <= NOTHING_TO_SAY


@pytest.mark.parametrize(
    "column",
    [*sorted({*aliases.list_header} - {"caption", "list_name", "value"}), "label::Polish (pl)", "media::image", "hint", "geometry",
     "type", "title", "count", "region", "order", "sms_option", "version"],
)  # fmt: skip
def test_no_column_of_choices_is_ignored(column: str) -> None:
    asked = ("select_one l", "thing", "Thing")
    more = [(*CHOICES[0], column), (*CHOICES[1], "a word"), CHOICES[2]]
    without, done = read(asked), importers.read(workbook(survey=[HEADING, asked], choices=more), "form.xlsx")
    assert isinstance(done, Imported)
    assert unlike(without, done)


def test_a_filter_may_name_any_column_of_choices() -> None:
    heading = (*CHOICES[0], "type", "count")
    rows = [("text", "first", "First"), ("select_one l", "thing", "Thing", "type = 'x' or count = 3")]
    data = workbook(
        survey=[(*HEADING, "choice_filter"), *rows], choices=[heading, (*CHOICES[1], "x", 2), (*CHOICES[2], "y", 3)]
    )
    done = importers.read(data, "form.xlsx")
    assert isinstance(done, Imported)
    assert "choice_filter: type = 'x' or count = '3'" in source.write(done.tree)


SETTINGS = (
    *sorted({*aliases.settings_header} - {"form_title", "set_form_title"}), "version", "instance_name", "public_key",
    "submission_url", "auto_send", "auto_delete", "style", "namespaces", "client_editable", "clean_text_values", "omit_instanceID",
    "sms_keyword", "delimiter", "attribute::x", "name",
)  # fmt: skip


@pytest.mark.parametrize("setting", SETTINGS)
def test_no_setting_is_ignored(setting: str) -> None:
    without = read(FIRST, settings=[("form_title",), ("A form",)])
    assert unlike(without, read(FIRST, settings=[("form_title", setting), ("A form", "word")]))


@pytest.mark.parametrize("sheet", ["entities", "osm"])
def test_no_sheet_is_ignored(sheet: str) -> None:
    assert unlike(read(FIRST), read(FIRST, **{sheet: [("list_name", "label"), ("a", "b")]}))


@pytest.mark.parametrize(
    "word",
    [
        *(
            "field-list",
            "table-list",
            "minimal",
            "label",
            "list-nolabel",
            "autocomplete",
            "likert",
            "horizontal",
            "compact-2",
        ),
        *(
            "quick",
            "image-map",
            "numbers",
            "url",
            "printer",
            "thousands-sep",
            "bearing",
            "no-ticks",
            "rating",
            "picker",
            "distress",
        ),
        *(
            "month-year",
            "no-calendar",
            "ethiopian",
            "new-front",
            "annotate",
            "maps",
            "placement-map",
            "w4",
            "search('none')",
        ),
    ],
)
def test_no_appearance_is_ignored(word: str) -> None:
    heading, asked = (*HEADING, "appearance"), ("select_one l", "thing", "Thing")
    without, done = read(asked, heading=heading), read((*asked, word), heading=heading)
    assert unlike(without, done) or word in ("label", "list-nolabel"), "of one question alone no table is made"
