"""A protocol as YAML: read into a study's settings, and written out of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.catalog import service as catalog
from app.catalog import source as yaml_source
from app.catalog.service import Study
from app.core.problems import Problem
from app.protocols import service

KEYS = (
    *("mode", "max_late_hours", "offers", "steps"),
    *("channel", "after_days", "share", "reminders", "partials", "texts", "subject", "body"),
)
EXAMPLE = """mode: sequential
max_late_hours: 24
offers: [call_me, online]
steps:
  - channel: email
    reminders:
      - after_days: 3
        texts:
          en:
            subject: Two minutes for a better service?
            body: We wrote to you a few days ago and would like to hear from you.
    partials:
      - after_days: 2
  - channel: sms
    after_days: 7
  - channel: phone
    after_days: 5
"""


def declare(study: Study, source: str, now: datetime, actor: str, file: str = "") -> Study | list[Problem]:
    """Give a study the protocol of a YAML text (an empty one: none), or say what is wrong with it, each problem with its line.
    Whoever is on the way goes on by the new one."""
    parsed = yaml_source.read(source, file)
    if isinstance(parsed, list):
        return parsed
    tree, marks = parsed
    done = catalog.change_study(study.workspace_id, study.id, {"protocol": tree or {}}, now=now, actor=actor)
    if isinstance(done, list):
        return [
            problem.located(file, marks.place(_path(problem.path))[0], path=problem.path)
            if problem.name == "protocol"
            else problem
            for problem in done
        ]
    service.replan(done.workspace_id, done.id, now)
    return done


def _path(path: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in path.split("."))


def written(study: Study) -> str:
    """The study's protocol as YAML, "" where it has none."""
    return yaml_source.write(_in_order(study.protocol)) if study.protocol else ""


def _in_order(value: Any) -> Any:
    """With the keys as people write them: the database keeps them by the alphabet."""
    if isinstance(value, list):
        return [_in_order(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        key: _in_order(value[key])
        for key in sorted(value, key=lambda key: (KEYS.index(key) if key in KEYS else 0, key))
    }
