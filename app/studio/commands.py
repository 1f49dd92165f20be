"""`flask canvass study test-link`: it needs interviews, so it joins the group of the catalog's commands here."""

import click
from flask.cli import with_appcontext

from app.accounts.command_line import workspace_id, workspace_option
from app.catalog.commands import study, study_called
from app.studio.publishing import trial_link


@study.command("test-link")
@click.argument("name")
@click.option("--language", help="The questionnaire's first unless told.")
@workspace_option
@with_appcontext
def make_test_link(name: str, language: str | None, workspace_name: str | None) -> None:
    """Print the link of a fresh interview marked as a test, good for 7 days."""
    found = study_called(workspace_id(workspace_name), name)
    if found.status != "open":
        raise click.ClickException(f"{name} is not open. Open it first: flask canvass study open {name}")
    click.echo(trial_link(found, language))


commands: list[click.Command] = []
