"""Workspaces and their people: what other packages ask of accounts. Verbs open their own transaction or join the caller's."""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from app.accounts.audit import audit as audit
from app.accounts.models import PasswordLink, StaffSession, User
from app.accounts.models import Workspace as WorkspaceRow
from app.core.ids import new_id
from app.core.problems import N_, Problem
from app.db import reading, scoped, writing
from app.ui.access import ROLES
from app.ui.languages import LANGUAGES

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Workspace:
    """organisation and contact_line are what respondents read; time_zone is an IANA name."""

    id: str
    name: str
    organisation: str
    contact_line: str
    default_language: str
    time_zone: str

    def state(self) -> dict[str, Any]:
        """What the audit trail keeps of a workspace."""
        return {name: value for name, value in asdict(self).items() if name != "id"}


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff. `invited`: no password has been set yet."""

    id: str
    workspace_id: str
    email: str
    name: str
    roles: frozenset[str]
    language: str
    active: bool
    invited: bool
    last_sign_in_at: datetime | None

    def state(self) -> dict[str, Any]:
        """What the audit trail keeps of a person."""
        return {"email": self.email, "name": self.name, "roles": sorted(self.roles), "language": self.language,
                "active": self.active}  # fmt: skip


# --- workspaces -----------------------------------------------------------------------------------


def workspace(workspace_id: str) -> Workspace:
    """The workspace; LookupError when there is none."""
    return _one_workspace(WorkspaceRow.id == workspace_id) or _missing("workspace", workspace_id)


def workspace_by_name(name: str) -> Workspace | None:
    return _one_workspace(WorkspaceRow.name == name)


def workspaces() -> list[Workspace]:
    """All of them by name, for jobs and commands."""
    with reading() as conn:
        return [Workspace(**row._mapping) for row in conn.execute(_workspace_columns().order_by(WorkspaceRow.name))]


def create_workspace(
    name: str,
    now: datetime,
    *,
    organisation: str = "",
    contact_line: str = "",
    default_language: str = "en",
    time_zone: str = "UTC",
    actor: str = "command",
) -> Workspace | list[Problem]:
    """Make a workspace; organisation is its name unless told."""
    made = Workspace(new_id(), name.strip(), organisation.strip() or name.strip(), contact_line.strip(),
                     default_language, time_zone)  # fmt: skip
    problems = _workspace_problems(made)
    if problems:
        return problems
    with writing() as conn:
        conn.execute(insert(WorkspaceRow).values(**asdict(made), created_at=now))
        audit(conn, made.id, actor, "workspace.created", "workspace", made.id, None, made.state(), now)
    return made


def change_workspace(changed: Workspace, actor: str, now: datetime) -> list[Problem]:
    """Store the workspace as given; returns what is wrong with it, and then nothing was changed."""
    problems = _workspace_problems(changed)
    if not problems:
        with writing() as conn:
            before = workspace(changed.id)
            conn.execute(update(WorkspaceRow).where(WorkspaceRow.id == changed.id).values(**asdict(changed)))
            audit(conn, changed.id, actor, "workspace.changed", "workspace", changed.id,
                  before.state(), changed.state(), now)  # fmt: skip
    return problems


def _workspace_problems(given: Workspace) -> list[Problem]:
    problems = []
    if not given.name:
        problems.append(Problem("no_name", N_("A workspace needs a name."), name="name"))
    namesake = workspace_by_name(given.name)
    if namesake and namesake.id != given.id:
        problems.append(Problem("name_taken", N_("A workspace has this name already."), name="name"))
    if given.default_language not in LANGUAGES:
        problems.append(_unknown_language(given.default_language, "default_language"))
    if given.time_zone not in available_timezones():
        remedy = N_("Give an IANA name such as Europe/Warsaw.")
        message = N_("There is no time zone {zone}.")
        problems.append(Problem("bad_time_zone", message, {"zone": given.time_zone}, "time_zone", remedy))
    return problems


def _one_workspace(which: ColumnElement[bool]) -> Workspace | None:
    with reading() as conn:
        row = conn.execute(_workspace_columns().where(which)).one_or_none()
    return Workspace(**row._mapping) if row else None


def _workspace_columns() -> Any:
    return select(*(getattr(WorkspaceRow, field.name) for field in fields(Workspace)))


# --- people ---------------------------------------------------------------------------------------


def people(workspace_id: str, role: str | None = None, *, inactive: bool = False) -> list[Person]:
    """The active staff by name, of one role if told; with `inactive` also those who may no longer sign in."""
    everyone = _people(scoped(User, workspace_id))
    return [p for p in everyone if (role is None or role in p.roles) and (inactive or p.active)]


def person(workspace_id: str, user_id: str) -> Person | None:
    return next(iter(_people(scoped(User, workspace_id), User.id == user_id)), None)


def person_by_email(email: str) -> Person | None:
    """Whose address this is, in whichever workspace: an address signs in without naming one."""
    return next(iter(_people(User.email == clean_email(email), every_workspace=True)), None)


def create_user(
    workspace_id: str,
    email: str,
    name: str,
    roles: Iterable[str],
    now: datetime,
    *,
    language: str | None = None,
    actor: str = "command",
) -> Person | list[Problem]:
    """Make a user without a password: they set it by a link (links.invite) or the caller does (passwords.set_password)."""
    language = language or workspace(workspace_id).default_language
    email = clean_email(email)
    made = Person(new_id(), workspace_id, email, name.strip() or email, frozenset(roles), language, True, True, None)
    problems = _person_problems(made)
    if problems:
        return problems
    row = {**asdict(made), "roles": sorted(made.roles), "created_at": now}
    del row["invited"]
    with writing() as conn:
        if person_by_email(email):  # again, inside: two administrators may invite the same person at once
            return [_taken()]
        conn.execute(insert(User).values(**row))
        audit(conn, workspace_id, actor, "user.created", "user", made.id, None, made.state(), now)
    return made


def change_user(changed: Person, actor: str, now: datetime) -> list[Problem]:
    """Store name, e-mail, roles, language and activity; with a new address, or without activity, the person is signed out and
    their links are dead."""
    problems = _person_problems(changed)
    if problems:
        return problems
    with writing() as conn:
        # the workspace's row serialises two administrators who remove each other
        conn.execute(select(WorkspaceRow.id).where(WorkspaceRow.id == changed.workspace_id).with_for_update())
        before = person(changed.workspace_id, changed.id) or _missing("user", changed.id)
        if before == changed:
            return []
        if _administers(before) and not _administers(changed) and len(people(changed.workspace_id, "admin")) == 1:
            return [_last_admin()]
        conn.execute(
            update(User).where(scoped(User, changed.workspace_id), User.id == changed.id)
            .values(email=changed.email, name=changed.name, roles=sorted(changed.roles), language=changed.language,
                    active=changed.active)
        )  # fmt: skip
        if not changed.active or changed.email != before.email:
            sign_out_everywhere(conn, changed.workspace_id, changed.id)
        action = "user.changed" if before.active == changed.active else _activity(changed.active)
        audit(conn, changed.workspace_id, actor, action, "user", changed.id, before.state(), changed.state(), now)
    return []


def sign_out_everywhere(conn: Connection, workspace_id: str, user_id: str, except_session: str = "") -> int:
    """Delete the person's sessions (but one) and password links; returns how many sessions ended."""
    conn.execute(
        PasswordLink.__table__.delete().where(scoped(PasswordLink, workspace_id), PasswordLink.user_id == user_id)
    )
    mine = [scoped(StaffSession, workspace_id), StaffSession.user_id == user_id, StaffSession.id != except_session]
    return conn.execute(StaffSession.__table__.delete().where(*mine)).rowcount


