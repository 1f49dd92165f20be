"""How a study reaches people: what its setting `protocol` says. Pure.

    {"mode": "sequential", "max_late_hours": 24, "offers": ["call_me", "text_me", "online"],
     "steps": [{"channel": "email",
                "reminders": [{"after_days": 3, "texts": {"en": {"subject": "Two minutes?", "body": "We would like to know."}}}],
                "partials": [{"after_days": 1}]},
               {"channel": "sms", "after_days": 7, "reminders": [{"after_days": 2}]},
               {"channel": "phone", "after_days": 5}]}

`mode`: sequential (one channel after the other), preferred (the same, with the person's preferred channel first), concurrent (all
at once) or random (one of them, drawn by `share`). A step's `after_days`: how long the one before is given. Reminders count from
the step's invitation, `partials` (for people who began and stopped) from their last answer. What is more than `max_late_hours` late
is left out. `offers`: what a mail or text offers beside itself.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.problems import N_, Problem

SEQUENTIAL, PREFERRED, CONCURRENT, RANDOM = MODES = ("sequential", "preferred", "concurrent", "random")
STEPS = ("email", "sms", "phone")
SENDING = ("email", "sms")
OFFERS = {"call_me": "phone", "text_me": "sms", "online": "web"}
"""What may be offered, and the channel of the study that it needs."""
MODE_OF = {"email": "web", "sms": "sms", "phone": "phone"}
"""The mode in which somebody answers who is reached on a channel."""
MAX_LATE_HOURS = 24
LONGEST = 365
"""Days."""
_KEYS = ("mode", "max_late_hours", "offers", "steps")
_STEP_KEYS = ("channel", "after_days", "share", "reminders", "partials")


@dataclass(frozen=True, slots=True)
class Wave:
    """A message after the invitation. `texts`: language -> subject and body; where there is none, ours."""

    after_days: int
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """One channel with its waves."""

    channel: str
    after_days: int = 0
    share: int = 1
    reminders: tuple[Wave, ...] = ()
    partials: tuple[Wave, ...] = ()

    def waves(self, purpose: str) -> tuple[Wave, ...]:
        """Those of a purpose: reminder or partial."""
        return self.partials if purpose == "partial" else self.reminders if purpose == "reminder" else ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """The setting with its defaults."""

    mode: str
    steps: tuple[Step, ...]
    max_late_hours: int = MAX_LATE_HOURS
    offers: tuple[str, ...] = ()

    def text(self, channel: str, purpose: str, wave: int, language: str) -> Mapping[str, str]:
        """The study's own words of a wave, {} where it has none."""
        waves = next((step.waves(purpose) for step in self.steps if step.channel == channel), ())
        return waves[wave - 1].texts.get(language, {}) if 0 < wave <= len(waves) else {}


def protocol(setting: Mapping[str, Any]) -> Protocol | None:
    """The setting as a value; None where the study has none."""
    if not setting:
        return None
    steps = tuple(
        Step(
            **{**each, **{key: tuple(Wave(**wave) for wave in each.get(key, ())) for key in ("reminders", "partials")}}
        )
        for each in setting["steps"]
    )
    return Protocol(**{**setting, "steps": steps, "offers": tuple(setting.get("offers", ()))})


def drawn(steps: tuple[Step, ...], study_id: str, contact_id: str) -> Step:
    """The step that is this person's by lot: the same each time, the shares kept over many people."""
    digest = hashlib.sha256(f"{study_id}:{contact_id}".encode()).digest()
    point = int.from_bytes(digest[:8]) % sum(step.share for step in steps)
    for step in steps:
        if point < step.share:
            return step
        point -= step.share
    raise AssertionError("the shares do not add up")


# --- checking -------------------------------------------------------------------------------------


def check_protocol(setting: Any, channels: Collection[str], basis: str) -> list[Problem]:
    """Everything that is wrong with the setting; the paths of the problems lead into it."""
    if setting == {}:
        return []
    if not isinstance(setting, dict):
        return [
            _problem("protocol_shape", N_("A protocol holds keys and values."), "", N_("Begin with: mode: sequential"))
        ]
    problems = list(_unknown_keys(setting, _KEYS, ""))
    if setting.get("mode") not in MODES:
        message, remedy = N_("A protocol's mode is not {value}."), N_("Choose one of {known}.")
        problems.append(
            _problem("protocol_mode", message, "mode", remedy, value=setting.get("mode"), known=", ".join(MODES))
        )
    problems += _number(setting, "max_late_hours", 1, 24 * LONGEST, "")
    problems += _offers(setting.get("offers", []), channels)
    if basis == "anonymous":
        message = N_("An anonymous study keeps no key to a person, so nobody can be invited by name.")
        problems.append(_problem("anonymous_study", message, "", N_("Share its public link instead.")))
    steps = setting.get("steps")
    if not isinstance(steps, list) or not steps or not all(isinstance(each, dict) for each in steps):
        return [*problems, _problem("protocol_steps", N_("A protocol needs steps, each with a channel."), "steps")]
    for number, step in enumerate(steps):
        problems += _step(step, number, steps, channels)
    return problems + ([] if problems else list(_too_late_to_remind(setting)))


