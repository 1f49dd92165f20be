"""`flask canvass invite | remind | deliver | outbox`. Exit codes: 0 done, 1 not possible, 3 some people could not be invited."""

import csv
import sys
from collections.abc import Callable, Iterable
from typing import IO

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from app.accounts.command_line import fail, workspace_id, workspace_option
from app.catalog import service as catalog
from app.catalog.service import Study
from app.contacts import segments
from app.contacts import service as contacts
from app.core.problems import N_, Problem
from app.core.text import normalise
from app.delivery import holds, invitations
from app.delivery.reasons import explain
from app.delivery.recovery import recover
from app.delivery.worker import tick
from app.ui.edge import now

CHANNELS = ("email", "sms")
KEYS = ("external_id", "email", "phone")


@click.command("invite")
@click.argument("study_name", metavar="STUDY")
@click.option("--channel", required=True, type=click.Choice(CHANNELS))
@click.option(
    "--contacts", "file", type=click.File("r", "utf-8-sig", "replace"), help="A CSV with external_id, email or phone."
)
@click.option("--all", "everyone", is_flag=True, help="Every contact of the workspace.")
@click.option("--segment", help="The people of a segment.")
@click.option("--limit", type=click.IntRange(1), help="No more than this many who were not invited before.")
@workspace_option
def invite(
    study_name: str, channel: str, file: IO[str] | None, everyone: bool, segment: str | None, limit: int | None,
    workspace_name: str | None,
) -> None:  # fmt: skip
    """Invite contacts to STUDY. Inviting somebody again changes nothing."""
    if [everyone, file is not None, segment is not None].count(True) != 1:
        raise click.UsageError("Say whom: --contacts FILE, --segment NAME or --all.")
    home = workspace_id(workspace_name)
    study = study_called(home, study_name)
    strangers: list[str] = []
    if segment is not None:
        people = in_segment(home, segment)
    else:
        people = invitations.everyone(home) if file is None else known(home, csv.DictReader(file), strangers)
    columns = (TextColumn("Inviting"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, disable=not sys.stderr.isatty(), console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=len(people))
        done = invitations.invite(
            home, study, people, channel, now(), limit=limit, progress=lambda count: bar.advance(task, count)
        )
    if isinstance(done, list):
        fail(done)
    click.echo(f"{done.queued} invitations are on their way; {done.already} people were invited before.")
    for reason, count in done.blocked.most_common():
        click.echo(f"{count} not invited: {explain(reason)}")
    if done.instead:
        click.echo(f"{done.instead} of them were invited by mail instead.")
    for line in strangers:
        click.echo(line, err=True)
    if done.blocked or strangers:
        raise SystemExit(3)


def in_segment(workspace: str, name: str) -> list[str]:
    """The ids of a segment's people, or the command ends saying why they cannot be told."""
    found = segments.people(workspace, name, now())
    problems = [each for each in found if isinstance(each, Problem)]
    return fail(problems) if problems else [each for each in found if isinstance(each, str)]


def known(workspace: str, rows: "csv.DictReader[str]", strangers: list[str]) -> list[str]:
    """The ids of the contacts that the rows name, each once; a line for each row that names nobody goes to `strangers`."""
    if not set(KEYS) & set(rows.fieldnames or ()):
        columns = ", ".join(rows.fieldnames or ())
        message = N_("The file has the columns {columns}.")
        fail([Problem("no_key", message, {"columns": columns}, remedy=N_("Name one external_id, email or phone."))])
    found: dict[str, None] = {}
    for row in rows:
        matches = [each.id for each in _matches(workspace, row)]
        found.update(dict.fromkeys(matches[:1]))
        if not matches:
            strangers.append(f"line {rows.line_num}: there is no such contact. Import it first.")
    return list(found)


def _matches(workspace: str, row: dict[str, str]) -> Iterable[contacts.Contact]:
    """By the first of the keys that the row fills in."""
    key = next((name for name in KEYS if row.get(name)), "")
    value = normalise(row.get(key, "").strip())
    if not value or isinstance(value, Problem):
        return []
    if key == "external_id":
        contact = contacts.by_external_id(workspace, value)
        return [contact] if contact else []
    return contacts.by_address(workspace, key, value)


@click.command("remind")
@click.argument("study_name", metavar="STUDY")
@workspace_option
def remind(study_name: str, workspace_name: str | None) -> None:
    """Queue the reminders of STUDY that are due, as the scheduler does by itself."""
    home = workspace_id(workspace_name)
    count = invitations.remind(home, study_called(home, study_name), now())
    click.echo(f"{count} reminders are on their way.")


def study_called(workspace: str, name: str) -> Study:
    """The study of that name, or the command ends naming those there are."""
    study = catalog.study_by_name(workspace, name)
    if study is None:
        names = ", ".join(each.name for each in catalog.studies(workspace)) or "-"
        params = {"name": name, "names": names}
        fail([Problem("no_study", N_("There is no study {name}."), params, remedy=N_("There are: {names}."))])
    return study


@click.command("deliver")
@click.option(
    "--channel", "channels", multiple=True, type=click.Choice(CHANNELS), help="Only this one; both unless given."
)
@click.option("--once", is_flag=True, help="Work for one spell; without it, until nothing is due.")
def deliver(channels: tuple[str, ...], once: bool) -> None:
    """Send the mails and texts that are due, and settle what a crash left unknown, as the scheduler does by itself."""
    total = 0
    while True:
        handled = recover(now()) + sum(tick(channel, now()) for channel in channels or CHANNELS)
        total += handled
        if once or not handled:
            break
    click.echo(f"{total} messages were handled.")


@click.group("outbox")
def outbox() -> None:
    """Pause, resume or cancel what goes out: of a study, on a channel, or everything."""


def _verb(name: str, act: Callable[..., int], meaning: str, done: str) -> None:
    @outbox.command(name, help=meaning)
    @click.option("--study", "study_name", help="Only of this study.")
    @click.option("--channel", type=click.Choice(CHANNELS), help="Only on this channel.")
    @click.option("--everything", is_flag=True, help="Of every study, on every channel.")
    @workspace_option
    def run(study_name: str | None, channel: str | None, everything: bool, workspace_name: str | None) -> None:
        if everything == bool(study_name or channel):
            raise click.UsageError("Say what: --study, --channel or both, or --everything.")
        home = workspace_id(workspace_name)
        study_id = study_called(home, study_name).id if study_name else ""
        click.echo(done.format(count=act(home, holds.Scope(channel or "", study_id), "command", now())))


_verb("pause", holds.pause, "Hold what waits or is on its way, and all that comes.", "Paused; {count} messages wait.")
_verb("resume", holds.resume, "End a pause.", "It goes on; {count} messages are queued.")
_verb("cancel", holds.cancel, "Cancel what has not gone yet.", "{count} messages are cancelled.")


commands = [invite, remind, deliver, outbox]
