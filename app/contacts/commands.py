"""`flask canvass contacts …`: import, show, suppress."""

import sys
from contextlib import ExitStack
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, TextIO

import click
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from app.accounts.command_line import workspace_id, workspace_option
from app.accounts.service import audit
from app.contacts import addresses, definitions, service
from app.contacts.cleaner import collect_seldom
from app.contacts.csvfile import ENCODINGS
from app.contacts.importing import ImportReport, explain
from app.contacts.permission import CHANNELS, CLOSES, REASONS, Allowed
from app.contacts.workbook import as_table
from app.core.problems import Problem
from app.db import writing
from app.ui.edge import now

SOME_BAD, UNUSABLE = 3, 2


@click.group()
def contacts() -> None:
    """The people who may be asked."""


@contacts.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--mapping", multiple=True, metavar="HEADER=FIELD",
              help="What a column means, such as 'Handy=phone' or 'Age=int:age'; empty FIELD: ignore it. Repeatable.")  # fmt: skip
@click.option("--region", type=str.upper, help="Country of numbers written without +, such as PL.")
@click.option("--encoding", type=click.Choice(ENCODINGS), help="Detected unless given.")
@click.option("--dry-run", is_flag=True, help="Say what would happen, and store nothing.")
@click.option(
    "--bad", type=click.Path(dir_okay=False, path_type=Path), help="Write the bad rows with reasons to this CSV."
)
@workspace_option
def import_contacts(
    file: BinaryIO,
    mapping: tuple[str, ...],
    region: str | None,
    encoding: str | None,
    dry_run: bool,
    bad: Path | None,
    workspace_name: str | None,
) -> None:
    """Import people from a FILE: CSV, or the first sheet of an Excel workbook (.xlsx).

    Exit code 0: all rows are in; 3: some rows were bad, the others are in; 2: the file could not be used."""
    if not file.seekable():
        raise click.UsageError("The file is read twice, so it cannot be a pipe: save it first.")
    columns = dict(_column(each) for each in mapping)
    home = workspace_id(workspace_name)
    shown = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    collect_seldom()
    with ExitStack() as stack:
        bad_file = stack.enter_context(bad.open("w", encoding="utf-8-sig", newline="")) if bad else None
        progress = stack.enter_context(Progress(*shown, disable=not sys.stderr.isatty()))
        task = progress.add_task("contacts", total=None)
        table = as_table(file)
        if isinstance(table, Problem):
            click.echo(f"{file.name}: {explain(table)}", err=True)
            sys.exit(UNUSABLE)
        progress.update(task, total=table.seek(0, SEEK_END))
        report = service.import_csv(
            home, table, now(), lambda read: progress.update(task, completed=read), mapping=columns, region=region,
            encoding=encoding, source=Path(file.name).name, dry_run=dry_run, bad_file=bad_file,
        )  # fmt: skip
    _say(report, file.name, dry_run)
    sys.exit(UNUSABLE if report.problems else SOME_BAD if report.bad_count else 0)


def _column(text: str) -> tuple[str, str]:
    header, equals, field = text.rpartition("=")
    if not equals:
        raise click.UsageError(f"--mapping is HEADER=FIELD, not {text}.")
    return header.strip(), field.strip()


def _say(report: ImportReport, file: str, dry_run: bool) -> None:
    for problem in report.problems:
        click.echo(f"{file}: {explain(problem)}", err=True)
    if report.problems:
        return
    for row in [*report.bad, *report.warned]:
        click.echo(f"{file}:{row.line}: {' '.join(map(explain, row.problems))}", err=True)
    if report.bad_count > len(report.bad):
        click.echo(f"… and {report.bad_count - len(report.bad)} more bad rows; --bad FILE keeps them all.", err=True)
    if report.kept_withdrawn:
        click.echo(f"{report.kept_withdrawn} consents stay withdrawn, as their people asked.", err=True)
    click.echo(
        f"{'Would be: ' if dry_run else ''}{report.imported} new, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.bad_count} bad ({report.encoding}, delimiter {report.delimiter!r})."
    )


@contacts.command()
@click.argument("who")
@workspace_option
def show(who: str, workspace_name: str | None) -> None:
    """Show WHO (an external id, an id, an email address or a number): profile, and on which channels they may be contacted.

    Exit code 1 when there is no such contact."""
    home = workspace_id(workspace_name)
    for contact in _find(home, who):
        click.echo(f"{contact.id}  {contact.external_id or '-'}  {contact.name or '-'}  {contact.language or '-'}")
        for endpoint in contact.endpoints:
            click.echo(f"  {endpoint.channel:6} {endpoint.address}  {endpoint.status}")
        for channel in CHANNELS:
            verdict = service.may_contact(home, contact.id, channel)
            click.echo(f"  {channel:6} {'allowed' if isinstance(verdict, Allowed) else f'refused: {verdict.reason}'}")
        for name, value in sorted(contact.attributes.items()):
            click.echo(f"  {name} = {value}")


def _find(home: str, who: str) -> list[service.Contact]:
    found = service.known_as(home, who)
    if not found:
        click.echo(f"There is no contact {who}.", err=True)
        sys.exit(1)
    return found


@contacts.command()
@click.argument("who")
@click.option("--channel", type=click.Choice(list(CLOSES)), default="all", show_default=True)
@click.option("--reason", type=click.Choice(sorted(REASONS)), default="staff", show_default=True)
@click.option("--note", default="", help="Why, in your words.")
@click.option("--lift", is_flag=True, help="Lift it instead.")
@workspace_option
def suppress(who: str, channel: str, reason: str, note: str, lift: bool, workspace_name: str | None) -> None:
    """Never contact WHO: an address (also of nobody known), or the external id or id of a contact (at every address)."""
    home = workspace_id(workspace_name)
    contact = service.by_external_id(home, who) or service.contact(home, who)
    if contact is None and addresses.normal_any(who) is None:
        click.echo(f"{who} is no contact, email address or number with +.", err=True)
        sys.exit(UNUSABLE)
    whom = {"contact_id": contact.id} if contact else {"address": who}
    with writing() as conn:
        if lift:
            done = service.lift(home, channel=channel, note=note, now=now(), **whom)
        else:
            done = len(service.suppress(home, channel=channel, reason=reason, note=note, now=now(), **whom))
        action = "contact.unsuppressed" if lift else "contact.suppressed"
        subject = contact.id if contact else addresses.address_hash(home, addresses.normal_any(who) or "")
        audit(conn, home, "command", action, "contact", subject, None, {"channel": channel, "reason": reason}, now())
    click.echo(f"{done} {'lifted' if lift else 'in force'}.")


@contacts.command()
@click.argument("file", type=click.File("r", encoding="utf-8"), required=False)
@workspace_option
def attributes(file: TextIO | None, workspace_name: str | None) -> None:
    """Declare the attributes that a YAML FILE lists; without FILE print what is declared, in the same form.

    Exit code 2 when something is wrong with the file, and then nothing was declared."""
    home = workspace_id(workspace_name)
    if file is None:
        click.echo(definitions.to_yaml(definitions.declared(home)), nl=False)
        return
    wanted = definitions.from_yaml(file.read())
    found = [each for each in wanted if isinstance(each, definitions.Definition)]
    problems = [each for each in wanted if isinstance(each, Problem)] or definitions.declare(
        home, found, "command", now()
    )
    for problem in problems:
        click.echo(f"{file.name}: {explain(problem)}", err=True)
    if problems:
        sys.exit(UNUSABLE)
    click.echo(f"{len(found)} declared.")


commands = [contacts]
