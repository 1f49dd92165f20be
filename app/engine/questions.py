"""Compiling a question."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from app.core.problems import N_
from app.engine.expressions import Symbol
from app.engine.expressions.check import did_you_mean
from app.engine.model import Choice, Expression, Question, Text
from app.engine.question_type import TEXT_SCHEMA, is_whole
from app.engine.structure import Path
from app.engine.types import TYPES

if TYPE_CHECKING:
    from app.engine.compiler import Compilation

TEXTS = ("hint", "sms", "read_out", "interviewer", "showcard", "required_message")
CHECK_TEXTS = ("constraint_message", "warning_message")


def outside_question(entry: Mapping[str, Any]) -> Question:
    """A value from outside, as a hidden question of no page."""
    type_ = "number" if entry["type"] in ("integer", "decimal") else entry["type"]
    return Question(entry["name"], "hidden", TYPES["hidden"], "", type_, source=entry["source"])


def compile_question(run: "Compilation", node: Mapping[str, Any], page: str, path: Path) -> Question:
    """The question. Its own checks and what comes after it may refer to its name; its label and conditions may not."""
    kind, name = TYPES[node["type"]], node["name"]
    relevant = run.expression(node, "relevant", path)
    calculation = run.expression(node, "calculation", path, want=None)
    parameters = _parameters(run, node, path)
    choices = _choices(run, node, parameters, path)
    value_type = kind.value_type
    if calculation is not None:
        value_type = calculation.type
    elif "value_type" in parameters:
        value_type = parameters["value_type"]
    known = None if node["type"] == "computed" and calculation is None else value_type
    own = Symbol(known, () if kind.value_type == "number" else tuple(choice.name for choice in choices))
    texts: dict[str, Any] = {key: run.optional_text(node, key, path) for key in ("label", *TEXTS)}
    required = _required(run, node, path)
    if name:
        run.names[name] = own
    texts |= {key: run.optional_text(node, key, path) for key in CHECK_TEXTS}
    question = Question(
        *(name, node["type"], kind, page, value_type),
        **texts,
        relevant=relevant,
        required=required,
        constraint=run.expression(node, "constraint", path, own=own),
        warning=run.expression(node, "warning", path, own=own),
        calculation=calculation,
        dont_know=_offered(run, node, "dont_know", path),
        refused=_offered(run, node, "refused", path),
        choices=choices,
        parameters=parameters,
        source=node.get("source", ""),
        policy=run.policy,
        asked=kind.asked,
        shown=kind.shown,
        conditional=any(choice.relevant for choice in choices),
    )
    return replace(question, fixed=_fixed(question))


def _required(run: "Compilation", node: Mapping[str, Any], path: Path) -> bool | Expression:
    required = node.get("required", False)
    if isinstance(required, bool):
        return required
    return run.expression(node, "required", path) or False


def _offered(run: "Compilation", node: Mapping[str, Any], key: str, path: Path) -> bool | Text:
    """Whether don't know or refused is offered, and in which words of the author's."""
    given = node.get(key, False)
    return given if isinstance(given, bool) else run.text(given, (*path, key))


def _parameters(run: "Compilation", node: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """What the type takes: the author's, else the defaults, else the type's standard texts."""
    kind = TYPES[node["type"]]
    standard = kind.standard_texts()
    parameters: dict[str, Any] = {}
    for key, schema in kind.parameters.items():
        if schema == TEXT_SCHEMA:
            if key in node or key in standard:
                parameters[key] = run.text(node.get(key, {}), (*path, key), standard.get(key))
        elif key in node and key != "calculation":
            parameters[key] = node[key]
        elif "default" in schema:
            parameters[key] = schema["default"]
    problem = kind.bad_parameters(parameters)
    if problem:
        at = next((key for key in ("max", "min") if key in node), "type")
        run.report((*path, at), problem.code, problem.message, problem.remedy, **problem.params)
    return parameters


def _choices(
    run: "Compilation", node: Mapping[str, Any], parameters: Mapping[str, Any], path: Path
) -> tuple[Choice, ...]:
    kind = TYPES[node["type"]]
    if kind.choices == "none":
        return ()
    given = [entry for entry in node.get("choices", ()) if entry and "name" in entry]
    below = (*path, "choices")
    if kind.choices == "own":
        if "choices" in node and not node["choices"]:
            run.report(
                below, "empty_choices", N_("There are no choices."), N_("Add at least one with a name and a label.")
            )
        return _own_choices(run, node, given, below)
    entries = {str(entry["name"]): (index, entry) for index, entry in enumerate(given)}
    standard = dict(kind.standard_choices(parameters))
    for name, (index, _) in entries.items():
        if name not in standard:
            close = did_you_mean(name, standard)
            remedy = N_("Did you mean {close}?") if close else N_("The choices are: {choices}.")
            message = N_("{type} has no choice {value}.")
            params = {"type": node["type"], "value": name, "close": close, "choices": ", ".join(standard)}
            run.report((*below, index, "name"), "unknown_choice", message, remedy, **params)
    choices = []
    for position, (name, labels) in enumerate(standard.items(), 1):
        index, entry = entries.get(name, (0, {}))
        own_words = {language: labels.get(language, name) for language in run.languages}
        label = run.text(entry.get("label", {}), (*below, index, "label"), own_words)
        choices.append(Choice(name, label, int(name) if is_whole(name) else position))
    return tuple(choices)


def _own_choices(run: "Compilation", node: Mapping[str, Any], given: list[Any], path: Path) -> tuple[Choice, ...]:
    kind, numeric = TYPES[node["type"]], all(is_whole(str(entry["name"])) for entry in given)
    choices: dict[str, Choice] = {}
    for index, entry in enumerate(node.get("choices", ())):
        if entry not in given:
            continue
        name, here = str(entry["name"]), (*path, index)
        if name in choices or name in ("dk", "refused"):
            message = N_("The choice {name} is there twice (dk and refused always are).")
            run.report((*here, "name"), "duplicate_choice", message, N_("Rename one of them."), name=name)
        if "label" not in entry:
            run.report(
                here, "missing_key", N_("{where} has no {key}."), N_("Add {key}."), where=f"choice {name}", key="label"
            )
        exclusive = entry.get("exclusive", False)
        if exclusive and node["type"] != "multiple_choice":
            message = N_("Only a choice of multiple_choice can be exclusive.")
            run.report((*here, "exclusive"), "not_allowed", message, N_("Delete it."))
        image = entry.get("image", "")
        if image and not kind.images:
            message = N_("Only a choice of image_choice can have an image.")
            run.report((*here, "image"), "not_allowed", message, N_("Delete it."))
        elif kind.images and not image:
            where = f"choice {name}"
            run.report(here, "missing_key", N_("{where} has no {key}."), N_("Add {key}."), where=where, key="image")
        label = run.text(entry["label"], (*here, "label")) if "label" in entry else Text({})
        relevant = run.expression(entry, "relevant", here)
        choices[name] = Choice(name, label, int(name) if numeric else len(choices) + 1, relevant, exclusive, image)
    return tuple(choices.values())


def _fixed(question: Question) -> bool:
    """Whether a screen shows it the same way in every interview."""
    texts = [getattr(question, key) for key in ("label", *TEXTS, *CHECK_TEXTS)]
    texts += [p for p in (*question.parameters.values(), question.dont_know, question.refused) if isinstance(p, Text)]
    texts += [choice.label for choice in question.choices]
    piped = any(text.piped for text in texts if text is not None)
    moving = question.conditional or question.parameters.get("randomize") or not isinstance(question.required, bool)
    return not piped and not moving
