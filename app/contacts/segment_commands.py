"""`flask canvass segment add | count | list | delete`."""

import click

from app.accounts.command_line import fail, workspace_id, workspace_option
from app.contacts import segment_reading, segments
from app.core.problems import Problem
from app.ui.edge import now


@click.group()
def segment() -> None:
    """Saved conditions over contacts."""


@segment.command()
@click.argument("name")
@click.argument("expression")
@workspace_option
def add(name: str, expression: str, workspace_name: str | None) -> None:
    """Save EXPRESSION as the segment NAME, or change it. Exit code 1 when something is wrong with it."""
    home = workspace_id(workspace_name)
    there = segments.segment_named(home, name)
    known = None if isinstance(there, Problem) else there.id
    saved = segments.save(home, name, expression, "command", now(), known)
    if isinstance(saved, list):
        fail(saved)
    click.echo(f"{saved.name} is saved.")


@segment.command()
@click.argument("what", metavar="NAME|EXPRESSION")
@workspace_option
def count(what: str, workspace_name: str | None) -> None:
    """How many people are in the segment of a NAME, or an EXPRESSION holds for. Exit code 1 when it cannot be told."""
    home = workspace_id(workspace_name)
    there = segments.segment_named(home, what)
    expression = segments.understood(home, what if isinstance(there, Problem) else there.source)
    if isinstance(expression, list):
        fail([there] if isinstance(there, Problem) and segments.NAME.fullmatch(what) else expression)
    click.echo(segment_reading.count(home, expression, now()))


@segment.command("list")
@workspace_option
def show(workspace_name: str | None) -> None:
    """The segments and their expressions."""
    for each in segments.segments(workspace_id(workspace_name)):
        click.echo(f"{each.name}  {each.source}")


@segment.command()
@click.argument("name")
@workspace_option
def delete(name: str, workspace_name: str | None) -> None:
    """Forget the segment NAME."""
    home = workspace_id(workspace_name)
    there = segments.segment_named(home, name)
    if isinstance(there, Problem):
        fail([there])
    segments.remove(home, there.id, "command", now())
    click.echo(f"{name} is deleted.")


commands = [segment]
