"""The demo's workspace: one person per role, with a password everyone knows. Refused unless DEMO=1."""

from datetime import datetime

from flask import current_app

from app.accounts.links import set_password
from app.accounts.service import Person, Workspace, create_user, create_workspace, workspace_by_name
from app.db import writing
from app.ui.access import ROLES

PASSWORD = "any channel, one voice"  # noqa: S105  shown on the demo's pages
NAMES = {
    "researcher": "Ana Popescu",
    "interviewer": "Jan Nowak",
    "supervisor": "Giulia Rossi",
    "manager": "Mark Taylor",
    "admin": "Irina Volkova",
}


def seed_demo(now: datetime) -> Workspace:
    """The demo's workspace, made with <role>@demo.example in it unless it exists. RuntimeError outside DEMO=1."""
    if not current_app.config["DEMO"]:
        raise RuntimeError("people with a known password are made with DEMO=1 only")
    found = workspace_by_name("Demo")
    if found:
        return found
    with writing():
        made = create_workspace(
            "Demo",
            now,
            organisation="Northwind Telecom",
            contact_line="help@demo.example",
            time_zone="Europe/Warsaw",
            actor="system",
        )
        if not isinstance(made, Workspace):
            raise RuntimeError(f"the demo's workspace: {made}")
        for role in ROLES:
            who = create_user(made.id, f"{role}@demo.example", NAMES[role], [role], now, actor="system")
            if not isinstance(who, Person) or set_password(who, PASSWORD, "system", now):
                raise RuntimeError(f"the demo's {role}: {who}")
    return made
