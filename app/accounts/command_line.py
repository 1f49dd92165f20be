"""What every command that works in a workspace shares: the option that names it, and saying what is wrong."""

from collections.abc import Sequence
from typing import NoReturn

import click

from app.accounts import service
from app.core.problems import Problem

workspace_option = click.option("--workspace", "workspace_name", help="Its name; needed only where there are several.")


def workspace_id(name: str | None) -> str:
    """The id of the workspace of that name, or of the only one there is; else the command ends, naming those there are."""
    found = [workspace for workspace in service.workspaces() if name in (None, workspace.name)]
    if not service.workspaces():
        raise click.UsageError("There is no workspace yet: run `flask canvass workspace create NAME`.")
    if len(found) != 1:
        there = ", ".join(workspace.name for workspace in service.workspaces())
        raise click.UsageError(f"Say which workspace: --workspace NAME, one of: {there}.")
    return found[0].id


def fail(problems: Sequence[Problem]) -> NoReturn:
    """Say what is wrong and end with 1."""
    for problem in problems:
        click.echo(str(problem), err=True)
    raise SystemExit(1)
