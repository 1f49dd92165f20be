"""`flask canvass serve`: the web server, the scheduler and, in the demo, the simulator, as processes that live and end together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import nullcontext
from functools import reduce
from importlib import import_module
from types import FrameType
from typing import IO

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from app.accounts.demo import PASSWORD
from app.demo import fill_demo
from app.jobs import SHARED, run_scheduler, run_worker
from app.logs import JSON_LOGS, configure_logging
from app.migrations import bring_up_to_date
from app.processes import end_with_parent, taken
from app.ui.access import ROLES
from app.ui.edge import now

DEMO_PORTS = {"SIM_PORT": 8026, "SIM_SMTP_PORT": 8025, "MAIL_IN_PORT": 8027}
GRACE = 30.0  # seconds between asking a process to stop and killing it


def load_app(target: str) -> Flask:
    """The application inside a web worker: logs as JSON, ends with the server's main process."""
    end_with_parent()
    configure_logging()
    # Ctrl-C reaches every process of the terminal; the server's SIGTERM is the one that counts, and twice is too much
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    module, _, name = target.partition(":")
    app: Flask = getattr(import_module(module), name)
    return app


def listening(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that listens."""
    options = (
        click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
        click.option("--workers", default=1, show_default=True, help="Web processes."),
        click.option(
            "--threads", default=8, show_default=True, help="Requests that one web process works on at a time."
        ),
    )
    return reduce(lambda wrapped, option: option(wrapped), reversed(options), command)


@click.command("serve")
@listening
@with_appcontext
def serve(host: str, workers: int, threads: int) -> None:
    """Run the product until Ctrl-C, on the port of the setting PORT. Exits with 1 when one of its processes dies."""
    demo, log_file = current_app.config["DEMO"], current_app.config["VAR"] / "canvass.log"
    ports = {"PORT": current_app.config["PORT"]}
    if demo:
        ports |= {name: demo_port(name) for name in DEMO_PORTS}
    refuse_taken(host, ports)
    if current_app.config["MIGRATE_AT_START"]:
        bring_up_to_date()
    options = [f"--host={host}", f"--workers={workers}", f"--threads={threads}"]
    commands = {"web": canvass("web", *options), "scheduler": canvass("scheduler")}
    greeting = [f"Canvass is at {current_app.config['PUBLIC_URL']}  (stop it with Ctrl-C)"]
    if demo:
        commands["simulator"] = canvass("sim")
        commands["scheduler"] += [f"--mail-in={ports['MAIL_IN_PORT']}"]
        fill_demo(now())
        greeting += [
            f"  sign in as   {', '.join(f'{role}@demo.example' for role in ROLES)}",
            f"  password     {PASSWORD}",
            f"  customers' mailboxes and phones   http://127.0.0.1:{ports['SIM_PORT']}",
            f"  log          {log_file}",
        ]
    with log_file.open("ab") if demo else nullcontext() as log:  # a log under the addresses would hide them
        raise SystemExit(supervise(commands, lambda: taken(host, ports["PORT"]), greeting, log))


def demo_port(variable: str) -> int:
    return int(os.environ.get(variable, DEMO_PORTS[variable]))


def refuse_taken(host: str, ports: dict[str, int]) -> None:
    """End the command, naming every port that is taken, by whom, and how to choose another."""
    busy = [(name, port, who) for name, port in ports.items() if (who := taken(host, port))]
    if busy:
        lines = [
            f"Port {port} is in use by {who}. Stop it, or choose another: {name}={port + 100}"
            for name, port, who in busy
        ]
        raise click.ClickException("\n".join(lines))


@click.command("web")
@listening
@with_appcontext
def web(host: str, workers: int, threads: int) -> None:
    """Run the web server alone (as `serve` does): granian, WSGI, blocking threads. A worker that dies is replaced."""
    end_with_parent()
    configure_logging()
    server = Granian(
        "wsgi:app", host, current_app.config["PORT"], interface=Interfaces.WSGI, workers=workers, blocking_threads=threads,
        log_level=LogLevels.error, log_dictconfig=JSON_LOGS, respawn_failed_workers=True, workers_kill_timeout=5,
    )  # fmt: skip
    server.serve(target_loader=load_app)


def canvass(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "flask", "--app", "wsgi", "canvass", *arguments]


def supervise(
    commands: dict[str, list[str]], ready: Callable[[], object], greeting: list[str], log: IO[bytes] | None = None
) -> int:
    """Run the commands until one ends (1) or this process is asked to stop (0); then end them all.

    The lines of `greeting` are said once they are `ready`. What they write themselves goes to `log`, else to where ours goes.
    """
    stopping: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    children = {name: subprocess.Popen(command, stdout=log, stderr=log) for name, command in commands.items()}  # noqa: S603
    dead: list[str] = []
    while not stopping and not dead:
        time.sleep(0.1)
        dead = [name for name, child in children.items() if child.poll() is not None]
        if greeting and not dead and ready():
            click.echo("\n".join(greeting))
            greeting = []
    if stopping:  # Ctrl-C reaches the children too, and they may have been quicker
        dead = []
    for name in dead:
        click.echo(f"The {name} process ended with {children[name].returncode}; stopping the others.", err=True)
        if log:
            click.echo(f"Why is at the end of {log.name}", err=True)
    end(children)
    return 1 if dead else 0


def end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask the processes to stop; kill those that have not within the grace, and say so."""
    for child in children.values():
        child.terminate()
    deadline = time.monotonic() + GRACE
    for name, child in children.items():
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            click.echo(f"The {name} process did not stop when asked and was killed.", err=True)


@click.command("scheduler")
@click.option("--mail-in", type=int, help="Take mail on this port as well, as `mail-in` does.")
@with_appcontext
def scheduler(mail_in: int | None) -> None:
    """Run the scheduler alone (as `serve` does): events, outbox, triggers, leases."""
    end_with_parent()
    configure_logging()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if mail_in:
        from app.channels.email.server import listen  # aiosmtpd takes 0.4 s to import

        listen(app, "127.0.0.1", mail_in)
    run_scheduler(app)


@click.command("worker")
@click.option(
    "--queue",
    "queues",
    multiple=True,
    type=click.Choice(SHARED),
    help="Only this one (may be repeated); all unless given.",
)
@with_appcontext
def worker(queues: tuple[str, ...]) -> None:
    """Work on queues beside the scheduler: as many of these, on as many machines, as PostgreSQL bears. Celery's with BROKER_URL."""
    end_with_parent()
    configure_logging()
    run_worker(current_app._get_current_object(), queues or SHARED)  # type: ignore[attr-defined]


@click.command("sim")
@with_appcontext
def sim() -> None:
    """Run the simulator alone: Twilio's side, a mail server, a mailbox and phones. Only with DEMO=1."""
    from app.simulator.__main__ import main  # a separate program: the product itself never loads it

    config = current_app.config
    if not config["DEMO"]:
        raise click.ClickException("The simulator runs in the demo only: set DEMO=1.")
    raise SystemExit(
        main(
            ["--product-url", config["PUBLIC_URL"], "--data", str(config["VAR"] / "simulator"),
             "--account-sid", config["TWILIO_ACCOUNT_SID"], "--auth-token", config["TWILIO_AUTH_TOKEN"],
             "--mail-in", f"127.0.0.1:{demo_port('MAIL_IN_PORT')}"]
        )
    )  # fmt: skip


commands = [serve, web, scheduler, worker, sim]
