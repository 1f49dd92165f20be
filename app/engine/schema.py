"""The shape of a definition, as JSON Schema (2020-12): published in docs/questionnaire.schema.json and used by compile.

It is put together from what the question types declare: ``python -m app.engine > docs/questionnaire.schema.json``.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from app.engine.model import CHANNELS, HIDDEN, LANGUAGES, OFFERED, PROBED
from app.engine.question_type import FLAG_SCHEMA as FLAG
from app.engine.question_type import TEXT_SCHEMA as TEXT
from app.engine.question_type import QuestionType
from app.engine.types import TYPES

Schema = Mapping[str, Any]

NAME: Schema = {"type": "string", "pattern": "^[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*$", "maxLength": 60}
EXPRESSION: Schema = {"$ref": "#/$defs/expression"}
OUTSIDE_TYPES = ("text", "number", "integer", "decimal", "date", "bool")
SOURCES = ("contact", "event", "link", "host", "sample", "study")

DEFS: Mapping[str, Schema] = {
    "text": {
        "description": "A text in each language; one text alone where there is one language. ${name|fallback} pipes an answer.",
        "anyOf": [
            {"type": "string"},
            {"type": "object", "propertyNames": {"enum": list(LANGUAGES)}, "additionalProperties": {"type": "string"}},
        ],
    },
    "expression": {
        "description": "An expression, such as ${nps} <= 6 and selected(${reasons}, 'price')",
        "type": ["string", "integer", "number"],
    },
}

CHOICE: Schema = {
    "type": "object",
    "properties": {
        "name": {"type": ["string", "integer"], "pattern": "^[A-Za-z0-9][A-Za-z0-9_.-]*$"},
        "label": TEXT,
        "relevant": EXPRESSION,
        "exclusive": FLAG,
        "image": {"type": "string"},
    },
    "required": ["name"],
    "additionalProperties": False,
}

COMMON: Mapping[str, Schema] = {"name": NAME, "type": {"type": "string"}, "relevant": EXPRESSION}
SHOWN: Mapping[str, Schema] = dict.fromkeys(("label", "hint", "sms", "read_out", "interviewer", "showcard"), TEXT)
ASKED: Mapping[str, Schema] = {
    "required": {"anyOf": [FLAG, EXPRESSION]},
    "required_message": TEXT,
    "constraint": EXPRESSION,
    "constraint_message": TEXT,
    "warning": EXPRESSION,
    "warning_message": TEXT,
    "dont_know": {"anyOf": [FLAG, TEXT]},
    "refused": {"anyOf": [FLAG, TEXT]},
}
OUTSIDE: Schema = {
    "type": "object",
    "properties": {"name": NAME, "type": {"enum": list(OUTSIDE_TYPES)}, "source": {"enum": list(SOURCES)}},
    "required": ["name", "type", "source"],
    "additionalProperties": False,
}
METRIC: Schema = {
    "type": "object",
    "properties": {
        "name": NAME,
        "kind": {"enum": ["nps", "csat", "ces"]},
        "question": NAME,
        "boxes": {"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 1},
        "direction": {"enum": ["up", "down"]},
    },
    "required": ["name", "kind", "question"],
    "additionalProperties": False,
}

SIDE: Schema = {
    "type": "object",
    "properties": {"name": NAME, "relevant": EXPRESSION},
    "required": ["name", "relevant"],
    "additionalProperties": False,
}
TARGET: Schema = {"type": "integer", "minimum": 0, "maximum": 100_000_000}
QUOTA: Schema = {
    "type": "object",
    "properties": {
        "name": NAME,
        "kind": {"enum": ["hard", "soft"]},
        "cells": {
            "type": "array",
            "minItems": 1,
            "items": {
                **SIDE,
                "properties": {**SIDE["properties"], "target": TARGET},
                "required": ["name", "relevant", "target"],
            },
        },
        "grid": {"type": "array", "minItems": 1, "items": {"type": "array", "minItems": 1, "items": SIDE}},
        "targets": {"type": "object", "additionalProperties": TARGET},
    },
    "required": ["name"],
    "additionalProperties": False,
}

POLICY: Schema = {
    "type": "object",
    "properties": {channel: {"enum": [OFFERED, PROBED, HIDDEN]} for channel in CHANNELS},
    "additionalProperties": False,
}


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
    if kind.choices != "none":
        properties["choices"] = {"type": "array", "items": CHOICE}
    if kind.choices == "own":
        required.append("choices")
    return {
        "type": "object",
        "properties": properties,
        "required": [*required, *kind.required_parameters],
        "additionalProperties": False,
    }


PAGE: Schema = {
    "type": "object",
    "properties": {
        "name": NAME,
        "title": TEXT,
        "relevant": EXPRESSION,
        "questions": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/question"}},
    },
    "required": ["name", "questions"],
    "additionalProperties": False,
}

DEFINITION: Schema = {
    "type": "object",
    "properties": {
        "questionnaire": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$", "maxLength": 60},
        "title": TEXT,
        "languages": {"type": "array", "minItems": 1, "items": {"enum": list(LANGUAGES)}},
        "basis": {"enum": ["anonymous", "confidential", "attributable"]},
        "purpose": TEXT,
        "minutes": {"type": "integer", "minimum": 1, "maximum": 240},
        "outside": {"type": "array", "items": OUTSIDE},
        "metrics": {"type": "array", "items": METRIC},
        "partial": {
            "type": "object",
            "properties": {"answered": {"type": "array", "items": NAME}},
            "required": ["answered"],
            "additionalProperties": False,
        },
        "dont_know": POLICY,
        "refused": POLICY,
        "quotas": {"type": "array", "items": QUOTA},
        "pages": {"type": "array", "minItems": 1, "items": PAGE},
    },
    "required": ["questionnaire", "title", "languages", "basis", "purpose", "minutes", "pages"],
    "additionalProperties": False,
}


def published() -> dict[str, Any]:
    """The whole schema, for editors and other programs."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Questionnaire",
        **DEFINITION,
        "$defs": {**DEFS, "question": {"oneOf": [_published_question(kind) for kind in TYPES]}},
    }


def _published_question(kind: QuestionType) -> dict[str, Any]:
    schema = question_schema(kind.name)
    return {**schema, "title": kind.name, "properties": {**schema["properties"], "type": {"const": kind.name}}}
