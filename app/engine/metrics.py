"""Compiling metrics, the rule for partial interviews and what is written to the profile: data about questions."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.problems import N_
from app.engine.expressions.check import did_you_mean
from app.engine.model import Metric, Question, Write
from app.engine.structure import Path, Report

MEASURES = {
    "nps": ("nps",),
    "csat": ("csat_binary", "csat_5", "rating", "yes_no"),
    "ces": ("ces_7", "rating"),
}
"""The question types that a metric can be taken from."""


def compile_metrics(given: Sequence[Any], questions: Mapping[str, Question], report: Report) -> tuple[Metric, ...]:
    """The metrics; ``boxes`` default to the favourable answers usual for the type."""
    metrics: dict[str, Metric] = {}
    for index, entry in enumerate(given):
        path: Path = ("metrics", index)
        if not entry or not {"name", "kind", "question"} <= set(entry):
            continue
        if entry["name"] in metrics:
            message = N_("There are two called {name}.")
            report((*path, "name"), "duplicate_name", message, N_("Rename one of them."), name=entry["name"])
        question = _known(entry["question"], questions, (*path, "question"), report)
        if question is not None:
            _check(entry, question, path, report)
            boxes = tuple(entry.get("boxes") or usual_boxes(entry["kind"], question))
            direction = entry.get("direction", "up")
            metrics[entry["name"]] = Metric(entry["name"], entry["kind"], question.name, boxes, direction)
    return tuple(metrics.values())


def _check(entry: Mapping[str, Any], question: Question, path: Path, report: Report) -> None:
    """That the metric can be taken from the question, and its boxes are answers of it."""
    kind = entry["kind"]
    if question.type not in MEASURES[kind]:
        message, types = N_("{kind} cannot be taken from a question of type {type}."), ", ".join(MEASURES[kind])
        remedy = N_("Use one of: {types}.")
        report((*path, "question"), "metric_mismatch", message, remedy, kind=kind, type=question.type, types=types)
    for position, box in enumerate(entry.get("boxes") or ()):
        if question.choice(str(box)) is None:
            message, choices = N_("{question} has no answer {value}."), ", ".join(c.name for c in question.choices)
            remedy = N_("The choices are: {choices}.")
            place = (*path, "boxes", position)
            report(place, "unknown_choice", message, remedy, question=question.name, value=box, choices=choices)


def usual_boxes(kind: str, question: Question) -> tuple[int | str, ...]:
    """Promoters for nps; "satisfied" or "yes"; the top three of seven points, else the top two."""
    names = [choice.name for choice in question.choices]
    if question.value_type == "code":
        return tuple(names[:1])
    points = [int(name) for name in names]
    return tuple(points[-3:] if kind == "ces" and len(points) >= 7 else points[-2:])


def compile_partial(given: Mapping[str, Any], questions: Mapping[str, Question], report: Report) -> tuple[str, ...]:
    names = [name for name in given.get("answered", ()) if name]
    for index, name in enumerate(names):
        _known(name, questions, ("partial", "answered", index), report)
    return tuple(names)


def compile_writes(given: Sequence[Any], questions: Mapping[str, Question], report: Report) -> tuple[Write, ...]:
    """Which answers go to the profile: one value each, so none of a repeat, a grid or a note."""
    writes: dict[str, Write] = {}
    for index, entry in enumerate(given):
        path: Path = ("writes", index)
        if not entry or not {"question", "attribute"} <= set(entry):
            continue
        name = entry["attribute"]
        if name in writes:
            message = N_("There are two called {name}.")
            report((*path, "attribute"), "duplicate_name", message, N_("Delete one of them."), name=name)
        question = _known(entry["question"], questions, (*path, "question"), report)
        if question is None:
            continue
        silent = question.kind.shown and not question.kind.asked
        if question.repeats or question.kind.rows_of or silent:
            message, remedy = N_("{name} has no single answer."), N_("Name a question that is asked once.")
            report((*path, "question"), "bad_write", message, remedy, name=question.name)
        writes[name] = Write(question.name, name, entry.get("over", ""))
    return tuple(writes.values())


def _known(name: str, questions: Mapping[str, Question], path: Path, report: Report) -> Question | None:
    question = questions.get(name)
    if question is None:
        close = did_you_mean(name, questions)
        remedy = N_("Did you mean {close}?") if close else N_("Name a question of this questionnaire.")
        report(path, "unknown_name", N_("There is no {name}."), remedy, name=name, close=close)
    return question
