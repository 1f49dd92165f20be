"""The ways out of the house: which accounts and servers send a channel's messages, how they do, and which one a message takes.

Without GATEWAYS_FILE there is one for each channel, "smtp" and "twilio", from the settings of these names. docs/delivery.md
describes the file.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.delivery.gateway_file import read

ASK, RESEND = "ask", "resend"
POLICIES = (ASK, RESEND)
"""What becomes of a message of which nobody knows whether it was accepted: a person decides, or it is sent again."""


@dataclass(frozen=True, slots=True)
class WarmUp:
    """A new sending address earns its name: no more a day to one receiving domain than the list says, from `since` on."""

    since: date
    per_day: tuple[int, ...]

    def limit(self, today: date) -> int | None:
        """Messages today; None when it is warm."""
        day = (today - self.since).days
        return self.per_day[max(day, 0)] if day < len(self.per_day) else None


@dataclass(frozen=True, slots=True)
class Gateway:
    """One account or server. `weight`: its part of the traffic. `per_minute`: messages to one receiving domain, or segments from
    one sender. `unknown`: a policy. `senders`: the numbers it may use; empty for any. `price`: of a segment, in `currency`."""

    name: str
    channel: str
    provider: str
    weight: int = 100
    per_minute: int = 60
    unknown: str = ASK
    url: str = ""
    account_sid: str = ""
    auth_token: str = ""
    api_base: str = ""
    senders: tuple[str, ...] = ()
    price: Decimal | None = None
    currency: str | None = None
    warm_up: WarmUp | None = None

    def rate(self, now: datetime) -> float:
        """Messages or segments a second towards one route."""
        warming = self.warm_up.limit(now.date()) if self.warm_up else None
        return min(self.per_minute / 60, (warming or self.per_minute * 1440) / 86400)

    def cost(self, segments: int) -> int | None:
        """By the price list, in millionths of the currency; None without one."""
        return None if self.price is None else int(self.price * 1_000_000) * segments


@dataclass(frozen=True, slots=True)
class Health:
    """`share`: percent of its weight that a gateway gets, since `changed_at`. `closed_until`: it is not tried before, because of
    `problem`, the provider's code."""

    share: int = 100
    closed_until: datetime | None = None
    problem: str | None = None
    changed_at: datetime | None = None


def gateways(settings: Mapping[str, Any]) -> list[Gateway]:
    """All of them, from the file or the settings. ConfigurationError when the file cannot be used."""
    if settings["GATEWAYS_FILE"]:
        return list(_from_file(settings["GATEWAYS_FILE"], settings["MAIL_PER_MINUTE"], settings["SMS_PER_MINUTE"]))
    return [
        Gateway("smtp", "email", "smtp", url=settings["SMTP_URL"], per_minute=settings["MAIL_PER_MINUTE"]),
        Gateway(
            "twilio", "sms", "twilio", account_sid=settings["TWILIO_ACCOUNT_SID"],
            auth_token=settings["TWILIO_AUTH_TOKEN"], api_base=settings["TWILIO_API_BASE"] or "",
            per_minute=settings["SMS_PER_MINUTE"],
        ),
    ]  # fmt: skip


@lru_cache
def _from_file(path: str, mail_per_minute: int, sms_per_minute: int) -> tuple[Gateway, ...]:
    usual = {"email": mail_per_minute, "sms": sms_per_minute}
    return tuple(
        _gateway(channel, {"per_minute": usual[channel], **entry})
        for channel, entries in read(path).items()
        for entry in entries
    )


def _gateway(channel: str, entry: dict[str, Any]) -> Gateway:
    values = {**entry, "senders": tuple(entry.get("senders", ()))}
    if "price" in entry:
        values["price"] = Decimal(str(entry["price"]))
    if "warm_up" in entry:
        values["warm_up"] = WarmUp(entry["warm_up"]["since"], tuple(entry["warm_up"]["per_day"]))
    return Gateway(channel=channel, provider="smtp" if channel == "email" else "twilio", **values)


def choose(
    ways: Iterable[Gateway], health: Mapping[str, Health], row: Mapping[str, Any], sender: str, now: datetime
) -> Gateway | datetime | None:
    """The gateway for an attempt of the message `row`: by weight and health, the same for the same attempt, another than the last
    one that failed where there is another. A message that may have been accepted goes through no other than that one.

    The instant when one opens again while all that could take it are closed; None when there is none at all.
    """
    able = [way for way in ways if way.channel == row["channel"] and (not way.senders or sender in way.senders)]
    if row["pinned"]:
        able = [way for way in able if way.name == row["provider"]]
    closed = {way.name: until for way in able if (until := _of(health, way).closed_until) and until > now}
    free = [way for way in able if way.name not in closed]
    if not free:
        return min(closed.values(), default=None)
    others = [way for way in free if way.name != row["provider"] and _of(health, way).share]
    return _pick(others if row["attempts"] and others else free, health, f"{row['id']} {row['attempts']}")


def _of(health: Mapping[str, Health], way: Gateway) -> Health:
    return health.get(way.name, Health())


def _pick(ways: Sequence[Gateway], health: Mapping[str, Health], seed: str) -> Gateway:
    weights = [way.weight * _of(health, way).share for way in ways]
    if not sum(weights):
        weights = [1] * len(ways)
    point = int(hashlib.sha256(seed.encode()).hexdigest()[:12], 16) % sum(weights)
    for way, weight in zip(ways, weights, strict=True):
        point -= weight
        if point < 0:
            return way
    raise AssertionError("the point lies within the sum")
