"""What a request's edge hands to the logic below: the time, the signer, the database's answer to `what is it now`."""

from datetime import datetime

from flask import Flask, current_app

from app.core.clock import Clock, OffsetClock, SystemClock
from app.core.tokens import Signer


def init_edge(app: Flask, clock: Clock | None = None) -> None:
    """Give the app its clock (CLOCK_FILE moves it in demo and tests) and the signer keyed by SECRET_KEY and its elders."""
    moved = app.config["CLOCK_FILE"]
    app.extensions["clock"] = clock or (OffsetClock(moved) if moved else SystemClock())
    app.extensions["signer"] = Signer([app.config["SECRET_KEY"], *app.config["SECRET_KEY_FALLBACKS"]])


def now() -> datetime:
    """The app's time, aware, UTC. Called by views, commands and jobs; logic is passed the value."""
    return app_clock().now()


def app_clock() -> Clock:
    clock: Clock = current_app.extensions["clock"]
    return clock


def signer() -> Signer:
    """Signs with the newest SECRET_KEY, verifies with every one."""
    made: Signer = current_app.extensions["signer"]
    return made
