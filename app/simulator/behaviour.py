"""Scripted misbehaviour of the outside world, per recipient, or for a share of everything."""

import re
from dataclasses import dataclass, field, fields
from random import Random
from typing import Any

SMTP_CODES = range(400, 600)  # RFC 5321 section 4.2: transient and permanent refusals
TWILIO_CODES = range(10_000, 100_000)  # https://www.twilio.com/docs/api/errors
STATUS_CODE = re.compile(r"[45]\.\d{1,3}\.\d{1,3}")  # RFC 3463
ANYONE = "*"


@dataclass
class Behaviour:
    """What happens to whatever is sent `to` an address, "@domain", number or "*" (anyone).

    `code`: refuse (SMTP 4xx/5xx; Twilio 2xxxx refuses the request, 3xxxx accepts it and fails the delivery).
    `delay`: seconds before the reply. `drop`: take the message, then close the connection without a reply.
    `lose`: close it and take nothing. `statuses`: the delivery receipts to send instead of queued, sent, delivered.
    `late`: seconds before each of them. `repeat`: how often each webhook is posted once more.
    `greylist`: seconds for which a new recipient of mail gets 451. `per_second`: mails a domain takes; the rest gets 450.
    `bounce`: a mail is taken and comes back with this status code (RFC 3463).
    `times`: how often; None is always. `share`: the part of everything that it happens to, in a Chaos.
    """

    to: str
    code: int | None = None
    text: str | None = None
    delay: float = 0
    drop: bool = False
    lose: bool = False
    statuses: list[str] | None = None
    late: float = 0
    repeat: int = 0
    greylist: float | None = None
    per_second: int | None = None
    bounce: str | None = None
    times: int | None = None
    share: float = 1

    @property
    def is_ordinary(self) -> bool:
        """Nothing scripted: stored as "forget what was said about this recipient"."""
        return self == Behaviour(self.to, times=self.times, share=self.share)

    @property
    def refuses_recipients(self) -> bool:
        """Whether a mail server says it already at RCPT."""
        return self.code is not None or self.greylist is not None or self.per_second is not None

    def concerns(self, codes: range) -> bool:
        """Whether it can happen on a channel whose refusals are `codes`."""
        return self.code is None or self.code in codes


@dataclass
class Chaos:
    """What happens to a share of all that no script names, drawn from `seed`."""

    seed: int = 0
    behaviours: list[Behaviour] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = Random(self.seed)  # noqa: S311  (a repeatable disorder, no secret)

    def draw(self, wanted: list[Behaviour]) -> Behaviour | None:
        """One of them, each as often as its share says; None for the rest."""
        at = self._random.random()
        for behaviour in wanted:
            at -= behaviour.share
            if at < 0:
                return behaviour
        return None


def parse_behaviour(raw: Any) -> Behaviour | str:
    """A behaviour from its JSON form, or what is wrong with it."""
    if not isinstance(raw, dict) or not isinstance(raw.get("to"), str) or not raw["to"].strip():
        return 'Give an object with "to": an address, "@domain", a number or "*".'
    known = [field.name for field in fields(Behaviour)]
    if unknown := set(raw) - set(known):
        return f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(known)}."
    for name, (fits, rule) in RULES.items():
        if raw.get(name) is not None and not fits(raw[name]):
            return f'"{name}" is {rule}.'
    given = {name: value for name, value in raw.items() if value is not None}
    return Behaviour(**{**given, "to": raw["to"].strip().lower()})


def parse_chaos(raw: Any) -> Chaos | str:
    """{"seed": a whole number, "behaviours": [each with its share, none with a recipient]}, or what is wrong with it."""
    if not isinstance(raw, dict) or not isinstance(raw.get("behaviours"), list):
        return 'Give an object with "behaviours": a list, and "seed": a whole number.'
    if type(raw.get("seed", 0)) is not int:
        return '"seed" is a whole number.'
    made = [parse_behaviour({**one, "to": ANYONE} if isinstance(one, dict) else one) for one in raw["behaviours"]]
    if problem := next((one for one in made if isinstance(one, str)), None):
        return problem
    behaviours = [one for one in made if isinstance(one, Behaviour)]
    return Chaos(raw.get("seed", 0), behaviours)


def _is_number(value: Any, low: float, high: float) -> bool:
    return type(value) in (int, float) and low <= value <= high


def _is_whole(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value <= high


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


RULES: dict[str, tuple[Any, str]] = {
    "code": (
        lambda code: type(code) is int and (code in SMTP_CODES or code in TWILIO_CODES),
        "an SMTP code from 400 to 599 or a Twilio error code of five digits",
    ),
    "text": (lambda text: isinstance(text, str), "a text"),
    "delay": (lambda delay: _is_number(delay, 0, 60), "a number of seconds from 0 to 60"),
    "drop": (lambda drop: isinstance(drop, bool), "true or false"),
    "lose": (lambda lose: isinstance(lose, bool), "true or false"),
    "statuses": (_is_texts, 'a list of message statuses, for example ["delivered", "sent"]'),
    "late": (lambda late: _is_number(late, 0, 60), "a number of seconds from 0 to 60"),
    "repeat": (lambda repeat: _is_whole(repeat, 0, 10), "a whole number from 0 to 10"),
    "greylist": (lambda greylist: _is_number(greylist, 0, 86_400), "a number of seconds from 0 to 86400"),
    "per_second": (lambda rate: _is_whole(rate, 1, 10_000), "a whole number from 1 to 10000"),
    "bounce": (
        lambda code: isinstance(code, str) and bool(STATUS_CODE.fullmatch(code)),
        "a status code of RFC 3463, for example 5.1.1",
    ),
    "times": (lambda times: _is_whole(times, 1, 10**9), "a whole number from 1, or null for always"),
    "share": (lambda share: _is_number(share, 0, 1), "a number from 0 to 1"),
}
