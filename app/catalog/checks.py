"""What may be wrong with a study's settings. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from app.catalog.addresses import origin
from app.catalog.definition import questions
from app.catalog.panel import check_panel
from app.catalog.protocol import check_protocol
from app.catalog.texting import check_texting
from app.core.problems import N_, Problem

CHANNELS = ("web", "email", "sms", "phone", "field")
BASES = ("anonymous", "confidential", "attributable")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
WHOLE = {"sample_one_in": (1, 1_000_000), "reshow_days": (0, 3650), "link_days": (1, 3650)}


def check_settings(name: str, settings: Mapping[str, Any], tree: Mapping[str, Any] | None) -> list[Problem]:
    """Every problem of a study's name and settings. ``tree``: the definition, to check the partial rule against."""
    problems = []
    if not NAME.fullmatch(name):
        problems.append(
            _problem(
                "bad_study_name",
                N_("The name {name!r} cannot be used."),
                "name",
                N_("Use lower-case letters, digits, - and _, at most 60 characters."),
                name=name,
            )
        )
    problems += _channels(settings) + _numbers(settings) + _partial(settings, tree) + _texts(settings)
    problems += check_panel(settings["panel"], settings["basis"], tree)
    problems += check_texting(settings["texting"], settings["basis"])
    problems += check_protocol(settings["protocol"], settings["channels"], settings["basis"])
    problems += [
        _problem(
            "bad_site",
            N_("{site} is not the address of a site."),
            "sites",
            N_("Write it as https://www.example.com."),
            site=site,
        )
        for site in settings["sites"]
        if origin(site) != site
    ]
    if settings["opens_at"] and settings["closes_at"] and settings["closes_at"] <= settings["opens_at"]:
        problems.append(_problem("closes_before_opening", N_("The study would close before it opens."), "closes_at"))
    return problems


def _channels(settings: Mapping[str, Any]) -> list[Problem]:
    problems = [
        _problem(
            "unknown_channel",
            N_("There is no channel {channel}."),
            "channels",
            N_("The channels are {known}."),
            channel=channel,
            known=", ".join(CHANNELS),
        )
        for channel in settings["channels"]
        if channel not in CHANNELS
    ]
    if settings["basis"] not in BASES:
        message = N_("{basis!r} is not a basis for asking.")
        remedy = N_("Choose one of {known}.")
        problems.append(
            _problem("unknown_basis", message, "basis", remedy, basis=settings["basis"], known=", ".join(BASES))
        )
    return problems


def _numbers(settings: Mapping[str, Any]) -> list[Problem]:
    message, remedy = N_("{value} is out of range."), N_("Write a whole number from {low} to {high}.")
    ranges = [(field, settings[field], low, high) for field, (low, high) in WHOLE.items()]
    ranges += [("reminders", day, 1, 365) for day in settings["reminders"]]
    ranges += [("slot_limits", limit, 0, 100) for limit in settings["slot_limits"].values()]
    if settings["max_interviews"] is not None:
        ranges.append(("max_interviews", settings["max_interviews"], 1, 100_000_000))
    problems = [
        _problem("out_of_range", message, field, remedy, value=value, low=low, high=high)
        for field, value, low, high in ranges
        if not isinstance(value, int) or not low <= value <= high
    ]
    days = list(settings["reminders"])
    if not problems and days != sorted(set(days)):
        problems.append(
            _problem(
                "reminders_order", N_("The days of the reminders do not rise."), "reminders", N_("Write them as 3, 7.")
            )
        )
    return problems


def _partial(settings: Mapping[str, Any], tree: Mapping[str, Any] | None) -> list[Problem]:
    known = {question.get("name") for question in questions(tree or {})}
    return [
        _problem(
            "partial_unknown",
            N_("The rule for partial interviews names {question}, which is not asked."),
            "partial",
            N_("Name questions of the questionnaire."),
            question=question,
        )
        for question in settings["partial"].get("answered", ())
        if question not in known
    ]


def _texts(settings: Mapping[str, Any]) -> list[Problem]:
    """A line break in a subject or a sender would forge a mail header."""
    lines = [("wording", text.get("subject", "")) for text in settings["wording"].values()]
    lines += [("senders", sender) for sender in settings["senders"].values()]
    lines += [("contact_line", settings["contact_line"]), ("organisation", settings["organisation"])]
    return [
        _problem("line_break", N_("This must be a single line."), field, N_("Delete the line break."))
        for field, text in lines
        if "\n" in text or "\r" in text
    ]


def _problem(code: str, message: str, field: str, remedy: str = "", **params: Any) -> Problem:
    return Problem(code, message, params, name=field, remedy=remedy)
