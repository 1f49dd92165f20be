"""`flask canvass publish | study …`. Exit codes: 0 done, 1 something is wrong with what was given, 2 wrong use."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from app import engine
from app.accounts.command_line import fail, workspace_id, workspace_option
from app.catalog import checking, export_commands, import_commands
from app.catalog import service as catalog
from app.catalog.checking import FILE, text_of
from app.catalog.importers.companions import in_folders
from app.files import service as files
from app.ui.edge import now


@click.command("publish")
@click.argument("file", type=FILE)
@workspace_option
@with_appcontext
def publish(file: Path, workspace_name: str | None) -> None:
    """Publish a definition under the name it states. While a study is open its texts alone may have changed."""
    home = workspace_id(workspace_name)
    text, at, lists = text_of(file), now(), catalog.beside(file)
    definition = catalog.check(text, str(file), lists)
    done = catalog.publish_source(home, text, file=str(file), lists=lists, now=at, actor="command")
    if isinstance(done, list):
        fail(done)
    for finding in catalog.findings(definition):
        if finding.severity == "warning":
            click.echo(str(finding), err=True)
    if definition.questionnaire:
        _keep_files(home, definition.questionnaire, file.parent, at)
    owner = catalog.entry(home, done.questionnaire_id)
    name = owner.name if owner else ""
    same = done.published_at != at
    click.echo(
        f"{name}, version {done.number}, says the same already."
        if same
        else f"Published {name}, version {done.number}."
    )


def _keep_files(home: str, q: engine.Questionnaire, folder: Path, at: datetime) -> None:
    """Take what the questionnaire shows into the workspace, as far as it lies beside the definition."""
    there = in_folders(folder)
    for name in sorted(engine.files_of(q)):
        content = there(name)
        problem = files.keep(home, name, content, at) if content is not None else None
        if problem:
            click.echo(str(problem.located(name)), err=True)
        elif content is None and files.named(home, name) is None:
            click.echo(f"{name}: not found. Put it beside the definition, or add it on the page Files.", err=True)


@click.group("study")
def study() -> None:
    """Put a questionnaire in the field."""


@study.command("open")
@click.argument("name")
@click.option(
    "--questionnaire", help="Its name in the workspace, or that of a shipped one; the study's name unless told."
)
@click.option("--channels", help=f"Among {','.join(catalog.CHANNELS)}.")
@click.option("--title", help="For colleagues; the questionnaire's title unless told.")
@click.option(
    "--basis",
    type=click.Choice(["anonymous", "confidential", "attributable"]),
    help="As in the definition unless told.",
)
@click.option("--organisation", help="Who asks; the workspace's unless told.")
@click.option("--contact-line", help="Whom respondents may ask; the workspace's unless told.")
@click.option("--closes", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="When it closes (UTC).")
@click.option("--site", "sites", multiple=True, help="A site it may be embedded in; may be given again.")
@click.option("--reminders", help="Days after the invitation, such as 3,7.")
@click.option(
    "--redirect",
    "redirects",
    multiple=True,
    help="Where a panel wants people back, such as complete=https://…; again per outcome.",
)
@click.option("--panelist", help="The value from a link that tells panelists apart.")
@click.option("--signed-links", "signed", is_flag=True, help="Links must carry the panel's signature.")
@click.option("--signature", help="The parameter of the signature; sig unless told.")
@click.option("--send-back", "at_once", is_flag=True, help="Send people back to the panel without a closing page.")
@click.option("--practice", is_flag=True, help="For interviewers to practise on.")
@workspace_option
@with_appcontext
def open_study(
    name: str, questionnaire: str | None, channels: str | None, workspace_name: str | None, **options: Any
) -> None:
    """Open a study for interviews; the study is made when there is none of that NAME."""
    chosen = [channel.strip() for channel in channels.split(",")] if channels else None
    done = catalog.open_study(
        workspace_id(workspace_name),
        name,
        questionnaire=questionnaire,
        channels=chosen,
        now=now(),
        actor="command",
        **_settings(**options),
    )
    if isinstance(done, list):
        fail(done)
    click.echo(f"{done.name} is open on {', '.join(done.channels)}.")


@study.command("close")
@click.argument("name")
@workspace_option
@with_appcontext
def close_study(name: str, workspace_name: str | None) -> None:
    """Close a study: no interview starts from now on."""
    home = workspace_id(workspace_name)
    catalog.close_study(home, study_called(home, name).id, now(), "command")
    click.echo(f"{name} is closed.")


@study.command("list")
@workspace_option
@with_appcontext
def list_studies(workspace_name: str | None) -> None:
    """The studies, newest first: name, status, channels, title."""
    for found in catalog.studies(workspace_id(workspace_name)):
        click.echo(f"{found.name}\t{found.status}\t{','.join(found.channels)}\t{found.title}")


def study_called(home: str, name: str) -> catalog.Study:
    """The study, or the command ends."""
    found = catalog.study_by_name(home, name)
    if found is None:
        there = ", ".join(known.name for known in catalog.studies(home))
        raise click.ClickException(f"There is no study called {name}. There are: {there or 'none'}.")
    return found


def _settings(
    closes: datetime | None,
    reminders: str | None,
    sites: Sequence[str],
    practice: bool,
    redirects: Sequence[str],
    panelist: str | None,
    signed: bool,
    signature: str | None,
    at_once: bool,
    **texts: str | None,
) -> dict[str, object]:
    """The options that were given, as a study's settings."""
    settings: dict[str, object] = {key: text for key, text in texts.items() if text is not None}
    if closes:
        settings["closes_at"] = closes.replace(tzinfo=UTC)
    if reminders:
        days = reminders.split(",")
        if not all(day.strip().isdigit() for day in days):
            raise click.BadParameter("write days such as 3,7", param_hint="--reminders")
        settings["reminders"] = tuple(int(day) for day in days)
    if sites:
        settings["sites"] = tuple(catalog.origin(site) or site for site in sites)
    if practice:
        settings["practice"] = True
    ways = dict(redirect.split("=", 1) for redirect in redirects if "=" in redirect)
    if len(ways) != len(redirects):
        raise click.BadParameter("write outcome=address, each outcome once", param_hint="--redirect")
    said = {"redirects": ways, "panelist": panelist, "signed": signed, "signature": signature, "at_once": at_once}
    if any(said.values()):
        settings["panel"] = {key: value for key, value in said.items() if value}
    return settings


commands: list[click.Command] = [
    *checking.commands, publish, study, *import_commands.commands, *export_commands.commands,
]  # fmt: skip
