"""Who may use a view. Each view carries exactly one of `public`, `role`, `api_key`, `webhook`; create_app refuses one without.

The accounts package supplies the signed-in person through flask-login, and the check of an API key through `use_api_keys`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, abort, current_app
from flask_login import current_user

from app.ui.csrf import csrf

ROLES = ("researcher", "interviewer", "supervisor", "manager", "admin")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Access:
    """kind: public, role, api_key or webhook; names: the roles, or the scope; accepts: media types of a body."""

    kind: str
    names: tuple[str, ...] = ()
    accepts: tuple[str, ...] = FORMS


class UnmarkedView(RuntimeError):
    """A view that does not say who may use it."""


def public(view: View) -> View:
    """Anyone, without signing in."""
    return _mark(view, Access("public"))


def role(*names: str) -> Callable[[View], View]:
    """Signed-in staff with one of these roles; with no name, all staff. Anonymous people are led to the sign-in page."""
    unknown = set(names) - set(ROLES)
    if unknown:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")

    def check() -> Any:
        if not current_user.is_authenticated:
            return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
        if names and not set(names) & set(current_user.roles):
            abort(403)
        return None

    return _guard(Access("role", names), check)


_check_key: list[Callable[[str], Any]] = []


def use_api_keys(check: Callable[[str], Any]) -> None:
    """Supply the check of an API key: it takes a scope and aborts with 401 or 403."""
    _check_key[:] = [check]


def api_key(scope: str, *accepts: str) -> Callable[[View], View]:
    """A program whose key holds `scope`. `accepts`: media types of a body, application/json unless told."""

    def check() -> Any:
        if not _check_key:
            abort(401)
        return _check_key[0](scope)

    return _guard(Access("api_key", (scope,), accepts or ("application/json",)), check, no_token=True)


def webhook(verify: Callable[[], bool]) -> Callable[[View], View]:
    """A provider's machine; `verify` says whether the request's signature is good (403 when it is not)."""

    def check() -> Any:
        if not verify():
            abort(403)

    return _guard(Access("webhook", accepts=(*FORMS, "application/json")), check, no_token=True)


def accepts(*types: str) -> Callable[[View], View]:
    """Stand above an access mark to allow bodies of other media types than forms."""

    def replace(view: View) -> View:
        was: Access = view.access  # type: ignore[attr-defined]
        view.access = Access(was.kind, was.names, types)  # type: ignore[attr-defined]
        return view

    return replace


def _guard(access: Access, check: Callable[[], Any], no_token: bool = False) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            refusal = check()
            return view(*args, **kwargs) if refusal is None else refusal

        if no_token:  # a program has no session to be abused
            csrf.exempt(guarded)
        return _mark(guarded, access)  # type: ignore[return-value]

    return decorate


def _mark(view: View, access: Access) -> View:
    if hasattr(view, "access"):
        raise ValueError(f"{view.__name__} has two access marks")
    view.access = access  # type: ignore[attr-defined]
    return view


def access_of(app: Flask, endpoint: str) -> Access | None:
    """The mark of an endpoint."""
    return getattr(app.view_functions.get(endpoint), "access", None)


def require_marks(app: Flask) -> None:
    """Raise UnmarkedView naming every view that does not say who may use it."""
    bare = sorted(endpoint for endpoint in app.view_functions if access_of(app, endpoint) is None)
    if bare:
        raise UnmarkedView(f"who may use these views? mark them with app.ui.access: {', '.join(bare)}")
