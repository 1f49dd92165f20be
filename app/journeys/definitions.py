"""A trigger file: YAML that says which study asks whom, when, and on which channels.

trigger: after_delivery
study: post_delivery
kind: event_delay
event: delivered
delay: 2h
channels: [email, sms]                 # the first by which the person may be reached
window: {from: "08:00", to: "21:00"}   # local time of the person
max_late: 24h                          # later than this, the turn is skipped with its reason
outside: {product: item}               # outside data of the questionnaire: name in the event's data
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from app.core.problems import N_, Problem
from app.journeys.durations import duration
from app.journeys.triggers import KINDS

COMMON = ("trigger", "study", "kind", "channels", "window", "max_late", "outside")
SENDING = ("email", "sms")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Definition:
    """`settings`: plain JSON, the kind's own and channels, window, max_late_seconds, outside."""

    name: str
    study: str
    kind: str
    settings: dict[str, Any]


def read(source: str) -> Definition | list[Problem]:
    """A trigger file, or everything that is wrong with it."""
    try:
        tree = yaml.safe_load(source)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return [Problem("yaml", N_("This is not valid YAML: {error}"), {"error": error.problem}, line=line)]
    if not isinstance(tree, dict):
        return [
            Problem("trigger_file", N_("A trigger file holds keys and values."), remedy=N_("Begin with: trigger: NAME"))
        ]
    lines = _lines(source)
    problems = [
        problem.located(line=lines.get(problem.path.split(".")[0], 1), path=problem.path) for problem in _check(tree)
    ]
    if problems:
        return problems
    kind = KINDS[tree["kind"]]
    own, _ = kind.read(tree)
    window = tree.get("window") or {}
    late = duration(tree.get("max_late", "24h"))
    assert not isinstance(late, Problem)
    settings = {
        **own,
        "channels": list(tree.get("channels") or SENDING),
        "window": [window.get("from", "08:00"), window.get("to", "21:00")],
        "max_late_seconds": int(late.total_seconds()),
        "outside": dict(tree.get("outside") or {}),
    }
    return Definition(tree["trigger"], tree["study"], tree["kind"], settings)


def _check(tree: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for key in ("trigger", "study"):
        if not isinstance(tree.get(key), str) or not _NAME.fullmatch(tree[key]):
            message = N_("“{key}” must be a name: small letters, digits and _, beginning with a letter.")
            problems.append(Problem("trigger_name", message, {"key": key}, path=key))
    kind = KINDS.get(str(tree.get("kind")))
    if kind is None:
        message = N_("There is no trigger kind “{kind}”.")
        remedy = N_("Use one of: {kinds}.")
        params = {"kind": tree.get("kind"), "kinds": ", ".join(KINDS.names())}
        problems.append(Problem("trigger_kind", message, params, remedy=remedy, path="kind"))
    else:
        problems += kind.read(tree)[1]
        for key in tree.keys() - {*COMMON, *kind.keys}:
            message = N_("A trigger of this kind has no key “{key}”.")
            problems.append(Problem("trigger_key", message, {"key": key}, path=str(key)))
    return problems + _check_sending(tree)


def _check_sending(tree: Mapping[str, Any]) -> list[Problem]:
    problems = []
    channels = tree.get("channels", list(SENDING))
    if not isinstance(channels, list) or not channels or set(channels) - set(SENDING):
        message = N_("“channels” is a list of: {channels}.")
        problems.append(Problem("trigger_channels", message, {"channels": ", ".join(SENDING)}, path="channels"))
    window = tree.get("window", {})
    walls = [str(wall) for wall in window.values()] if isinstance(window, dict) else [""]
    if any(not _WALL.fullmatch(wall) for wall in walls) or (len(walls) == 2 and window["from"] >= window["to"]):
        message = N_("“window” is two times of the day, the earlier first.")
        remedy = N_('Write: window: {{from: "08:00", to: "21:00"}}')
        problems.append(Problem("trigger_window", message, remedy=remedy, path="window"))
    late = duration(tree.get("max_late", "24h"))
    if isinstance(late, Problem):
        problems.append(late.located(path="max_late"))
    if not isinstance(tree.get("outside", {}), dict):
        message = N_("“outside” says for each name which part of the event's data it takes.")
        problems.append(Problem("trigger_outside", message, path="outside"))
    return problems


def _lines(source: str) -> dict[str, int]:
    """The line of each key of the top level."""
    root = yaml.compose(source, Loader=yaml.SafeLoader)
    return {key.value: key.start_mark.line + 1 for key, _ in root.value}
