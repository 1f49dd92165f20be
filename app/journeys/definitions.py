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
segment: gold                          # optional: only who is in it when the turn is due
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.catalog import source as yaml_source
from app.core.problems import N_, Problem
from app.journeys.durations import duration
from app.journeys.triggers import KINDS

COMMON = ("trigger", "study", "kind", "channels", "window", "max_late", "outside", "segment")
SENDING = ("email", "sms")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_WALL = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Definition:
    """`settings`: plain JSON, the kind's own and channels, window, max_late_seconds, outside, segment ("" for none)."""

    name: str
    study: str
    kind: str
    settings: dict[str, Any]


def read(source: str) -> Definition | list[Problem]:
    """A trigger file, or everything that is wrong with it."""
    parsed = yaml_source.read(source)
    if isinstance(parsed, list):
        return parsed
    tree, marks = parsed
    if not isinstance(tree, dict) or not tree:
        return [
            Problem("trigger_file", N_("A trigger file holds keys and values."), remedy=N_("Begin with: trigger: NAME"))
        ]
    problems = [
        problem.located(line=marks.place((problem.path.split(".")[0],))[0], path=problem.path)
        for problem in _check(tree)
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
        "segment": tree.get("segment", ""),
    }
    return Definition(tree["trigger"], tree["study"], tree["kind"], settings)


def _check(tree: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for key in ("trigger", "study"):
        if not isinstance(tree.get(key), str) or not _NAME.fullmatch(tree[key]):
            message = N_("“{key}” must be a name: small letters, digits and _, beginning with a letter.")
            problems.append(Problem("trigger_name", message, {"key": key}, path=key))
    if not isinstance(tree.get("segment", ""), str):
        problems.append(Problem("trigger_segment", N_("“segment” is the name of a segment."), path="segment"))
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
    if not isinstance(channels, list) or not channels or any(channel not in SENDING for channel in channels):
        message = N_("“channels” is a list of: {channels}.")
        problems.append(Problem("trigger_channels", message, {"channels": ", ".join(SENDING)}, path="channels"))
    window = tree.get("window", {})
    walls = {"from": "08:00", "to": "21:00", **window} if isinstance(window, dict) else {}
    if (
        set(walls) != {"from", "to"}
        or not all(_WALL.fullmatch(str(wall)) for wall in walls.values())
        or walls["from"] >= walls["to"]
    ):
        message = N_("“window” is two times of the day, the earlier first.")
        remedy = N_('Write: window: {{from: "08:00", to: "21:00"}}')
        problems.append(Problem("trigger_window", message, remedy=remedy, path="window"))
    late = duration(tree.get("max_late", "24h"))
    if isinstance(late, Problem):
        problems.append(late.located(path="max_late"))
    outside = tree.get("outside", {})
    if not isinstance(outside, dict) or not all(isinstance(part, str) for pair in outside.items() for part in pair):
        message = N_("“outside” says for each name which part of the event's data it takes.")
        problems.append(Problem("trigger_outside", message, path="outside"))
    return problems