def clean_email(email: str) -> str:
    """The form an address is kept and compared in."""
    return email.strip().lower()


def _person_problems(given: Person) -> list[Problem]:
    problems = []
    if not EMAIL.fullmatch(given.email) or len(given.email) > 254:
        remedy = N_("Give it in the form name@example.com.")
        problems.append(Problem("bad_email", N_("This is not an e-mail address."), name="email", remedy=remedy))
    owner = person_by_email(given.email)
    if owner and owner.id != given.id:
        problems.append(_taken())
    unknown = sorted(given.roles - set(ROLES))
    if unknown or not given.roles:
        remedy = N_("Choose at least one of {roles}.")
        params = {"roles": ", ".join(ROLES), "unknown": ", ".join(unknown)}
        message = N_("There is no role {unknown}.") if unknown else N_("A user needs a role.")
        problems.append(Problem("bad_role", message, params, "roles", remedy))
    if given.language not in LANGUAGES:
        problems.append(_unknown_language(given.language, "language"))
    return problems


def _administers(who: Person) -> bool:
    return who.active and "admin" in who.roles


def _taken() -> Problem:
    return Problem("email_taken", N_("This e-mail address has an account already."), name="email")


def _last_admin() -> Problem:
    remedy = N_("Make somebody else an administrator first.")
    return Problem("last_admin", N_("This is the only administrator."), name="roles", remedy=remedy)


def _unknown_language(language: str, name: str) -> Problem:
    params = {"language": language, "languages": ", ".join(LANGUAGES)}
    return Problem("bad_language", N_("There is no language {language}."), params, name, N_("Use one of {languages}."))


def _activity(active: bool) -> str:
    return "user.activated" if active else "user.deactivated"


def _people(*where: ColumnElement[bool], every_workspace: bool = False) -> list[Person]:
    columns = [getattr(User, field.name) for field in fields(Person) if field.name not in ("invited", "roles")]
    statement = select(*columns, User.roles, User.password_hash.is_(None).label("invited"))
    with reading() as conn:
        rows = conn.execute(
            statement.where(*where).order_by(User.name, User.id),
            execution_options={"every_workspace": every_workspace},
        ).all()
    return [Person(**{**row._mapping, "roles": frozenset(row.roles)}) for row in rows]


def _missing(kind: str, id: str) -> Any:
    raise LookupError(f"there is no {kind} {id}")


# --- mail to staff --------------------------------------------------------------------------------

StaffMail = Callable[[str, str, str, str, datetime], None]
_mailers: list[StaffMail] = []


def on_staff_mail(send: StaffMail) -> StaffMail | None:
    """Register what sends mail to staff: send(workspace_id, to, subject, text, now), called inside the transaction that
    made the mail necessary, so it queues and does not talk to a server. It replaces the one of before, which is returned."""
    before = _mailers[0] if _mailers else None
    _mailers[:] = [send]
    return before


def mail_staff(workspace_id: str, to: str, subject: str, text: str, now: datetime) -> None:
    """Queue a mail to a member of staff. RuntimeError when nothing was registered to send it."""
    if not _mailers:
        raise RuntimeError("no mailer was registered with on_staff_mail()")
    _mailers[0](workspace_id, to, subject, text, now)
