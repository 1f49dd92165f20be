"""The shape of a definition, as JSON Schema (2020-12): published in docs/questionnaire.schema.json and used by compile.

It is put together from what the question types declare: ``python -m app.engine > docs/questionnaire.schema.json``.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.engine.model import CHANNELS, HIDDEN, OFFERED, PROBED
from app.engine.question_type import FLAG_SCHEMA as FLAG
from app.engine.question_type import RANDOMIZE_SCHEMA as RANDOMIZE
from app.engine.question_type import TEXT_SCHEMA as TEXT
from app.engine.question_type import QuestionType
from app.engine.types import TYPES

Schema = Mapping[str, Any]

NAME: Schema = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$", "maxLength": 60}
REFERENCE: Schema = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]*(__?[A-Za-z0-9.-]+)*$", "maxLength": 130}
"""A name, or that of a grid's row: ``service__price``."""
LANGUAGE = "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""A language tag (BCP 47)."""
EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
OUTSIDE_TYPES = ("text", "number", "integer", "decimal", "date", "bool")
SOURCES = ("contact", "event", "link", "host", "sample", "study")
LONGEST_REPEAT = 200


def _object(properties: Mapping[str, Any], *required: str) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, **({"minItems": least} if least else {})}


MEDIA: Schema = {"$ref": "#/$defs/media"}
CHOICE: Schema = _object(
    {
        "name": {"type": ["string", "integer"], "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"},
        "label": TEXT,
        "relevant": EXPRESSION,
        "exclusive": FLAG,
        "specify": {"anyOf": [FLAG, TEXT]},
        "image": {"type": "string"},
        "media": MEDIA,
        "values": {"type": "object", "additionalProperties": {"type": ["string", "integer", "number"]}},
        "synonyms": _list({"type": "string"}),
    },
    "name",
)
CARRY: Schema = _object(
    {
        "carry": REFERENCE,
        "which": {"enum": ["selected", "unselected", "all"]},
        "also": _list({"$ref": "#/$defs/choice"}),
    },
    "carry",
)
ROW: Schema = _object({"name": CHOICE["properties"]["name"], "label": TEXT, "relevant": EXPRESSION}, "name", "label")

DEFS: Mapping[str, Schema] = {
    "text": {
        "description": "A text in each language; one text alone where there is one language. ${name|fallback} pipes an answer.",
        "anyOf": [
            {"type": "string"},
            {"type": "object", "propertyNames": {"pattern": LANGUAGE}, "additionalProperties": {"type": "string"}},
        ],
    },
    "expression": {
        "description": "An expression, such as ${nps} <= 6 and selected(${reasons}, 'price')",
        "type": ["string", "integer", "number"],
    },
    "media": {
        "description": "Files of the workspace that are shown or played: one name, or one for each language.",
        **_object(dict.fromkeys(("image", "audio", "video"), TEXT)),
    },
    "choice": CHOICE,
    "choices": {
        "description": "The choices, the name of a list, or the choices of an earlier question.",
        "anyOf": [_list({"$ref": "#/$defs/choice"}), {"type": "string"}, CARRY],
    },
}

COMMON: Mapping[str, Schema] = {"name": NAME, "type": {"type": "string"}, "relevant": EXPRESSION}
SHOWN: Mapping[str, Schema] = {
    **dict.fromkeys(("label", "hint", "sms", "read_out", "interviewer", "showcard"), TEXT),
    "media": MEDIA,
}
ASKED: Mapping[str, Schema] = {
    "required": {"anyOf": [FLAG, EXPRESSION]},
    "required_message": TEXT,
    "constraint": EXPRESSION,
    "constraint_message": TEXT,
    "warning": EXPRESSION,
    "warning_message": TEXT,
    "dont_know": {"anyOf": [FLAG, TEXT]},
    "refused": {"anyOf": [FLAG, TEXT]},
    "default": EXPRESSION,
}
OUTSIDE: Schema = _object(
    {"name": NAME, "type": {"enum": list(OUTSIDE_TYPES)}, "source": {"enum": list(SOURCES)}}, "name", "type", "source"
)
METRIC: Schema = _object(
    {
        "name": NAME,
        "kind": {"enum": ["nps", "csat", "ces"]},
        "question": REFERENCE,
        "boxes": _list({"type": ["string", "integer"]}, 1),
        "direction": {"enum": ["up", "down"]},
    },
    *("name", "kind", "question"),
)
WRITE: Schema = _object(
    {
        "question": REFERENCE,
        "attribute": {"type": "string", "pattern": "^[a-z_][a-z0-9_]*$", "maxLength": 60},
        "over": {"enum": ["staff"]},
    },
    *("question", "attribute"),
)
SIDE: Schema = _object({"name": NAME, "relevant": EXPRESSION}, "name", "relevant")
TARGET: Schema = {"type": "integer", "minimum": 0, "maximum": 100_000_000}
CELL: Schema = _object({**SIDE["properties"], "target": TARGET}, "name", "relevant", "target")
QUOTA: Schema = _object(
    {
        "name": NAME,
        "kind": {"enum": ["hard", "soft"]},
        "cells": _list(CELL, 1),
        "grid": _list(_list(SIDE, 1), 1),
        "targets": {"type": "object", "additionalProperties": TARGET},
    },
    "name",
)
LIST: Schema = _object({"name": NAME, "choices": _list({"$ref": "#/$defs/choice"}), "file": {"type": "string"}}, "name")

