"""Who is asking: the signed-in person (flask_login's current_user) and the key of a program (`calling_key`)."""

from dataclasses import dataclass, fields
from typing import Any

from flask import Flask, abort, g, redirect, request, session, url_for
from flask_login import AnonymousUserMixin, LoginManager, current_user, login_user
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from app.accounts.keys import Key, key_of
from app.accounts.service import Person, workspace
from app.accounts.sign_in import close_session, open_session, session_of
from app.ui.access import use_api_keys
from app.ui.edge import now

CHALLENGE = WWWAuthenticate("bearer", {"realm": "Canvass"})


@dataclass(frozen=True, slots=True)
class SignedIn(Person):
    """A person with the session they are here by, as flask-login wants it."""

    session_id: str
    token: str
    time_zone: str  # the workspace's
    is_authenticated: bool = True
    is_anonymous: bool = False

    @property
    def is_active(self) -> bool:
        return self.active

    def get_id(self) -> str:
        return self.token


class Anonymous(AnonymousUserMixin):
    """Nobody yet."""

    roles: frozenset[str] = frozenset()


def load(token: str) -> SignedIn | None:
    """The person behind the cookie's token."""
    found = session_of(token, now())
    if found is None:
        return None
    who, session_id = found
    of_person = {field.name: getattr(who, field.name) for field in fields(Person)}
    return SignedIn(**of_person, session_id=session_id, token=token, time_zone=workspace(who.workspace_id).time_zone)


def sign_in(who: Person) -> None:
    """Open a session for this browser. What the cookie held before is thrown away, so that a planted one is worth nothing."""
    session.clear()
    fresh = load(open_session(who, request.user_agent.string, now()))
    if fresh is None:
        raise RuntimeError("a session just opened does not load")
    login_user(fresh)


def sign_out() -> None:
    """Close this browser's session, in the database too."""
    if current_user.is_authenticated:
        close_session(current_user.workspace_id, current_user.session_id)
    session.clear()


def calling_key() -> Key:
    """The key this request came with, in a view marked `@api_key`."""
    key: Key = g.api_key
    return key


def check_key(scope: str) -> None:
    """401 without a good key in `Authorization: Bearer …` (RFC 6750), 403 when it lacks the scope."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    key = key_of(secret.strip(), now()) if kind.lower() == "bearer" else None
    if key is None:
        raise Unauthorized("Send a key that is in force: Authorization: Bearer canvass_…", www_authenticate=CHALLENGE)
    if scope not in key.scopes:
        abort(403, description=f"This key does not have the scope {scope}.")
    g.api_key = key


def _to_sign_in() -> Any:
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back))


def init_accounts(app: Flask) -> None:
    """Give the app its staff and its API keys."""
    manager = LoginManager(app)
    manager.anonymous_user = Anonymous
    manager.session_protection = None  # sessions are rows; a phone's address changes all day
    manager.user_loader(load)
    manager.unauthorized_handler(_to_sign_in)
    use_api_keys(check_key)
