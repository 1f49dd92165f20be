"""Administrators' pages: people, API keys, the workspace, the audit trail. Registered under accounts (see views.py)."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.accounts import keys, links, service
from app.accounts.audit import seen, trail
from app.accounts.forms import (
    ROLE_HINTS,
    ROLE_NAMES,
    AuditFilterForm,
    KeyForm,
    PersonForm,
    WorkspaceForm,
    show_problems,
)
from app.ui.access import role
from app.ui.edge import now
from app.ui.navigation import navigate_to
from app.ui.paging import asked_page

bp = Blueprint("admin", __name__, url_prefix="/admin")
navigate_to("accounts.admin.people", _l("Administration"), 90)


@bp.app_template_filter()
def role_name(role: str) -> str:
    """A role as people read it."""
    return str(ROLE_NAMES[role])


@bp.app_template_filter()
def audited(value: object) -> str:
    """A value of the audit trail as people read it."""
    if isinstance(value, list):
        return ", ".join(map(audited, value)) or "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value in (None, "") else str(value)


# --- people ---------------------------------------------------------------------------------------


@bp.get("/people")
@role("admin")
def people() -> ResponseReturnValue:
    """Everyone of the workspace."""
    everyone = service.people(current_user.workspace_id, inactive=True)
    return render_template("accounts/people.html", people=everyone)


@bp.route("/people/new", methods=["GET", "POST"])
@role("admin")
def new_person() -> ResponseReturnValue:
    """Add a person and mail them a link to set their password."""
    form = PersonForm(language=service.workspace(current_user.workspace_id).default_language)
    if form.validate_on_submit():
        made = service.create_user(
            current_user.workspace_id, form.email.data, form.name.data, form.roles.data or [], now(),
            language=form.language.data, actor=current_user.id,
        )  # fmt: skip
        if isinstance(made, service.Person):
            links.send(made, current_user.id, now())
            flash(_("%(name)s is added. A link to set a password went to %(email)s.", name=made.name, email=made.email),
                  "success")  # fmt: skip
            return redirect(url_for(".people"))
        show_problems(form, made)
    return show_person(form, None)


@bp.route("/people/<user_id>", methods=["GET", "POST"])
@role("admin")
def person(user_id: str) -> ResponseReturnValue:
    """Change a person's details and roles."""
    who = found(user_id)
    form = PersonForm(data={**who.state(), "roles": list(who.roles)})
    if form.validate_on_submit():
        changed = replace(
            who, email=service.clean_email(form.email.data), name=form.name.data.strip(),
            roles=frozenset(form.roles.data or []), language=form.language.data,
        )  # fmt: skip
        problems = service.change_user(changed, current_user.id, now())
        if not problems:
            flash(_("%(name)s is saved.", name=changed.name), "success")
            return redirect(url_for(".people"))
        show_problems(form, problems)
    return show_person(form, who)


@bp.post("/people/<user_id>/link")
@role("admin")
def send_link(user_id: str) -> ResponseReturnValue:
    """Mail the person a link to set a password."""
    who = found(user_id)
    if not who.active:
        abort(409)
    links.send(who, current_user.id, now())
    flash(_("A link to set a password went to %(email)s.", email=who.email), "success")
    return redirect(url_for(".person", user_id=user_id))


@bp.post("/people/<user_id>/active")
@role("admin")
def activity(user_id: str) -> ResponseReturnValue:
    """Let a person sign in, or no longer; then their sessions end at once."""
    changed = replace(found(user_id), active=request.form.get("active") == "yes")
    problems = service.change_user(changed, current_user.id, now())
    for problem in problems:
        flash(f"{problem.text(_)} {problem.remedy_text(_)}", "danger")
    if not problems:
        said = _("%(name)s may sign in again.") if changed.active else _("%(name)s can no longer sign in.")
        flash(said % {"name": changed.name}, "success")
    return redirect(url_for(".person", user_id=user_id))


def show_person(form: PersonForm, who: service.Person | None) -> ResponseReturnValue:
    page = render_template("accounts/person.html", form=form, who=who, role_hints=ROLE_HINTS)
    return page, 422 if form.is_submitted() else 200


def found(user_id: str) -> service.Person:
    return service.person(current_user.workspace_id, user_id) or abort(404)


# --- API keys -------------------------------------------------------------------------------------


@bp.route("/keys", methods=["GET", "POST"])
@role("admin")
def api_keys() -> ResponseReturnValue:
    """The keys, and a form for a new one, which the answer shows for the only time."""
    form = KeyForm()
    secret = None
    if form.validate_on_submit():
        expires_at = start_of(form.expires_on.data + timedelta(days=1)) if form.expires_on.data else None
        made = keys.create_key(
            current_user.workspace_id, form.name.data, form.scopes.data or [], expires_at, current_user.id, now()
        )
        if isinstance(made, str):
            secret, form = made, KeyForm(formdata=None)
        else:
            show_problems(form, made)
    page = render_template(
        "accounts/keys.html", form=form, secret=secret, keys=keys.keys(current_user.workspace_id), now=now()
    )
    return page, 422 if form.is_submitted() and not secret else 200


@bp.post("/keys/<key_id>/revoke")
@role("admin")
def revoke_key(key_id: str) -> ResponseReturnValue:
    """Make a key worthless."""
    if keys.revoke_key(current_user.workspace_id, key_id, current_user.id, now()):
        flash(_("The key is revoked."), "success")
    return redirect(url_for(".api_keys"))


# --- workspace ------------------------------------------------------------------------------------


@bp.route("/workspace", methods=["GET", "POST"])
@role("admin")
def workspace() -> ResponseReturnValue:
    """Name, who asks and whom respondents ask, language and time zone."""
    before = service.workspace(current_user.workspace_id)
    form = WorkspaceForm(obj=before)
    if form.validate_on_submit():
        typed = {name: value.strip() for name, value in form.data.items() if name != "csrf_token"}
        problems = service.change_workspace(replace(before, **typed), current_user.id, now())
        if not problems:
            flash(_("The workspace is saved."), "success")
            return redirect(url_for(".workspace"))
        show_problems(form, problems)
    return render_template("accounts/workspace.html", form=form), 422 if form.is_submitted() else 200


# --- audit ----------------------------------------------------------------------------------------


@bp.get("/audit")
@role("admin")
def audit() -> ResponseReturnValue:
    """Who changed what, newest first."""
    known = keys.keys(current_user.workspace_id)
    actors = {p.id: p.name for p in service.people(current_user.workspace_id, inactive=True)}
    actors |= {"command": _("Command line"), "system": _("Canvass")}
    actors |= {f"api:{key.id}": _("API key %(name)s", name=key.name) for key in known}
    names = actors | {key.id: key.name for key in known} | {current_user.workspace_id: _("Workspace")}
    form = AuditFilterForm(request.args)
    form.offer(actors, names, *seen(current_user.workspace_id))
    form.validate()
    since, until = form.since.data, form.until.data
    page = trail(
        current_user.workspace_id,
        asked_page(),
        actor=form.actor.data or "",
        action=form.action.data or "",
        subject=form.subject.data or "",
        since=start_of(since) if since else None,
        until=start_of(until + timedelta(days=1)) if until else None,
    )
    return render_template("accounts/audit.html", form=form, page=page, names=names)


def start_of(day: date) -> datetime:
    """Midnight of a day in the workspace's time zone."""
    return datetime.combine(day, time(), ZoneInfo(current_user.time_zone))
