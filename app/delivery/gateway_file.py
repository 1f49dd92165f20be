"""Reads GATEWAYS_FILE: the accounts and servers of each channel, in YAML. What is wrong is said all at once."""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import yaml

from config import ConfigurationError

Check = tuple[Callable[[Any], bool], str]

_text: Check = (lambda value: isinstance(value, str) and value != "", "a text")
_count: Check = (lambda value: type(value) is int and value >= 0, "a whole number from 0")
_COMMON: dict[str, Check] = {
    "name": (lambda value: isinstance(value, str) and 0 < len(value) <= 40, "a text of at most 40 characters"),
    "weight": _count,
    "per_minute": (lambda value: type(value) is int and value > 0, "a whole number from 1"),
    "unknown": (lambda value: value in ("ask", "resend"), "ask or resend"),
    "price": (lambda value: type(value) in (int, float) and value >= 0, "a number, such as 0.045"),
    "currency": (lambda value: isinstance(value, str) and len(value) == 3, "three letters, such as EUR"),
}
_OF: dict[str, dict[str, Check]] = {
    "email": {
        **_COMMON,
        "url": (
            lambda value: isinstance(value, str) and urlsplit(value).scheme in ("smtp", "smtps"),
            "smtp://… or smtps://…",
        ),
        "warm_up": (
            lambda value: (
                isinstance(value, dict)
                and set(value) == {"since", "per_day"}
                and isinstance(value["since"], date)
                and isinstance(value["per_day"], list)
                and all(type(count) is int and count > 0 for count in value["per_day"])
            ),
            "since: a date, and per_day: a list of counts from 1",
        ),
    },
    "sms": {
        **_COMMON,
        "account_sid": _text,
        "auth_token": _text,
        "api_base": _text,
        "senders": (
            lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
            'a list of numbers in quotes, such as ["+48500100200"]',
        ),
    },
}
_NEEDED = {"email": ("name", "url"), "sms": ("name", "account_sid", "auth_token")}


def read(path: str, environ: Mapping[str, str] = os.environ) -> dict[str, list[dict[str, Any]]]:
    """Channel to the entries of its gateways, checked; a value `$NAME` is taken from the environment.
    ConfigurationError naming every fault."""
    try:
        with open(path, encoding="utf-8") as file:
            tree = yaml.safe_load(file)
    except (OSError, yaml.YAMLError) as fault:
        raise ConfigurationError("delivery", [f"GATEWAYS_FILE {path} cannot be read: {fault}"]) from None
    if not isinstance(tree, dict) or not tree or not set(tree) <= set(_OF):
        raise ConfigurationError("delivery", [f"{path}: give lists named email and sms"])
    tree = {channel: [_filled(entry, environ) for entry in entries or ()] for channel, entries in tree.items()}
    problems = [f"{path}: {problem}" for problem in _problems(tree)]
    if problems:
        raise ConfigurationError("delivery", problems)
    return tree


def _filled(entry: Any, environ: Mapping[str, str]) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {
        key: environ.get(value[1:], "") if isinstance(value, str) and value.startswith("$") else value
        for key, value in entry.items()
    }


def _problems(tree: dict[str, list[Any]]) -> Iterator[str]:
    names: set[str] = set()
    for channel, entries in tree.items():
        for number, entry in enumerate(entries, 1):
            where = f"{channel} {number}"
            if not isinstance(entry, dict):
                yield f"{where}: give name and the rest as `key: value`"
                continue
            yield from (f"{where}: {key} is missing" for key in _NEEDED[channel] if key not in entry)
            for key, value in entry.items():
                test, wanted = _OF[channel].get(key, (None, ""))
                if test is None:
                    yield f"{where}: {key} means nothing here; there are {', '.join(_OF[channel])}"
                elif not test(value):
                    yield f"{where}: {key} is {wanted}"
            if entry.get("name") in names:
                yield f"{where}: the name {entry['name']} is taken"
            names.add(str(entry.get("name")))
