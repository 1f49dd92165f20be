"""`flask canvass clock`: look at the demo's clock, and move it for every process at once."""

import re
from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.clock import OffsetClock
from app.ui.edge import app_clock

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def span(text: str) -> timedelta | None:
    """The time span written as `2h`, `90m` or `1d12h`; None when it is none."""
    if not re.fullmatch(r"(\d+[smhdw])+", text):
        return None
    return timedelta(seconds=sum(int(n) * UNITS[unit] for n, unit in re.findall(r"(\d+)([smhdw])", text)))


@click.group("clock")
def clock() -> None:
    """Show or move the demo's clock."""


@clock.command("show")
@with_appcontext
def show() -> None:
    """Print the app's time."""
    click.echo(app_clock().now().isoformat(timespec="seconds"))


@clock.command("advance")
@click.argument("by")
@with_appcontext
def advance(by: str) -> None:
    """Move the clock forward BY a span such as 2h, 90m or 1d12h. Only in the demo and in tests."""
    moved = app_clock()
    if not (current_app.config["DEMO"] or current_app.testing) or not isinstance(moved, OffsetClock):
        raise click.ClickException("The clock can be moved in the demo only: set DEMO=1.")
    delta = span(by)
    if delta is None:
        raise click.BadParameter(f"{by!r} is no time span: write 2h, 90m or 1d12h", param_hint="BY")
    moved.advance(delta)
    click.echo(f"It is now {moved.now().isoformat(timespec='seconds')}")


commands = [clock]
