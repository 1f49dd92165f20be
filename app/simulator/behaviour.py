"""Scripted misbehaviour of the outside world, per recipient."""

from dataclasses import dataclass, fields
from typing import Any

SMTP_CODES = range(400, 600)  # RFC 5321 section 4.2: transient and permanent refusals
TWILIO_CODES = range(10_000, 100_000)  # https://www.twilio.com/docs/api/errors


@dataclass
class Behaviour:
    """What happens to whatever is sent `to` an address, "@domain", number or "*" (anyone).

    `code`: refuse (SMTP 4xx/5xx; Twilio 2xxxx refuses the request, 3xxxx accepts it and fails the delivery).
    `delay`: seconds before the reply. `drop`: take the message, then close the connection without a reply.
    `statuses`: the delivery receipts to send instead of queued, sent, delivered. `times`: how often; None is always.
    """

    to: str
    code: int | None = None
    text: str | None = None
    delay: float = 0
    drop: bool = False
    statuses: list[str] | None = None
    times: int | None = None

    @property
    def is_ordinary(self) -> bool:
        """Nothing scripted: stored as "forget what was said about this recipient"."""
        return self.code is None and not self.delay and not self.drop and self.statuses is None

    def concerns(self, codes: range) -> bool:
        """Whether it can happen on a channel whose refusals are `codes`."""
        return self.code is None or self.code in codes


def parse_behaviour(raw: Any) -> Behaviour | str:
    """A behaviour from its JSON form, or what is wrong with it."""
    if not isinstance(raw, dict) or not isinstance(raw.get("to"), str) or not raw["to"].strip():
        return 'Give an object with "to": an address, "@domain", a number or "*".'
    unknown = set(raw) - {field.name for field in fields(Behaviour)}
    if unknown:
        return f"Unknown: {', '.join(sorted(unknown))}. Known: {', '.join(field.name for field in fields(Behaviour))}."
    code, delay, times, statuses = raw.get("code"), raw.get("delay", 0), raw.get("times"), raw.get("statuses")
    if code is not None and (type(code) is not int or not (code in SMTP_CODES or code in TWILIO_CODES)):
        return '"code" is an SMTP code from 400 to 599 or a Twilio error code of five digits.'
    if type(delay) not in (int, float) or not 0 <= delay <= 60:
        return '"delay" is a number of seconds from 0 to 60.'
    if times is not None and (type(times) is not int or times < 1):
        return '"times" is a whole number from 1, or null for always.'
    if not isinstance(raw.get("drop", False), bool) or not isinstance(raw.get("text") or "", str):
        return '"drop" is true or false, "text" is a text.'
    if statuses is not None and not (
        isinstance(statuses, list) and all(isinstance(status, str) for status in statuses)
    ):
        return '"statuses" is a list of message statuses, for example ["delivered", "sent"].'
    return Behaviour(**{**raw, "to": raw["to"].strip().lower()})
