"""`flask canvass mail-in`: takes what comes back of mails."""

import signal
import threading

import click
from flask import current_app
from flask.cli import with_appcontext

from app.logs import configure_logging


@click.command("mail-in")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=2525, show_default=True, help="Port to listen on.")
@with_appcontext
def mail_in(host: str, port: int) -> None:
    """Take bounces, complaints and replies by SMTP, for MAIL_BOX, until stopped."""
    from app.channels.email.server import listen  # aiosmtpd takes 0.4 s to import

    if not current_app.config["MAIL_BOX"]:
        raise click.ClickException("Set MAIL_BOX to the address that bounces and replies come to.")
    configure_logging()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    controller = listen(current_app._get_current_object(), host, port)  # type: ignore[attr-defined]
    click.echo(f"Taking mail for {current_app.config['MAIL_BOX']} at {host}:{port}")
    stopped.wait()
    controller.stop()


commands = [mail_in]
"""For `flask canvass`."""
