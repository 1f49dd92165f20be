"""What the scheduler calls: one queue for each channel, so that a slow provider does not hold the other, and the recovery."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from app.delivery.health import heal
from app.delivery.holds import release_all
from app.delivery.invitations import remind_all
from app.delivery.recovery import recover
from app.delivery.worker import tick

TICKS: list[tuple[str, float, Callable[[datetime], int]]] = [
    ("delivery.email", 1, partial(tick, "email")),
    ("delivery.sms", 1, partial(tick, "sms")),
    ("delivery.recover", 15, recover),
    ("delivery.heal", 60, heal),
    ("delivery.release", 30, release_all),
    ("delivery.remind", 60, remind_all),
]
