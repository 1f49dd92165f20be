"""`flask canvass protocol set | show | start | plan`. Exit codes: 0 done, 1 not possible, 3 some people are not known."""

import csv
from collections import Counter
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

import click

from app.accounts import service as accounts
from app.accounts.command_line import fail, workspace_id, workspace_option
from app.contacts import service as contacts
from app.core.problems import Problem
from app.delivery.commands import known, study_called
from app.delivery.invitations import batches, everyone
from app.protocols import declaring, service
from app.protocols.service import Foreseen
from app.protocols.words import why
from app.ui.edge import now

study_argument = click.argument("study_name", metavar="STUDY")
whom = click.option(
    "--contacts", "file", type=click.File("r", "utf-8-sig", "replace"), help="A CSV with external_id, email, phone."
)


@click.group("protocol")
def protocol() -> None:
    """On which channels a study reaches people, in which order."""


@protocol.command("set")
@study_argument
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@workspace_option
def declare(study_name: str, file: Path, workspace_name: str | None) -> None:
    """Give STUDY the protocol of a YAML FILE. Exit code 1 when the file has problems."""
    study = study_called(workspace_id(workspace_name), study_name)
    done = declaring.declare(study, file.read_text("utf-8", "replace"), now(), "command", str(file))
    if isinstance(done, list):
        fail(done)
    click.echo(f"{done.name} has this protocol now.")


@protocol.command("show")
@study_argument
@workspace_option
def show(study_name: str, workspace_name: str | None) -> None:
    """The protocol of STUDY as YAML."""
    click.echo(declaring.written(study_called(workspace_id(workspace_name), study_name)), nl=False)


@protocol.command("start")
@study_argument
@whom
@click.option("--all", "all_of_them", is_flag=True, help="Every contact of the workspace.")
@workspace_option
def start(study_name: str, file: IO[str] | None, all_of_them: bool, workspace_name: str | None) -> None:
    """Let the protocol of STUDY begin for contacts. Somebody for whom it runs already is left alone."""
    if all_of_them == (file is not None):
        raise click.UsageError("Say whom: --contacts FILE or --all.")
    home = workspace_id(workspace_name)
    people, strangers = _people(home, file)
    done = service.start(study_called(home, study_name), people, now(), "command")
    if isinstance(done, list):
        fail(done)
    click.echo(f"It begins for {done} people; for {len(people) - done} it has begun before.")
    _tell(strangers)


@protocol.command("plan")
@study_argument
@whom
@click.option("--at", "moment", help="As if it were then: 2026-12-01T09:00, in the workspace's time zone unless told.")
@workspace_option
def plan(study_name: str, file: IO[str] | None, moment: str | None, workspace_name: str | None) -> None:
    """What every contact (or those of a CSV) would get next in STUDY, when, on which channel, and why not on the others."""
    home = workspace_id(workspace_name)
    study, zone = study_called(home, study_name), accounts.workspace(home).time_zone
    people, strangers = _people(home, file)
    at = service.read_moment(moment, zone) if moment else now()
    if isinstance(at, Problem):
        fail([at])
    counts: Counter[str] = Counter()
    for batch in batches(people):
        for each in service.foresee(study, list(contacts.named(home, batch).values()), at):
            counts[_next(each)] += 1
            click.echo(_line(each, zone))
    for what, count in counts.most_common():
        click.echo(f"{count}: {what}", err=True)
    _tell(strangers)


def _people(home: str, file: IO[str] | None) -> tuple[list[str], list[str]]:
    """Ids, and a line for each row that names nobody."""
    strangers: list[str] = []
    return (everyone(home) if file is None else known(home, csv.DictReader(file), strangers)), strangers


def _tell(strangers: list[str]) -> None:
    for line in strangers:
        click.echo(line, err=True)
    if strangers:
        raise SystemExit(3)


def _next(each: Foreseen) -> str:
    following = each.plan.next
    if following is None:
        return why(each.plan.why, str)
    return f"{following.channel} {following.purpose}{f' {following.wave}' if following.wave else ''}"


def _line(each: Foreseen, zone: str) -> str:
    who = each.contact.external_id or each.contact.id
    when = f"{each.plan.next.due_at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}" if each.plan.next else "-"
    others = "; ".join(f"{channel}: {why(code, str)}" for channel, code in each.plan.others.items())
    return "\t".join([who, when, _next(each), others]).rstrip()


commands = [protocol]