def _offers(offers: Any, channels: Collection[str]) -> Iterator[Problem]:
    if not isinstance(offers, list) or any(not isinstance(each, str) or each not in OFFERS for each in offers):
        message, remedy = N_("{value} is none of the choices."), N_("Choose from {known}.")
        yield _problem("protocol_offers", message, "offers", remedy, value=offers, known=", ".join(OFFERS))
        return
    for each in offers:
        if OFFERS[each] not in channels:
            message, remedy = N_("“{offer}” needs the channel {channel}."), N_("Add it to the study's channels.")
            yield _problem("offer_channel", message, "offers", remedy, offer=each, channel=OFFERS[each])


def _step(step: Mapping[str, Any], number: int, steps: list[Any], channels: Collection[str]) -> Iterator[Problem]:
    path, channel = f"steps.{number}", step.get("channel")
    yield from _unknown_keys(step, _STEP_KEYS, f"{path}.")
    if channel not in STEPS:
        message, remedy = N_("{value} is no channel of a step."), N_("Choose one of {known}.")
        yield _problem("step_channel", message, f"{path}.channel", remedy, value=channel, known=", ".join(STEPS))
    elif channel not in channels:
        message, remedy = N_("The study does not use the channel {channel}."), N_("Add it to the study's channels.")
        yield _problem("step_not_in_study", message, f"{path}.channel", remedy, channel=channel)
    if channel in [each.get("channel") for each in steps[:number]]:
        yield _problem("step_twice", N_("The channel {channel} has two steps."), f"{path}.channel", channel=channel)
    yield from _number(step, "after_days", 0, LONGEST, f"{path}.")
    yield from _number(step, "share", 1, 1_000_000, f"{path}.")
    for key in ("reminders", "partials"):
        yield from _waves(step.get(key, []), f"{path}.{key}", channel)


def _waves(waves: Any, path: str, channel: Any) -> Iterator[Problem]:
    if not isinstance(waves, list) or not all(isinstance(each, dict) for each in waves):
        yield _problem("waves_shape", N_("This is a list, each with after_days."), path, N_("Write: - after_days: 3"))
        return
    if waves and channel not in SENDING:
        yield _problem(
            "waves_of_calls", N_("Nobody is reminded by phone: the rules of calling say when it rings again."), path
        )
    for number, wave in enumerate(waves):
        yield from _unknown_keys(wave, ("after_days", "texts"), f"{path}.{number}.")
        yield from _number({"after_days": None, **wave}, "after_days", 1, LONGEST, f"{path}.{number}.")
        yield from _texts(wave.get("texts", {}), f"{path}.{number}.texts")
    days = [each.get("after_days") for each in waves]
    if all(isinstance(day, int) for day in days) and days != sorted(set(days)):
        yield _problem("waves_order", N_("The days of the waves do not rise."), path, N_("Put the earliest first."))


def _texts(texts: Any, path: str) -> Iterator[Problem]:
    right = isinstance(texts, dict) and all(
        isinstance(each, dict)
        and set(each) <= {"subject", "body"}
        and all(isinstance(text, str) for text in each.values())
        for each in texts.values()
    )
    if not right:
        message, remedy = (
            N_("The texts of a wave name a language, and for it subject and body."),
            N_("Write: en: {{body: Hello}}"),
        )
        yield _problem("wave_texts", message, path, remedy)
    elif any("\n" in each.get("subject", "").strip() for each in texts.values()):
        yield _problem("line_break", N_("This must be a single line."), path, N_("Delete the line break."))


def _too_late_to_remind(setting: Mapping[str, Any]) -> Iterator[Problem]:
    """A wave that never comes, because the next step begins before."""
    made = protocol(setting)
    assert made is not None
    if made.mode not in (SEQUENTIAL, PREFERRED):
        return
    for number, (step, following) in enumerate(zip(made.steps, made.steps[1:], strict=False)):
        if any(wave.after_days >= following.after_days for wave in step.reminders):
            message = N_("A reminder by {channel} would come after the next step has begun.")
            remedy = N_("Let the next step wait longer, or remind earlier.")
            yield _problem("reminder_after_step", message, f"steps.{number}.reminders", remedy, channel=step.channel)


def _number(given: Mapping[str, Any], key: str, low: int, high: int, path: str) -> Iterator[Problem]:
    value = given.get(key, low)
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        message, remedy = N_("{value} is out of range."), N_("Write a whole number from {low} to {high}.")
        yield _problem("out_of_range", message, path + key, remedy, value=value, low=low, high=high)


def _unknown_keys(given: Mapping[Any, Any], known: Collection[str], path: str) -> Iterator[Problem]:
    for key in given:
        if key not in known:
            message, remedy = N_("There is no “{key}” here."), N_("There are: {known}.")
            yield _problem("unknown_key", message, f"{path}{key}", remedy, key=key, known=", ".join(known))


def _problem(code: str, message: str, path: str, remedy: str = "", **params: Any) -> Problem:
    return Problem(code, message, params, name="protocol", path=path, remedy=remedy)
