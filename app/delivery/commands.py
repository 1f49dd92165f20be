"""`flask canvass deliver`: send by hand what the scheduler would."""

import click

from app.delivery.recovery import recover
from app.delivery.worker import tick
from app.ui.edge import now

CHANNELS = ("email", "sms")


@click.command("deliver")
@click.option(
    "--channel", "channels", multiple=True, type=click.Choice(CHANNELS), help="Only this one; both unless given."
)
@click.option("--once", is_flag=True, help="Work for one spell; without it, until nothing is due.")
def deliver(channels: tuple[str, ...], once: bool) -> None:
    """Send the mails and texts that are due, and settle what a crash left unknown."""
    total = 0
    while True:
        handled = recover(now()) + sum(tick(channel, now()) for channel in channels or CHANNELS)
        total += handled
        if once or not handled:
            break
    click.echo(f"{total} messages were handled.")


commands = [deliver]
