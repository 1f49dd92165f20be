"""`flask canvass workspace …` and `flask canvass user …`: the first administrator has no other way in."""

from dataclasses import replace
from typing import TypeVar

import click

from app.accounts import links, service
from app.accounts.command_line import fail, workspace_id, workspace_option
from app.core.problems import Problem
from app.db import writing
from app.ui.access import ROLES
from app.ui.edge import now
from app.ui.languages import LANGUAGES

Made = TypeVar("Made")


@click.group()
def workspace() -> None:
    """Make and list workspaces."""


@workspace.command("create")
@click.argument("name")
@click.option("--organisation", default="", help="Who asks, as respondents read it; the name unless given.")
@click.option("--contact", default="", help="Whom respondents ask: an address, a phone number.")
@click.option("--language", default="en", type=click.Choice(list(LANGUAGES)), show_default=True)
@click.option("--time-zone", default="UTC", show_default=True, help="An IANA name, such as Europe/Warsaw.")
def create_workspace(name: str, organisation: str, contact: str, language: str, time_zone: str) -> None:
    """Make a workspace called NAME."""
    made = service.create_workspace(
        name, now(), organisation=organisation, contact_line=contact, default_language=language, time_zone=time_zone
    )
    click.echo(f"Workspace {_good(made).name} is made.")


@workspace.command("list")
def list_workspaces() -> None:
    """The workspaces, one a line."""
    for each in service.workspaces():
        click.echo(f"{each.name}\t{each.organisation}\t{each.default_language}\t{each.time_zone}")


@click.group()
def user() -> None:
    """Make, list and deactivate members of staff."""


@user.command("create")
@click.option("--email", required=True)
@click.option("--admin", is_flag=True, help="Make an administrator: short for --role admin.")
@click.option("--role", "roles", multiple=True, type=click.Choice(ROLES), help="May be given several times.")
@click.option("--name", default="", help="The address unless given.")
@workspace_option
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="The workspace's unless given.")
@click.option("--ask-password", is_flag=True, help="Ask for a password instead of printing a link to set one.")
def create_user(
    email: str,
    admin: bool,
    roles: tuple[str, ...],
    name: str,
    workspace_name: str | None,
    language: str | None,
    ask_password: bool,
) -> None:
    """Make a member of staff, and print a link that sets their password."""
    home = workspace_id(workspace_name)
    password = click.prompt("Password", hide_input=True, confirmation_prompt=True) if ask_password else None
    wanted = {*roles, *(["admin"] if admin else [])}
    with writing():  # all or nothing: a refused password leaves no account
        made = _good(service.create_user(home, email, name, wanted, now(), language=language))
        if password is None:
            address = links.address(links.mint(made, "invite", now()))
            click.echo(f"{made.email} is made. This link sets the password once, within three days:", err=True)
            click.echo(address)
        else:
            _good(links.set_password(made, password, "command", now()) or made)
            click.echo(f"{made.email} is made.")


@user.command("link")
@click.option("--email", required=True)
def link(email: str) -> None:
    """Print a link that sets a person's password: for someone locked out while mail does not work."""
    who = _person(email)
    if not who.active:
        raise click.ClickException(f"{who.email} is deactivated.")
    click.echo(links.address(links.mint(who, "invite" if who.invited else "reset", now())))


@user.command("list")
@click.option("--workspace", "workspace_name", help="One workspace's people only.")
def list_users(workspace_name: str | None) -> None:
    """The members of staff, one a line: address, name, roles, state, workspace."""
    chosen = [service.workspace(workspace_id(workspace_name))] if workspace_name else service.workspaces()
    for home in chosen:
        for who in service.people(home.id, inactive=True):
            state = "deactivated" if not who.active else "invited" if who.invited else "active"
            click.echo("\t".join((who.email, who.name, ",".join(sorted(who.roles)), state, home.name)))


@user.command("deactivate")
@click.option("--email", required=True)
def deactivate(email: str) -> None:
    """Sign a person out everywhere and let them in no more."""
    who = _person(email)
    _good(service.change_user(replace(who, active=False), "command", now()) or who)
    click.echo(f"{who.email} can no longer sign in.")


def _person(email: str) -> service.Person:
    who = service.person_by_email(email)
    if who is None:
        raise click.ClickException(f"Nobody has the address {email}.")
    return who


def _good(made: Made | list[Problem]) -> Made:
    """What was made; problems end the command."""
    return fail(made) if isinstance(made, list) else made


commands: list[click.Command] = [workspace, user]
