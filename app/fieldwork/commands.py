"""`flask canvass cases …`: who is called and visited."""

import csv
import sys
from collections.abc import Iterator
from typing import IO

import click
from rich.progress import Progress

from app.accounts import service as accounts
from app.accounts.command_line import workspace_id, workspace_option
from app.catalog import service as catalog
from app.contacts import service as contacts
from app.contacts.service import Contact
from app.fieldwork import service
from app.ui.edge import now

KINDS = {"phone": "phone", "field": "visit"}


@click.group("cases")
def cases() -> None:
    """Who is called and visited."""


@cases.command("add")
@click.argument("study_name", metavar="STUDY")
@click.option("--channel", type=click.Choice(tuple(KINDS)), required=True, help="Calls, or visits.")
@click.option("--all", "everybody", is_flag=True, help="Every contact.")
@click.option("--file", "file", type=click.File("r", encoding="utf-8-sig"),
              help="A CSV with a column external_id, email or phone.")  # fmt: skip
@click.option("--to", help="The e-mail address of the interviewer who makes the visits.")
@workspace_option
def add(
    study_name: str, channel: str, everybody: bool, file: IO[str] | None, to: str | None, workspace_name: str | None
) -> None:
    """Add contacts to the calls or visits of a STUDY; those there already stay as they are.

    Exit code 3 when some lines of the file name nobody (each is listed)."""
    home = workspace_id(workspace_name)
    if everybody == (file is not None):
        raise click.UsageError("Say who: --all, or --file FILE.")
    study = catalog.study_by_name(home, study_name)
    if study is None or channel not in study.channels:
        there = ", ".join(each.name for each in catalog.studies(home) if channel in each.channels)
        raise click.ClickException(
            f"No study called {study_name} has the channel {channel}. There are: {there or 'none'}."
        )
    if study.basis == "anonymous":
        raise click.ClickException("An anonymous study has no named contacts, so nobody can be called for it.")
    owner = accounts.person_by_email(to) if to else None
    if to and (owner is None or owner.workspace_id != home):
        raise click.ClickException(f"Nobody here has the address {to}.")
    lost: list[str] = []
    people = _named(home, file, lost) if file else service.everybody(home)
    with Progress(disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("cases", total=None)
        added = service.add_cases(
            home, study, KINDS[channel], people, now(), assigned_to=owner.id if owner else None,
            progress=lambda n: progress.advance(task, n),
        )  # fmt: skip
    for line in lost:
        click.echo(line, err=True)
    click.echo(
        f"{added.new} added ({added.blocked} of them may not be contacted), {added.known} known, {len(lost)} unknown."
    )
    sys.exit(3 if lost else 0)


def _named(home: str, file: IO[str], lost: list[str]) -> Iterator[Contact]:
    """The contacts a CSV names; the lines that name nobody go to `lost`."""
    reader = csv.DictReader(file)
    column = next((name for name in ("external_id", "email", "phone") if name in (reader.fieldnames or ())), None)
    if column is None:
        raise click.ClickException(f"{file.name}: the first line names no column external_id, email or phone.")
    for row in reader:
        given = (row.get(column) or "").strip()
        found = contacts.by_external_id(home, given) if column == "external_id" else None
        if column != "external_id":
            found = next(iter(contacts.by_address(home, column, given)), None)
        if found is None:
            lost.append(f"{file.name}:{reader.line_num}: nobody has the {column} {given!r}.")
        else:
            yield found


commands = [cases]
