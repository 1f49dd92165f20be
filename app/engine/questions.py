"""Compiling a question."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.engine.expansion import grid_rows, specified
from app.engine.expressions import Symbol
from app.engine.listing import compile_choices
from app.engine.media import compile_media
from app.engine.model import Choice, Expression, Question, Text
from app.engine.question_type import TEXT_SCHEMA
from app.engine.structure import Path
from app.engine.types import TYPES

if TYPE_CHECKING:
    from app.engine.compiler import Compilation

TEXTS = ("hint", "sms", "read_out", "interviewer", "showcard", "required_message")
CHECK_TEXTS = ("constraint_message", "warning_message")
MOST_LABELS = 500
Repeats = tuple[str, ...]


def outside_question(entry: Mapping[str, Any]) -> Question:
    """A value from outside, as a hidden question of no page."""
    type_ = "number" if entry["type"] in ("integer", "decimal") else entry["type"]
    return Question(entry["name"], "hidden", TYPES["hidden"], "", type_, source=entry["source"], bare=entry["name"])


def compile_question(
    run: "Compilation", node: Mapping[str, Any], page: str, path: Path, within: Repeats
) -> list[Question]:
    """The question, and what it is expanded to: the rows of a grid, the texts of "please specify".

    Its own checks and what comes after it may refer to its name; its label and conditions may not."""
    kind, name = TYPES[node["type"]], node["name"]
    relevant = run.expression(node, "relevant", path, within=within)
    calculation = run.expression(node, "calculation", path, want=None, within=within)
    parameters = _parameters(run, node, path, within)
    choices, pool = compile_choices(run, node, parameters, path, within)
    value_type = kind.value_type
    if calculation is not None:
        value_type = calculation.type
    elif kind.rows_of:
        value_type = TYPES[kind.rows_of].value_type
    elif "value_type" in parameters:
        value_type = parameters["value_type"]
    known = None if node["type"] == "computed" and calculation is None else value_type
    own = Symbol(
        known, () if value_type == "number" else tuple(c.name for c in choices), False, within, _labels(choices)
    )
    texts: dict[str, Any] = {key: run.optional_text(node, key, path, within) for key in ("label", *TEXTS)}
    required = _required(run, node, path, within)
    if name and not kind.rows_of:
        run.names[name] = own
    texts |= {key: run.optional_text(node, key, path, within) for key in CHECK_TEXTS}
    columns = frozenset({"name", *(key.removeprefix("|") for choice in choices for key in choice.columns)})
    question = Question(
        *(name, node["type"], kind, page, value_type),
        **texts,
        relevant=relevant,
        required=required,
        constraint=run.expression(node, "constraint", path, own=own, within=within),
        warning=run.expression(node, "warning", path, own=own, within=within),
        calculation=calculation,
        dont_know=_offered(run, node, "dont_know", path),
        refused=_offered(run, node, "refused", path),
        choices=choices,
        parameters=parameters,
        source=node.get("source", ""),
        bare=name,
        default=run.expression(node, "default", path, want=None, within=within),
        choice_filter=run.expression(node, "choice_filter", path, within=within, columns=columns),
        pool=pool,
        repeats=within,
        media=compile_media(run, node, path),
        policy=run.policy,
        asked=kind.asked,
        shown=kind.shown,
        conditional=any(choice.relevant for choice in choices) or "choice_filter" in node,
    )
    if kind.rows_of:
        return grid_rows(run, question, node, path, own)
    question = replace(question, fixed=is_fixed(question))
    return [question, *specified(run, question, node, path)]


def _labels(choices: tuple[Choice, ...]) -> Mapping[str, Mapping[str, str]]:
    """What ``label()`` says; of a long list only where it is short enough to be carried along."""
    if len(choices) > MOST_LABELS:
        return {}
    return {choice.name: {code: choice.label.plain(code) for code in choice.label.parts} for choice in choices}


def _required(run: "Compilation", node: Mapping[str, Any], path: Path, within: Repeats) -> bool | Expression:
    required = node.get("required", False)
    if isinstance(required, bool):
        return required
    return run.expression(node, "required", path, within=within) or False


def _offered(run: "Compilation", node: Mapping[str, Any], key: str, path: Path) -> bool | Text:
    """Whether don't know or refused is offered, and in which words of the author's."""
    given = node.get(key, False)
    return given if isinstance(given, bool) else run.text(given, (*path, key))


def _parameters(run: "Compilation", node: Mapping[str, Any], path: Path, within: Repeats) -> dict[str, Any]:
    """What the type takes: the author's, else the defaults, else the type's standard texts."""
    kind = TYPES[node["type"]]
    standard = kind.standard_texts()
    parameters: dict[str, Any] = {}
    for key, schema in kind.parameters.items():
        if schema == TEXT_SCHEMA:
            if key in node or key in standard:
                parameters[key] = run.text(node.get(key, {}), (*path, key), within, run.ours(standard.get(key)))
        elif key in node and schema.get("$ref") != "#/$defs/expression":
            parameters[key] = node[key]
        elif "default" in schema:
            parameters[key] = schema["default"]
    problem = kind.bad_parameters(parameters)
    if problem:
        at = next((key for key in ("max", "min") if key in node), "type")
        run.report((*path, at), problem.code, problem.message, problem.remedy, **problem.params)
    return parameters


def is_fixed(question: Question) -> bool:
    """Whether a screen shows it the same way in every interview."""
    texts = [getattr(question, key) for key in ("label", "row", *TEXTS, *CHECK_TEXTS)]
    if question.grid:
        texts += [question.grid.label, question.grid.hint]
    texts += [p for p in (*question.parameters.values(), question.dont_know, question.refused) if isinstance(p, Text)]
    texts += [choice.label for choice in question.choices]
    piped = any(text.piped for text in texts if text is not None)
    moving = question.conditional or question.parameters.get("randomize") or not isinstance(question.required, bool)
    return not piped and not moving and question.default is None
