"""`flask canvass trigger …` and `flask canvass events import`."""

import sys
from pathlib import Path

import click
from rich.progress import Progress

from app.accounts import service as accounts
from app.accounts.command_line import fail, workspace_id, workspace_option
from app.core.problems import N_, Problem
from app.journeys import intake, service
from app.ui.edge import now


@click.group("trigger")
def trigger() -> None:
    """What makes someone's turn due."""


@trigger.command("add")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@workspace_option
def add(file: Path, workspace_name: str | None) -> None:
    """Add a trigger from a YAML FILE, or its next version. Exit code 1 when the file has problems."""
    try:
        source = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        fail([Problem("not_utf8", N_("The file is not UTF-8 (byte {at})."), {"at": error.start}, file=str(file))])
    made = service.add_trigger(workspace_id(workspace_name), source, now())
    if isinstance(made, list):
        fail([problem.located(str(file), problem.line, path=problem.path) for problem in made])
    click.echo(f"{made.name}: version {made.version} is active.")


@trigger.command("list")
@workspace_option
def show(workspace_name: str | None) -> None:
    """Triggers, and how many turns are waiting, invited and skipped."""
    for row in service.triggers(workspace_id(workspace_name)):
        counts = ", ".join(f"{n} {state}" for state, n in sorted(row["counts"].items())) or "no turns yet"
        click.echo(f"{row['name']}  version {row['version']}  {'active' if row['active'] else 'paused'}  {counts}")


@trigger.command("run")
def run() -> None:
    """Invite those whose turn has come, once (the scheduler does this all the time)."""
    click.echo(f"{service.tick(now())} turns settled.")


@click.group("events")
def events() -> None:
    """What customers did."""


@events.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", default="csv", show_default=True, help="Event ids are unique within it.")
@workspace_option
def import_events(file: Path, source: str, workspace_name: str | None) -> None:
    """Import a CSV with event_id, kind, at and external_id, email or phone; other columns become the event's data.

    Exit code 3 when some rows were bad (each is listed with its line and reason)."""
    workspace = accounts.workspace(workspace_id(workspace_name))
    with file.open("rb") as stream, Progress(disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("events", total=None)
        report = intake.import_csv(
            workspace.id, stream, workspace.time_zone, now(), source, lambda n: progress.advance(task, n)
        )
    if isinstance(report, Problem):
        fail([report.located(str(file))])
    for line, _, problems in report.bad:
        click.echo(f"{file}:{line}: " + " ".join(f"{p.text()} {p.remedy_text()}" for p in problems), err=True)
    click.echo(f"{report.new} new, {report.repeated} known already, {len(report.bad)} bad.")
    sys.exit(3 if report.bad else 0)


commands = [trigger, events]
