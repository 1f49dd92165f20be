"""Links by which a person sets their password: an invitation, or a reset they asked for. Mailed, used once, short-lived."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import Connection, delete, insert, select, update

from app.accounts import passwords
from app.accounts.audit import audit
from app.accounts.models import PasswordLink, User
from app.accounts.service import (
    Person,
    clean_email,
    mail_staff,
    person,
    person_by_email,
    sign_out_everywhere,
    workspace,
)
from app.accounts.sign_in import Locked, Wrong, check_own_password, forgive
from app.core.ids import new_id
from app.core.problems import Problem
from app.core.tokens import random_token, token_hash
from app.db import reading, scoped, writing
from app.rate_limit import allowed

LIVES = {"invite": timedelta(days=3), "reset": timedelta(hours=1)}
TOKEN_LENGTH = 24  # base62: 142 bits
PER_IP = (20, timedelta(hours=1))
PER_EMAIL = (3, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is still good, and whose it is."""

    id: str
    purpose: str
    person: Person


def mint(who: Person, purpose: str, now: datetime) -> str:
    """A new token for the person; the ones of before stop working. purpose: invite (3 days) or reset (1 hour)."""
    token = random_token(TOKEN_LENGTH)
    with writing() as conn:
        _drop(conn, who)
        conn.execute(
            insert(PasswordLink).values(
                id=new_id(), workspace_id=who.workspace_id, token_hash=token_hash(token), user_id=who.id,
                purpose=purpose, created_at=now, expires_at=now + LIVES[purpose],
            )
        )  # fmt: skip
    return token


def resolve(token: str, now: datetime) -> Link | None:
    """The link, if it is good: reading it does not use it up."""
    with reading() as conn:
        columns = (PasswordLink.id, PasswordLink.workspace_id, PasswordLink.user_id, PasswordLink.purpose)
        good = (PasswordLink.token_hash == token_hash(token), PasswordLink.expires_at > now)
        # the token is all that a link knows
        row = conn.execute(select(*columns).where(*good), execution_options={"every_workspace": True}).first()
        who = person(row.workspace_id, row.user_id) if row else None
    return Link(row.id, row.purpose, who) if row and who and who.active else None


def send(who: Person, actor: str, now: datetime) -> None:
    """Mail the person a link: an invitation while they have no password, else a reset."""
    purpose = "invite" if who.invited else "reset"
    with writing() as conn, force_locale(who.language):
        link = address(mint(who, purpose, now))
        subject, text = (_invitation if who.invited else _reset)(who, link)
        mail_staff(who.workspace_id, who.email, subject, text, now)
        audit(conn, who.workspace_id, actor, f"user.{purpose}_sent", "user", who.id, None, None, now)


def request_reset(email: str, ip: str, now: datetime) -> bool:
    """Mail a link if an active person has this address. What it returns tells nothing about that: False when too many were
    asked for from this IP address."""
    if not allowed(f"reset:{ip}", *PER_IP, now):
        return False
    if allowed(f"reset:{clean_email(email)}", *PER_EMAIL, now):
        who = person_by_email(email)
        if who and who.active:
            send(who, who.id, now)
    return True


def address(token: str) -> str:
    """Where the link leads."""
    return f"{current_app.config['PUBLIC_URL']}/password/{token}"


def _invitation(who: Person, link: str) -> tuple[str, str]:
    text = _(
        "Hello %(name)s,\n\nYou have been invited to work in %(workspace)s. Set your password within three days:\n\n"
        "%(link)s\n\nIf you did not expect this, you need not do anything.\n",
        name=who.name,
        workspace=workspace(who.workspace_id).name,
        link=link,
    )
    return _("Set your password for Canvass"), text


def _reset(who: Person, link: str) -> tuple[str, str]:
    text = _(
        "Hello %(name)s,\n\nSomebody, probably you, asked for a new password for Canvass. Set it within an hour:\n\n"
        "%(link)s\n\nIf it was not you, you need not do anything: your password stays as it is.\n",
        name=who.name,
        link=link,
    )
    return _("Reset your password for Canvass"), text


def _tell_changed(who: Person, now: datetime) -> None:
    """So that a stranger's change does not go unnoticed."""
    with force_locale(who.language):
        text = _(
            "Hello %(name)s,\n\nYour password for Canvass was changed, and every other browser was signed out.\n\n"
            "If it was not you, set a new one at once and tell your administrator:\n\n%(link)s\n",
            name=who.name,
            link=f"{current_app.config['PUBLIC_URL']}/password",
        )
        mail_staff(who.workspace_id, who.email, _("Your password for Canvass was changed"), text, now)


def use(link: Link, password: str, now: datetime) -> list[Problem] | None:
    """Set the password by the link, which ends with it, and so do all the person's sessions.

    What is wrong with the password (then the link stays good); empty when it was set; None when the link was used meanwhile.
    """
    problems = password_problems(link.person, password)
    if problems:
        return problems
    kept = passwords.hashed(password)
    with writing() as conn:
        mine = [scoped(PasswordLink, link.person.workspace_id), PasswordLink.id == link.id]
        if conn.execute(delete(PasswordLink).where(*mine)).rowcount != 1:
            return None
        _store(conn, link.person, kept, link.person.id, now)
        _tell_changed(link.person, now)
    return []


def set_password(who: Person, password: str, actor: str, now: datetime) -> list[Problem]:
    """Give the person a password and sign them out everywhere; returns what is wrong with it. For commands."""
    problems = password_problems(who, password)
    if not problems:
        kept = passwords.hashed(password)
        with writing() as conn:
            _store(conn, who, kept, actor, now)
    return problems


def change_own_password(
    who: Person, session_id: str, current: str, password: str, now: datetime
) -> list[Problem] | Locked | Wrong:
    """Change the password of a signed-in person, whose other sessions end; empty when it was done."""
    problems = password_problems(who, password)
    refusal = None if problems else check_own_password(who, current, now)
    if problems or refusal:
        return problems or refusal or []
    kept = passwords.hashed(password)
    with writing() as conn:
        _store(conn, who, kept, who.id, now, session_id)
        _tell_changed(who, now)
    return []


def password_problems(who: Person, password: str) -> list[Problem]:
    return passwords.problems_with(password, who.email, who.name, workspace(who.workspace_id).organisation)


def _store(conn: Connection, who: Person, kept: str, actor: str, now: datetime, keep_session: str = "") -> None:
    mine = [scoped(User, who.workspace_id), User.id == who.id]
    conn.execute(update(User).where(*mine).values(password_hash=kept))
    sign_out_everywhere(conn, who.workspace_id, who.id, except_session=keep_session)
    forgive(who.email)
    audit(conn, who.workspace_id, actor, "user.password_set", "user", who.id, None, None, now)


def _drop(conn: Connection, who: Person) -> None:
    conn.execute(delete(PasswordLink).where(scoped(PasswordLink, who.workspace_id), PasswordLink.user_id == who.id))
