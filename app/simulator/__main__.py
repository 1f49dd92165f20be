"""`python -m app.simulator`: the command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from app.simulator.server import serve
from app.simulator.settings import ACCOUNT_SID, AUTH_TOKEN, DEFAULT_NUMBER, Settings


def main(argv: Sequence[str] | None = None) -> int:
    """Run the simulator until it is stopped. Returns 0 after a stop, 1 when a port is taken, 2 in production."""
    options = _parser().parse_args(argv)
    if os.environ.get("CANVASS_ENV") == "production":
        print("The simulator is for demos and tests: it does not run with CANVASS_ENV=production.", file=sys.stderr)
        return 2
    parent = None if options.detached else os.getppid()
    settings = Settings(**{name: value for name, value in vars(options).items() if name != "detached"})
    try:
        serve(settings, parent)
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        ports = f"{settings.host}, ports {settings.port} (web) and {settings.smtp_port} (mail)"
        print(
            f"The simulator cannot start on {ports}: {error}. Choose others with --port, --smtp-port.", file=sys.stderr
        )
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    env = os.environ.get
    parser = argparse.ArgumentParser(
        prog="python -m app.simulator", description="Plays Twilio, a mail server, a mailbox and a phone for Canvass."
    )
    add = parser.add_argument
    add(
        "--product-url",
        default=env("PUBLIC_URL", "http://127.0.0.1:8080"),
        help="PUBLIC_URL of the product (%(default)s)",
    )
    add(
        "--account-sid",
        default=env("TWILIO_ACCOUNT_SID", ACCOUNT_SID),
        help="as the product has it (TWILIO_ACCOUNT_SID)",
    )
    add("--auth-token", default=env("TWILIO_AUTH_TOKEN", AUTH_TOKEN), help="as the product has it (TWILIO_AUTH_TOKEN)")
    add(
        "--port",
        type=int,
        default=env("SIM_PORT", "8026"),
        help="pages and Twilio's REST API; 0 is any (%(default)s)",
    )
    add("--smtp-port", type=int, default=env("SIM_SMTP_PORT", "8025"), help="mail server; 0 is any (%(default)s)")
    add("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    add("--data", type=Path, default=Path("var/simulator"), help="folder of log.jsonl (%(default)s)")
    add(
        "--number",
        default=env("TWILIO_FROM_NUMBER", DEFAULT_NUMBER),
        help="the product's number for first texts (%(default)s)",
    )
    add("--webhook-path", default="/webhooks/twilio/sms", help="where inbound texts are posted (%(default)s)")
    add("--opt-out", choices=("default", "advanced", "off"), default="default", help="who handles STOP (%(default)s)")
    add("--receipt-delay", type=float, default=0.25, help="seconds before each delivery receipt (%(default)s)")
    add("--mail-in", default=env("SIM_MAIL_IN", ""), help="host:port of the product's server for incoming mail")
    add("--detached", action="store_true", help="go on when the process that started this one ends")
    return parser


if __name__ == "__main__":
    sys.exit(main())