POLICY: Schema = {
    "type": "object",
    "properties": {channel: {"enum": [OFFERED, PROBED, HIDDEN]} for channel in CHANNELS},
    "additionalProperties": False,
}
SMS: Schema = _object(
    {"tries": {"type": "integer", "minimum": 1, "maximum": 10}, "then": {"enum": ["link", "skip", "end"]}}
)


@cache
def question_schema(type_: str) -> Schema:
    """The shape of a question of that type."""
    kind = TYPES[type_]
    properties = {**COMMON, **kind.parameters}
    required = ["name", "type"]
    if kind.shown:
        properties |= SHOWN
        required.append("label")
    if kind.asked:
        properties |= ASKED
    if kind.choices == "standard":
        properties["choices"] = _list({"$ref": "#/$defs/choice"})
    if kind.choices == "own":
        properties |= {"choices": {"$ref": "#/$defs/choices"}, "choice_filter": EXPRESSION}
        required.append("choices")
    if kind.rows_of:
        properties |= {"rows": _list(ROW, 1), "randomize_rows": RANDOMIZE}
        required.append("rows")
    return _object(properties, *required, *kind.required_parameters)


PAGE: Schema = _object(
    {
        "name": NAME,
        "title": TEXT,
        "relevant": EXPRESSION,
        "randomize": RANDOMIZE,
        "time_limit": {"type": "integer", "minimum": 5, "maximum": 86_400},
        "more_time": FLAG,
        "questions": _list({"$ref": "#/$defs/question"}, 1),
    },
    *("name", "questions"),
)
PARTS: Schema = _list({"$ref": "#/$defs/part"}, 1)
BLOCK: Schema = _object(
    {"block": NAME, "relevant": EXPRESSION, "randomize": RANDOMIZE, "pages": PARTS}, *("block", "pages")
)
REPEAT: Schema = _object(
    {
        "repeat": NAME,
        "title": TEXT,
        "relevant": EXPRESSION,
        "count": EXPRESSION,
        "add": TEXT,
        "least": {"type": "integer", "minimum": 0, "maximum": LONGEST_REPEAT},
        "most": {"type": "integer", "minimum": 1, "maximum": LONGEST_REPEAT},
        "pages": PARTS,
    },
    *("repeat", "pages"),
)


def part_schema(node: Mapping[str, Any]) -> Schema:
    """The shape of a part, told by the key that names it."""
    return BLOCK if "block" in node else REPEAT if "repeat" in node else PAGE


DEFINITION: Schema = _object(
    {
        "questionnaire": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 60},
        "title": TEXT,
        "languages": _list({"type": "string", "pattern": LANGUAGE}, 1),
        "untranslated": {"enum": ["default"]},
        "basis": {"enum": ["anonymous", "confidential", "attributable"]},
        "purpose": TEXT,
        "minutes": {"type": "integer", "minimum": 1, "maximum": 240},
        "outside": _list(OUTSIDE),
        "lists": _list(LIST),
        "metrics": _list(METRIC),
        "partial": _object({"answered": _list(REFERENCE)}, "answered"),
        "dont_know": POLICY,
        "refused": POLICY,
        "quotas": _list(QUOTA),
        "writes": _list(WRITE),
        "sms": SMS,
        "pages": PARTS,
    },
    *("questionnaire", "title", "languages", "basis", "purpose", "minutes", "pages"),
)


def published() -> dict[str, Any]:
    """The whole schema, for editors and other programs."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questionnaire",
        **DEFINITION,
        "$defs": {
            **DEFS,
            "part": {"oneOf": [PAGE, BLOCK, REPEAT]},
            "question": {"oneOf": [_published_question(kind) for kind in TYPES]},
        },
    }


def _published_question(kind: QuestionType) -> dict[str, Any]:
    schema = question_schema(kind.name)
    return {**schema, "title": kind.name, "properties": {**schema["properties"], "type": {"const": kind.name}}}
